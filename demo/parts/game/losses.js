// Losses on D's raw outputs r = D(real), f = D(fake), each a mean over the batch, with their slopes; bounds on D.
const softplus = x => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
const sigmoid = x => 1 / (1 + Math.exp(-x));
const LOSSES = {
  // Goodfellow et al. 2014, equation 1: log D(x) + log(1 - D(G(z))), which G minimises and D maximises.
  minimax: {
    real: r => [softplus(-r), -sigmoid(-r)], fake: f => [softplus(f), sigmoid(f)], g: f => [-softplus(f), -sigmoid(f)],
  },
  // The same, section 3: G maximises log D(G(z)) instead.
  nonsaturating: {
    real: r => [softplus(-r), -sigmoid(-r)], fake: f => [softplus(f), sigmoid(f)], g: f => [softplus(-f), -sigmoid(-f)],
  },
  // Mao et al. 2017, equation 9.
  least_squares: {
    real: r => [(r - 1) ** 2 / 2, r - 1], fake: f => [f * f / 2, f], g: f => [(f - 1) ** 2 / 2, f - 1],
  },
  // Lim and Ye 2017.
  hinge: {
    real: r => [Math.max(1 - r, 0), r < 1 ? -1 : 0], fake: f => [Math.max(1 + f, 0), f > -1 ? 1 : 0], g: f => [-f, -1],
  },
  // Arjovsky et al. 2017: D is a critic.
  wasserstein: {real: r => [-r, -1], fake: f => [f, 1], g: f => [-f, -1]},
};
const CLIP = 0.1, WEIGHT = 1;  // of plane data: the papers' 0.01 and 10 are for images
// The mean of a loss over D's outputs, and its slope at each of them.
const lossOf = (rule, out) => {
  const slopes = new Float64Array(out.length);
  let sum = 0;
  for (let i = 0; i < out.length; i++) {
    const [value, slope] = rule(out[i]);
    sum += value;
    slopes[i] = slope / out.length;
  }
  return {value: sum / out.length, slopes};
};
// Gulrajani et al. 2017, equation 3, without the weight: its value; its gradient, times the weight, goes to D.grad.
const penalty = (D, real, fake, random, weight) => {
  const n = real.length / 2, between = new Float64Array(2 * n), ones = new Float64Array(n).fill(1);
  for (let i = 0; i < n; i++) {
    const t = random.uniform();
    for (let k = 0; k < 2; k++) between[2 * i + k] = t * real[2 * i + k] + (1 - t) * fake[2 * i + k];
  }
  D.forward(between, n);
  const slope = D.backward(ones, false).slice();
  let sum = 0;
  for (let i = 0; i < n; i++) {
    const size = Math.hypot(slope[2 * i], slope[2 * i + 1]), by = size ? 2 * weight * (size - 1) / size / n : 0;
    sum += (size - 1) ** 2;
    slope[2 * i] *= by;
    slope[2 * i + 1] *= by;
  }
  D.slopeBackward(slope);
  return sum / n;
};
