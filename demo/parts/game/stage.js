// The stage of a game: data, fakes, D's landscape, G's manifold, gradients; and the graph of who learns from whom.
window.gameStage = (() => {
const HUES = ['real', 'fake', 'd', 'gradient', 'text', 'strong', 'grid', 'axis', 'both'];
const palette = () => {
  const style = getComputedStyle(document.body);
  return Object.fromEntries(HUES.map(name => [name, style.getPropertyValue('--lab-' + name).trim()]));
};
const rgb = hex => [1, 3, 5].map(k => parseInt(hex.slice(k, k + 2), 16));
// The canvas at the screen's density: its context, in CSS pixels.
const prepared = (canvas, width, height) => {
  const dense = window.devicePixelRatio || 1, [w, h] = [width, height].map(v => Math.round(v * dense));
  if (canvas.width !== w || canvas.height !== h) [canvas.width, canvas.height] = [w, h];
  canvas.style.height = height + 'px';
  const ctx = canvas.getContext('2d');
  ctx.setTransform(dense, 0, 0, dense, 0, 0);
  ctx.clearRect(0, 0, width, height);
  return ctx;
};
const scratch = document.createElement('canvas');
let image = null;
const heat = (ctx, size, map, hues) => {
  const n = Math.sqrt(map.length), ends = [rgb(hues.fake), rgb(hues.real)], pen = scratch.getContext('2d');
  if (image?.width !== n) {
    [scratch.width, scratch.height] = [n, n];
    image = pen.createImageData(n, n);
  }
  map.forEach((v, i) => {
    const at = 4 * ((n - 1 - Math.floor(i / n)) * n + i % n), end = ends[v > 0 ? 1 : 0];
    for (let k = 0; k < 3; k++) image.data[at + k] = end[k];
    image.data[at + 3] = 150 * Math.min(1, Math.abs(v));
  });
  pen.putImageData(image, 0, 0);
  ctx.imageSmoothingEnabled = true;
  ctx.drawImage(scratch, 0, 0, size, size);
};
// Cells of equal probability: the smaller one is where G puts it, the denser the fakes, the darker.
const FAINT = .03;  // what is fainter is not filled
const net = (ctx, at, {across: n, points}, hue) => {
  const rows = points.length / 2 / n, P = i => at(points[2 * i], points[2 * i + 1]);
  ctx.fillStyle = ctx.strokeStyle = hue;
  for (let j = 0; j < rows - 1; j++) for (let i = 0; i < n - 1; i++) {
    const corners = [j * n + i, j * n + i + 1, (j + 1) * n + i + 1, (j + 1) * n + i].map(P);
    let area = 0;
    corners.forEach(([x, y], k) => { const [u, v] = corners[(k + 1) % 4]; area += (x * v - u * y) / 2; });
    ctx.globalAlpha = Math.min(.42, 26 / (Math.abs(area) + 20));
    if (ctx.globalAlpha < FAINT) continue;
    ctx.beginPath();
    corners.forEach(corner => ctx.lineTo(...corner));
    ctx.fill();
  }
  ctx.lineWidth = rows === 1 ? 2 : 0.6;
  ctx.globalAlpha = rows === 1 ? .55 : .45;
  ctx.beginPath();
  for (let j = 0; j < rows; j++) for (let i = 0; i < n; i++) ctx[i ? 'lineTo' : 'moveTo'](...P(j * n + i));
  for (let i = 0; i < n && rows > 1; i++) for (let j = 0; j < rows; j++) ctx[j ? 'lineTo' : 'moveTo'](...P(j * n + i));
  ctx.stroke();
  ctx.globalAlpha = 1;
};
const dots = (ctx, at, points, hue, radius) => {
  ctx.fillStyle = hue;
  for (let i = 0; i < points.length; i += 2) {
    const [x, y] = at(points[i], points[i + 1]);
    ctx.beginPath();
    ctx.arc(x, y, radius, 0, 7);
    ctx.fill();
  }
};
// The longest arrow is as long as a tenth of the stage.
const arrows = (ctx, at, {from, by}, hue, size) => {
  let longest = 1e-9;
  for (let i = 0; i < by.length; i += 2) longest = Math.max(longest, Math.hypot(by[i], by[i + 1]));
  const scale = size / 10 / longest * Math.min(1, longest * 6);
  ctx.strokeStyle = ctx.fillStyle = hue;
  ctx.lineWidth = 1.3;
  for (let i = 0; i < from.length; i += 2) {
    const [x, y] = at(from[i], from[i + 1]), [u, v] = [x + by[i] * scale, y - by[i + 1] * scale];
    const turn = Math.atan2(v - y, u - x);
    ctx.beginPath();
    ctx.moveTo(x, y);
    ctx.lineTo(u, v);
    ctx.stroke();
    if (Math.hypot(u - x, v - y) < 4) continue;
    ctx.beginPath();
    ctx.moveTo(u, v);
    for (const side of [2.7, -2.7]) ctx.lineTo(u + 5 * Math.cos(turn + side), v + 5 * Math.sin(turn + side));
    ctx.fill();
  }
};
// picture: of a frame, or null. reach: the plane is shown from -reach to reach. shown: the layers that are wanted.
// drawn: points of the brush, instead of data. lit: the stage of a round in slow motion, or ''.
const draw = (canvas, picture, more) => {
  const size = canvas.parentElement.clientWidth;
  paint(prepared(canvas, size, size), size, picture, more);
};
const paint = (ctx, size, picture, {reach, shown, drawn, lit}) => {
  const hues = palette();
  const at = (x, y) => [(x / reach + 1) / 2 * size, (1 - y / reach) / 2 * size], dot = Math.max(1.6, size / 240);
  if (drawn) return dots(ctx, at, drawn, hues.real, 2 * dot);
  if (!picture) return;
  const map = shown.star && picture.star ? picture.star.map : shown.map && picture.map;
  if (map) heat(ctx, size, map, hues);
  ctx.strokeStyle = hues.grid;
  ctx.lineWidth = 1;
  if (shown.net && lit !== 'd') net(ctx, at, picture.manifold, hues.both);
  dots(ctx, at, picture.real, hues.real, lit === 'sample' ? 1.5 * dot : dot);
  dots(ctx, at, picture.fake, hues.fake, lit === 'sample' || lit === 'g' ? 1.5 * dot : dot);
  if (shown.arrows || lit === 'gradient') arrows(ctx, at, picture.arrows, hues.gradient, size);
};
// z -> G -> fake, and fake and real -> D -> its verdict; the arrows back are the gradients.
const BOXES = {z: [.085, .3], G: [.27, .3], fake: [.48, .3], real: [.48, .78], D: [.72, .54], loss: [.92, .54]};
const WAYS = ['z G', 'G fake', 'fake D', 'real D', 'D loss'].map(way => way.split(' '));
const LIT = {sample: ['z', 'G', 'fake', 'real'], judge: ['fake', 'real', 'D', 'loss'], d: ['D', 'loss'],
  gradient: ['loss', 'D', 'fake'], g: ['fake', 'G']};
const graph = (canvas, names, lit) => {
  const width = canvas.parentElement.clientWidth, height = 104, ctx = prepared(canvas, width, height), hues = palette();
  const hue = {z: hues.text, G: hues.fake, fake: hues.fake, real: hues.real, D: hues.d, loss: hues.gradient};
  const on = LIT[lit] || [], place = name => [BOXES[name][0] * width, BOXES[name][1] * height];
  ctx.textAlign = 'center';
  ctx.textBaseline = 'middle';
  for (const [from, to] of WAYS) {
    const [x, y] = place(from), [u, v] = place(to), active = on.includes(from) && on.includes(to);
    ctx.strokeStyle = !active ? hues.axis : lit === 'gradient' || lit === 'g' || lit === 'd' ? hues.gradient : hues.strong;
    ctx.lineWidth = active ? 3 : 1.2;
    ctx.beginPath();
    ctx.moveTo(x, y);
    ctx.lineTo(u, v);
    ctx.stroke();
  }
  for (const name of Object.keys(BOXES)) {
    const [x, y] = place(name), wide = Math.max(34, Math.min(64, width * .15)), active = on.includes(name);
    ctx.fillStyle = active ? hue[name] : getComputedStyle(document.body).getPropertyValue('--body-background-fill');
    ctx.strokeStyle = hue[name];
    ctx.lineWidth = 1.6;
    ctx.beginPath();
    ctx.roundRect(x - wide / 2, y - 14, wide, 28, name === 'G' || name === 'D' ? 8 : 14);
    ctx.fill();
    ctx.stroke();
    ctx.fillStyle = active ? getComputedStyle(document.body)
      .getPropertyValue('--body-background-fill') : hues.strong;
    ctx.font = `600 ${width < 420 ? 11 : 12.5}px ` + getComputedStyle(document.body).fontFamily;
    ctx.fillText(names[name], x, y);
  }
};
return {draw, paint, graph};
})();
