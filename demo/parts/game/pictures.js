// What is drawn of a game in the plane: D's landscape, D*, G's manifold, gradients.
const MAP = 28, NET = 14, FINE = 160, DOTS = 256, ARROWS = 40, BLUR = 0.1;
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
const bestD = (game, fake, D) => {
  if (!['minimax', 'nonsaturating', 'least_squares'].includes(game.settings.loss)) return null;
  const {shape} = game, places = plane(), centres = shape.modes ? shape.centres : Array.from({length: 100}, (_, i) => shape.at((i + 0.5) / 100));
  const p = density(places, centres.flat(), Math.hypot(shape.sigma, BLUR)), q = density(places, fake, BLUR);
  const map = p.map((v, i) => 2 * v / Math.max(v + q[i], TINY) - 1);
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
// The mean slope of G's loss on a batch of fakes (near 0, G learns nothing), and where it would move some of them.
const gradients = (game, fake) => {
  const by = push(game.D, fake.subarray(0, 2 * BATCH), BATCH, game.loss.g, BATCH, false).back;
  let sum = 0;
  for (let i = 0; i < BATCH; i++) sum += Math.hypot(by[2 * i], by[2 * i + 1]);
  return {slope: sum / BATCH, arrows: {from: fake.slice(0, 2 * ARROWS), by: by.slice(0, 2 * ARROWS).map(v => -v)}};
};
const planePicture = (game, star) => {
  const fake = game.fakes(new Random(game.settings.seed, 7), DOTS).slice(), {slope, arrows} = gradients(game, fake);
  const map = landscape(game), best = star && bestD(game, fake, map);
  return {fake, real: game.judge.real.slice(0, 2 * DOTS), map, manifold: manifold(game), arrows, star: best,
    now: clean({...game.losses, slope, ...(star && {off: best?.off})})};
};
