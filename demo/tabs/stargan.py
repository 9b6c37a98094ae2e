"""StarGAN's tab: one generator gives a face every expression, a blend of two, and its first one back."""

import gradio as gr

from demo import uploads
from demo.events import Event
from demo.parts import compare, data_uri, views
from demo.state import choice, number, refuse
from demo.translator_tab import PhotoTab
from demo.words import named, say
from models import faces as finder
from models.translator import to_tensor

FACES = """${!value || !value.src ? '' : `<div class="ga-faces">
<img decoding="sync" src="${value.src}" alt="[[The photo]]">
${value.boxes.map((b, i) => `<button type="button" class="ga-face" data-faces="${i}"
  aria-label="[[Face ${i + 1} alone]]" aria-pressed="${value.chosen === '' + i}"
  style="left:${b[0]}%;top:${b[1]}%;width:${b[2]}%;height:${b[3]}%"
  >${i + 1}</button>`).join('')}</div><p class="ga-buttons">${value.choices.map(c => `<button type="button"
  data-faces="${c.faces}" aria-pressed="${value.chosen === c.faces}">${c.text}</button>`).join('')}</p>
<p class="ga-note">${value.note}</p>`}"""

FACES_JS = """
element.addEventListener('click', event => {
  const button = event.target.closest('[data-faces]');
  if (button) trigger('select', {faces: button.dataset.faces});
});
"""

BARS = """${!value || !value.bars ? '' : `<h3 class="ga-h">[[What the discriminator reads in the face]]</h3>
<div class="ga-bars">${value.bars.map(b => `<span>${b.name}</span><div><i style="width:${b.before}%"></i>
  <i class="ga-after" style="width:${b.after}%"></i></div><span>${b.text}</span>`).join('')}</div>
<p class="ga-note">${value.note}</p>`}"""
NO_FACE = say("No face was found in this picture. Take the whole picture as the face, or give another.")
READER = say(
    "Grey before, colour after, read by the discriminator's domain head: the very network that trained the generator, "
    "so no independent judge."
)


def bars(before, after, figures):
    """The value of BARS. before, after: {expression: probability}. figures: of a classifier of real faces, or None."""
    note = READER
    if figures:
        note += say(
            " A classifier that learned from other faces than the generator reads {target} % of translations as their "
            "target, and {real} % of real faces as their label.",
            target=f"{100 * figures['all']:.0f}",
            real=f"{100 * figures['accuracy_on_held_out_real']:.0f}",
        )
    rows = [(name, 100 * share, 100 * after[name]) for name, share in before.items()]
    return {
        "bars": [
            {"name": say(k), "before": a, "after": b, "text": say("{a} to {b} %", a=f"{a:.0f}", b=f"{b:.0f}")}
            for k, a, b in rows
        ],
        "note": note,
    }


def face_choice(image, src, boxes, faces):
    """The value of FACES: where the faces are, in percent of the picture, and whose expression changes."""
    w, h = image.size
    note = say("The whole picture is the face.") if faces == "whole" else NO_FACE
    choices = [("whole", say("The whole picture"))]
    if boxes:
        note = say("Whose expression changes: click a face, or choose.")
        choices = [("all", say("All faces") if len(boxes) > 1 else say("The face")), *choices]
    return {
        "src": src,
        "boxes": [[100 * a / w, 100 * b / h, 100 * (c - a) / w, 100 * (d - b) / h] for a, b, c, d in boxes],
        "chosen": faces,
        "choices": [{"faces": k, "text": text} for k, text in choices],
        "note": note,
    }


def way_back(t, before, after, name, expression, original, figures):
    """The value of a strip: a face, what `expression` made of it, and the ways back by the right and by a wrong label.

    name: of the second picture. original: the expression that D read in the face. figures: as for `bars`.
    """
    faces = [(say("Before"), before), (name, after)]
    wrong = [label for label in t.expressions if label not in (original, expression)]
    for label in [original, *wrong[:1]]:
        back = t.translate(after, label, faces="whole")
        l1 = (to_tensor(back.convert("L")) - to_tensor(before.convert("L"))).abs().mean().item()
        faces.append((say("Back to {expression}: L1 {l1}", expression=say(label), l1=f"{l1:.3f}"), back))
    note = say(
        "The discriminator read {expression} in the photo, so that is the right label to go back to; the last picture "
        "has a wrong one. L1: the mean distance from the face before, of luminance in -1 to 1.",
        expression=say(original),
    )
    if figures and "way_back" in figures:
        note += say(
            " Over held-out faces it is {right} by the right label and {wrong} by a wrong one.",
            right=f"{figures['way_back']:.3f}",
            wrong=f"{figures['way_back_by_a_wrong_label']:.3f}",
        )
    return views.strip(
        say("And back by the same generator"), [(caption, data_uri.png(face)) for caption, face in faces], note
    )


class Tab(PhotoTab):
    trials, opening = ("sets",), 5
    help = {
        "expression": "the expression to give",
        "other": "a second expression, which `blend` mixes in",
        "blend": "the share of the second expression, 0 to 1",
        "faces": "all: every face that is found, as where it is left out; whole: the whole picture is one face; a "
        "number: that face alone, counted from 0, left to right",
    }
    description = (
        "The photo with its faces' expression changed, the way back, and the discriminator's probabilities before and "
        "after. other, blend: the share of a second expression. faces: all, whole (the whole picture is the face), "
        "or the number of one, counted from 0."
    )

    def build_room(self):
        name = self.name
        with gr.Row(elem_classes="ga-play ga-led"):
            with gr.Column(scale=10, min_width=300):
                comparison = compare.view(elem_id=f"{name}-compare")
            with gr.Column(scale=8, min_width=280):
                views.summary(self.entry)
                known = sorted({one for _, names in self.config.get("domains", []) for one in names}) or ["happy"]
                expression = gr.Radio(
                    named(known), value="happy", label=say("Expression"), elem_id=f"{name}-expression"
                )
                with gr.Row():
                    other = gr.Dropdown(
                        named(known), value=known[-1], label=say("Blend with"), min_width=140, elem_id=f"{name}-other"
                    )
                    blend = gr.Slider(
                        0, 1, 0, step=0.02, label=say("Share of it"), elem_id=f"{name}-blend", scale=2, min_width=160
                    )
                faces = gr.Textbox("whole", visible=False, label="faces")
                self.api_controls = {"faces": gr.Textbox(visible=False, label="faces")}
                self.build_photo()
                self.face_choice = views.view(FACES, FACES_JS, elem_id=f"{name}-faces")
        with gr.Column(elem_classes="ga-more"):
            every = views.view(views.STRIP, elem_id=f"{name}-every")
        with gr.Row(elem_classes="ga-more"):
            with gr.Column(scale=5, min_width=300):
                cycle = views.view(views.STRIP, elem_id=f"{name}-cycle", elem_classes="ga-wide")
            with gr.Column(scale=5, min_width=300):
                probabilities = views.view(BARS, elem_id=f"{name}-bars")
        self.controls = {"expression": expression, "other": other, "blend": blend, "faces": faces}
        self.results, self.photo_views = [comparison, cycle, probabilities], [self.face_choice, every]

    @property
    def filled(self):
        return [self.controls["expression"], self.controls["other"], *super().filled]

    def fill(self, t, given, expression, other, blend, faces):
        known = t.expressions
        expression, other = (
            expression if expression in known else known[0],
            other if other in known else known[-1],
        )
        return [
            gr.Radio(choices=named(known), value=expression),
            gr.Dropdown(choices=named(known), value=other),
            *super().fill(t, given, expression, other, blend, faces),
        ]

    def controls_for(self, example, expression, other, blend, faces):
        # Of an example the whole picture is the face; of a visitor's photo all faces are chosen.
        return [expression, other, blend, "all" if example is None else "whole"]

    def target(self, t, expression, other, blend):
        """Keywords of `translate`, checked."""
        blend = number(blend, say("Share"), 0, 1)
        other = choice(other, say("Expression"), t.expressions) if blend else None
        return {"expression": choice(expression, say("Expression"), t.expressions), "other": other, "blend": blend}

    def chosen_boxes(self, t, image, faces):
        """The boxes of the chosen faces; [None]: the whole picture, []: none was found."""
        if faces in ("whole", None):
            return [None]
        boxes = t.faces(image)
        if faces == "all" or not boxes:
            return boxes
        return [boxes[number(faces, say("Face"), 0, len(boxes) - 1, whole=True)]]

    def face(self, t, image, box):
        """The square that the networks see, in colour."""
        return finder.crop(image, box, t.resolution) if box else uploads.square(image, t.resolution)

    def change(self, t, image, boxes, target):
        """The picture with these faces changed; `t.translate` would search for them again, which takes longer."""
        for box in boxes:
            changed = t.translate(self.face(t, image, box) if box else image, faces="whole", **target)
            image = finder.paste(image, box, changed) if box else changed
        return image

    def answer(self, t, image, src, expression, other, blend, faces):
        target, boxes = self.target(t, expression, other, blend), self.chosen_boxes(t, image, faces)
        if not boxes:
            return [compare.value(image.size, [(say("Photo"), src), (say("No face found"), src)]), {}, {}]
        changed = self.change(t, image, boxes, target)
        name = say(expression)
        if blend and other != expression:
            name = say("{first} to {second}", first=name, second=say(other))
        sides = compare.value(image.size, [(say("Photo"), src), (name, data_uri.live(changed))])
        before, after = self.face(t, image, boxes[0]), self.face(t, changed, boxes[0])
        read = t.classify(before, faces="whole")
        if not read:
            return [sides, {}, {}]
        figures = t.config.get("metrics", {}).get("read_as_target")
        return [
            sides,
            way_back(t, before, after, name, expression, max(read, key=read.get), figures),
            bars(read, t.classify(after, faces="whole"), figures),
        ]

    def answer_photo(self, t, image, src, expression, other, blend, faces):
        choices, boxes = face_choice(image, src, t.faces(image), faces), self.chosen_boxes(t, image, faces)
        if not boxes:
            return [choices, {}]
        face = self.face(t, image, boxes[0])
        pictures = [(say(name), data_uri.png(t.translate(face, name, faces="whole"))) for name in t.expressions]
        return [
            choices,
            views.strip(
                say("Every expression"), pictures, say("One generator; its label input says which expression.")
            ),
        ]

    def full_size(self, t, image, what, expression, other, blend, faces):
        boxes = self.chosen_boxes(t, image, faces)
        if not boxes:
            raise refuse(NO_FACE)
        return self.change(t, image, boxes, self.target(t, expression, other, blend))

    def paint(self, photo, expression, other, blend, faces):
        """The photo with another expression on its faces, by one generator for all expressions: one lossless PNG."""
        _, _, example = self.photo(self.load(), photo)
        *_, default = self.controls_for(example, expression, other, blend, faces)
        return super().paint(photo, expression=expression, other=other, blend=blend, faces=faces or default)

    def events(self, door):
        outputs = [self.controls["faces"], *self.results, *self.photo_views]
        chosen = Event("faces", [self.face_choice.select], self.choose_face, self.inputs, outputs)
        return [*super().events(door), chosen]

    def choose_face(self, given, expression, other, blend, faces, click):
        """As translate, for the chosen faces, with their places in percent and every expression of the first."""
        t, faces = self.load(), click.get("faces", faces)
        image, src, _ = self.photo(t, given)
        values = [image, src, expression, other, blend, faces]
        return [faces, *self.answer(t, *values), *self.answer_photo(t, *values)]
