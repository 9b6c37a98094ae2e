"""Pix2Pix's tab: draw a label map; with every stroke come its building and the verdict on each patch of that."""

import random

import gradio as gr
import torch
from PIL import Image, ImageDraw

from demo import uploads
from demo.events import Endpoint, Event
from demo.parts import canvas, data_uri, levels, photo_card, views
from demo.parts.examples import bundled
from demo.state import LAST_SEED, number
from demo.variant_tab import VariantTab
from demo.words import say
from models.pix2pix import PALETTE

BUILDING = """${!value || !value.src ? '<div class="ga-blank"></div>' : `
<figure class="ga-stage"><img class="ga-picture" decoding="sync" src="${value.src}" alt="[[The building just drawn]]">
  <p class="ga-buttons"><button type="button" data-save="${value.file}">PNG</button></p></figure>`}"""

VERDICT = """${!value || !value.src ? '<div class="ga-blank"></div>' : `
<div class="ga-map ga-heat"><img decoding="sync" src="${value.src}" alt=""><img decoding="sync" src="${value.heat}"
  alt="[[The discriminator's verdict on every patch]]"></div>
<p class="ga-ends"><span>[[0, generated]]</span><span>${value.text}</span><span>[[1, real]]</span></p>
<div class="ga-ramp"></div>
<p class="ga-note">${value.note}</p>`}"""
COLD, WARM = (64, 76, 230), (255, 206, 64)
NOTE = (
    "The discriminator never sees the picture as one: it gives {rows} by {columns} patches, each with its part of the "
    "label map, a probability of being real. The seed draws the dropout, the only noise."
)
OWN_MAP = say(
    " Of real photographs that it never saw it gives {own} to those with their own map, {another} to those with "
    "another's."
)


def heat(verdict):
    """Probabilities [h, w] as a data URI of a PNG, from blue at 0 to yellow at 1."""
    low, high = torch.tensor(COLD).float(), torch.tensor(WARM).float()
    rgb = torch.lerp(low, high, verdict[:, :, None]).round().to(torch.uint8)
    return data_uri.png(Image.fromarray(rgb.numpy()))


def house(palette, side=256):
    """A plain house as a label map, PIL RGB: three rows of windows over a shop."""
    image = Image.new("RGB", (side, side), palette["facade"])
    pen, unit = ImageDraw.Draw(image), side // 16
    boxes = [("wall", 0, 0, 16, 1), ("cornice", 0, 1, 16, 2)]
    for y in range(3, 12, 3):
        for x in (2, 5, 9.5, 12.5):
            boxes += [("window", x, y, x + 1.5, y + 2), ("sill", x - 0.25, y + 2, x + 1.75, y + 2.25)]
    for label, left, top, right, bottom in [*boxes, ("shop", 1, 12.5, 15, 16), ("door", 7, 12.5, 9, 16)]:
        pen.rectangle((left * unit, top * unit, right * unit - 1, bottom * unit - 1), fill=palette[label])
    return image


def sketches(t):
    """Label maps to start from: those the checkpoint brings, then a plain house."""
    plain = house(t.palette).resize((t.resolution, t.resolution), Image.Resampling.NEAREST)
    return [*(t.snap(image) for image in bundled(t)), plain]


class Tab(VariantTab):
    trials = ("losses", "patches", "skips")
    help = {
        "sketch": f"{photo_card.HELP} the examples. A label map of a facade, its parts in these colours: "
        + ", ".join(f"{part} {rgb}" for part, rgb in PALETTE.items()),
        "seed": "a whole number from 0, of the dropout",
        "swap": "true: the discriminator is shown another label map than the building's, that of an example",
    }

    @classmethod
    def home_pictures(cls, t, seed):
        return [t.translate(sketch, seed=seed) for sketch in sketches(t)[:4]]

    def build_room(self):
        with gr.Row(elem_classes="ga-three"):
            with gr.Column(scale=10, min_width=300):
                views.heading(say("Draw a facade"))
                self.canvas = canvas.view(elem_id=f"{self.name}-canvas")
            with gr.Column(scale=10, min_width=300):
                views.heading(say("The building"))
                building = views.view(BUILDING, views.SAVE_JS, elem_id=f"{self.name}-building")
            with gr.Column(scale=7, min_width=240):
                views.summary(self.entry)
                views.heading(say("What the discriminator says of each patch"))
                verdict = views.view(VERDICT, elem_id=f"{self.name}-verdict")
                with gr.Row(elem_classes="ga-controls"):
                    seed = gr.Number(0, precision=0, label=say("Seed"), elem_id=f"{self.name}-seed")
                    self.dice = gr.Button(say("Reroll"), elem_id=f"{self.name}-reroll")
                swap = gr.Checkbox(
                    False,
                    label=say("Judge it with another map"),
                    info=say("The same building, shown to the discriminator beside an example's label map."),
                    elem_id=f"{self.name}-swap",
                )
        self.levels = levels.build(self.name, self.entry.translator)
        self.look = gr.Button(say("Look again, at what is drawn now"), size="sm", elem_id=f"{self.name}-look")
        self.inputs = {"sketch": photo_card.given("sketch"), "seed": seed, "swap": swap}
        self.results = [building, verdict]
        self.filled = [self.canvas, *self.results]

    def read(self, t, sketch):
        """The label map in a data URI, or the sketch of that number: PIL RGB of the palette, as large as the canvas."""
        image, _ = uploads.chosen(sketch, sketches(t))
        return t.snap(image.resize((canvas.SIDE,) * 2, Image.Resampling.NEAREST))

    def answer(self, t, sketch, seed, swap):
        """Values of `results` for a PIL label map. swap: the verdict is on the building beside another map."""
        seed = number(seed, say("Seed"), 0, LAST_SEED, whole=True)
        image = t.translate(sketch, seed=seed)
        shown = (
            next((other for other in sketches(t) if other.tobytes() != sketch.tobytes()), sketch) if swap else sketch
        )
        verdict, src = t.verdict(shown, image), data_uri.png(image)
        building = {"src": src, "file": f"{self.name}-seed{seed}.png"}
        if verdict is None:
            return [building, {}]
        mean = verdict.mean().item()
        return [
            building,
            {
                "src": src,
                "heat": heat(verdict),
                "mean": round(mean, 4),
                "text": say("{mean} on average", mean=views.number(mean)),
                "note": self.note(t, verdict),
            },
        ]

    def note(self, t, verdict):
        rows, columns = verdict.shape
        if not (measured := t.config.get("metrics", {}).get("own_map")):
            return say(NOTE, rows=rows, columns=columns)
        found = {name: f"{measured[name]:.2f}" for name in ("own", "another")}
        return say(NOTE, rows=rows, columns=columns) + say(OWN_MAP, **found)

    def fill(self, t, sketch, seed, swap):
        image, starts = self.read(t, sketch), [data_uri.png(start) for start in sketches(t)]
        return [canvas.value(t.palette, image, starts, "window"), *self.answer(t, image, seed, swap)]

    def events(self, door):
        inputs, (sketch, seed, swap) = self.inputs, self.inputs.values()
        shown = [sketch, *self.results]
        again = {"first": "open", "map": "map", **({"other": "switch"} if self.offered else {})}
        return [
            *super().events(door),
            Event("translate", [self.canvas.input], self.translate, inputs, shown, quick=True),
            Event("map", [self.canvas.upload], self.take, inputs, [sketch, *self.filled]),
            Event("seed", [seed.input, swap.input], self.reseed, inputs, self.results),
            Event("reroll", [self.dice.click], self.reroll, inputs, [seed, *self.results]),
            levels.event([self.look.click], self.inside, {"sketch": sketch}, self.levels, again),
        ]

    def inside(self, sketch):
        """The channels of each level of the U-Net's encoder that vary most over the label map, as data URIs."""
        t = self.load()
        return levels.values(t, self.read(t, sketch))

    def translate(self, sketch, seed, swap, click):
        """The building that a label map, a data URI, describes, and the discriminator's verdict on its patches. Colours
        are snapped to the palette. seed: of the dropout.
        """
        sketch = click.get("sketch", sketch)
        return [sketch, *self.reseed(sketch, seed, swap)]

    def take(self, sketch, seed, swap, click):
        """As translate, and the label map itself as the canvas takes it: 256 px square, snapped."""
        t = self.load()
        snapped = data_uri.png(self.read(t, click.get("sketch", sketch)))
        return [snapped, *self.fill(t, snapped, seed, swap)]

    def reseed(self, sketch, seed, swap):
        """As translate, from another seed, or judged with another map."""
        t = self.load()
        return self.answer(t, self.read(t, sketch), seed, swap)

    def reroll(self, sketch, _, swap):
        """As translate, from a new random seed."""
        seed = random.randint(0, 99_999)
        return [seed, *self.reseed(sketch, seed, swap)]

    def paint(self, sketch, seed, swap):
        """The building that a label map describes, one lossless PNG, and what the discriminator says of it: the mean of
        its patches' probabilities of being real.
        """
        building, judged = self.reseed(sketch, seed, swap)
        return {**building, "verdict": judged.get("mean")}

    def api(self):
        return [Endpoint("", self.paint, self.inputs, self.help)]
