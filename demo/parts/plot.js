// The lab's canvas: plots of curves, areas, bars, points, arrows, heat maps and rules, redrawn from one JSON value.
window.labPlot = (() => {
const PAD = {left: 50, right: 14, top: 28, bottom: 36}, TIGHT = {left: 30, right: 10, top: 24, bottom: 32}, LEGEND = 17;
const colour = name => getComputedStyle(document.body).getPropertyValue('--lab-' + name).trim() || name;
const each = (value, i) => Array.isArray(value) ? value[i] : value;
const label = v => {
  const size = Math.abs(v);
  return (size && (size >= 1e4 || size < 1e-3) ? v.toExponential(0).replace('e+', 'e') : String(Number(v.toPrecision(4))))
    .replaceAll('-', '\u2212');
};
const ticks = ([lo, hi], most) => {
  const rough = (hi - lo) / most, size = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map(k => k * size).find(s => s >= rough * .999), first = Math.ceil(lo / step - 1e-9);
  return Array.from({length: Math.floor(hi / step + 1e-9) - first + 1}, (_, i) => (first + i) * step);
};
const decades = ([lo, hi], most) => {
  const [a, b] = [Math.floor(Math.log10(lo) + 1e-9), Math.floor(Math.log10(hi) + 1e-9)];
  const step = Math.max(1, Math.ceil((b - a) / most)), parts = b - a < 2 ? [1, 2, 5] : [1];
  return Array.from({length: Math.floor((b - a) / step) + 1}, (_, i) => parts.map(k => k * 10 ** (a + i * step))).flat()
    .filter(v => v >= lo * .999 && v <= hi * 1.001);
};
const ruler = document.createElement('canvas').getContext('2d');
// Where the legend's texts stand, each [left, row]: a text that does not fit its row begins another.
const spread = (texts, width) => {
  let left = 0, row = 0;
  ruler.font = '11px ' + getComputedStyle(document.body).fontFamily;
  return texts.map(text => {
    const wide = 18 + ruler.measureText(text).width;
    if (left && left + wide > width) [left, row] = [0, row + 1];
    const spot = [left, row];
    left += wide + 14;
    return spot;
  });
};
// Where a plot lies on the canvas, and how its numbers become pixels.
const scales = (plot, box) => {
  const pad = box.width < 260 ? TIGHT : PAD;
  const named = [...new Map(plot.layers.filter(layer => layer.label).map(layer => [layer.label, layer]))];
  const spots = spread(named.map(([text]) => text), box.width - pad.left - pad.right);
  const rows = spots.length ? spots[spots.length - 1][1] + 1 : 0, top = pad.top + rows * LEGEND;
  const inner = {left: box.left + pad.left, top: box.top + top,
    width: box.width - pad.left - pad.right, height: box.height - top - pad.bottom};
  let [x0, x1] = plot.x, [y0, y1] = plot.y;
  if (plot.equal) {  // one unit is as long in x as in y
    const unit = Math.min(inner.width / (x1 - x0), inner.height / (y1 - y0));
    const more = (inner.width / unit - (x1 - x0)) / 2, up = (inner.height / unit - (y1 - y0)) / 2;
    [x0, x1, y0, y1] = [x0 - more, x1 + more, y0 - up, y1 + up];
  }
  const log = v => plot.log ? Math.log10(Math.max(v, y0)) : v, low = log(y0), high = log(y1);
  return {plot, inner, named, spots, rows, limits: {x: [x0, x1], y: [y0, y1]},
    X: v => inner.left + (v - x0) / (x1 - x0) * inner.width,
    Y: v => inner.top + (high - log(v)) / (high - low) * inner.height,
    back: (left, top) => [x0 + (left - inner.left) / inner.width * (x1 - x0),
      y1 - (top - inner.top) / inner.height * (y1 - y0)]};
};
// The title, and what the colours mean, above the plot.
const legend = (ctx, {plot, inner, named, spots, rows}) => {
  const first = inner.top - rows * LEGEND;
  named.forEach(([text, layer], i) => {
    const left = inner.left + spots[i][0], top = first + spots[i][1] * LEGEND;
    ctx.fillStyle = colour(each(layer.color, 0));
    ctx.fillRect(left, top + 3, 13, 4);
    ctx.fillStyle = colour('text');
    ctx.fillText(text, left + 18, top);
  });
  ctx.font = '600 12.5px ' + getComputedStyle(document.body).fontFamily;
  ctx.fillStyle = colour('strong');
  ctx.fillText(plot.title || '', inner.left, first - 21, inner.width);
};
const axes = (ctx, at) => {
  const {plot, inner, X, Y, limits} = at, bottom = inner.top + inner.height;
  ctx.font = '11px ' + getComputedStyle(document.body).fontFamily;
  ctx.lineWidth = 1;
  ctx.textAlign = 'right';
  ctx.textBaseline = 'middle';
  for (const v of plot.bare ? [] : (plot.log ? decades : ticks)(limits.y, inner.height / 36)) {
    ctx.strokeStyle = colour('grid');
    ctx.beginPath(); ctx.moveTo(inner.left, Y(v)); ctx.lineTo(inner.left + inner.width, Y(v)); ctx.stroke();
    ctx.fillStyle = colour('text');
    ctx.fillText(label(v), inner.left - 6, Y(v));
  }
  ctx.textAlign = 'center';
  ctx.textBaseline = 'top';
  ctx.fillStyle = colour('text');
  const names = plot.names ? plot.names.map((_, i) => i) : ticks(limits.x, Math.max(2, inner.width / 46));
  for (const v of plot.bare ? [] : names) ctx.fillText(plot.names ? plot.names[v] : label(v), X(v), bottom + 6);
  ctx.fillText(plot.xlabel || '', inner.left + inner.width / 2, bottom + 20);
  ctx.textAlign = 'left';
  legend(ctx, at);
  ctx.strokeStyle = colour('axis');
  ctx.beginPath(); ctx.moveTo(inner.left, bottom); ctx.lineTo(inner.left + inner.width, bottom); ctx.stroke();
};
const xs = layer => layer.x.length === layer.y.length ? layer.x
  : layer.y.map((_, i) => layer.x[0] + (layer.x[1] - layer.x[0]) * i / (layer.y.length - 1));
const DRAW = {
  curve(ctx, at, layer) {
    let down = false;
    ctx.beginPath();
    xs(layer).forEach((x, i) => {
      if (layer.y[i] === null) { down = false; return; }
      ctx[down ? 'lineTo' : 'moveTo'](at.X(x), at.Y(layer.y[i]));
      down = true;
    });
    ctx.stroke();
  },
  area(ctx, at, layer) {
    const x = xs(layer), half = (x[1] - x[0]) / 2, base = layer.base || 0;
    ctx.globalAlpha = layer.alpha || .32;
    if (layer.colors) return layer.y.forEach((y, i) => {  // bins, each in its colour
      ctx.fillStyle = colour(layer.colors[i]);
      const [left, right] = [at.X(x[i] - half), at.X(x[i] + half)].map(Math.round), [top, low] = [at.Y(y), at.Y(base)];
      ctx.fillRect(left, Math.min(top, low), right - left, Math.abs(low - top));
    });
    ctx.beginPath();
    ctx.moveTo(at.X(x[0]), at.Y(base));
    x.forEach((v, i) => ctx.lineTo(at.X(v), at.Y(layer.y[i])));
    ctx.lineTo(at.X(x[x.length - 1]), at.Y(base));
    ctx.fill();
  },
  bars(ctx, at, layer) {
    const floor = at.plot.log ? at.limits.y[0] : 0;
    layer.x.forEach((x, i) => {
      ctx.fillStyle = colour(each(layer.color, i));
      const [left, right] = [at.X(x - layer.width / 2), at.X(x + layer.width / 2)], top = at.Y(layer.y[i]);
      ctx.fillRect(left, Math.min(top, at.Y(floor)), Math.max(1, right - left - 1), Math.abs(at.Y(floor) - top));
    });
  },
  points(ctx, at, layer) {
    layer.at.forEach(([x, y], i) => {
      ctx.fillStyle = colour(each(layer.color, i));
      ctx.beginPath();
      ctx.arc(at.X(x), at.Y(y), each(layer.size, i) || 4, 0, 7);
      ctx.fill();
      if (!layer.text) return;
      ctx.fillStyle = colour('strong');
      ctx.textAlign = 'left';
      ctx.textBaseline = 'bottom';
      ctx.fillText(layer.text[i], at.X(x) + (each(layer.size, i) || 4) + 2, at.Y(y) - 2);
    });
  },
  arrows(ctx, at, layer) {
    layer.from.forEach(([x, y], i) => {
      const [a, b, c, d] = [at.X(x), at.Y(y), at.X(layer.to[i][0]), at.Y(layer.to[i][1])];
      const thick = each(layer.width, i) || 1.5, angle = Math.atan2(d - b, c - a), head = 5 + 1.5 * thick;
      if (!(Math.hypot(c - a, d - b) > 1)) return;
      ctx.strokeStyle = ctx.fillStyle = colour(each(layer.color, i));
      ctx.lineWidth = thick;
      ctx.beginPath(); ctx.moveTo(a, b); ctx.lineTo(c, d); ctx.stroke();
      if (layer.head === false) return;
      ctx.beginPath();
      ctx.moveTo(c, d);
      for (const turn of [2.7, -2.7]) ctx.lineTo(c + head * Math.cos(angle + turn), d + head * Math.sin(angle + turn));
      ctx.fill();
    });
  },
  map(ctx, at, layer) {  // rows from the lowest y to the highest; from colour 'low' over the background to 'high'
    const rows = layer.values, [lo, hi] = layer.range, picture = document.createElement('canvas');
    const rgb = name => [1, 3, 5].map(k => parseInt(colour(name).slice(k, k + 2), 16));
    const ends = [rgb(layer.low || 'fake'), rgb(layer.high || 'real')];
    [picture.width, picture.height] = [rows[0].length, rows.length];
    const pen = picture.getContext('2d'), image = pen.createImageData(picture.width, picture.height);
    rows.forEach((row, j) => row.forEach((v, i) => {
      const share = 2 * Math.min(1, Math.max(0, (v - lo) / (hi - lo))) - 1;
      image.data.set([...ends[share > 0 ? 1 : 0], 190 * Math.abs(share)], 4 * ((rows.length - 1 - j) * row.length + i));
    }));
    pen.putImageData(image, 0, 0);
    const [left, top] = [at.X(layer.x[0]), at.Y(layer.y[1])];
    ctx.imageSmoothingEnabled = rows.length > 16;  // a table of few cells is not a landscape
    ctx.drawImage(picture, left, top, at.X(layer.x[1]) - left, at.Y(layer.y[0]) - top);
  },
  rule(ctx, at, layer) {
    const {inner} = at, upright = 'x' in layer, place = upright ? at.X(layer.x) : at.Y(layer.y);
    ctx.beginPath();
    ctx.moveTo(upright ? place : inner.left, upright ? inner.top : place);
    ctx.lineTo(upright ? place : inner.left + inner.width, upright ? inner.top + inner.height : place);
    ctx.stroke();
    ctx.textAlign = upright ? 'left' : 'right';
    ctx.textBaseline = upright ? 'top' : 'bottom';
    ctx.font = '11px ' + getComputedStyle(document.body).fontFamily;
    ctx.fillText(layer.text || '', upright ? place + 4 : inner.left + inner.width - 2, upright ? inner.top + 2 : place - 2);
  },
};
const ring = (ctx, at, layer, i) => {
  if (!layer.at[i]) return;
  ctx.strokeStyle = colour('strong');
  ctx.lineWidth = 2;
  ctx.beginPath();
  ctx.arc(at.X(layer.at[i][0]), at.Y(layer.at[i][1]), (each(layer.size, i) || 4) + 4, 0, 7);
  ctx.stroke();
};
// view.width: in pixels, of a canvas that is not on the page. chosen, {parameter, i}: the point of a layer that is moved
// next; it has a ring.
const draw = (canvas, view, hidden, chosen) => {
  const shown = items => items.filter(item => !(hidden && item.answer));
  const wide = view.width || canvas.parentElement.clientWidth;
  const plots = shown(view.plots).map(plot => ({...plot, layers: shown(plot.layers)}));
  const phone = wide < 560, across = Math.min(plots.length, phone ? (plots.length > 2 ? 2 : 1) : view.across || 2);
  const high = phone ? (across > 1 ? view.phone || 170 : 230) : view.height || 250;
  const tall = high * Math.ceil(plots.length / across), dense = view.width ? 1 : window.devicePixelRatio || 1;
  canvas.style.height = tall + 'px';
  [canvas.width, canvas.height] = [Math.round(wide * dense), Math.round(tall * dense)];
  const ctx = canvas.getContext('2d');
  ctx.setTransform(dense, 0, 0, dense, 0, 0);
  return plots.map((plot, i) => {
    const row = Math.floor(i / across), beside = Math.min(across, plots.length - row * across);
    const width = wide / (phone ? beside : across);  // on a phone, a plot alone in its row is as wide as that
    const at = scales(plot, {left: i % across * width, top: row * high, width, height: high});
    axes(ctx, at);
    for (const layer of plot.layers) {
      ctx.save();
      ctx.beginPath();
      ctx.rect(at.inner.left - 1, at.inner.top - 6, at.inner.width + 8, at.inner.height + 7);
      ctx.clip();
      ctx.strokeStyle = ctx.fillStyle = colour(Array.isArray(layer.color) ? 'text' : layer.color || 'text');
      ctx.lineWidth = layer.kind === 'rule' ? 1.2 : Array.isArray(layer.width) ? 1.5 : layer.width || 2;
      ctx.lineJoin = 'round';
      ctx.setLineDash(layer.dash ? [5, 4] : []);
      if (layer.alpha) ctx.globalAlpha = layer.alpha;
      DRAW[layer.kind](ctx, at, layer);
      if (chosen && layer.drag === chosen.parameter) ring(ctx, at, layer, chosen.i);
      ctx.restore();
    }
    return at;
  });
};
return {draw};
})();
