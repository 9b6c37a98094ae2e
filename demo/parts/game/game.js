// A game: G and D in turn, from one seed. The same seed and the same moves give the same bits.
const BATCH = 128, STREAMS = ['init', 'data', 'noise', 'mix'];
class Game {
  constructor(settings) {
    this.settings = {...settings};  // some change while it runs
    this.shape = SHAPES[settings.data](settings.brush);
    this.random = Object.fromEntries(STREAMS.map((name, i) => [name, new Random(settings.seed, i)]));
    const hidden = Array(settings.layers).fill(settings.units);
    this.G = new Net([settings.z, ...hidden, 2], this.random.init);
    this.D = new Net([2, ...hidden, 1], this.random.init, settings.bound === 'spectral');
    this.optimizers = {G: new Optimizer(settings.optimizer, this.G.flat.length),
      D: new Optimizer(settings.optimizer, this.D.flat.length)};
    Object.assign(this, {step: 0, d_loss: null, g_loss: null, critic: null});
  }
  get loss() { return LOSSES[this.settings.loss]; }
  fakes(random = this.random.noise, n = BATCH) {
    return this.G.forward(noise(this.settings.prior, n, this.settings.z, random), n);
  }
  dStep() {
    const {D, settings} = this, real = sample(this.shape, BATCH, this.random.data), fake = this.fakes();
    D.grad.fill(0);
    D.tighten(true);
    const judge = (points, rule) => {
      const out = D.forward(points, BATCH), {value, slopes} = lossOf(rule, out);
      const mean = out.reduce((a, b) => a + b) / BATCH;
      D.backward(slopes);
      return {value, mean};
    };
    const onReal = judge(real, this.loss.real), onFake = judge(fake, this.loss.fake);
    let loss = onReal.value + onFake.value;
    if (settings.bound === 'penalty') loss += WEIGHT * penalty(D, real, fake, this.random.mix, WEIGHT);
    D.loosen();
    this.optimizers.D.step(D.flat, D.grad, settings.d_rate);
    if (settings.bound === 'clip') D.flat.forEach((w, i) => { D.flat[i] = Math.min(CLIP, Math.max(-CLIP, w)); });
    D.tighten(false);
    Object.assign(this, {d_loss: loss, critic: onReal.mean - onFake.mean});
    this.check('D', loss, D);
  }
  gStep() {
    const {G, D} = this, fake = this.fakes(), {value, slopes} = lossOf(this.loss.g, D.forward(fake, BATCH));
    G.grad.fill(0);
    G.backward(D.backward(slopes, false));
    this.optimizers.G.step(G.flat, G.grad, this.settings.g_rate);
    this.g_loss = value;
    this.check('G', value, G);
  }
  check(name, loss, net) {
    if (!Number.isFinite(loss) || !net.flat.every(Number.isFinite)) throw new NotFinite(name, this.step);
  }
  // A round: n_D steps of D, then n_G steps of G.
  dPart() { for (let i = 0; i < this.settings.n_d; i++) this.dStep(); }
  gPart() {
    for (let i = 0; i < this.settings.n_g; i++) this.gStep();
    this.step++;
  }
  round() {
    this.dPart();
    this.gPart();
  }
  save() {
    const {G, D, optimizers, random, step, d_loss, g_loss, critic} = this;
    return {step, d_loss, g_loss, critic, settings: {...this.settings}, G: G.save(), D: D.save(),
      optimizers: {G: optimizers.G.save(), D: optimizers.D.save()},
      random: STREAMS.map(name => random[name].state)};
  }
  load({step, d_loss, g_loss, critic, settings, G, D, optimizers, random}) {
    Object.assign(this, {step, d_loss, g_loss, critic, settings: {...settings}});
    this.G.load(G);
    this.D.load(D);
    for (const name of 'GD') this.optimizers[name].load(optimizers[name]);
    STREAMS.forEach((name, i) => { this.random[name].state = random[i]; });
  }
}
class NotFinite extends Error {
  constructor(net, step) { super(`${net} is not finite`); Object.assign(this, {net, step}); }
}
