// The film of a run: an animated PNG of at most FRAMES pictures, which a worker of its own plays again from the start.
window.gameFilm = (() => {
const FRAMES = 60, DELAY = 60, LAST = 2000;  // ms
const CRC = Uint32Array.from({length: 256}, (_, n) => {
  for (let k = 0; k < 8; k++) n = n & 1 ? 0xEDB88320 ^ (n >>> 1) : n >>> 1;
  return n;
});
const crc = bytes => {
  let c = -1;
  for (const byte of bytes) c = CRC[(c ^ byte) & 255] ^ (c >>> 8);
  return ~c >>> 0;
};
const joined = parts => {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) { out.set(part, at); at += part.length; }
  return out;
};
const numbers = (...values) => {
  const view = new DataView(new ArrayBuffer(4 * values.length));
  values.forEach((value, i) => view.setUint32(4 * i, value));
  return new Uint8Array(view.buffer);
};
const chunk = (type, ...parts) => {
  const body = joined([new TextEncoder().encode(type), ...parts]);
  return joined([numbers(body.length - 4), body, numbers(crc(body))]);
};
// The data of a PNG's chunks of one type.
const data = (png, type) => {
  const view = new DataView(png.buffer), found = [];
  for (let at = 8; at < png.length;) {
    const size = view.getUint32(at), name = String.fromCharCode(...png.subarray(at + 4, at + 8));
    if (name === type) found.push(png.subarray(at + 8, at + 8 + size));
    at += size + 12;
  }
  return joined(found);
};
// PNGs of one canvas as one animated PNG (W3C, PNG, third edition, 11.3.6): their IDAT become fdAT.
const animated = pngs => {
  const header = data(pngs[0], 'IHDR'), size = [...header.subarray(0, 8)], still = Uint8Array.of(0, 0);
  let order = 0;
  const frames = pngs.flatMap((png, i) => {
    const delay = i < pngs.length - 1 ? DELAY : LAST, body = data(png, 'IDAT');
    return [chunk('fcTL', numbers(order++), Uint8Array.from(size), numbers(0, 0, delay << 16 | 1000), still),
      i ? chunk('fdAT', numbers(order++), body) : chunk('IDAT', body)];
  });
  return new Blob([pngs[0].subarray(0, 8), chunk('IHDR', header), chunk('acTL', numbers(pngs.length, 0)), ...frames,
    chunk('IEND')], {type: 'image/png'});
};
// The picture on the canvas as PNG, over the page's background, with a text in its corner.
const shot = async (canvas, text) => {
  const ctx = canvas.getContext('2d'), style = getComputedStyle(document.body);
  ctx.setTransform(1, 0, 0, 1, 0, 0);
  ctx.font = '12px ' + style.fontFamily;
  ctx.textAlign = 'left';
  ctx.textBaseline = 'bottom';
  ctx.fillStyle = style.getPropertyValue('--lab-strong');
  ctx.fillText(text, 8, canvas.height - 6);
  ctx.globalCompositeOperation = 'destination-over';
  ctx.fillStyle = style.getPropertyValue('--background-fill-primary');
  ctx.fillRect(0, 0, canvas.width, canvas.height);
  ctx.globalCompositeOperation = 'source-over';
  const image = ctx.getImageData(0, 0, canvas.width, canvas.height);
  image.data.forEach((v, i, all) => { all[i] = v & 0xf8 | v >> 5; });  // five bits a colour: a third of the bytes
  ctx.putImageData(image, 0, 0);
  const blob = await new Promise(done => canvas.toBlob(done, 'image/png'));
  return new Uint8Array(await blob.arrayBuffer());
};
// A Blob of the run up to round `last`. opening: the message that opens it. paint(canvas, frame); name(frame): its text;
// tell(share): of what is done.
const make = async (worker, opening, last, {paint, name, tell}) => {
  const canvas = document.createElement('canvas'), every = Math.ceil(last / (FRAMES - 1)), shots = [];
  const ask = message => new Promise(done => {
    worker.onmessage = ({data}) => done(data);
    worker.postMessage(message);
  });
  let frame = await ask(opening);
  while (!frame.broken) {
    paint(canvas, frame);
    shots.push(await shot(canvas, name(frame)));
    tell(frame.step / last);
    if (frame.step >= last) break;
    frame = await ask({do: 'advance', rounds: every, budget: Infinity, until: last});
  }
  return animated(shots);
};
return {make};
})();
