// Two small games: a cGAN on four labelled places, and a cycle between two rings.
const LABELS = 4, SMALL_UNITS = 24, SMALL_RATE = 0.002;
const mean = values => values.reduce((a, b) => a + b) / values.length;
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
class Pairs extends Play {
  constructor(settings) {
    super(settings);
    this.net('G', [2 + LABELS, SMALL_UNITS, SMALL_UNITS, 2]);
    this.net('D', [2 + LABELS, SMALL_UNITS, SMALL_UNITS, 1]);
  }
  labels(random, n = BATCH) { return Array.from({length: n}, () => Math.floor(LABELS * random.uniform())); }
  real(labels, random) {
    return Float64Array.from(labels.flatMap(c => [Math.cos, Math.sin]
      .map(f => f((c + 0.5) * 2 * Math.PI / LABELS) + 0.1 * random.normal())));
  }
  fake(labels, random) { return this.G.forward(join(noise('normal', labels.length, 2, random), 2, labels), labels.length); }
  others(labels, random) { return labels.map(c => (c + 1 + Math.floor((LABELS - 1) * random.uniform())) % LABELS); }
  dPart() {
    const {D, random} = this, {wrong} = this.settings, {real, fake} = LOSSES.nonsaturating;
    const c = this.labels(random.data), x = this.real(c, random.data), own = this.own = this.labels(random.noise);
    D.grad.fill(0);
    let loss = push(D, join(x, 2, c), BATCH, real).value;
    loss += push(D, join(this.fake(own, random.noise), 2, own), BATCH, fake, wrong ? 0.5 : 1).value;
    if (wrong) loss += push(D, join(x, 2, this.others(c, random.mix)), BATCH, fake, 0.5).value;
    this.learn('D', SMALL_RATE);
    this.lost('D', {d_loss: loss});
  }
  gPart() {
    const {G, own} = this, wide = 2 + LABELS, made = join(this.fake(own, this.random.noise), 2, own);
    const {value, back} = push(this.D, made, BATCH, LOSSES.nonsaturating.g, 1, false);
    G.grad.fill(0);
    G.backward(Float64Array.from({length: 2 * BATCH}, (_, i) => back[wide * (i >> 1) + i % 2]));
    this.learn('G', SMALL_RATE);
    this.lost('G', {g_loss: value});
    this.step++;
  }
  // The four verdicts, and the share of fakes that lie at their own label's place.
  figures() {
    const random = new Random(1, 9), n = 512, c = this.labels(random, n), x = this.real(c, random), wrong = this.others(c, random);
    const fake = this.fake(c, random).slice(), at = this.real(c, {normal: () => 0});
    const says = (points, labels) => mean(this.D.forward(join(points, 2, labels), n).map(sigmoid));
    const near = c.filter((_, i) => Math.hypot(fake[2 * i] - at[2 * i], fake[2 * i + 1] - at[2 * i + 1]) < 0.4);
    return {right: says(x, c), wrong: says(x, wrong), own: says(fake, c), other: says(fake, wrong), placed: near.length / n};
  }
  score() { return {step: this.step, ...this.losses, ...this.figures()}; }
  picture() {
    const random = new Random(1, 7), labels = this.labels(random, 200);
    return {now: this.figures(), labels, real: this.real(labels, random), fake: this.fake(labels, random).slice()};
  }
}
// Zhu et al. 2017, with least squares: G from ring A to ring B, F back; weight: of the cycle's L1.
const RADIUS = {A: 1, B: 0.7};
class Cycle extends Play {
  constructor(settings) {
    super(settings);
    for (const name of ['G', 'F', 'DA', 'DB']) this.net(name, [2, SMALL_UNITS, SMALL_UNITS, name[0] === 'D' ? 1 : 2]);
  }
  ring(name, turns) {
    return Float64Array.from(turns.flatMap(t => [RADIUS[name] * Math.cos(t), RADIUS[name] * Math.sin(t)]));
  }
  real(name) { return this.ring(name, Array.from({length: BATCH}, () => 2 * Math.PI * this.random.data.uniform())); }
  // Adds the gradients of the way there and back, from x over `there` to D's domain, and by `back` home; its loss.
  way(x, there, back, D) {
    const {weight} = this.settings, made = there.forward(x, BATCH);
    const judged = push(D, made, BATCH, LOSSES.least_squares.g, 1, false), by = judged.back.slice();
    if (!weight) {
      there.backward(by);
      return judged.value;
    }
    const home = back.forward(made, BATCH), off = home.map((v, i) => v - x[i]);
    const g = back.backward(off.map(v => weight * Math.sign(v) / off.length));
    there.backward(by.map((v, i) => v + g[i]));
    return judged.value + weight * mean(off.map(Math.abs));
  }
  dPart() {
    const {G, F, DA, DB} = this, {real, fake} = LOSSES.least_squares, a = this.real('A'), b = this.real('B');
    let loss = 0;
    for (const [D, x, made] of [[DB, b, G.forward(a, BATCH)], [DA, a, F.forward(b, BATCH)]]) {
      D.grad.fill(0);
      loss += push(D, x, BATCH, real).value + push(D, made, BATCH, fake).value;
    }
    for (const name of ['DA', 'DB']) {
      this.learn(name, SMALL_RATE);
      this.lost(name, {d_loss: loss});
    }
    this.batch = [a, b];
  }
  gPart() {
    const {G, F, DA, DB, batch: [a, b]} = this;
    G.grad.fill(0);
    F.grad.fill(0);
    const loss = this.way(a, G, F, DB) + this.way(b, F, G, DA);
    for (const name of ['G', 'F']) {
      this.learn(name, SMALL_RATE);
      this.lost(name, {g_loss: loss});
    }
    this.step++;
  }
  // a all around A, G(a), and F(G(a)). In `now`, l1: of the way back; kept: the share that returns to within an eighth of
  // a turn; off: how far G(a) is from ring B.
  picture() {
    const n = 120, all = Array.from({length: n}, (_, i) => i), from = this.ring('A', all.map(i => 2 * Math.PI * i / n));
    const there = this.G.forward(from, n).slice(), home = this.F.forward(there, n).slice();
    const turn = (p, i) => Math.atan2(p[2 * i + 1], p[2 * i]);
    const kept = all.filter(i => Math.cos(turn(home, i) - turn(from, i)) > Math.SQRT1_2).length / n;
    const off = mean(all.map(i => Math.abs(Math.hypot(there[2 * i], there[2 * i + 1]) - RADIUS.B)));
    return {from, there, home, now: {l1: mean(home.map((v, i) => Math.abs(v - from[i]))), kept, off}};
  }
  score() { return {step: this.step, ...this.losses, ...this.picture().now}; }
}
