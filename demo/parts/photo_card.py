"""The card for a visitor's picture: a file chosen, dropped or pasted, or the webcam; it is sent as a data URI."""

import gradio as gr
from gradio.data_classes import ImageData

from demo.parts import views
from models.image_files import MEGABYTES

PHOTO = """${!value ? '' : `<div class="ga-photo">
<p class="ga-drop"><b>${value.title}</b><span class="ga-buttons">
  <button type="button" data-pick>[[Choose a file]]</button>
  <button type="button" data-cam>[[Webcam]]</button></span>
  <small>[[or drop or paste one here. It is read in memory and never stored.]]</small></p>
<input type="file" accept="image/*,.heic,.heif,.avif" hidden aria-label="${value.title}">
<div class="ga-cam"><video muted playsinline></video><span class="ga-buttons">
  <button type="button" data-snap>[[Take the picture]]</button>
  <button type="button" data-stop>[[Close]]</button></span></div>
<p class="ga-alert" role="alert"></p>
${!value.examples.length ? '' : `<div class="ga-examples">${value.examples.map((src, i) => `
  <button type="button" data-example="${i}" aria-pressed="${i === value.chosen}" aria-label="[[Example ${i + 1}]]"
    ><img decoding="sync" src="${src}" alt=""></button>`).join('')}</div>`}
${!value.own ? '' : `<div class="ga-own"><img src="${value.own}" alt="[[Your picture]]">
  <span>${value.size}</span></div>`}
<p class="ga-buttons">${value.full.map(f => `<button type="button" data-full="${f.what}">${f.text}</button>`
  ).join('')}</p></div>`}"""

# The server never stores the original: the browser keeps it, and sends it again for a full-size picture.
PHOTO_JS = """
const tooBig = '[[That file is too big: {megabytes} MB at most.]]';
let pending = null, original = null, stream = null;
const find = what => element.querySelector(what);
const say = text => { const line = find('.ga-alert'); if (line) line.textContent = text; };
const offer = uri => {
  say('');
  pending = uri;
  element.dataset.busy = 'yes';
  setTimeout(() => { delete element.dataset.busy; }, 8000);
  trigger('upload', {photo: uri});
};
const send = file => {
  if (file.size > LIMIT) return say(tooBig.replace('{megabytes}', LIMIT / 1e6));
  const reader = new FileReader();
  reader.onload = () => offer(reader.result);
  reader.onerror = () => say('[[That file cannot be read.]]');
  reader.readAsDataURL(file);
};
const stop = () => {
  if (stream) stream.getTracks().forEach(track => track.stop());
  stream = null;
  delete element.dataset.cam;
};
const start = async () => {
  try {
    stream = await navigator.mediaDevices.getUserMedia({video: {width: {ideal: 1280}}});
  } catch (error) {
    return say('[[No webcam: the browser gives none here.]]');
  }
  element.dataset.cam = 'on';
  find('video').srcObject = stream;
  find('video').play();
};
const snap = () => {
  const video = find('video'), canvas = document.createElement('canvas');
  canvas.width = video.videoWidth;
  canvas.height = video.videoHeight;
  if (!canvas.width) return;
  canvas.getContext('2d').drawImage(video, 0, 0);
  stop();
  offer(canvas.toDataURL('image/jpeg', 0.95));
};
watch('value', () => {
  delete element.dataset.busy;
  original = props.value && props.value.own ? pending : null;
});
element.addEventListener('click', event => {
  const button = event.target.closest('button');
  if (!button) return;
  const data = button.dataset;
  if ('pick' in data) find('input[type=file]').click();
  if ('cam' in data) start();
  if ('snap' in data) snap();
  if ('stop' in data) stop();
  if ('example' in data) trigger('select', {photo: data.example});
  if ('full' in data) {
    say('[[Painting it at full size \u2026]]');
    trigger('submit', {photo: original, what: data.full});
  }
});
element.addEventListener('change', event => {
  if (event.target.type !== 'file') return;
  event.stopPropagation();
  if (event.target.files[0]) send(event.target.files[0]);
  event.target.value = '';
});
const over = on => event => {
  if (!find('.ga-photo')) return;
  event.preventDefault();
  element.dataset.over = on;
};
element.addEventListener('dragover', over('yes'));
element.addEventListener('dragleave', over('no'));
element.addEventListener('drop', event => {
  over('no')(event);
  const file = event.dataTransfer.files[0];
  file ? send(file) : say('[[That was no file: save the picture first, then drop it.]]');
});
window.addEventListener('ga-saved', () => say(''));
document.addEventListener('paste', event => {
  const file = [...event.clipboardData.files].find(f => f.type.startsWith('image/'));
  if (file && element.offsetParent) send(file);
});
""".replace("LIMIT", str(MEGABYTES * 1_000_000))

HELP = "a picture's file, its http(s) address or its data URI; left out, one of"

SAVER_JS = """
watch('value', async () => {
  if (!props.value || !props.value.src) return;
  const a = document.createElement('a'), blob = await (await fetch(props.value.src)).blob();
  a.href = URL.createObjectURL(blob);
  a.download = props.value.file;
  a.click();
  window.dispatchEvent(new Event('ga-saved'));
  setTimeout(() => URL.revokeObjectURL(a.href), 60000);
});
"""


def value(title, examples=(), chosen=None, own="", size="", full_sizes=None):
    """What the card shows.

    examples: data URIs; chosen: the number of the one in use. own: the data URI of a visitor's picture, size: its size
    in words. full_sizes: {what: the text of its button} of the pictures that `submit` asks for.
    """
    full = [{"what": what, "text": text} for what, text in (full_sizes or {}).items()]
    return {"title": title, "examples": list(examples), "chosen": chosen, "own": own, "size": size, "full": full}


def given(label="photo"):
    """The hidden component that holds what the card sends; a client of the API gives a file there, or leaves it out."""
    component = gr.Textbox(visible=False, label=label)
    component.api_info_as_input = ImageData.model_json_schema
    return component


def view(**options):
    """Events: upload and select ({"photo": data URI, or an example's number}), submit (with "what", of full_sizes)."""
    return views.view(PHOTO, PHOTO_JS, **options)


def saver(**options):
    """A hidden view: the browser downloads every picture, {"src", "file"}, that it is given as its value."""
    return views.view("", SAVER_JS, visible="hidden", **options)
