// A panel whose games run in the visitor's browser: stages, graph, numbers, curves, controls, link, export.
window.gamePanel = (element, props) => {
const v = props.value, words = v.words, twice = Object.keys(v.pairs).length > 0, kind = gameKinds[v.kind];
const root = document.createElement('article');
root.className = 'lab-panel game' + (twice ? ' game-twice' : '') + (v.kind === 'plane' ? '' : ' game-small');
root.style.setProperty('display', 'flex', 'important');  // on a phone other panels lend their parts to the column
root.innerHTML = kind.html(v);
element.append(root);
gameQuestion(root.querySelector('.lab-guess'), v);
const find = what => root.querySelector(what), all = what => [...root.querySelectorAll(what)];
const query = new URLSearchParams(location.search), here = query.get('panel') === v.key;
const values = {...v.first}, shown = {map: true, net: true, arrows: false, star: false};
let worker, frame = null, playing = false, waiting = false, fresh = false, slow = false, lit = '', until = 0, moves = [], pen = null;
let tick, told, began, trial, filmer;
const blob = () => URL.createObjectURL(new Blob([document.getElementById('game-worker').textContent], {type: 'text/javascript'}));
// What the link says, where it is of this panel.
const control = key => v.controls.find(c => c.key === key);
const allowed = (key, text) => {
  const c = control(key), number = Number(text);
  if (key === 'brush') return /^(?:[0-9a-z]{4}){1,200}$/.test(text) ? text : v.first.brush;
  if (c.choices) return c.choices.map(([, value]) => value).find(value => String(value) === text) ?? v.first[key];
  return text !== '' && Number.isInteger(number) && number >= c.min && number <= c.max ? number : v.first[key];
};
const fromLink = () => {
  for (const key of Object.keys(v.first)) if (query.has(key)) values[key] = allowed(key, query.get(key));
  moves = (query.get('moves') || '').split(';').map(text => text.split(':')).slice(0, 100)
    .filter(([step, what]) => /^\d{1,5}$/.test(step) && (v.kind === 'plane' && ['D', 'G'].includes(what) || control(what)?.live))
    .map(([step, what, value]) => [Number(step), what, value === undefined ? null : allowed(what, value)]);
  return Math.min(20000, Math.max(0, Math.floor(Number(query.get('at'))) || 0));
};
const settings = (of = values) => !twice ? [{...of}] : v.pairs[of.pair].map(({parameter}) => ({...of, ...parameter}));
const send = message => {
  waiting = true;
  root.classList.toggle('game-busy', message.at > 200);
  worker.postMessage({...message, star: shown.star});
};
// What is asked while an answer is awaited is asked after it; of several rewinds, the last.
let queue = [];
const ask = message => {
  if (message.do === 'open') queue = [];
  if (message.do === 'seek') queue = queue.filter(waits => waits.do !== 'seek');
  if (waiting) queue.push(message);
  else send(message);
};
const open = (at = 0, kept = []) => {
  [began, until] = [{...values}, values.steps];
  ask({do: 'open', kind: v.kind, settings: settings(), moves: [...kept], at});
};
// The controls stand as the moves by hand have left them at this step.
const settle = () => {
  for (const {key, live} of v.controls) if (live && key !== 'steps') values[key] = began[key];
  for (const [, what, value] of frame.moves) if (what in values) values[what] = value;
  put();
};
const start = () => {
  if (worker) return;
  worker = new Worker(blob());
  worker.onmessage = ({data}) => {
    const moved = data.moves.length !== moves.length;
    [frame, waiting, fresh, moves] = [data, false, true, data.moves];
    root.classList.remove('game-busy');
    if (frame.broken) play(false);
    if (queue.length) send(queue.shift());
    else if (moved || !playing) settle();
    if (!playing) show();
  };
  open(here ? fromLink() : 0, moves);
  put();
};
const play = on => {
  if (on && frame && until && frame.step >= until) until = 0;
  playing = on;
  find('[data-play]').textContent = on ? words.pause : words.play;
  find('[data-play]').setAttribute('aria-pressed', on);
  if (on) requestAnimationFrame(loop);
  else { lit = ''; show(); }
};
// Nothing is computed for a tab that nobody sees.
const rest = () => {
  play(false);
  trial?.terminate();
  stopFilm();
};
// One request for each frame that the browser draws: the worker plays on while it is drawn.
const STAGES = ['sample', 'judge', 'd', 'gradient', 'g'];
const loop = time => {
  if (!playing) return;
  if (!root.offsetWidth) return rest();
  requestAnimationFrame(loop);
  if (waiting || !frame) return;
  if (until && frame.step >= until) return play(false);
  if (!slow) {
    send({do: 'advance', rounds: Number(find('[data-speed]').value), budget: 24, until: until || Infinity});
    return fresh && show();
  }
  if (fresh) show();
  if (tick && time - tick < 900) return;
  tick = time;
  lit = STAGES[(STAGES.indexOf(lit) + 1) % STAGES.length];
  if (lit === 'd') send({do: 'part', side: 'D'});
  else if (lit === 'g') send({do: 'part', side: 'G'});
  else show();
};
const parameters = () => {
  const link = new URLSearchParams({tab: 'lab', panel: v.key});
  for (const [key, value] of Object.entries({...began, steps: values.steps}))
    if (value !== v.first[key] && (key !== 'brush' || values.data === 'brush')) link.set(key, value);
  if (frame && frame.step && !playing) link.set('at', frame.step);
  if (moves.length) link.set('moves', moves.map(move => move.filter(part => part !== null).join(':')).join(';'));
  return '?' + link.toString().replaceAll('%3A', ':').replaceAll('%3B', ';');
};
let timer;
const address = () => {
  clearTimeout(timer);
  timer = setTimeout(() => {
    if (root.offsetWidth) history.replaceState(history.state, '', inLanguage(parameters()));
  }, 400);
};
const show = () => {
  if (!root.offsetWidth || !frame) return;
  fresh = false;
  const look = {shown, drawn: pen && pen.points, lit};
  kind.draw(root, v, frame, look, values);
  const range = find('[data-rewind]');
  [range.max, range.value] = [Math.max(frame.last, 1), frame.step];
  find('.game-step').textContent = words.step.replace('{n}', frame.step);
  find('.game-broken').hidden = !frame.broken;
  if (frame.broken) find('.game-why').textContent = words.broken.replace('{net}', frame.broken.net)
    .replace('{step}', frame.broken.step);
  if (playing && performance.now() - told < 200) return;  // nobody reads numbers faster
  told = performance.now();
  kind.tell(root, v, frame, look, values);
  if (playing) return;
  find('.ga-link input').value = location.origin + location.pathname + inLanguage(parameters());
  address();
};
const put = () => {
  for (const box of all('[data-key]')) {
    box.value = values[box.dataset.key];
    box.checked = values[box.dataset.key] > 0;
    if (box.nextElementSibling?.matches('output')) box.nextElementSibling.textContent = box.type === 'range' ? box.value : '';
  }
  all('.game-name').forEach((place, i) => { place.textContent = twice ? v.pairs[values.pair][i].label : ''; });
  if (find('.game-draw')) find('.game-draw').hidden = values.data !== 'brush';
};
const changed = (key, value) => {
  const {live} = control(key);
  values[key] = value;
  if (key === 'steps') until = value;
  else if (live) ask({do: 'move', what: key, value});
  else open();
  put();
};
root.addEventListener('input', ({target}) => {
  if (target.dataset.key) {
    const text = target.type === 'checkbox' ? target.checked : target.value, c = control(target.dataset.key);
    changed(c.key, c.choices ? c.choices.find(([, value]) => String(value) === text)[1] : Number(text));
  }
  if ('rewind' in target.dataset) {
    ask({do: 'seek', step: Number(target.value)});
    play(false);
  }
  if (target.dataset.layer) { shown[target.dataset.layer] = target.checked; ask({do: 'look'}); }
  if ('slow' in target.dataset) { slow = target.checked; lit = ''; show(); }
});
// The film is of the run so far, or of the whole one before it has begun.
const stopFilm = () => {
  filmer?.terminate();
  filmer = null;
  find('[data-film]').textContent = words.film;
};
const makeFilm = async () => {
  const worker = filmer = new Worker(blob()), look = {shown: {...shown}, lit: ''}, set = {...began};
  const opening = {do: 'open', kind: v.kind, settings: settings(set), moves: [...moves], star: shown.star};
  const film = await gameFilm.make(worker, opening, frame.step || values.steps, {
    paint: (canvas, frame) => kind.film(canvas, v, frame, look, set),
    name: frame => words.step.replace('{n}', frame.step),
    tell: share => { if (filmer === worker) find('[data-film]').textContent = words.filming.replace('{n}', Math.round(100 * share)); },
  });
  if (filmer !== worker) return;
  stopFilm();
  gameFiles.save(`${v.key}.png`, film);
};
const preset = name => {
  Object.assign(values, v.first, {seed: values.seed}, v.presets[name][1]);
  open();
  put();
  play(true);
};
const clicks = {
  play: () => play(!playing),
  d: () => { play(false); ask({do: 'move', what: 'D', value: null}); },
  g: () => { play(false); ask({do: 'move', what: 'G', value: null}); },
  round: () => { play(false); ask({do: 'advance', rounds: 1, budget: 1e9}); },
  reset: () => { play(false); open(); },
  seed: () => { values.seed = Math.floor(Math.random() * 10000); put(); open(); },
  preset: button => preset(button.dataset.preset),
  back: () => ask({do: 'seek', step: Math.max(0, frame.broken.step - 25)}),
  csv: () => gameFiles.save(`${v.key}.csv`, gameFiles.csv(frame)),
  program: () => gameFiles.save(`${v.key}.py`, gameFiles.program(v.program, began, frame)),
  seeds: () => {
    trial?.terminate();
    trial = kind.seeds(blob(), settings(), find('.game-seeds'), v);
  },
  film: () => filmer ? stopFilm() : makeFilm(),
  clear: () => { pen = {points: [], down: false}; show(); },
  copy: button => {
    find('.ga-link input').select();
    const done = () => { button.textContent = words.copied; };
    navigator.clipboard ? navigator.clipboard.writeText(find('.ga-link input').value).then(done, () => {}) : done();
  },
};
root.addEventListener('click', event => {
  const button = event.target.closest('button');
  if (button) for (const name of Object.keys(clicks)) if (name in button.dataset) clicks[name](button);
});
gameBrush(all('.game-stage canvas'), v.reach, {
  allowed: () => values.data === 'brush', pen: () => pen,
  set: made => { pen = made; show(); },
  done: text => { pen = null; values.brush = text || v.first.brush; open(); put(); },
});
new ResizeObserver(() => { if (root.offsetWidth) { start(); show(); } else rest(); }).observe(root);
document.addEventListener('visibilitychange', () => { if (document.hidden) rest(); });
new MutationObserver(show).observe(document.body, {attributes: true, attributeFilter: ['class']});
new IntersectionObserver(([seen]) => { if (seen.isIntersecting && frame && !playing) address(); }).observe(find('.game-rewind'));
};
// A brush for data: points along the way of the hand; a link has four digits to the base of 36 of each, x and y.
window.gameBrush = (canvases, reach, {allowed, pen, set, done}) => canvases.forEach(canvas => {
  const digits = v => Math.round(Math.min(1, Math.max(0, (v / reach + 1) / 2)) * (36 ** 2 - 1)).toString(36).padStart(2, '0');
  const asText = points => points.slice(-200).map(point => point.map(digits).join('')).join('');
  const add = (event, points) => {
    const box = canvas.getBoundingClientRect();
    const at = [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
    const [x, y] = [reach * (2 * at[0] - 1), reach * (1 - 2 * at[1])], last = points[points.length - 1];
    if (!last || Math.hypot(x - last[0], y - last[1]) > 0.05) points.push([x, y]);
    set({points, down: true});
  };
  canvas.addEventListener('pointerdown', event => {
    if (!allowed()) return;
    event.preventDefault();
    canvas.setPointerCapture(event.pointerId);
    add(event, pen()?.points || []);
  });
  canvas.addEventListener('pointermove', event => { if (allowed() && pen()?.down) add(event, pen().points); });
  const end = () => { if (allowed() && pen()?.down) done(asText(pen().points)); };
  canvas.addEventListener('pointerup', end);
  canvas.addEventListener('pointercancel', end);
});
