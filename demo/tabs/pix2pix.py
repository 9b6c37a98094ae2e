"""Pix2Pix's tab: draw a label map, and with every stroke the building that it describes appears."""

import random

import gradio as gr
import torch
from PIL import Image

from demo import events, uploads
from demo.events import QUICK, SLOW
from demo.parts import canvas, examples, pictures, views
from demo.state import LAST_SEED, number
from demo.translator_tab import TranslatorTab

BUILDING = """${!value || !value.src ? '<div class="ga-blank"></div>' : `
<figure class="ga-stage"><img class="ga-picture" decoding="sync" src="${value.src}" alt="The building just drawn">
  <p class="ga-buttons"><button type="button" data-save="${value.file}">PNG</button></p></figure>`}"""

VERDICT = """${!value || !value.src ? '<div class="ga-blank"></div>' : `
<div class="ga-map ga-heat"><img decoding="sync" src="${value.src}" alt=""><img decoding="sync" src="${value.heat}"
  alt="The discriminator's verdict on every patch"></div>
<p class="ga-ends"><span>0, made</span><span>${value.text}</span><span>1, real</span></p><div class="ga-ramp"></div>
<p class="ga-note">${value.note}</p>`}"""
COLD, WARM = (64, 76, 230), (255, 206, 64)


def heat(verdict):
    """Probabilities [h, w] as a data URI of a PNG, from blue at 0 to yellow at 1."""
    low, high = torch.tensor(COLD).float(), torch.tensor(WARM).float()
    rgb = torch.lerp(low, high, verdict[:, :, None]).round().to(torch.uint8)
    return pictures.png(Image.fromarray(rgb.numpy()))


class FacadeTab(TranslatorTab):
    """The canvas, the building, the patches' verdict, and a seed for the dropout."""

    def build_room(self):
        self.sketch = gr.Textbox("", visible=False, label="sketch")
        with gr.Row(elem_classes="ga-three"):
            with gr.Column(scale=10, min_width=300):
                views.heading("Draw a facade")
                self.canvas = canvas.view(elem_id=f"{self.name}-canvas")
            with gr.Column(scale=10, min_width=300):
                views.heading("The building")
                self.building = views.view(BUILDING, views.SAVE_JS, elem_id=f"{self.name}-building")
            with gr.Column(scale=7, min_width=240):
                views.brought(self.entry)
                views.heading("What the judge of patches says")
                self.verdict = views.view(VERDICT, elem_id=f"{self.name}-verdict")
                with gr.Row(elem_classes="ga-controls"):
                    self.seed = gr.Number(0, label="Seed", elem_id=f"{self.name}-seed")
                    self.dice = gr.Button("Reroll", elem_id=f"{self.name}-reroll")
        self.controls = [self.seed]

    def read(self, t, sketch):
        """The label map in a data URI as PIL, snapped to the palette, SIDE px square; "" is the first to start from."""
        image = uploads.read(sketch) if sketch else examples.sketches(t)[0]
        return t.snap(image.resize((canvas.SIDE,) * 2, Image.Resampling.NEAREST))

    def built(self, t, sketch, seed):
        """[building, verdict] of a PIL label map."""
        seed = number(seed, "Seed", 0, LAST_SEED, whole=True)
        image = t.translate(sketch, seed=seed)
        verdict, src = t.verdict(sketch, image).float().cpu(), pictures.png(image)
        h, w = verdict.shape
        note = (
            f"The discriminator never sees the whole: it gives {h} by {w} patches a probability of being real, "
            "each with the labels beneath it. The seed draws the dropout, its only noise."
        )
        return [
            {"src": src, "file": f"{self.name}-seed{seed}.png"},
            {
                "src": src,
                "heat": heat(verdict),
                "text": f"{views.number(verdict.mean().item())} on average",
                "note": note,
            },
        ]

    def wire(self, door):
        """Connect the events."""
        names, inputs, shown = ("sketch", "seed"), [self.sketch, self.seed], [self.building, self.verdict]

        def fill(t, sketch, seed):
            image = self.read(t, sketch)
            start = [pictures.png(s) for s in examples.sketches(t)]
            return [canvas.value(t.palette, image, start, "window"), *self.built(t, image, seed)]

        def stroke(sketch, seed, event):
            t, sketch = self.translator(), views.told(event, "sketch", sketch)
            return [sketch, *self.built(t, self.read(t, sketch), seed)]

        def opened(sketch, seed, event):
            t = self.translator()
            image = self.read(t, views.told(event, "sketch", sketch))
            return [pictures.png(image), *fill(t, pictures.png(image), seed)]

        def reroll(sketch, _):
            seed, t = random.randint(0, 99_999), self.translator()
            return [seed, *self.built(t, self.read(t, sketch), seed)]

        self.on_opening(door, fill, names, inputs, [self.canvas, *shown])
        self.on(
            [self.canvas.input],
            "translate",
            events.named(stroke, *names, event=gr.EventData),
            inputs,
            [self.sketch, *shown],
            QUICK,
            "the building that a label map, a data URI, describes, and the discriminator's verdict on its patches. "
            "Colours are snapped to the palette. seed: of the dropout.",
        )
        self.on(
            [self.canvas.upload],
            "map",
            events.named(opened, *names, event=gr.EventData),
            inputs,
            [self.sketch, self.canvas, *shown],
            SLOW,
            "as translate, and the label map itself as the canvas takes it: 256 px square, snapped.",
        )
        self.on(
            [self.seed.input],
            "seed",
            events.named(lambda s, n: stroke(s, n, None)[1:], *names),
            inputs,
            shown,
            SLOW,
            "as translate, from another seed.",
        )
        self.on(
            [self.dice.click],
            "reroll",
            events.named(reroll, *names),
            inputs,
            [self.seed, *shown],
            SLOW,
            "as translate, from a new random seed.",
        )
