// One panel of the lab: the lecture's sentence, a guess, the figure, the number that settles it, presets and link.
window.labPanel = (element, props, trigger, watch) => {
const PATIENCE = 3000, SOON = 20;  // ms
const root = document.createElement('article');
root.className = 'lab-panel';
root.innerHTML = `<p class="lab-lecture"></p><div class="lab-guess" role="group"></div>
<div class="lab-figure"><canvas role="img"></canvas></div><p class="ga-buttons lab-hand"></p>
<p class="lab-number" aria-live="polite"></p><div class="lab-words"></div><p class="ga-buttons lab-presets"></p>
<p class="ga-link"></p>`;
element.append(root);
const find = what => root.querySelector(what), canvas = find('canvas'), figure = find('.lab-figure');
let value = null, guessed = null, placed = [], timer, frame, wait;
// What takes longer than a moment, because something learns, is seen to be on its way.
const busy = () => {
  clearTimeout(wait);
  wait = setTimeout(() => { root.classList.add('lab-busy'); wait = setTimeout(idle, 20000); }, 400);
};
const idle = () => { clearTimeout(wait); root.classList.remove('lab-busy'); };
// What is asked while an answer is on its way is sent after it: Gradio would send the earlier event's data again.
let last = {id: 0}, open = false, sent = 0;
const go = () => { sent = Date.now(); trigger('input', last); };
const ask = what => {
  const wait = open && Date.now() - sent < PATIENCE;  // an error has no answer
  last = {...what, ...(what.set && {set: {...(open && last.set), ...what.set}}), id: last.id + 1};
  open = true;
  busy();
  if (!wait) go();
};
const answered = () => {
  if (!value || !('asked' in value)) return;
  open &&= value.asked !== last.id;
  if (open) setTimeout(go, SOON);
};
const hand = labPlot.hand(canvas, () => placed, values => ask({set: values}), () => later());
// Only what has changed is replaced, so that the focus stays on a button.
const put = (what, html) => {
  const place = find(what);
  if (place.shown !== html) place.innerHTML = place.shown = html;
};
const hidden = () => value.guess && guessed === null;
const draw = () => {
  if (!value || !figure.offsetWidth) return;
  placed = labPlot.draw(canvas, value.view, hidden(), hand.chosen());
  canvas.style.cursor = hand.moves() || placed.some(({plot}) => plot.draw) ? 'crosshair' : 'auto';
  canvas.tabIndex = hand.moves() ? 0 : -1;
  canvas.setAttribute('role', hand.moves() ? 'application' : 'img');
  const {words} = value;
  put('.lab-hand', !hand.moves() ? '' : `<button type="button" data-hand="next">${words.next}</button>`
    + (hand.adds() ? `<button type="button" data-hand="add">${words.add}</button>
    <button type="button" data-hand="remove">${words.remove}</button>` : '') + `<span aria-live="polite"></span>`);
  const remove = find('[data-hand=remove]');
  if (remove) remove.disabled = !hand.removes();
  if (hand.moves()) find('.lab-hand span').textContent = hand.says() || words.keys;
};
const later = () => { cancelAnimationFrame(frame); frame = requestAnimationFrame(draw); };
const question = ({guess, words}) => !guess ? '' : guessed === null ? `<b>${guess.question}</b>
  ${guess.choices.map((choice, i) => `<button type="button" data-guess="${i}">${choice}</button>`).join('')}
  <button type="button" data-guess="-1" class="lab-skip">${words.skip}</button>`
  : guessed < 0 ? '' : `<b class="${guessed === guess.right ? 'lab-right' : 'lab-wrong'}">${guessed === guess.right
    ? words.right : words.wrong}</b> ${guess.why}`;
const update = () => {
  const v = value;
  idle();
  root.classList.toggle('lab-learning', Boolean(v?.learning));
  if (!v || !v.view) return busy();
  const open = find('details')?.open, secret = hidden();
  put('.lab-lecture', `<span>${v.words.lecture} ${v.claims}</span> ${v.lecture}`);
  put('.lab-guess', question(v));
  put('.lab-number', secret ? '' : `<b>${v.text}</b><span>${v.unit}</span><small>${v.ideal}</small>`);
  put('.lab-words', secret ? '' : `
    ${v.rows.length ? `<dl>${v.rows.map(([name, text]) => `<div><dt>${name}</dt><dd>${text}</dd></div>`).join('')}</dl>` : ''}
    <p>${v.note}</p>${v.slip ? `<p class="lab-slip">${v.slip}</p>` : ''}
    <details ${open ? 'open' : ''}><summary>${v.words.formula}</summary><code>${v.formula}</code></details>`);
  put('.lab-presets', v.presets.map(([name, text]) =>
    `<button type="button" data-preset="${name}">${text}</button>`).join('')
    + `<button type="button" data-reset>${v.words.reset}</button>`);
  put('.ga-link', `<input readonly aria-label="${v.words.copy}" value="${location.origin + location.pathname + inLanguage(v.link)}">
    <button type="button" data-copy>${v.words.copy}</button>`);
  canvas.setAttribute('aria-label', secret ? v.title : `${v.title}: ${v.text} ${v.unit}`);
  later();
  clearTimeout(timer);
  timer = setTimeout(address, 400);  // browsers throttle more
};
const address = () => { if (figure.offsetWidth && value) history.replaceState(history.state, '', inLanguage(value.link)); };
root.addEventListener('click', event => {
  const button = event.target.closest('button'), data = button ? button.dataset : {};
  if ('guess' in data) { guessed = Number(data.guess); update(); }
  if ('preset' in data) ask({preset: data.preset});
  if ('reset' in data) ask({reset: true});
  if ('hand' in data) hand[data.hand]();
  if ('copy' in data) {
    find('.ga-link input').select();
    const done = () => { button.textContent = value.words.copied; };
    navigator.clipboard ? navigator.clipboard.writeText(find('.ga-link input').value).then(done, () => {}) : done();
  }
});
element.closest('.lab-room').addEventListener('input', busy);
new ResizeObserver(later).observe(figure);
new MutationObserver(later).observe(document.body, {attributes: true, attributeFilter: ['class']});
new IntersectionObserver(([seen]) => { if (seen.isIntersecting) address(); }).observe(figure);
// What an earlier stream still sends is left out.
const take = () => { if (!(props.value?.order < value?.order)) value = props.value; };
watch('value', () => { take(); update(); answered(); });
take();
update();
};
// The index of claims opens tabs and panels by their buttons, whose ids Gradio makes from elem_id.
document.addEventListener('click', event => {
  const link = event.target.closest('a[data-room]');
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  for (const id of link.dataset.room.split(' ')) setTimeout(() => document.getElementById(id + '-button')?.click(), 0);
  window.scrollTo({top: 0});
});
