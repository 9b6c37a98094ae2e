"""A canvas for label maps: every pixel has one of the palette's colours, and each stroke is sent as a PNG."""

from demo.parts import data_uri, views
from demo.words import say
from models.image_files import MEGABYTES

SIDE = 256

CANVAS = """${!value || !value.palette ? '<div class="ga-blank"></div>' : `<div class="ga-canvas">
<canvas width="256" height="256" aria-label="[[Label map: drag to draw]]"></canvas>
<div class="ga-palette" role="group" aria-label="[[Colour]]">${value.palette.map((p, i) => `
  <button type="button" data-colour="${i}"><i style="background:rgb(${p.colour})"></i>${p.name}</button>`
  ).join('')}</div>
<p class="ga-buttons"><span role="group" aria-label="[[Tool]]">
    <button type="button" data-tool="rectangle">[[Rectangle]]</button>
    <button type="button" data-tool="brush">[[Brush]]</button></span>
  <label>[[Size]] <input type="range" min="2" max="48" step="2" value="12" aria-label="[[Brush size]]"></label>
  <button type="button" data-undo>[[Undo]]</button>
  <button type="button" data-fill>[[Fill all]]</button></p>
<div class="ga-examples" aria-label="[[Sketches to start from]]">${value.sketches.map((src, i) => `
  <button type="button" data-sketch="${i}" aria-label="[[Sketch ${i + 1}]]"><img decoding="sync" src="${src}" alt="">
  </button>`).join('')}<button type="button" data-open>[[Open a label map]]</button></div>
<input type="file" accept="image/*" hidden aria-label="[[Open a label map]]">
<p class="ga-alert" role="alert"></p></div>`}"""

# Strokes are rectangles on whole pixels: the edges of a canvas path would be smoothed into other colours.
CANVAS_JS = """
const SIDE = 256, MOST_UNDO = 40, tooBig = '[[That file is too big: {megabytes} MB at most.]]';
let tool = 'rectangle', colour = null, loaded = null, start = null, last = null, before = null, past = [];
const find = what => element.querySelector(what);
const pen = () => find('canvas').getContext('2d', {willReadFrequently: true});
const paint = () => 'rgb(' + props.value.palette[colour].colour + ')';
const send = () => trigger('input', {sketch: find('canvas').toDataURL('image/png')});
const say = text => { find('.ga-alert').textContent = text; };
const marks = () => {
  if (colour === null && props.value.palette) colour = props.value.colour;
  element.querySelectorAll('[data-colour]').forEach(b => b.setAttribute('aria-pressed', b.dataset.colour == colour));
  element.querySelectorAll('[data-tool]').forEach(b => b.setAttribute('aria-pressed', b.dataset.tool === tool));
};
const keep = () => { past = [...past.slice(1 - MOST_UNDO), pen().getImageData(0, 0, SIDE, SIDE)]; };
const load = async src => {
  const image = new Image();
  image.src = src;
  await image.decode();
  const ctx = pen();
  ctx.imageSmoothingEnabled = false;
  ctx.drawImage(image, 0, 0, SIDE, SIDE);
};
const update = () => {
  if (!find('canvas')) return;
  marks();
  if (props.value.src !== loaded) {
    if (loaded) keep();
    loaded = props.value.src;
    load(loaded);
  }
};
const place = event => {
  const box = find('canvas').getBoundingClientRect();
  const pixel = (at, from, size) => Math.max(0, Math.min(SIDE - 1, Math.floor((at - from) / size * SIDE)));
  return [pixel(event.clientX, box.left, box.width), pixel(event.clientY, box.top, box.height)];
};
const stamp = ([x, y]) => {
  const size = Number(find('input[type=range]').value);
  pen().fillRect(x - size / 2, y - size / 2, size, size);
};
const draw = to => {
  const ctx = pen();
  ctx.fillStyle = paint();
  if (tool === 'rectangle') {
    ctx.putImageData(before, 0, 0);
    const [x, y] = [Math.min(start[0], to[0]), Math.min(start[1], to[1])];
    return ctx.fillRect(x, y, Math.abs(start[0] - to[0]) + 1, Math.abs(start[1] - to[1]) + 1);
  }
  const steps = Math.max(1, Math.abs(to[0] - last[0]), Math.abs(to[1] - last[1]));
  for (let i = 0; i <= steps; i++) stamp([0, 1].map(k => Math.round(last[k] + (to[k] - last[k]) * i / steps)));
  last = to;
};
element.addEventListener('pointerdown', event => {
  if (event.target.tagName !== 'CANVAS' || event.button || start) return;
  event.target.setPointerCapture(event.pointerId);
  keep();
  before = past[past.length - 1];
  start = last = place(event);
  draw(start);
});
element.addEventListener('pointermove', event => { if (start) draw(place(event)); });
const end = event => {
  if (!start) return;
  start = null;
  if (event.type === 'pointercancel') pen().putImageData(past.pop(), 0, 0);
  else send();
};
element.addEventListener('pointerup', end);
element.addEventListener('pointercancel', end);
element.addEventListener('click', async event => {
  const button = event.target.closest('button');
  if (!button) return;
  const data = button.dataset;
  if ('colour' in data) colour = Number(data.colour);
  if ('tool' in data) tool = data.tool;
  if ('open' in data) find('input[type=file]').click();
  marks();
  if ('undo' in data && past.length) { pen().putImageData(past.pop(), 0, 0); send(); }
  if ('fill' in data) { keep(); pen().fillStyle = paint(); pen().fillRect(0, 0, SIDE, SIDE); send(); }
  if ('sketch' in data) { keep(); await load(props.value.sketches[data.sketch]); send(); }
});
element.addEventListener('change', event => {
  event.stopPropagation();
  if (event.target.type !== 'file' || !event.target.files[0]) return;
  const file = event.target.files[0], reader = new FileReader();
  event.target.value = '';
  if (file.size > LIMIT) return say(tooBig.replace('{megabytes}', LIMIT / 1e6));
  reader.onload = () => { say(''); trigger('upload', {sketch: reader.result}); };
  reader.onerror = () => say('[[That file cannot be read.]]');
  reader.readAsDataURL(file);
});
element.addEventListener('input', event => event.stopPropagation());
watch('value', update);
update();
""".replace("LIMIT", str(MEGABYTES * 1_000_000))


def view(**options):
    """Events: input after every stroke and upload of a label map, both {"sketch": data URI}."""
    return views.view(CANVAS, CANVAS_JS, **options)


def value(palette, sketch, sketches, colour):
    """What the view shows. sketch: a PIL label map. sketches: data URIs to start from. colour: the first's name."""
    return {
        "palette": [{"name": say(name), "colour": ",".join(map(str, rgb))} for name, rgb in palette.items()],
        "src": data_uri.png(sketch),
        "sketches": sketches,
        "colour": list(palette).index(colour),
    }
