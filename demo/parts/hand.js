// What a hand does on the lab's canvas. A plot with `draw`, {parameter, knots: heights 0 to z, x: from where to where}, has a pen.
// The points of a layer with `drag`, a parameter, are moved by mouse, touch or arrow keys; with `add` they grow and shrink.
(() => {
const KNOT = 35, NEAR = 16, STILL = 6, STEP = .02, FRESH = 1000;  // px, px, share of the plot, ms
const WAYS = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowDown: [0, -1], ArrowUp: [0, 1]};
const text = points => points.map(point => point.map(v => Number(v.toFixed(2))).join(',')).join(';');
const within = (v, [low, high]) => Math.max(low, Math.min(high, v));
// placed(): what labPlot.draw returned; send({parameter: text}); redraw() after another point was chosen.
labPlot.hand = (canvas, placed, send, redraw) => {
  let held = null, chosen = null, recent = null;
  const layers = () => placed().flatMap(at => at.plot.layers.filter(layer => layer.drag).map(layer => ({at, layer})));
  // Keys and moves come faster than answers: what was sent a moment ago counts.
  const points = layer => recent && recent.parameter === layer.drag && Date.now() - recent.when < FRESH ? recent.points : layer.at;
  const put = (layer, moved) => {
    recent = {parameter: layer.drag, points: moved, when: Date.now()};
    send({[layer.drag]: text(moved)});
  };
  const choose = (layer, i) => { chosen = {parameter: layer.drag, i}; redraw(); };
  const current = () => {
    const found = chosen && layers().find(({layer}) => layer.drag === chosen.parameter);
    return found && chosen.i < points(found.layer).length ? {...found, i: chosen.i} : null;
  };
  const where = event => {
    const box = canvas.getBoundingClientRect(), [left, top] = [event.clientX - box.left, event.clientY - box.top];
    const at = placed().find(({inner: r}) => left > r.left - 8 && left < r.left + r.width + 8
      && top > r.top - 8 && top < r.top + r.height + 8);
    return {left, top, at};
  };
  const nearest = ({left, top, at}) => layers().filter(one => one.at === at)
    .flatMap(({layer}) => layer.at.map(([x, y], i) => ({layer, i, far: Math.hypot(at.X(x) - left, at.Y(y) - top)})))
    .filter(one => one.far <= NEAR).sort((a, b) => a.far - b.far)[0];
  const pen = ({left, top, at}) => {
    const {parameter, knots, x: [low, high]} = at.plot.draw, n = knots.length, old = held.i;
    const i = within(Math.floor((at.back(left, top)[0] - low) / (high - low) * n), [0, n - 1]);
    const height = within(Math.round((at.inner.top + at.inner.height - top) / at.inner.height * KNOT), [0, KNOT]);
    const heights = [...held.knots], from = old === undefined ? i : old, steps = Math.max(1, Math.abs(i - from));
    for (let k = 0; k <= steps; k++) {
      const j = Math.round(from + (i - from) * k / steps), h0 = old === undefined ? height : held.height;
      heights[j] = Math.round(h0 + (height - h0) * k / steps).toString(36);
    }
    Object.assign(held, {i, height, knots: heights.join('')});
    send({...at.plot.draw.also, [parameter]: held.knots});
  };
  const move = ({at, layer, i}, x, y) => put(layer, points(layer).map((point, k) =>
    k === i ? [within(x, at.limits.x), within(y, at.limits.y)] : point));
  const add = place => {
    const [open] = layers().filter(({layer}) => layer.add).sort((a, b) => points(a.layer).length - points(b.layer).length);
    const old = open && points(open.layer), {x, y} = open ? open.at.limits : {};  // the smaller set grows
    if (!open) return;
    put(open.layer, [...old, place || [(x[0] + x[1]) / 2, (y[0] + y[1]) / 2]]);
    choose(open.layer, old.length);
  };
  const remove = () => {
    const {layer, i} = current() || {};
    if (!layer || !layer.add || points(layer).length < 2) return;
    put(layer, points(layer).filter((_, k) => k !== i));
    choose(layer, Math.max(0, i - 1));
  };
  const next = () => {
    const all = layers().flatMap(({layer}) => points(layer).map((_, i) => ({layer, i})));
    const at = all.findIndex(({layer, i}) => chosen && layer.drag === chosen.parameter && i === chosen.i);
    if (all.length) choose(...Object.values(all[(at + 1) % all.length]));
  };
  canvas.addEventListener('pointerdown', event => {
    const spot = where(event);
    if (!spot.at || event.button) return;
    const found = nearest(spot);
    if (spot.at.plot.draw) { held = {knots: spot.at.plot.draw.knots, pen: true, at: spot.at}; pen(spot); }
    else if (found) { held = {...found, at: spot.at}; choose(found.layer, found.i); }
    else if (spot.at.plot.layers.some(layer => layer.add)) held = {tap: spot};
    if (held && !held.tap) { canvas.setPointerCapture(event.pointerId); event.preventDefault(); canvas.focus({preventScroll: true}); }
  });
  canvas.addEventListener('pointermove', event => {
    if (!held) return;
    const spot = where(event);
    if (held.tap) { if (Math.hypot(spot.left - held.tap.left, spot.top - held.tap.top) > STILL) held = null; }
    else if (held.pen) pen({...spot, at: held.at});
    else move(held, ...held.at.back(spot.left, spot.top));
  });
  canvas.addEventListener('pointerup', () => {
    if (held && held.tap) add(held.tap.at.back(held.tap.left, held.tap.top));
    held = null;
  });
  canvas.addEventListener('pointercancel', () => { held = null; });
  // A finger on a point moves it, beside the points it scrolls the page.
  canvas.addEventListener('touchstart', event => {
    const spot = where(event.touches[0]);
    if (spot.at && (spot.at.plot.draw || nearest(spot))) event.preventDefault();
  }, {passive: false});
  canvas.addEventListener('keydown', event => {
    const way = WAYS[event.key];
    if (!layers().length || event.ctrlKey || event.metaKey || event.altKey) return;
    if (way) {
      if (!current()) next();
      const one = current(), [x, y] = points(one.layer)[one.i], size = event.shiftKey ? STEP / 2 : STEP;
      const [u, v] = [one.at.limits.x, one.at.limits.y].map(([low, high], axis) => way[axis] * size * (high - low));
      move(one, x + u, y + v);
    } else if (event.key === 'Delete' || event.key === 'Backspace') remove();
    else if (event.key === 'Enter' || event.key === ' ') next();
    else return;
    event.preventDefault();
  });
  return {add: () => add(), remove, next, chosen: () => current() && chosen,
    removes: () => !!current()?.layer.add && points(current().layer).length > 1,
    moves: () => layers().length > 0, adds: () => layers().some(({layer}) => layer.add),
    says: () => {
      const one = current(), [x, y] = one ? points(one.layer)[one.i] : [];
      return one ? `${one.layer.text?.[one.i] || one.i + 1} (${x.toFixed(2)}, ${y.toFixed(2)})`.replaceAll('-', '\u2212') : '';
    }};
};
})();
