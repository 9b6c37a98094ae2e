// Two small games: a cGAN on four labelled places, and a cycle between two rings.
const LABELS = 4, SMALL_UNITS = 24, SMALL_RATE = 0.002;
const streams = seed => Object.fromEntries(STREAMS.map((name, i) => [name, new Random(seed, i)]));
const learner = (sizes, random) => {
  const net = new Net(sizes, random), optimizer = new Optimizer('adam', net.flat.length);
  return Object.assign(net, {learn: () => optimizer.step(net.flat, net.grad, SMALL_RATE)});
};
const mean = values => values.reduce((a, b) => a + b) / values.length;
// Adds the gradient of weight * the mean of a rule of LOSSES; returns the gradient with respect to x: [n, in].
const push = (D, x, n, rule, weight = 1, learn = true) => {
  const {slopes} = lossOf(rule, D.forward(x, n));
  return D.backward(slopes.map(v => weight * v), learn);
};
// Rows of points with their labels behind them, one-hot: [n, size + LABELS].
const join = (points, size, labels) => {
  const wide = size + LABELS, out = new Float64Array(labels.length * wide);
  labels.forEach((label, i) => {
    out.set(points.subarray(size * i, size * (i + 1)), i * wide);
    out[i * wide + size + label] = 1;
  });
  return out;
};
// Mirza and Osindero 2014; wrong: D sees real points with wrong labels too, as in Reed et al. 2016, algorithm 1.
class Pairs {
  constructor({seed, wrong}) {
    Object.assign(this, {wrong, step: 0, random: streams(seed)});
    this.G = learner([2 + LABELS, SMALL_UNITS, SMALL_UNITS, 2], this.random.init);
    this.D = learner([2 + LABELS, SMALL_UNITS, SMALL_UNITS, 1], this.random.init);
  }
  labels(random, n = BATCH) { return Array.from({length: n}, () => Math.floor(LABELS * random.uniform())); }
  real(labels, random) {
    return Float64Array.from(labels.flatMap(c => [Math.cos, Math.sin]
      .map(f => f((c + 0.5) * 2 * Math.PI / LABELS) + 0.1 * random.normal())));
  }
  fake(labels, random) { return this.G.forward(join(noise('normal', labels.length, 2, random), 2, labels), labels.length); }
  others(labels, random) { return labels.map(c => (c + 1 + Math.floor((LABELS - 1) * random.uniform())) % LABELS); }
  round() {
    const {G, D, random, wrong} = this, {real, fake, g} = LOSSES.nonsaturating;
    const c = this.labels(random.data), x = this.real(c, random.data), own = this.labels(random.noise);
    D.grad.fill(0);
    push(D, join(x, 2, c), BATCH, real);
    push(D, join(this.fake(own, random.noise), 2, own), BATCH, fake, wrong ? 0.5 : 1);
    if (wrong) push(D, join(x, 2, this.others(c, random.mix)), BATCH, fake, 0.5);
    D.learn();
    G.grad.fill(0);
    const back = push(D, join(this.fake(own, random.noise), 2, own), BATCH, g, 1, false), wide = 2 + LABELS;
    G.backward(Float64Array.from({length: 2 * BATCH}, (_, i) => back[wide * (i >> 1) + i % 2]));
    G.learn();
    this.step++;
  }
  // The four verdicts, and the share of fakes that lie at their own label's place.
  figures() {
    const random = new Random(1, 9), n = 512, c = this.labels(random, n), x = this.real(c, random), wrong = this.others(c, random);
    const fake = this.fake(c, random).slice(), at = this.real(c, {normal: () => 0});
    const says = (points, labels) => mean(this.D.forward(join(points, 2, labels), n).map(sigmoid));
    const near = c.filter((_, i) => Math.hypot(fake[2 * i] - at[2 * i], fake[2 * i + 1] - at[2 * i + 1]) < 0.4);
    return {step: this.step, right: says(x, c), wrong: says(x, wrong), own: says(fake, c), other: says(fake, wrong),
      placed: near.length / n};
  }
  picture() {
    const random = new Random(1, 7), labels = this.labels(random, 200);
    return {labels, real: this.real(labels, random), fake: this.fake(labels, random).slice()};
  }
}
// Zhu et al. 2017, with least squares: G from ring A to ring B, F back; weight: of the cycle's L1.
const RADIUS = {A: 1, B: 0.7};
class Cycle {
  constructor({seed, weight}) {
    Object.assign(this, {weight, step: 0, random: streams(seed)});
    for (const name of ['G', 'F']) this[name] = learner([2, SMALL_UNITS, SMALL_UNITS, 2], this.random.init);
    for (const name of 'AB') this['D' + name] = learner([2, SMALL_UNITS, SMALL_UNITS, 1], this.random.init);
  }
  ring(name, turns) {
    return Float64Array.from(turns.flatMap(t => [RADIUS[name] * Math.cos(t), RADIUS[name] * Math.sin(t)]));
  }
  real(name) { return this.ring(name, Array.from({length: BATCH}, () => 2 * Math.PI * this.random.data.uniform())); }
  // The gradient of the way there and back, from x over `there` to D's domain, and by `back` home.
  way(x, there, back, D) {
    const made = there.forward(x, BATCH), by = push(D, made, BATCH, LOSSES.least_squares.g, 1, false).slice();
    if (this.weight) {
      const home = back.forward(made, BATCH);
      const g = back.backward(home.map((v, i) => this.weight * Math.sign(v - x[i]) / home.length));
      by.forEach((v, i) => { by[i] = v + g[i]; });
    }
    there.backward(by);
  }
  round() {
    const {G, F, DA, DB} = this, {real, fake} = LOSSES.least_squares, a = this.real('A'), b = this.real('B');
    for (const [D, x, from, net] of [[DB, b, a, G], [DA, a, b, F]]) {
      D.grad.fill(0);
      push(D, x, BATCH, real);
      push(D, net.forward(from, BATCH), BATCH, fake);
      D.learn();
    }
    G.grad.fill(0);
    F.grad.fill(0);
    this.way(a, G, F, DB);
    this.way(b, F, G, DA);
    G.learn();
    F.learn();
    this.step++;
  }
  // a all around A, G(a), and F(G(a)).
  picture(n = 120) {
    const turns = Array.from({length: n}, (_, i) => 2 * Math.PI * i / n), from = this.ring('A', turns);
    const there = this.G.forward(from, n).slice();
    return {from, there, home: this.F.forward(there, n).slice()};
  }
  // l1: of the way back; kept: the share that returns to within an eighth of a turn; off: how far G(a) is from ring B.
  figures() {
    const {from, there, home} = this.picture(), n = from.length / 2;
    const turn = (p, i) => Math.atan2(p[2 * i + 1], p[2 * i]), all = Array.from({length: n}, (_, i) => i);
    const kept = all.filter(i => Math.cos(turn(home, i) - turn(from, i)) > Math.SQRT1_2).length / n;
    return {step: this.step, l1: mean(home.map((v, i) => Math.abs(v - from[i]))), kept,
      off: mean(all.map(i => Math.abs(Math.hypot(there[2 * i], there[2 * i + 1]) - RADIUS.B)))};
  }
}
const SMALL = {pairs: Pairs, cycle: Cycle};
let little, past;
// Opens a game where settings are given, plays so many rounds or milliseconds; returns what is drawn.
const small = ({kind, settings, rounds, budget, until}) => {
  if (settings) [little, past] = [new SMALL[kind](settings), []];
  for (const start = performance.now(); rounds-- > 0 && little.step < until && performance.now() - start < budget;) {
    little.round();
    if (little.step % 20 === 0) past.push(little.figures());
  }
  return {step: little.step, now: little.figures(), rows: past, picture: little.picture()};
};
