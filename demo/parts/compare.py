"""Pictures laid over each other: one range input uncovers each next picture from the left."""

from demo.parts import views

COMPARE = """${!value || !value.layers ? '<div class="ga-blank"></div>' : `
<figure class="ga-compare" style="--at:${value.at};--ratio:${value.width / value.height}">
  ${value.title ? `<h3 class="ga-h">${value.title}</h3>` : ''}
  <div class="ga-layers" style="aspect-ratio:${value.width}/${value.height}">${value.layers.map((p, i) => `
    <img decoding="sync" src="${p.src}" alt="${p.name}" draggable="false" style="--i:${i}">`).join('')}
    <i class="ga-line"></i><b class="ga-tag"></b><b class="ga-tag ga-tag-right"></b></div>
  <input type="range" min="0" max="${value.layers.length - 1}" step="0.01" value="${value.at}"
    aria-label="${value.layers.map(p => p.name).join(' \u2192 ')}">
  <p class="ga-ends">${value.layers.map((p, i) => `<button type="button" data-at="${i}">${p.name}</button>`
    ).join('')}</p>
  ${value.note ? `<figcaption class="ga-note">${value.note}</figcaption>` : ''}
</figure>`}"""

COMPARE_JS = """
let at = null;
const show = () => {
  const value = props.value, figure = element.querySelector('.ga-compare');
  if (!figure) return;
  const last = value.layers.length - 1;
  at = at === null ? value.at : Math.min(at, last);
  const pair = Math.min(Math.floor(at), last - 1), share = at - pair;
  figure.style.setProperty('--at', at);
  figure.style.setProperty('--share', share);
  const [left, right] = figure.querySelectorAll('.ga-tag');
  left.textContent = share > 0.02 ? value.layers[pair + 1].name : '';
  right.textContent = share < 0.98 ? value.layers[pair].name : '';
  const range = figure.querySelector('input');
  range.value = at;
  range.setAttribute('aria-valuetext', Math.round(100 * share) + ' % ' + value.layers[pair + 1].name);
};
const drag = event => {
  const box = element.querySelector('.ga-layers').getBoundingClientRect();
  const pair = Math.min(Math.floor(at), props.value.layers.length - 2);
  at = pair + Math.min(0.999, Math.max(0, (event.clientX - box.left) / box.width));
  show();
};
element.addEventListener('input', event => {
  event.stopPropagation();
  at = Number(event.target.value);
  show();
});
element.addEventListener('change', event => event.stopPropagation());
element.addEventListener('click', event => {
  const button = event.target.closest('[data-at]');
  if (button) { at = Number(button.dataset.at); show(); }
});
element.addEventListener('pointerdown', event => {
  const layers = event.target.closest('.ga-layers');
  if (!layers) return;
  layers.setPointerCapture(event.pointerId);
  drag(event);
});
element.addEventListener('pointermove', event => {
  if (event.buttons && event.target.closest('.ga-layers')) drag(event);
});
watch('value', show);
show();
"""


def view(**options):
    """A comparison; the browser alone moves it."""
    return views.view(COMPARE, COMPARE_JS, **options)


def value(size, layers, title="", note=""):
    """What the view shows. size: (width, height). layers: (name, data URI) each, from the lowest up."""
    return {
        "width": size[0],
        "height": size[1],
        "at": len(layers) - 1.5,  # the last picture half uncovered, until the visitor moves the range
        "title": title,
        "note": note,
        "layers": [{"name": name, "src": src} for name, src in layers],
    }
