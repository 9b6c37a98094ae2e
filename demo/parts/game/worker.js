// The worker: runs games side by side, keeps what it takes to rewind them, and sends what is drawn.
const GAMES = {plane: Game, pairs: Pairs, cycle: Cycle}, MOST_KEPT = 60, MOST_ROWS = 240;
// Games in step with one another, their moves by hand, and snapshots. A move is [step, what, value]: a setting that was
// changed at that step, or one update of D or of G.
class Session {
  constructor(kind, settings, moves = []) {
    this.games = settings.map(s => new GAMES[kind](s));
    Object.assign(this, {moves, moved: 0, broken: null, half: false, every: 25, each: 10, kept: [], rows: []});
    this.keep();
    this.score();
  }
  get step() { return this.games[0].step; }
  keep() { this.kept.push({step: this.step, moved: this.moved, games: this.games.map(game => game.save())}); }
  score() {
    if (!this.rows.some(([row]) => row.step === this.step)) this.rows.push(this.games.map(game => clean(game.score())));
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
const frame = ({games, broken, rows, moves, moved, step}, star) => ({
  step, broken, rows, moves: moves.slice(0, moved), last: Math.max(step, ...rows.map(([row]) => row.step)),
  known: games.map(game => game.known), pictures: broken ? null : games.map(game => game.picture(star)),
});
// How runs from several seeds end: {seed, modes, good} or {seed, broken}, one message each.
const tryOut = (settings, seeds, steps) => seeds.map(seed => {
  const game = new Game({...settings, seed});
  try {
    for (let i = 0; i < steps; i++) game.round();
  } catch (error) { return {seed, broken: true}; }
  return {seed, ...coverage(game.shape, game.fakes(new Random(seed, 7), JUDGED)), of: game.shape.centres.length};
});
let session;
const DO = {
  open: ({kind, settings, moves, at}) => {
    session = new Session(kind, settings, moves);
    if (at) session.advance(Infinity, Infinity, at);
  },
  advance: ({rounds, budget, until}) => session.advance(rounds, budget, until),
  move: ({what, value}) => session.byHand(what, value),
  part: ({side}) => session.attempt(() => side === 'D' ? session.half || session.dPart() : session.round()),
  seek: ({step}) => session.seek(step),
  look: () => {},
};
if (typeof document === 'undefined') self.onmessage = ({data}) => {
  if (data.do === 'seeds') return data.seeds.forEach(seed => self.postMessage(tryOut(data.settings, [seed], data.steps)[0]));
  DO[data.do](data);
  self.postMessage(frame(session, data.star));
};
