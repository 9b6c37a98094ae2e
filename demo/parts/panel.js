// One panel of the lab: the lecture's sentence, a guess, the figure, the number that settles it, presets and link.
window.labPanel = (element, props, trigger, watch) => {
const root = document.createElement('article');
root.className = 'lab-panel';
root.innerHTML = `<p class="lab-lecture"></p><div class="lab-guess" role="group"></div>
<div class="lab-figure"><canvas role="img"></canvas></div>
<p class="lab-number" aria-live="polite"></p><div class="lab-words"></div><p class="ga-buttons lab-presets"></p>
<p class="ga-link"></p>`;
element.append(root);
const find = what => root.querySelector(what), canvas = find('canvas'), figure = find('.lab-figure');
let guessed = null, placed = [], timer, frame;
const hidden = () => props.value.guess && guessed === null;
const draw = () => {
  if (!props.value || !figure.offsetWidth) return;
  placed = labPlot.draw(canvas, props.value.view, hidden());
  const held = placed.some(({plot}) => plot.draw || plot.layers.some(layer => layer.drag));
  canvas.style.touchAction = held ? 'none' : 'auto';
  canvas.style.cursor = held ? 'crosshair' : 'auto';
};
const later = () => { cancelAnimationFrame(frame); frame = requestAnimationFrame(draw); };
const question = ({guess, words}) => !guess ? '' : guessed === null ? `<b>${guess.question}</b>
  ${guess.choices.map((choice, i) => `<button type="button" data-guess="${i}">${choice}</button>`).join('')}
  <button type="button" data-guess="-1" class="lab-skip">${words.skip}</button>`
  : guessed < 0 ? '' : `<b class="${guessed === guess.right ? 'lab-right' : 'lab-wrong'}">${guessed === guess.right
    ? words.right : words.wrong}</b> ${guess.why}`;
const update = () => {
  const v = props.value;
  if (!v || !v.view) return;
  const open = find('details')?.open, secret = hidden();
  find('.lab-lecture').innerHTML = `<span>${v.words.lecture} ${v.claims}</span> ${v.lecture}`;
  find('.lab-guess').innerHTML = question(v);
  find('.lab-number').innerHTML = secret ? '' : `<b>${v.text}</b><span>${v.unit}</span><small>${v.ideal}</small>`;
  find('.lab-words').innerHTML = secret ? '' : `
    ${v.rows.length ? `<dl>${v.rows.map(([name, text]) => `<div><dt>${name}</dt><dd>${text}</dd></div>`).join('')}</dl>` : ''}
    <p>${v.note}</p>${v.slip ? `<p class="lab-slip">${v.slip}</p>` : ''}
    <details ${open ? 'open' : ''}><summary>${v.words.formula}</summary><code>${v.formula}</code></details>`;
  find('.lab-presets').innerHTML = v.presets.map(([name, text]) =>
    `<button type="button" data-preset="${name}">${text}</button>`).join('')
    + `<button type="button" data-reset>${v.words.reset}</button>`;
  find('.ga-link').innerHTML = `<input readonly aria-label="${v.words.copy}" value="${location.origin + location.pathname}${v.link}">
    <button type="button" data-copy>${v.words.copy}</button>`;
  canvas.setAttribute('aria-label', secret ? v.title : `${v.title}: ${v.text} ${v.unit}`);
  later();
  clearTimeout(timer);
  timer = setTimeout(address, 400);  // browsers throttle more
};
const address = () => { if (figure.offsetWidth && props.value) history.replaceState(history.state, '', props.value.link); };
root.addEventListener('click', event => {
  const button = event.target.closest('button'), data = button ? button.dataset : {};
  if ('guess' in data) { guessed = Number(data.guess); update(); }
  if ('preset' in data) trigger('input', {preset: data.preset});
  if ('reset' in data) trigger('input', {reset: true});
  if ('copy' in data) {
    find('.ga-link input').select();
    const done = () => { button.textContent = props.value.words.copied; };
    navigator.clipboard ? navigator.clipboard.writeText(find('.ga-link input').value).then(done, () => {}) : done();
  }
});
labPlot.hand(canvas, () => placed, values => trigger('input', {set: values}));
new ResizeObserver(later).observe(figure);
new MutationObserver(later).observe(document.body, {attributes: true, attributeFilter: ['class']});
new IntersectionObserver(([seen]) => { if (seen.isIntersecting) address(); }).observe(figure);
watch('value', update);
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
