// How far the fakes are from the data. Each is computed for as many real points as well: what a perfect G would score.
const CELLS = 20, JUDGED = 512, MOVED = 96, ENOUGH = 0.1;
// The share of the points in each cell of a grid, with half a point added to each, for an empty cell has no logarithm.
const histogram = points => {
  const counts = new Float64Array(CELLS * CELLS).fill(0.5), n = points.length / 2;
  const cell = v => Math.min(CELLS - 1, Math.max(0, Math.floor((v + ROOM) / (2 * ROOM) * CELLS)));
  for (let i = 0; i < n; i++) counts[cell(points[2 * i + 1]) * CELLS + cell(points[2 * i])]++;
  return counts.map(c => c / (n + CELLS * CELLS / 2));
};
const kl = (p, q) => p.reduce((sum, v, i) => sum + (v ? v * Math.log(v / q[i]) : 0), 0);
const js = (p, q) => {
  const m = p.map((v, i) => (v + q[i]) / 2);
  return (kl(p, m) + kl(q, m)) / 2;
};
// The exact W of two samples as large as each other: the cheapest assignment, found row by row along shortest
// augmenting paths (Jonker and Volgenant 1987).
const assignment = (n, cost) => {  // cost: [n, n]
  const u = new Float64Array(n + 1), v = new Float64Array(n + 1), row = new Int32Array(n + 1), way = new Int32Array(n + 1);
  for (let i = 1; i <= n; i++) {
    const least = new Float64Array(n + 1).fill(Infinity), used = new Uint8Array(n + 1);
    let at = 0;
    row[0] = i;
    do {
      used[at] = 1;
      let step = Infinity, next = 0;
      for (let j = 1; j <= n; j++) if (!used[j]) {
        const reduced = cost[(row[at] - 1) * n + j - 1] - u[row[at]] - v[j];
        if (reduced < least[j]) [least[j], way[j]] = [reduced, at];
        if (least[j] < step) [step, next] = [least[j], j];
      }
      for (let j = 0; j <= n; j++) {
        if (used[j]) { u[row[j]] += step; v[j] -= step; } else least[j] -= step;
      }
      at = next;
    } while (row[at]);
    while (at) { row[at] = row[way[at]]; at = way[at]; }
  }
  let sum = 0;
  for (let j = 1; j <= n; j++) sum += cost[(row[j] - 1) * n + j - 1];
  return sum / n;
};
const far = (a, i, b, j) => Math.sqrt((a[2 * i] - b[2 * j]) ** 2 + (a[2 * i + 1] - b[2 * j + 1]) ** 2);
const distance = (a, b, n) => assignment(n, Float64Array.from({length: n * n}, (_, k) => far(a, Math.floor(k / n), b, k % n)));
// {good: the share of points near a centre, modes: the centres that have a tenth of their share of the points}.
const coverage = (shape, points) => {
  const n = points.length / 2, at = new Float64Array(shape.centres.length);
  let good = 0;
  for (let i = 0; i < n; i++) {
    let best = Infinity, nearest = 0;
    shape.centres.forEach(([x, y], c) => {
      const far = Math.hypot(points[2 * i] - x, points[2 * i + 1] - y);
      if (far < best) [best, nearest] = [far, c];
    });
    if (best < shape.near) { good++; at[nearest]++; }
  }
  return {good: good / n, modes: at.filter(c => c >= ENOUGH * n / at.length).length};
};
// Measures points against the data of one shape; real points are drawn once, from a stream of their own.
class Judge {
  constructor(shape) {
    const random = new Random(1, 9);
    this.shape = shape;
    this.p = histogram(sample(shape, 20000, random));
    this.real = sample(shape, JUDGED, random);
    const rounds = Array.from({length: 4}, () => this.measure(sample(shape, JUDGED, random)));
    this.ideal = Object.fromEntries(Object.keys(rounds[0]).map(key =>
      [key, rounds.reduce((sum, found) => sum + found[key], 0) / rounds.length]));
  }
  measure(points) {
    const q = histogram(points);
    return {...coverage(this.shape, points), kl: kl(this.p, q), js: js(this.p, q), w: distance(points, this.real, MOVED)};
  }
}
