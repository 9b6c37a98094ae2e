"""StarGAN's tab: one generator moves a face to every expression, between two, and back."""

import gradio as gr

from demo import events, uploads
from demo.events import SLOW
from demo.parts import compare, pictures, views
from demo.state import choice, number, refuse
from demo.translator_tab import PhotoTab
from models import faces as finder

FACES = """${!value || !value.src ? '' : `<div class="ga-faces"><img decoding="sync" src="${value.src}" alt="The photo">
${value.boxes.map((b, i) => `<button type="button" class="ga-face" data-faces="${i}" aria-label="Face ${i + 1} alone"
  aria-pressed="${value.chosen === '' + i}" style="left:${b[0]}%;top:${b[1]}%;width:${b[2]}%;height:${b[3]}%"
  >${i + 1}</button>`).join('')}</div><p class="ga-buttons">${value.choices.map(c => `<button type="button"
  data-faces="${c.faces}" aria-pressed="${value.chosen === c.faces}">${c.text}</button>`).join('')}</p>
<p class="ga-note">${value.note}</p>`}"""

FACES_JS = """
element.addEventListener('click', event => {
  const button = event.target.closest('[data-faces]');
  if (button) trigger('select', {faces: button.dataset.faces});
});
"""

BARS = """${!value || !value.bars ? '' : `<h3 class="ga-h">What the classifier reads in the face</h3>
<div class="ga-bars">${value.bars.map(b => `<span>${b.name}</span><div><i style="width:${b.before}%"></i>
  <i class="ga-after" style="width:${b.after}%"></i></div><span>${b.text}</span>`).join('')}</div>
<p class="ga-note">${value.note}</p>`}"""
NOBODY = "No face was found in this picture. Take the whole picture as the face, or give another."


class ExpressionTab(PhotoTab):
    """A comparison, the expression, a second one to blend with, whose face, and the classifier's evidence."""

    names, limits = ("expression", "other", "blend", "faces"), {"blend": (0, 1)}
    says = (
        "the photo with its faces' expression moved, the way back, and the classifier's probabilities before and "
        "after. other, blend: the share of a second expression. faces: all, whole (the whole picture is the face), "
        "or the number of one, counted from 0."
    )

    def build_room(self):
        with gr.Row(elem_classes="ga-play ga-led"):
            with gr.Column(scale=10, min_width=300):
                self.over = compare.view(elem_id=f"{self.name}-compare")
            with gr.Column(scale=8, min_width=280):
                views.brought(self.entry)
                self.expression = gr.Radio(
                    ["happy"], value="happy", label="Expression", elem_id=f"{self.name}-expression"
                )
                with gr.Row():
                    self.other = gr.Dropdown(
                        ["surprised"],
                        value="surprised",
                        label="Blend with",
                        min_width=140,
                        elem_id=f"{self.name}-other",
                    )
                    self.blend = gr.Slider(
                        0, 1, 0, step=0.02, label="Share of it", elem_id=f"{self.name}-blend", scale=2, min_width=160
                    )
                self.build_photo()
                self.who = views.view(FACES, FACES_JS, elem_id=f"{self.name}-faces")
        with gr.Column(elem_classes="ga-more"):
            self.every = views.view(views.STRIP, elem_id=f"{self.name}-every")
        with gr.Row(elem_classes="ga-more"):
            with gr.Column(scale=5, min_width=300):
                self.cycle = views.view(views.STRIP, elem_id=f"{self.name}-cycle", elem_classes="ga-wide")
            with gr.Column(scale=5, min_width=300):
                self.bars = views.view(BARS, elem_id=f"{self.name}-bars")
        self.faces = gr.Textbox("whole", visible=False, label="faces")
        self.controls = [self.expression, self.other, self.blend, self.faces]
        self.moves = [self.expression.input, self.other.input, self.blend.input]
        self.results, self.once = [self.over, self.cycle, self.bars], [self.who, self.every]
        self.told = [self.expression, self.other]

    def tell(self, t, expression, other, blend, faces):
        known = list(t.expressions)
        other = other if other in known else known[-1]
        return [
            gr.Radio(choices=known, value=expression if expression in known else known[0]),
            gr.Dropdown(choices=known, value=other),
        ]

    def fresh(self, example, expression, other, blend, faces):
        """Of a visitor's photo all faces; an example is a face as a whole."""
        return [expression, other, blend, "all" if example is None else "whole"]

    def options(self, t, expression, other, blend):
        """Keywords of `translate`, checked; a missing choice is the page's first."""
        known = list(t.expressions)
        blend = number(blend, "Share", 0, 1)
        other = choice(other, "Expression", known) if blend else None
        return {"expression": choice(expression, "Expression", known), "other": other, "blend": blend}

    def chosen(self, t, image, faces):
        """The boxes of the faces meant: [None] is the whole picture, [] none found."""
        if faces in ("whole", None):
            return [None]
        boxes = t.faces(image)
        if faces == "all" or not boxes:
            return boxes
        return [boxes[number(faces, "Face", 0, len(boxes) - 1, whole=True)]]

    def moved(self, t, image, boxes, options):
        """The picture with these faces moved; found once, for looking takes longer than moving."""
        for box in boxes:
            changed = t.translate(self.face(t, image, box) if box else image, faces="whole", **options)
            image = finder.paste(image, box, changed) if box else changed
        return image

    def face(self, t, image, box):
        """The face alone, as the network sees it but in colour."""
        side = t.resolution
        return finder.crop(image, box, side) if box else uploads.square(image, side)

    def answer(self, t, image, src, expression, other, blend, faces):
        options = self.options(t, expression, other, blend)
        boxes = self.chosen(t, image, faces)
        if not boxes:
            return [compare.value(image.size, [("Photo", src), ("No face found", src)]), {}, {}]
        moved = self.moved(t, image, boxes, options)
        before, after = self.face(t, image, boxes[0]), self.face(t, moved, boxes[0])
        read, now = t.classify(before, faces="whole"), t.classify(after, faces="whole")
        best = max(read, key=read.get)
        back = t.translate(after, best, faces="whole")
        name = expression if not blend or other == expression else f"{expression} to {other}"
        strip = [("Before", before), (name, after), (f"Back to {best}", back)]
        bars = [
            {
                "name": k,
                "before": 100 * read[k],
                "after": 100 * now[k],
                "text": f"{100 * read[k]:.0f} to {100 * now[k]:.0f} %",
            }
            for k in read
        ]
        return [
            compare.value(image.size, [("Photo", src), (name, uploads.live(moved))]),
            {
                "title": "And back by the same generator",
                "pictures": [{"src": pictures.png(p), "name": text, "text": text} for text, p in strip],
                "note": f"The classifier read {best} in the photo, so that is the label to go back to.",
            },
            {"bars": bars, "note": "The discriminator's own second head: grey before, colour after."},
        ]

    def answer_once(self, t, image, src, expression, other, blend, faces):
        boxes, (w, h) = t.faces(image), image.size
        found = [[100 * v for v in (a / w, b / h, (c - a) / w, (d - b) / h)] for a, b, c, d in boxes]
        choices = [("all", "All faces")] if len(boxes) > 1 else [("all", "The face")] if boxes else []
        who = {
            "src": src,
            "boxes": found,
            "chosen": faces,
            "choices": [{"faces": k, "text": text} for k, text in [*choices, ("whole", "The whole picture")]],
            "note": "Whose expression moves: click a face, or choose."
            if boxes
            else "The whole picture is the face."
            if faces == "whole"
            else NOBODY,
        }
        meant = self.chosen(t, image, faces)
        if not meant:
            return [who, {}]
        face = self.face(t, image, meant[0])
        strip = [
            {"src": pictures.png(t.translate(face, name, faces="whole")), "name": name, "text": name}
            for name in t.expressions
        ]
        return [
            who,
            {"title": "Every expression", "pictures": strip, "note": "One generator, told by a label where to go."},
        ]

    def whole(self, t, image, what, expression, other, blend, faces):
        boxes = self.chosen(t, image, faces)
        if not boxes:
            raise refuse(NOBODY)
        return self.moved(t, image, boxes, self.options(t, expression, other, blend))

    def wire(self, door):
        """Connect the events."""
        super().wire(door)

        def pick(given, *values):
            *values, event = values
            faces = views.told(event, "faces", values[-1])

            def picked(t, given, *values):
                image, src, _ = self.find(t, given)
                return [faces, *self.answer(t, image, src, *values), *self.answer_once(t, image, src, *values)]

            return self.safely(picked, given, *values[:-1], faces)

        self.on(
            [self.who.select],
            "faces",
            events.named(pick, "photo", *self.names, event=gr.EventData),
            [self.given, *self.controls],
            [self.faces, *self.results, *self.once],
            SLOW,
            "as translate, for the faces meant, with their places in percent and every expression of the first.",
        )
