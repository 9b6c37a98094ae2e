// What every game has: networks that learn in turn, from one seed. The same seed and the same moves give the same bits.
const BATCH = 128, STREAMS = ['init', 'data', 'noise', 'mix'];
const states = parts => Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, part.save()]));
const clean = row => Object.fromEntries(Object.entries(row).map(([k, v]) => [k, Number.isFinite(v) ? v : null]));
// Adds the gradient of weight * the mean of a rule of LOSSES, where D learns. value: of that; mean: of D's outputs;
// back: the gradient with respect to x: [n, in].
const push = (D, x, n, rule, weight = 1, learn = true) => {
  const out = D.forward(x, n), {value, slopes} = lossOf(rule, out), mean = out.reduce((a, b) => a + b) / n;
  return {value: weight * value, mean, back: D.backward(slopes.map(v => weight * v), learn)};
};
class Play {
  constructor(settings) {
    this.settings = {...settings};  // some change while it runs
    this.random = Object.fromEntries(STREAMS.map((name, i) => [name, new Random(settings.seed, i)]));
    Object.assign(this, {step: 0, losses: {d_loss: null, g_loss: null}, nets: {}, optimizers: {}});
  }
  net(name, sizes, optimizer = 'adam', spectral = false) {
    this[name] = this.nets[name] = new Net(sizes, this.random.init, spectral);
    this.optimizers[name] = new Optimizer(optimizer, this[name].flat.length);
  }
  learn(name, rate) { this.optimizers[name].step(this[name].flat, this[name].grad, rate); }
  // Of the last step, after which a net's weights must be finite.
  lost(name, losses) {
    Object.assign(this.losses, losses);
    if (![...Object.values(losses), ...this[name].flat].every(Number.isFinite)) throw new NotFinite(name, this.step);
  }
  get known() { return {}; }  // what stays the same: how a perfect G would score
  round() {
    this.dPart();
    this.gPart();
  }
  save() {
    const {nets, optimizers, random, step, losses, settings} = this;
    return {step, losses: {...losses}, settings: {...settings}, parts: [nets, optimizers, random].map(states)};
  }
  load({step, losses, settings, parts}) {
    Object.assign(this, {step, losses: {...losses}, settings: {...settings}});
    [this.nets, this.optimizers, this.random].forEach((own, i) => {
      for (const name of Object.keys(own)) own[name].load(parts[i][name]);
    });
  }
}
class NotFinite extends Error {
  constructor(net, step) { super(`${net} is not finite`); Object.assign(this, {net, step}); }
}
// A GAN on points in the plane.
class Game extends Play {
  constructor(settings) {
    super(settings);
    const hidden = Array(settings.layers).fill(settings.units);
    this.shape = SHAPES[settings.data](settings.brush);
    this.net('G', [settings.z, ...hidden, 2], settings.optimizer);
    this.net('D', [2, ...hidden, 1], settings.optimizer, settings.bound === 'spectral');
    this.losses.critic = null;
  }
  get loss() { return LOSSES[this.settings.loss]; }
  get judge() { return this.judged ??= new Judge(this.shape); }
  get known() { return {ideal: this.judge.ideal, of: this.shape.centres.length, named: this.shape.modes}; }
  fakes(random = this.random.noise, n = BATCH) {
    return this.G.forward(noise(this.settings.prior, n, this.settings.z, random), n);
  }
  dStep() {
    const {D, settings} = this, real = sample(this.shape, BATCH, this.random.data), fake = this.fakes();
    D.grad.fill(0);
    D.tighten(true);
    const onReal = push(D, real, BATCH, this.loss.real), onFake = push(D, fake, BATCH, this.loss.fake);
    let loss = onReal.value + onFake.value;
    if (settings.bound === 'penalty') loss += WEIGHT * penalty(D, real, fake, this.random.mix, WEIGHT);
    D.loosen();
    this.learn('D', settings.d_rate);
    if (settings.bound === 'clip') D.flat.forEach((w, i) => { D.flat[i] = Math.min(CLIP, Math.max(-CLIP, w)); });
    D.tighten(false);
    this.lost('D', {d_loss: loss, critic: onReal.mean - onFake.mean});
  }
  gStep() {
    const {G} = this, {value, back} = push(this.D, this.fakes(), BATCH, this.loss.g, 1, false);
    G.grad.fill(0);
    G.backward(back);
    this.learn('G', this.settings.g_rate);
    this.lost('G', {g_loss: value});
  }
  // A round: n_D steps of D, then n_G steps of G.
  dPart() { for (let i = 0; i < this.settings.n_d; i++) this.dStep(); }
  gPart() {
    for (let i = 0; i < this.settings.n_g; i++) this.gStep();
    this.step++;
  }
  // The figures now. The game's own streams are left as they are.
  score() {
    const points = this.fakes(new Random(this.settings.seed, 7), JUDGED).slice();
    return {step: this.step, ...this.losses, ...this.judge.measure(points)};
  }
  picture(star) { return planePicture(this, star); }
}
