// The small games: what the worker has found as plots, a number and a table.
(() => {
const number = x => x.toFixed(2).replace('-', '\u2212');
const flat = points => Array.from({length: points.length / 2}, (_, i) => [points[2 * i], points[2 * i + 1]]);
const HUES = ['real', 'fake', 'both', 'd'];
const plane = (title, layers, reach = 1.5) => ({title, equal: true, bare: true, x: [-reach, reach], y: [-reach, reach], layers});
const over = (title, {step, rows}, words, lines, rules = []) => ({title, x: [0, Math.max(100, ...rows.map(r => r.step))], y: [0, 1.05],
  xlabel: words.steps, layers: [...lines.map(([key, color, label]) => ({kind: 'curve', x: rows.map(r => r.step),
    y: rows.map(r => r[key]), color, label})), ...rules.map(y => ({kind: 'rule', y, color: 'other', dash: true, text: number(y)})),
    {kind: 'rule', x: step, color: 'text', dash: true, text: ''}]});
const points = (values, hues, label) => ({kind: 'points', at: flat(values), color: hues, size: 3, label});
// {number, unit, ideal, head, rows, plots} of a frame.
const FOUND = {
  pairs: ({now, ...picture}, run, words, {wrong}) => ({
    number: number(now.wrong), unit: words.wrongUnit, ideal: words.wrongIdeal,
    head: [words.shown, words.target, words.found, words.balance],
    rows: [[words.rightPair, '1', number(now.right), wrong ? '2/3' : '1/2'], [words.wrongPair, '0', number(now.wrong), wrong ? '0' : '\u2014'],
      [words.own, '0', number(now.own), wrong ? '2/3' : '1/2'], [words.other, '0', number(now.other), wrong ? '0' : '\u2014'],
      [words.placed, '', `${Math.round(100 * now.placed)}\u00a0%`, '']],
    plots: [plane(words.realPlane, [points(picture.real, picture.labels.map(c => HUES[c]))]),
      plane(words.fakePlane, [points(picture.fake, picture.labels.map(c => HUES[c]))]),
      over(words.verdicts, run, words, [['right', 'real', words.rightPair], ['wrong', 'gradient', words.wrongPair],
        ['own', 'fake', words.own], ['other', 'other', words.other]], [wrong ? 2 / 3 : 1 / 2])],
  }),
  cycle: ({now, ...picture}, run, words) => {
    const n = picture.from.length / 2, hues = Array.from({length: n}, (_, i) => `hsl(${360 * i / n} 65% 50%)`);
    return {number: number(now.l1), unit: words.l1, ideal: words.l1Ideal,
      head: ['', words.found, words.balance],
      rows: [[words.kept, `${Math.round(100 * now.kept)}\u00a0%`, '100\u00a0%'], [words.off, number(now.off), '0']],
      plots: [plane(words.from, [points(picture.from, hues)]), plane(words.there, [points(picture.there, hues)]),
        plane(words.home, [points(picture.home, hues)]),
        over(words.overTime, run, words, [['l1', 'gradient', words.l1Short], ['kept', 'd', words.kept]])]};
  },
};
const html = v => {
  const {once, button, ...parts} = gameParts(v);
  return `${parts.head}${parts.bar('')}${parts.controls}${parts.curves}${parts.rewind}
<p class="game-layers">${parts.speed(10)}</p>${parts.number}${parts.files('')}${parts.words}`;
};
const found = (v, frame, values) => FOUND[v.kind](frame.pictures[0], {step: frame.step, rows: frame.rows.map(([row]) => row)}, v.words, values);
const view = (plots, more) => ({plots, across: plots.length, height: 260, phone: 220, ...more});
const draw = (root, v, frame, look, values) => {
  if (frame.pictures) labPlot.draw(root.querySelector('.game-curves canvas'), view(found(v, frame, values).plots), false);
};
const tell = (root, v, frame, look, values) => {
  if (!frame.pictures) return;
  const {number, unit, ideal, head, rows} = found(v, frame, values);
  root.querySelector('.lab-number').innerHTML = `<b>${number}</b><span>${unit}</span><small>${ideal}</small>`;
  const line = (cells, cell) => `<tr><th scope="row">${cells[0]}</th>${cells.slice(1).map(cell).join('')}</tr>`;
  root.querySelector('.game-figures').innerHTML = line(head, text => `<th scope="col">${text}</th>`)
    + rows.map(row => line(row, text => `<td>${text}</td>`)).join('');
};
const film = (canvas, v, frame, look, values) => {
  const {plots} = found(v, frame, values);
  labPlot.draw(canvas, view(plots, {width: 260 * plots.length}), false);
};
for (const kind of Object.keys(FOUND)) window.gameKinds[kind] = {html, draw, tell, film};
})();
