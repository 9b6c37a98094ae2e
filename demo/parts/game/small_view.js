// A panel of a small game: what the worker has found as plots, a number, a table, and the controls.
window.smallViews = (() => {
const number = x => x.toFixed(2).replace('-', '\u2212');
const flat = points => Array.from({length: points.length / 2}, (_, i) => [points[2 * i], points[2 * i + 1]]);
const HUES = ['real', 'fake', 'both', 'd'];
const plane = (title, layers, reach = 1.5) => ({title, equal: true, bare: true, x: [-reach, reach], y: [-reach, reach], layers});
const over = (title, rows, words, lines, rules = []) => ({title, x: [0, Math.max(100, ...rows.map(r => r.step))], y: [0, 1.05],
  xlabel: words.steps, layers: [...lines.map(([key, color, label]) => ({kind: 'curve', x: rows.map(r => r.step),
    y: rows.map(r => r[key]), color, label})), ...rules.map(y => ({kind: 'rule', y, color: 'other', dash: true, text: number(y)}))]});
const points = (values, hues, label) => ({kind: 'points', at: flat(values), color: hues, size: 3, label});
return {
  pairs: ({now, rows, picture}, {words}, {wrong}) => ({
    number: number(now.wrong), unit: words.wrongUnit, ideal: words.wrongIdeal,
    head: [words.shown, words.target, words.found, words.balance],
    rows: [[words.right, '1', number(now.right), wrong ? '2/3' : '1/2'], [words.wrong, '0', number(now.wrong), wrong ? '0' : '\u2014'],
      [words.own, '0', number(now.own), wrong ? '2/3' : '1/2'], [words.other, '0', number(now.other), wrong ? '0' : '\u2014'],
      [words.placed, '', `${Math.round(100 * now.placed)}\u00a0%`, '']],
    plots: [plane(words.realPlane, [points(picture.real, picture.labels.map(c => HUES[c]))]),
      plane(words.fakePlane, [points(picture.fake, picture.labels.map(c => HUES[c]))]),
      over(words.verdicts, rows, words, [['right', 'real', words.right], ['wrong', 'gradient', words.wrong],
        ['own', 'fake', words.own], ['other', 'other', words.other]], [wrong ? 2 / 3 : 1 / 2])],
  }),
  cycle: ({now, rows, picture}, {words}) => {
    const n = picture.from.length / 2, hues = Array.from({length: n}, (_, i) => `hsl(${360 * i / n} 65% 50%)`);
    return {number: number(now.l1), unit: words.l1, ideal: words.l1Ideal,
      head: ['', words.found, words.balance],
      rows: [[words.kept, `${Math.round(100 * now.kept)}\u00a0%`, '100\u00a0%'], [words.off, number(now.off), '0']],
      plots: [plane(words.from, [points(picture.from, hues)]), plane(words.there, [points(picture.there, hues)]),
        plane(words.home, [points(picture.home, hues)]),
        over(words.overTime, rows, words, [['l1', 'gradient', words.l1Short], ['kept', 'd', words.kept]])]};
  },
};
})();
window.smallPanel = (element, props) => {
const v = props.value, {words} = v, root = document.createElement('article'), values = {...v.first};
const query = new URLSearchParams(location.search);
if (query.get('panel') === v.key) for (const {key, min, max} of v.controls) {
  const given = Number(query.get(key) || NaN);
  if (Number.isInteger(given) && given >= min && given <= max) values[key] = given;
}
const button = (name, text, more = '') => `<button type="button" data-${name} ${more}>${text}</button>`;
root.className = 'lab-panel game game-small';
root.style.setProperty('display', 'flex', 'important');  // on a phone other panels lend their parts to the column
root.innerHTML = `<p class="lab-lecture"><span>${words.lecture} ${v.numbers}</span> ${v.lecture}</p>
<div class="lab-guess" role="group"></div>
<p class="ga-buttons game-presets">${Object.entries(v.presets).map(([name, [text]]) => `<button type="button"
  data-preset="${name}">${text}</button>`).join('')}</p>
<p class="game-bar">${button('play', words.play, 'class="game-play"')}${button('round', words.round)}${button('reset', words.reset)}
  ${button('seed', words.newSeed)}<span class="game-step"></span></p>
<div class="game-controls">${v.controls.map(c => `<label class="game-control"><span>${c.label}</span><input type="${c.max === 1 ? 'checkbox' : 'range'}"
  data-key="${c.key}" min="${c.min}" max="${c.max}" step="1"><output></output></label>`).join('')}</div>
<div class="game-curves"><canvas role="img" aria-label="${v.title}"></canvas></div>
<p class="lab-number"></p><table class="game-figures"></table>
<div class="lab-words"><p>${v.note}</p></div>
<p class="ga-link"><input readonly aria-label="${words.copy}">${button('copy', words.copy)}</p>`;
element.append(root);
const find = what => root.querySelector(what), all = what => [...root.querySelectorAll(what)];
gameQuestion(find('.lab-guess'), v);
let worker, frame, playing = false, waiting = false, again = false, timer;
const send = message => {
  waiting = true;
  worker.postMessage({do: 'small', kind: v.kind, rounds: 0, budget: 24, until: values.steps, ...message});
};
const open = () => {
  for (const box of all('[data-key]')) {
    box.value = values[box.dataset.key];
    box.checked = values[box.dataset.key] > 0;
    box.nextElementSibling.textContent = box.type === 'range' ? box.value : '';
  }
  if (!worker) return;
  again = waiting;
  if (!waiting) send({settings: {...values}});
};
const play = on => {
  if (on && frame && frame.step >= values.steps) open();
  playing = on;
  find('[data-play]').textContent = on ? words.pause : words.play;
  if (on) requestAnimationFrame(loop);
};
const loop = () => {
  if (!playing) return;
  if (!root.offsetWidth) return play(false);
  requestAnimationFrame(loop);
  if (waiting || !frame) return;
  if (frame.step >= values.steps) return play(false);
  send({rounds: 20});
};
const show = () => {
  if (!frame || !root.offsetWidth) return;
  const found = smallViews[v.kind](frame, v, values);
  labPlot.draw(find('canvas'), {plots: found.plots, across: found.plots.length, height: 260, phone: 220}, false);
  find('.lab-number').innerHTML = `<b>${found.number}</b><span>${found.unit}</span><small>${found.ideal}</small>`;
  const line = (cells, cell) => `<tr><th scope="row">${cells[0]}</th>${cells.slice(1).map(cell).join('')}</tr>`;
  find('.game-figures').innerHTML = line(found.head, text => `<th scope="col">${text}</th>`)
    + found.rows.map(row => line(row, text => `<td>${text}</td>`)).join('');
  find('.game-step').textContent = words.step.replace('{n}', frame.step);
  const link = new URLSearchParams({tab: 'lab', panel: v.key});
  for (const {key} of v.controls) if (values[key] !== v.first[key]) link.set(key, values[key]);
  find('.ga-link input').value = location.origin + location.pathname + inLanguage('?' + link);
  clearTimeout(timer);
  timer = setTimeout(() => { if (root.offsetWidth) history.replaceState(history.state, '', inLanguage('?' + link)); }, 400);
};
const start = () => {
  if (worker) return;
  const code = document.getElementById('game-worker').textContent;
  worker = new Worker(URL.createObjectURL(new Blob([code], {type: 'text/javascript'})));
  worker.onmessage = ({data}) => {
    [frame, waiting] = [data, false];
    if (again) open();
    else show();
  };
  open();
};
root.addEventListener('input', ({target: {dataset, value, type, checked}}) => {
  if (!dataset.key) return;
  values[dataset.key] = Number(type === 'range' ? value : checked);
  open();
});
const clicks = {
  play: () => play(!playing),
  round: () => { play(false); if (!waiting) send({rounds: 1, until: Infinity}); },
  reset: () => { play(false); open(); },
  seed: () => { values.seed = Math.floor(Math.random() * 10000); open(); },
  preset: ({preset}) => { Object.assign(values, v.first, {seed: values.seed}, v.presets[preset][1]); open(); play(true); },
  copy: () => { find('.ga-link input').select(); navigator.clipboard?.writeText(find('.ga-link input').value).catch(() => {}); },
};
root.addEventListener('click', ({target}) => {
  const data = target.closest('button')?.dataset || {};
  for (const name of Object.keys(clicks)) if (name in data) clicks[name](data);
});
new ResizeObserver(() => { if (root.offsetWidth) { start(); show(); } else play(false); }).observe(root);
new MutationObserver(show).observe(document.body, {attributes: true, attributeFilter: ['class']});
document.addEventListener('visibilitychange', () => { if (document.hidden) play(false); });
};
