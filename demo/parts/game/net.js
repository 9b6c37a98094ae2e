// Networks of a game: seeded numbers, a fully connected net with its gradients by hand, spectral norm, optimizers.
const SLOPE = 0.2, TINY = 1e-12;
// mulberry32: its state is one integer, so that a snapshot holds it.
class Random {
  constructor(seed, stream = 0) { this.state = (Math.imul(seed, 0x9E3779B1) ^ Math.imul(stream + 1, 0x85EBCA77)) | 0; }
  uniform() {
    this.state = (this.state + 0x6D2B79F5) | 0;
    let t = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  }
  normal() {  // Box and Muller 1958
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    return radius * Math.cos(2 * Math.PI * this.uniform());
  }
  save() { return this.state; }
  load(state) { this.state = state; }
}
const normalized = vector => {
  let sum = 0;
  for (const v of vector) sum += v * v;
  const size = Math.max(Math.sqrt(sum), TINY);
  return vector.map(v => v / size);
};
// A fully connected net with LeakyReLU. sizes: [in, hidden ..., out]. Arrays are flat, row after row: x is [n, in].
class Net {
  constructor(sizes, random, spectral = false) {
    this.sizes = sizes;
    let total = 0;
    this.layers = sizes.slice(1).map((O, l) => {
      const I = sizes[l], at = total;
      total += O * I + O;
      return {I, O, at};
    });
    this.flat = new Float64Array(total);  // what the optimizer moves
    this.grad = new Float64Array(total);
    this.rooms = new Map();
    this.layers.forEach((layer, l) => {  // He et al. 2015, uniform; the last layer has no LeakyReLU behind it
      const gain = l < this.layers.length - 1 ? 2 / (1 + SLOPE ** 2) : 1, reach = Math.sqrt(3 * gain / layer.I);
      for (let i = 0; i < layer.O * layer.I; i++) this.flat[layer.at + i] = reach * (2 * random.uniform() - 1);
    });
    this.used = spectral ? this.flat.slice() : this.flat;  // the weights that forward sees
    if (spectral) this.singular = this.layers.map(({I, O}) => ({
      u: normalized(Float64Array.from({length: O}, () => random.normal())),
      v: normalized(Float64Array.from({length: I}, () => random.normal())), sigma: 1,
    }));
    if (spectral) for (let i = 0; i < 15; i++) this.tighten(true);
  }
  // An array that is made once for each name and length.
  room(name, length) {
    const key = `${name} ${length}`;
    if (!this.rooms.has(key)) this.rooms.set(key, new Float64Array(length));
    return this.rooms.get(key);
  }
  // f(x): [n, out], which the next forward of as many rows overwrites.
  forward(x, n) {
    const W = this.used;
    this.n = n;
    this.seen = [x];
    this.layers.forEach(({I, O, at}, l) => {
      const out = this.room(`x${l}`, n * O), bias = at + O * I, last = l === this.layers.length - 1;
      for (let i = 0; i < n; i++) for (let o = 0; o < O; o++) {
        let sum = W[bias + o];
        for (let k = 0, w = at + o * I, row = i * I; k < I; k++) sum += W[w + k] * x[row + k];
        out[i * O + o] = last || sum > 0 ? sum : SLOPE * sum;
      }
      this.seen.push(x = out);
    });
    return x;
  }
  // Adds the gradient of sum(g * f(x)) to `grad`; returns that with respect to x. g: [n, out].
  backward(g, learn = true) {
    const {n, used: W, grad} = this;
    for (let l = this.layers.length - 1; l >= 0; l--) {
      const {I, O, at} = this.layers[l], x = this.seen[l], back = this.room(`g${l}`, n * I).fill(0);
      if (l < this.layers.length - 1) this.mask(g, this.seen[l + 1]);
      for (let i = 0; i < n; i++) for (let o = 0; o < O; o++) {
        const d = g[i * O + o], w = at + o * I, row = i * I;
        for (let k = 0; k < I; k++) back[row + k] += d * W[w + k];
        if (!learn) continue;
        for (let k = 0; k < I; k++) grad[w + k] += d * x[row + k];
        grad[at + O * I + o] += d;
      }
      g = back;
    }
    return g;
  }
  // g times LeakyReLU's slope, in place; an output has the sign of its input.
  mask(g, out) {
    for (let i = 0; i < g.length; i++) if (!(out[i] > 0)) g[i] *= SLOPE;
  }
  // Adds the gradient of sum(r * df/dx) to `grad`, for the scalar f of the last forward. r: [n, in].
  // With LeakyReLU, df/dx is a product of the weights and the masks, so this one is, too (Gulrajani et al. 2017).
  slopeBackward(r) {
    const {n, used: W, grad} = this, count = this.layers.length, v = [];
    v[count - 1] = this.room(`v${count - 1}`, n).fill(1);
    for (let l = count - 1; l > 0; l--) {  // v[l - 1]: df / d(input of layer l's LeakyReLU)
      const {I, O, at} = this.layers[l], back = this.room(`v${l - 1}`, n * I).fill(0);
      for (let i = 0; i < n; i++) for (let o = 0; o < O; o++)
        for (let k = 0; k < I; k++) back[i * I + k] += v[l][i * O + o] * W[at + o * I + k];
      this.mask(back, this.seen[l]);
      v[l - 1] = back;
    }
    let u = r;
    this.layers.forEach(({I, O, at}, l) => {
      const next = this.room(`u${l}`, n * O).fill(0);
      for (let i = 0; i < n; i++) for (let o = 0; o < O; o++) {
        const d = v[l][i * O + o], w = at + o * I, row = i * I;
        for (let k = 0; k < I; k++) {
          grad[w + k] += d * u[row + k];
          next[i * O + o] += W[w + k] * u[row + k];
        }
      }
      if (l < count - 1) this.mask(next, this.seen[l + 1]);
      u = next;
    });
  }
  // Spectral norm (Miyato et al. 2018, algorithm 1): the weights over their largest singular value.
  tighten(iterate) {
    if (!this.singular) return;
    this.used.set(this.flat);
    this.layers.forEach(({I, O, at}, l) => {
      const W = this.flat, s = this.singular[l], dot = (o, v) => {
        let sum = 0;
        for (let k = 0; k < I; k++) sum += W[at + o * I + k] * v[k];
        return sum;
      };
      if (iterate) {
        s.u = normalized(s.u.map((_, o) => dot(o, s.v)));
        s.v = normalized(s.v.map((_, k) => s.u.reduce((sum, u, o) => sum + u * W[at + o * I + k], 0)));
      }
      s.sigma = s.u.reduce((sum, u, o) => sum + u * dot(o, s.v), 0);
      for (let i = 0; i < O * I; i++) this.used[at + i] = W[at + i] / s.sigma;
    });
  }
  // `grad` of the weights that forward saw becomes that of those which the optimizer moves.
  loosen() {
    if (!this.singular) return;
    this.layers.forEach(({I, O, at}, l) => {
      const {u, v, sigma} = this.singular[l];
      let inner = 0;
      for (let i = at; i < at + O * I; i++) inner += this.grad[i] * this.used[i];
      for (let o = 0; o < O; o++) for (let k = 0; k < I; k++) {
        const i = at + o * I + k;
        this.grad[i] = (this.grad[i] - inner * u[o] * v[k]) / sigma;
      }
    });
  }
  save() { return {flat: this.flat.slice(), singular: this.singular?.map(s => ({...s}))}; }
  load(state) {
    this.flat.set(state.flat);
    this.singular = state.singular?.map(s => ({...s}));
    this.tighten(false);
  }
}
// One step of an optimizer, with PyTorch's defaults but Adam's beta 0.5 (Radford et al. 2016).
class Optimizer {
  constructor(name, size) {
    Object.assign(this, {name, t: 0, m: new Float64Array(size), v: new Float64Array(size)});
  }
  step(w, grad, rate) {
    this.t++;
    this[this.name](w, grad, rate);
  }
  sgd(w, grad, rate) {
    for (let i = 0; i < w.length; i++) w[i] -= rate * grad[i];
  }
  rmsprop(w, grad, rate) {
    for (let i = 0; i < w.length; i++) {
      this.v[i] = 0.99 * this.v[i] + 0.01 * grad[i] ** 2;
      w[i] -= rate * grad[i] / (Math.sqrt(this.v[i]) + 1e-8);
    }
  }
  adam(w, grad, rate) {
    const [b1, b2] = [0.5, 0.999], first = 1 - b1 ** this.t, second = Math.sqrt(1 - b2 ** this.t);
    for (let i = 0; i < w.length; i++) {
      this.m[i] = b1 * this.m[i] + (1 - b1) * grad[i];
      this.v[i] = b2 * this.v[i] + (1 - b2) * grad[i] ** 2;
      w[i] -= rate * (this.m[i] / first) / (Math.sqrt(this.v[i]) / second + 1e-8);
    }
  }
  save() { return {t: this.t, m: this.m.slice(), v: this.v.slice()}; }
  load(state) {
    this.t = state.t;
    this.m.set(state.m);
    this.v.set(state.v);
  }
}
