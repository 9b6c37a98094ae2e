// The data of a game: points around centres in the plane.
const MODES = 25, BASE = 36, ROOM = 1.5;
const ring = () => Array.from({length: 8}, (_, i) => [Math.cos(i * Math.PI / 4), Math.sin(i * Math.PI / 4)]);
const grid = () => Array.from({length: MODES}, (_, i) => [0.5 * (i % 5) - 1, 0.5 * Math.floor(i / 5) - 1]);
const along = at => ({at, centres: Array.from({length: 20}, (_, i) => at((i + 0.5) / 20)), modes: false});
const among = centres => ({at: u => centres[Math.floor(u * centres.length)], centres, modes: true});
const SHAPES = {
  ring: () => ({...among(ring()), sigma: 0.05, near: 0.2}),
  grid: () => ({...among(grid()), sigma: 0.03, near: 0.12}),
  spiral: () => ({...along(u => {
    const turn = 3 * Math.PI * Math.sqrt(u), radius = 0.1 + turn / 9;
    return [radius * Math.cos(turn), radius * Math.sin(turn)];
  }), sigma: 0.03, near: 0.2}),
  moons: () => ({...along(u => {
    const turn = Math.PI * (2 * u % 1);
    return u < 0.5 ? [Math.cos(turn) - 0.5, Math.sin(turn) - 0.25] : [0.5 - Math.cos(turn), 0.25 - Math.sin(turn)];
  }), sigma: 0.05, near: 0.22}),
  brush: text => ({...among(brushed(text)), modes: false, sigma: 0.04, near: 0.16}),
};
// A drawing as a link has it: four digits to the base of 36 a point, two of x and two of y.
const brushed = text => {
  const of = at => 2 * ROOM * parseInt(text.slice(at, at + 2), BASE) / (BASE * BASE - 1) - ROOM;
  return Array.from({length: Math.floor(text.length / 4)}, (_, i) => [of(4 * i), of(4 * i + 2)]);
};
// n points: [n, 2].
const sample = (shape, n, random) => {
  const points = new Float64Array(2 * n);
  for (let i = 0; i < n; i++) {
    const at = shape.at(random.uniform());
    for (let k = 0; k < 2; k++) points[2 * i + k] = at[k] + shape.sigma * random.normal();
  }
  return points;
};
// n vectors of noise: [n, size].
const noise = (prior, n, size, random) =>
  Float64Array.from({length: n * size}, () => prior === 'uniform' ? 2 * random.uniform() - 1 : random.normal());
