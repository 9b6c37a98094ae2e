"""The page's views: HTML templates that the browser fills from JSON values."""

from html import escape

import gradio as gr

from demo.words import said, say

STAGE = """${!value || !value.src ? '<div class="ga-blank"></div>' : `
<figure class="ga-stage">
  <div class="ga-frame ${value.aim ? 'ga-aim' : ''}">
    <img class="ga-picture ${value.pixelated ? 'ga-px' : ''}" decoding="sync" src="${value.src}"
      alt="[[Seed ${value.seed}, just generated]]">
    ${(value.points || []).map((p, i) => `<i class="ga-dot"
      style="left:${100 * p.x}%;top:${100 * p.y}%;--dot:${p.colour}">${i + 1}</i>`).join('')}
  </div>
  <figcaption>
    ${value.caption ? `<p class="ga-caption">${value.caption}</p>` : ''}
    <p class="ga-verdict"><b>${value.text}</b><span>${value.meaning}</span></p>
    <div class="ga-scale" role="img" aria-label="[[${value.text}, between ${value.low} and ${value.high}]]">
      ${value.real.map(x => `<i style="left:${x}%"></i>`).join('')}
      ${value.at === null ? '' : `<b style="left:clamp(7px, ${value.at}%, 100% - 7px)"></b>`}
    </div>
    <p class="ga-ends"><span>${value.low}</span><span>${value.legend}</span><span>${value.high}</span></p>
    <p class="ga-link"><input readonly aria-label="[[Link that reopens this state]]"
       value="${location.origin + location.pathname + inLanguage(value.link)}">
      <button type="button" data-copy>[[Copy link]]</button>
      <button type="button" data-save="${value.file}">PNG</button></p>
  </figcaption>
</figure>`}"""

# The address bar is updated 400 ms after the last change: browsers throttle more. A picture that is not there 700 ms
# after a slider has moved is on its way: large ones take seconds.
STAGE_JS = """
let timer, late;
const painted = () => { clearTimeout(late); delete element.dataset.busy; };
const body = element.closest('.ga-body');
if (body) body.addEventListener('input', event => {
  if (event.target.type !== 'range') return;
  clearTimeout(late);
  late = setTimeout(() => { element.dataset.busy = 'yes'; late = setTimeout(painted, 10000); }, 700);
});
watch('value', () => {
  painted();
  clearTimeout(timer);
  timer = setTimeout(() => {
    if (props.value && props.value.link) history.replaceState(history.state, '', inLanguage(props.value.link));
  }, 400);
});
element.addEventListener('click', event => {
  const copy = event.target.closest('[data-copy]'), save = event.target.closest('[data-save]');
  if (copy) {
    const box = element.querySelector('.ga-link input');
    box.select();
    const done = () => { copy.textContent = '[[Copied]]'; };
    navigator.clipboard ? navigator.clipboard.writeText(box.value).then(done, () => {}) : done();
  }
  if (save) {
    const a = document.createElement('a');
    a.href = element.querySelector('img').src;
    a.download = save.dataset.save;
    a.click();
  }
  const frame = event.target.closest('.ga-aim');
  if (frame) {
    const box = frame.getBoundingClientRect();
    const share = (at, start, size) => Math.min(1, Math.max(0, (at - start) / size));
    trigger('select', {x: share(event.clientX, box.left, box.width), y: share(event.clientY, box.top, box.height)});
  }
});
"""

GRID = """${!value || !value.pictures ? '<div class="ga-blank"></div>' : `
<div class="ga-grid" style="--across:${value.across}">${value.pictures.map((p, i) => `
  <button type="button" class="ga-cell" data-i="${i}" aria-pressed="${i === value.pick}"
    title="[[${p.name}, verdict ${p.text}: click to play with it]]"><img decoding="sync" src="${p.src}"
    alt="${p.name}"><span>${p.text}</span></button>`).join('')}</div>
<p class="ga-note">${value.note}</p>`}"""

GRID_JS = """
element.addEventListener('click', event => {
  const cell = event.target.closest('.ga-cell');
  if (!cell) return;
  element.querySelectorAll('.ga-cell').forEach(c => c.setAttribute('aria-pressed', c === cell));
  trigger('select', {index: Number(cell.dataset.i)});
});
"""

STRIP = """${!value || !value.pictures || !value.pictures.length ? '' : `
${value.title ? `<h3 class="ga-h">${value.title}</h3>` : ''}
<div class="ga-strip">${value.pictures.map(p => `<figure><img decoding="sync" src="${p.src}" alt="${p.name}">
  <figcaption>${p.text}</figcaption></figure>`).join('')}</div>
<p class="ga-note">${value.note}</p>`}"""

PICTURE = """<h3 class="ga-h">[[A walk between two seeds]]</h3>${!value || !value.src ? '' : `
<figure class="ga-alone"><img src="${value.src}" alt="${value.alt}"><figcaption class="ga-note">${value.note}
  <button type="button" data-save="${value.file}">PNG</button></figcaption></figure>`}"""

TABLE = """${!value || !value.src ? '' : `
<h3 class="ga-h">${value.title}</h3>
<div class="ga-table"><div class="ga-columns">${(value.columns || []).map(c => `<span>${c}</span>`).join('')}</div>
<div class="ga-rows">${value.rows.map(r => `<span>${r}</span>`).join('')}</div>
<img src="${value.src}" alt="${value.title}"></div><p class="ga-note">${value.note}
  <button type="button" data-save="${value.file}">PNG</button></p>`}"""

SHEET = """${!value || !value.src ? '' : `<figure class="ga-sheet"><img src="${value.src}" alt="${value.note}">
  <figcaption class="ga-note">${value.note}</figcaption></figure>`}"""

SAVE_JS = STAGE_JS[STAGE_JS.index("element.addEventListener") :]


def view(template, js=None, **options):
    """A gr.HTML whose value is a JSON object that `template` shows; it and `js` have their texts marked for `said`."""
    html = gr.HTML(html_template=said(template), js_on_load=js and said(js), apply_default_css=False, **options)
    html.api_info = lambda: {"type": "object"}  # its documented type otherwise is str
    return html


def strip(title, pictures, note):
    """The value of a STRIP. pictures: (caption, data URI) each."""
    items = [{"src": src, "name": caption, "text": caption} for caption, src in pictures]
    return {"title": title, "pictures": items, "note": note}


def head(entry):
    """A tab's first line: the GAN and its paper."""
    return gr.HTML(
        f"<header class='ga-head'><h2>{entry.title}</h2><p><a href='{entry.url}' target='_blank' "
        f"rel='noopener'>{escape(entry.paper)}</a>, {escape(entry.authors)}, {entry.year}</p>"
        "</header>",
        apply_default_css=False,
    )


def summary(entry):
    """What the GAN brought to the field, in two sentences."""
    return gr.HTML(f"<p class='ga-brought'>{say(escape(entry.brought, quote=False))}</p>", apply_default_css=False)


def heading(text):
    """A heading above part of a tab."""
    return gr.HTML(f"<h3 class='ga-h'>{text}</h3>", apply_default_css=False)


def section(text):
    """A part of a tab beneath its stage, under a heading that folds it; a phone finds it folded."""
    return gr.Accordion(text, elem_classes="ga-fold ga-more")


def number(score):
    """A verdict in few digits, with a true minus sign; a dash for None."""
    if score is None:
        return "\u2013"
    size = abs(score)
    digits = 3 if size < 0.1 else 2 if size < 10 else 1 if size < 100 else 0
    return f"{round(score, digits) + 0.0:.{digits}f}".replace("-", "\u2212")
