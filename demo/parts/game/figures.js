// What a game's panel says beside its stage: the layout, the numbers, the curves, ten seeds, files.
window.gameHtml = v => {
  const w = v.words, count = Object.keys(v.pairs).length ? 2 : 1, one = (html, times) => Array.from({length: times}, () => html).join('');
  const box = c => `<label class="game-control"><span>${c.label}</span>${c.choices
    ? `<select data-key="${c.key}">${c.choices.map(([text, value]) => `<option value="${value}">${text}</option>`).join('')}</select>`
    : `<input type="range" data-key="${c.key}" min="${c.min}" max="${c.max}" step="${c.step || 1}"><output></output>`}</label>`;
  const button = (name, text, more = '') => `<button type="button" data-${name} ${more}>${text}</button>`;
  const layer = (name, on) => `<label><input type="checkbox" data-layer="${name}" ${on ? 'checked' : ''}>${w[name]}</label>`;
  const curves = `<div class="game-curves"><canvas role="img" aria-label="${w.curves}"></canvas></div>`;
  return `<p class="lab-lecture"><span>${w.lecture} ${v.numbers}</span> ${v.lecture}</p>
<div class="lab-guess" role="group"></div>
<p class="ga-buttons game-presets">${Object.entries(v.presets).map(([name, [text]]) => button('preset', text).replace(
    'data-preset', `data-preset="${name}"`)).join('')}</p>
<div class="game-room"><div class="game-left">
<p class="game-bar">${button('play', w.play, 'class="game-play"')}${button('d', w.stepD)}${button('g', w.stepG)}
  ${button('round', w.round)}${button('reset', w.reset)}${button('seed', w.newSeed)}</p>
<p class="game-broken" hidden><b class="game-why"></b>${button('back', w.back)}</p>
<div class="game-stages">${one(`<figure><figcaption class="game-name"></figcaption>
  <div class="game-stage"><canvas role="img"></canvas></div></figure>`, count)}</div>
<label class="game-rewind"><span class="game-step"></span><input type="range" data-rewind min="0" max="1" value="0"
  aria-label="${w.rewind}"></label>
<p class="game-layers">${layer('map', true)}${layer('net', true)}${layer('arrows', false)}${layer('star', false)}
  <label><input type="checkbox" data-slow>${w.slow}</label>
  <label>${w.speed}<input type="range" data-speed min="1" max="20" value="4"></label></p>
<p class="game-draw" hidden>${w.draw} ${button('clear', w.clear)}</p>${count > 1 ? curves : ''}</div>
<div class="game-right"><p class="lab-number" aria-live="off"></p><table class="game-figures"></table>
<div class="game-graph"><canvas role="img" aria-label="${w.graph}"></canvas></div>
<div class="game-controls">${v.controls.map(box).join('')}</div></div></div>
${count > 1 ? '' : curves}
<p class="game-bar">${count > 1 ? '' : button('seeds', w.tenSeeds)}${button('csv', 'CSV')}${count > 1 ? '' : button('program', w.program)}</p>
<p class="game-seeds" aria-live="polite"></p><div class="lab-words"><p>${v.note}</p>${count > 1 ? '' : `<p>${w.programIs}</p>`}</div>
<p class="ga-link"><input readonly aria-label="${w.copy}">${button('copy', w.copy)}</p>`;
};
// The question before the game; an answer says whether it is right, and why.
window.gameQuestion = (place, {guess, words}) => {
  if (!guess) return;
  const button = (text, i, more) => `<button type="button" data-guess="${i}" ${more}>${text}</button>`;
  place.innerHTML = `<b>${guess.question}</b>${guess.choices.map((text, i) => button(text, i, '')).join('')}`
    + button(words.skip, -1, 'class="lab-skip"');
  place.addEventListener('click', ({target}) => {
    const {guess: given} = target.dataset;
    if (!given) return;
    const right = Number(given) === guess.right;
    place.innerHTML = given < 0 ? '' : `<b class="lab-${right ? 'right' : 'wrong'}">${right ? words.right : words.wrong}</b> ${guess.why}`;
  });
};
window.gameFigures = (() => {
const text = x => x === null || x === undefined ? '\u2014'
  : (Math.abs(x) >= 100 ? x.toFixed(0) : Number(x.toPrecision(3)) === 0 ? '0' : Math.abs(x) < 1e-3 ? x.toExponential(1)
    : x.toPrecision(3)).replaceAll('-', '\u2212');
const latest = (frame, i) => frame.rows.map(row => row[i]).filter(row => row.step <= frame.step).pop();
const aloud = (v, frame, i) => `${latest(frame, i).modes} / ${frame.of[i]}`;
const share = x => `${Math.round(100 * x)}\u00a0%`;
const ROWS = Object.entries({good: share, kl: text, js: text, w: text});
// One row a figure, one column a game, and what a perfect generator would score.
const show = (root, v, frame, names) => {
  const {words} = v, rows = names.map((_, i) => latest(frame, i));
  const kind = frame.named[0] ? words.modes : words.places;
  root.querySelector('.lab-number').innerHTML = `<b>${rows.map(row => row.modes).join(' : ')}<small>/${frame.of[0]}</small></b>
    <span>${kind}</span><small>${words.perfect}: ${Math.round(frame.ideals[0].modes)}/${frame.of[0]}</small>`;
  const line = (label, cells, ideal) => `<tr><th scope="row">${label}</th>${cells.map(c => `<td>${c}</td>`).join('')}<td>${ideal}</td></tr>`;
  const head = `<tr><th></th>${names.map(name => `<th scope="col">${name || words.now}</th>`).join('')}<th scope="col">${words.perfect}</th></tr>`;
  root.querySelector('.game-figures').innerHTML = head
    + ROWS.map(([key, say]) => line(words[key], rows.map(row => say(row[key])), say(frame.ideals[0][key]))).join('')
    + line(words.critic, frame.now.map(now => text(now.critic)), '')
    + line(words.d_loss, frame.now.map(now => text(now.d_loss)), '')
    + line(words.g_loss, frame.now.map(now => text(now.g_loss)), '')
    + line(words.slope, frame.slopes ? frame.slopes.map(text) : names.map(() => '\u2014'), '')
    + (frame.stars ? line(words.off, frame.stars.map(star => star ? text(star.off) : '\u2014'), '0') : '');
  curves(root.querySelector('.game-curves canvas'), v, frame, names);
};
const limits = (values, floor) => {
  const known = values.filter(y => y !== null && y !== undefined);
  const [low, high] = [Math.min(floor, ...known), Math.max(floor + .1, ...known)];
  return [low, high + (high - low) * .08];
};
const curves = (canvas, v, frame, names) => {
  const {words} = v, x = frame.rows.map(row => row[0].step), end = Math.max(20, x[x.length - 1]);
  const line = (key, colour, label, i, scale = 1) => ({kind: 'curve', x, color: colour, label: names.length > 1
    ? `${names[i]}` : label, y: frame.rows.map(row => row[i][key] === null ? null : row[i][key] * scale)});
  const rule = (y, colour, text = words.perfect) => ({kind: 'rule', y, color: colour, dash: true, text});
  const here = {kind: 'rule', x: frame.step, color: 'text', dash: true, text: ''};
  const plot = (title, lines, more = []) => ({title, x: [0, end], y: limits(lines.flatMap(l => l.y), 0), xlabel: words.steps,
    layers: [...lines, ...more, here]});
  const both = (key, title, ideal) => plot(title, names.map((_, i) => line(key, ['d', 'gradient'][i], '', i)),
    ideal ? [rule(frame.ideals[0][key], 'other')] : []);
  const plots = names.length > 1
    ? [both('modes', frame.named[0] ? words.modes : words.places), both('w', words.w, true), both('d_loss', words.d_loss), both('g_loss', words.g_loss)]
    : [plot(words.losses, [line('d_loss', 'd', 'D', 0), line('g_loss', 'fake', 'G', 0)]),
      plot(words.w, [line('w', 'both', words.exact, 0), line('critic', 'd', words.critic, 0)], [rule(frame.ideals[0].w, 'other')]),
      plot('KL, JS', [line('kl', 'real', 'KL', 0), line('js', 'both', 'JS', 0)], [rule(frame.ideals[0].kl, 'real'), rule(frame.ideals[0].js, 'both', '')]),
      plot(frame.named[0] ? words.modes : words.places, [line('modes', 'fake', words.covered, 0)], [rule(frame.of[0], 'other')])];
  labPlot.draw(canvas, {plots, across: canvas.parentElement.clientWidth > 900 ? 4 : 2, height: 200}, false);
};
const save = (name, content) => {
  const a = document.createElement('a');
  a.href = URL.createObjectURL(new Blob([content], {type: 'text/plain'}));
  a.download = name;
  a.click();
};
const csv = frame => {
  const keys = Object.keys(frame.rows[0][0]), many = frame.rows[0].length > 1;
  const lines = frame.rows.flatMap(row => row.map((game, i) => [...(many ? [i + 1] : []), ...keys.map(k => game[k] ?? '')]));
  const head = [...(many ? ['run'] : []), ...keys];
  return [head, ...lines].map(line => line.join(',')).join('\n') + '\n';
};
// The same run as a program for PyTorch: its settings are those with which the run began.
const program = (source, settings, frame) => {
  const {pair, ...kept} = settings;
  const given = JSON.stringify({...kept, brush: kept.data === 'brush' ? kept.brush : '', steps: frame.step || kept.steps || 300});
  return source.replace(/json\.loads\("""[^]*?"""\)/, () => `json.loads("""\n${given}\n""")`);
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
return {show, aloud, save, csv, program, seeds};
})();
