// The worker: runs games side by side, keeps what it takes to rewind them, and sends what is drawn.
const MAP = 36, NET = 14, FINE = 160, DOTS = 256, ARROWS = 40, MOST_KEPT = 60, MOST_ROWS = 240, BLUR = 0.1;
// Games in step with one another, their moves by hand, and snapshots. A move is [step, what, value]: a setting that was
// changed at that step, or one update of D or of G.
class Session {
  constructor(settings, moves = []) {
    this.games = settings.map(s => new Game(s));
    this.judges = this.games.map(game => new Judge(game.shape));
    Object.assign(this, {moves, moved: 0, broken: null, half: false, every: 25, each: 10, kept: [], rows: []});
    this.keep();
    this.score();
  }
  get step() { return this.games[0].step; }
  keep() { this.kept.push({step: this.step, moved: this.moved, games: this.games.map(game => game.save())}); }
  score() {
    if (!this.rows.some(row => row[0].step === this.step))
      this.rows.push(this.games.map((game, i) => this.judges[i].score(game)));
  }
  move([, what, value]) {
    for (const game of this.games) {
      if (what === 'D' || what === 'G') game[what === 'D' ? 'dStep' : 'gStep']();
      else game.settings[what] = value;
    }
  }
  // One round of every game, after the moves of its step; in slow motion in two parts.
  round() {
    if (!this.half) this.dPart();
    this.gPart();
  }
  dPart() {
    while (this.moved < this.moves.length && this.moves[this.moved][0] === this.step) this.move(this.moves[this.moved++]);
    for (const game of this.games) game.dPart();
    this.half = true;
  }
  gPart() {
    for (const game of this.games) game.gPart();
    this.half = false;
    if (this.step % this.every === 0 && this.kept[this.kept.length - 1].step < this.step) this.keep();
    if (this.step % this.each === 0) this.score();
    this.thin();
  }
  thin() {
    if (this.kept.length > MOST_KEPT) {
      this.every *= 2;
      this.kept = this.kept.filter(({step}) => step % this.every === 0);
    }
    if (this.rows.length > MOST_ROWS) {
      this.each *= 2;
      this.rows = this.rows.filter(([{step}]) => step % this.each === 0);
    }
  }
  attempt(work) {
    if (this.broken) return;
    try { work(); } catch (error) {
      if (!(error instanceof NotFinite)) throw error;
      this.broken = {net: error.net, step: error.step};
    }
  }
  // Up to so many rounds, for so many milliseconds, no further than `until`.
  advance(rounds, budget, until = Infinity) {
    const start = performance.now();
    this.attempt(() => {
      for (let i = 0; i < rounds && this.step < until; i++) {
        this.round();
        if (performance.now() - start > budget) break;
      }
    });
  }
  // A move by hand: what came later is another future.
  byHand(what, value) {
    if (this.half) this.attempt(() => this.gPart());
    this.moves.length = this.moved;
    this.kept = this.kept.filter(({step}) => step <= this.step);
    this.rows = this.rows.filter(([row]) => row.step <= this.step);
    this.moves.push([this.step, what, value]);
    this.moved++;
    this.attempt(() => this.move([this.step, what, value]));
  }
  seek(step) {
    const from = this.kept.filter(kept => kept.step <= step).pop();
    Object.assign(this, {moved: from.moved, broken: null, half: false});
    this.games.forEach((game, i) => game.load(from.games[i]));
    this.advance(Infinity, Infinity, step);
  }
}
// D on a grid of the plane, each in -1 to 1: what it calls fake, and real.
const plane = () => {
  const at = new Float64Array(2 * MAP * MAP);
  for (let j = 0; j < MAP; j++) for (let i = 0; i < MAP; i++)
    at.set([ROOM * (2 * (i + 0.5) / MAP - 1), ROOM * (2 * (j + 0.5) / MAP - 1)], 2 * (j * MAP + i));
  return at;
};
const landscape = game => {
  const at = plane(), {loss} = game.settings;
  const out = game.D.forward(at, MAP * MAP).slice();
  if (loss === 'minimax' || loss === 'nonsaturating') return out.map(v => 2 * sigmoid(v) - 1);
  if (loss === 'least_squares') return out.map(v => Math.min(1, Math.max(-1, 2 * v - 1)));
  const low = Math.min(...out), half = Math.max((Math.max(...out) - low) / 2, TINY);
  return out.map(v => (v - low) / half - 1);
};
// The mean of Gaussians around points, at places of the plane: both [n, 2].
const density = (places, points, width) => {
  const out = new Float64Array(places.length / 2), n = points.length / 2, by = 2 * width * width;
  for (let i = 0; i < out.length; i++) for (let j = 0; j < n; j++) {
    const x = places[2 * i] - points[2 * j], y = places[2 * i + 1] - points[2 * j + 1];
    out[i] += Math.exp(-(x * x + y * y) / by) / (Math.PI * by * n);
  }
  return out;
};
// D* = p / (p + q), from -1 to 1 as D's landscape, and how far D is off it where data and fakes are (off). p: the data's
// own density; q: a kernel estimate from the fakes; both are blurred by BLUR. null where the loss has another best D.
const bestD = (game, {shape}, fake) => {
  if (!['minimax', 'nonsaturating', 'least_squares'].includes(game.settings.loss)) return null;
  const places = plane(), centres = shape.modes ? shape.centres : Array.from({length: 100}, (_, i) => shape.at((i + 0.5) / 100));
  const p = density(places, centres.flat(), Math.hypot(shape.sigma, BLUR)), q = density(places, fake, BLUR);
  const map = p.map((v, i) => 2 * v / Math.max(v + q[i], TINY) - 1), D = landscape(game);
  let off = 0, mass = 0;
  p.forEach((v, i) => { off += (v + q[i]) * Math.abs(D[i] - map[i]) / 2; mass += v + q[i]; });
  return {map, off: off / mass};
};
// G on a grid of z's first two numbers, the others 0; of one number, on a line. Where z is normal, the grid's cells are
// equally likely, for its lines are quantiles.
const manifold = game => {
  const {z, prior} = game.settings, n = z > 1 ? NET : FINE, rows = z > 1 ? n * n : n, at = new Float64Array(rows * z);
  const place = i => prior === 'uniform' ? 2 * i / (n - 1) - 1 : quantile(0.01 + 0.98 * i / (n - 1));
  for (let i = 0; i < rows; i++) {
    at[i * z] = place(i % n);
    if (z > 1) at[i * z + 1] = place(Math.floor(i / n));
  }
  return {across: n, points: game.G.forward(at, rows).slice()};
};
// Where the normal distribution has a share p of its mass below; to 0.005 (Shore 1982).
const quantile = p => p < 0.5 ? -quantile(1 - p) : 5.5556 * (1 - ((1 - p) / p) ** 0.1186);
// Where G's loss would move fakes: the slope of it, downhill.
const arrows = (game, points) => {
  const from = points.slice(0, 2 * ARROWS), {slopes} = lossOf(game.loss.g, game.D.forward(from, ARROWS));
  return {from, by: game.D.backward(slopes, false).map(v => -v * ARROWS)};
};
const picture = (game, judge, star) => {
  const fake = game.fakes(new Random(game.settings.seed, 7), DOTS).slice();
  return {fake, real: judge.real.slice(0, 2 * DOTS), map: landscape(game), manifold: manifold(game),
    arrows: arrows(game, fake), star: star && bestD(game, judge, fake)};
};
const clean = row => Object.fromEntries(Object.entries(row).map(([k, v]) => [k, Number.isFinite(v) ? v : null]));
const frame = (session, star) => {
  const {games, judges, broken, rows, moves, moved, step} = session;
  const pictures = broken ? null : games.map((game, i) => picture(game, judges[i], star));
  return {step, broken, moves: moves.slice(0, moved), last: Math.max(step, ...rows.map(([row]) => row.step)),
    rows: rows.map(row => row.map(clean)), ideals: judges.map(({ideal}) => ideal),
    of: judges.map(({shape}) => shape.centres.length), named: judges.map(({shape}) => shape.modes),
    now: games.map(({d_loss, g_loss, critic}) => clean({d_loss, g_loss, critic})),
    pictures, stars: star && pictures && pictures.map(made => made.star),
    slopes: broken ? null : games.map(game => steepness(game))};
};
// The mean slope of G's loss on its fakes: near 0, G learns nothing.
const steepness = game => {
  const {slopes} = lossOf(game.loss.g, game.D.forward(game.fakes(new Random(game.settings.seed, 7)), BATCH));
  const by = game.D.backward(slopes, false);
  let sum = 0;
  for (let i = 0; i < BATCH; i++) sum += Math.hypot(by[2 * i], by[2 * i + 1]);
  return sum;
};
// How runs from several seeds end: {seed, modes, good} or {seed, broken}, one message each.
const tryOut = (settings, seeds, steps) => seeds.map(seed => {
  const game = new Game({...settings, seed}), judge = new Judge(game.shape);
  try {
    for (let i = 0; i < steps; i++) game.round();
  } catch (error) { return {seed, broken: true}; }
  return {seed, ...coverage(game.shape, game.fakes(new Random(seed, 7), JUDGED)), of: judge.shape.centres.length};
});
let session;
const DO = {
  open: ({settings, moves, at}) => {
    session = new Session(settings, moves);
    if (at) session.advance(Infinity, Infinity, at);
  },
  advance: ({rounds, budget, until}) => session.advance(rounds, budget, until),
  move: ({what, value}) => session.byHand(what, value),
  part: ({side}) => session.attempt(() => side === 'D' ? session.half || session.dPart() : session.round()),
  seek: ({step}) => session.seek(step),
  look: () => {},
  small,
};
if (typeof document === 'undefined') self.onmessage = ({data}) => {
  if (data.do === 'seeds') return data.seeds.forEach(seed => self.postMessage(tryOut(data.settings, [seed], data.steps)[0]));
  const found = DO[data.do](data);
  self.postMessage(found || frame(session, data.star));
};
