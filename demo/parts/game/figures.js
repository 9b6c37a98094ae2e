// A game in the plane: what its panel has beyond the others', its stages, numbers, curves and film, and ten seeds.
window.gameKinds = {};
window.gameKinds.plane = (() => {
const html = v => {
  const w = v.words, {once, button, ...parts} = gameParts(v);
  const layer = (name, on) => `<label><input type="checkbox" data-layer="${name}" ${on ? 'checked' : ''}>${w[name]}</label>`;
  const stage = `<figure><figcaption class="game-name"></figcaption>
  <div class="game-stage"><canvas role="img"></canvas></div></figure>`;
  return `${parts.head}
<div class="game-room"><div class="game-left">
${parts.bar(button('d', w.stepD) + button('g', w.stepG))}
<div class="game-stages">${stage.repeat(once ? 1 : 2)}</div>
${parts.rewind}
<p class="game-layers">${layer('map', true)}${layer('net', true)}${layer('arrows', false)}${layer('star', false)}
  <label><input type="checkbox" data-slow>${w.slow}</label>${parts.speed(4)}</p>
<p class="game-draw" hidden>${w.draw} ${button('clear', w.clear)}</p>${once ? '' : parts.curves}</div>
<div class="game-right">${parts.number}
<div class="game-graph"><canvas role="img" aria-label="${w.graph}"></canvas></div>
${parts.controls}</div></div>
${once ? parts.curves : ''}
${parts.files(once ? button('seeds', w.tenSeeds) : '')}
<p class="game-seeds" aria-live="polite"></p>${parts.words}`;
};
const text = x => x === null || x === undefined ? '\u2014'
  : (Math.abs(x) >= 100 ? x.toFixed(0) : Number(x.toPrecision(3)) === 0 ? '0' : Math.abs(x) < 1e-3 ? x.toExponential(1)
    : x.toPrecision(3)).replaceAll('-', '\u2212');
const latest = (frame, i) => frame.rows.map(row => row[i]).filter(row => row.step <= frame.step).pop();
const runs = (v, values) => v.pairs[values.pair]?.map(({label}) => label) || [''];
// What is drawn at every frame.
const draw = (root, v, frame, look) => {
  root.querySelectorAll('.game-stage canvas').forEach((canvas, i) => {
    gameStage.draw(canvas, frame.pictures && frame.pictures[i], {reach: v.reach, ...look});
    canvas.setAttribute('aria-label', `${v.title}: ${latest(frame, i).modes} / ${frame.known[i].of}`);
  });
};
const film = (canvas, v, frame, look, values) => {
  const size = frame.pictures.length > 1 ? 240 : 320, ctx = canvas.getContext('2d');
  [canvas.width, canvas.height] = [size * frame.pictures.length, size];
  ctx.font = '12px ' + getComputedStyle(document.body).fontFamily;
  ctx.fillStyle = getComputedStyle(document.body).getPropertyValue('--lab-strong');
  frame.pictures.forEach((picture, i) => {
    ctx.save();
    ctx.beginPath();
    ctx.translate(size * i, 0);
    ctx.rect(0, 0, size, size);
    ctx.clip();
    gameStage.paint(ctx, size, picture, {reach: v.reach, ...look});
    ctx.restore();
    ctx.fillText(runs(v, values)[i], size * i + 8, 16);
  });
};
const share = x => `${Math.round(100 * x)}\u00a0%`;
const ROWS = Object.entries({good: share, kl: text, js: text, w: text});
// One row a figure, one column a game, and what a perfect generator would score.
const tell = (root, v, frame, {lit}, values) => {
  const {words} = v, names = runs(v, values), rows = names.map((_, i) => latest(frame, i)), [{ideal, of, named}] = frame.known;
  const now = key => names.map((_, i) => text(frame.pictures?.[i].now[key]));
  root.querySelector('.lab-number').innerHTML = `<b>${rows.map(row => row.modes).join(' : ')}<small>/${of}</small></b>
    <span>${named ? words.modes : words.places}</span><small>${words.perfect}: ${Math.round(ideal.modes)}/${of}</small>`;
  const line = (label, cells, ideal) => `<tr><th scope="row">${label}</th>${cells.map(c => `<td>${c}</td>`).join('')}<td>${ideal}</td></tr>`;
  const head = `<tr><th></th>${names.map(name => `<th scope="col">${name || words.now}</th>`).join('')}<th scope="col">${words.perfect}</th></tr>`;
  root.querySelector('.game-figures').innerHTML = head
    + ROWS.map(([key, say]) => line(words[key], rows.map(row => say(row[key])), say(ideal[key]))).join('')
    + ['critic', 'd_loss', 'g_loss', 'slope'].map(key => line(words[key], now(key), '')).join('')
    + (frame.pictures && 'off' in frame.pictures[0].now ? line(words.off, now('off'), '0') : '');
  gameStage.graph(root.querySelector('.game-graph canvas'), words, lit);
  curves(root.querySelector('.game-curves canvas'), v, frame, names);
};
const limits = (values, floor) => {
  const known = values.filter(y => y !== null && y !== undefined);
  const [low, high] = [Math.min(floor, ...known), Math.max(floor + .1, ...known)];
  return [low, high + (high - low) * .08];
};
const curves = (canvas, v, frame, names) => {
  const {words} = v, [{ideal, of, named}] = frame.known, x = frame.rows.map(row => row[0].step), end = Math.max(20, x[x.length - 1]);
  const line = (key, colour, label, i, scale = 1) => ({kind: 'curve', x, color: colour, label: names.length > 1
    ? `${names[i]}` : label, y: frame.rows.map(row => row[i][key] === null ? null : row[i][key] * scale)});
  const rule = (y, colour, text = words.perfect) => ({kind: 'rule', y, color: colour, dash: true, text});
  const here = {kind: 'rule', x: frame.step, color: 'text', dash: true, text: ''};
  const plot = (title, lines, more = []) => ({title, x: [0, end], y: limits(lines.flatMap(l => l.y), 0), xlabel: words.steps,
    layers: [...lines, ...more, here]});
  const both = (key, title, ruled) => plot(title, names.map((_, i) => line(key, ['d', 'gradient'][i], '', i)),
    ruled ? [rule(ideal[key], 'other')] : []);
  const plots = names.length > 1
    ? [both('modes', named ? words.modes : words.places), both('w', words.w, true), both('d_loss', words.d_loss), both('g_loss', words.g_loss)]
    : [plot(words.losses, [line('d_loss', 'd', 'D', 0), line('g_loss', 'fake', 'G', 0)]),
      plot(words.w, [line('w', 'both', words.exact, 0), line('critic', 'd', words.critic, 0)], [rule(ideal.w, 'other')]),
      plot('KL, JS', [line('kl', 'real', 'KL', 0), line('js', 'both', 'JS', 0)], [rule(ideal.kl, 'real'), rule(ideal.js, 'both', '')]),
      plot(named ? words.modes : words.places, [line('modes', 'fake', words.covered, 0)], [rule(of, 'other')])];
  labPlot.draw(canvas, {plots, across: canvas.parentElement.clientWidth > 900 ? 4 : 2, height: 200}, false);
};
// How ten runs from ten seeds end, one after the other; returns their worker.
const seeds = (url, [settings], place, {words}) => {
  const found = [], worker = new Worker(url), steps = settings.steps || 1500;
  worker.onmessage = ({data}) => {
    found.push(data);
    const bad = found.filter(run => run.broken || run.modes <= run.of / 2).length;
    place.innerHTML = words.seedsEnd.replace('{bad}', bad).replace('{n}', found.length).replace('{steps}', steps)
      + ' ' + found.map(run => `<span>${run.broken ? '\u2014' : run.modes}</span>`).join('');
    if (found.length === 10) worker.terminate();
  };
  place.textContent = words.wait;
  worker.postMessage({do: 'seeds', settings, seeds: Array.from({length: 10}, (_, i) => settings.seed + i), steps});
  return worker;
};
return {html, draw, tell, film, seeds};
})();
