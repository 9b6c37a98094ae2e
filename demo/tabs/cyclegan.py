"""CycleGAN's tab: a horse becomes a zebra, and the way back closes the cycle."""

import gradio as gr

from demo import uploads
from demo.parts import compare, views
from demo.state import choice
from demo.translator_tab import PhotoTab

DIRECTIONS = {"horse2zebra": ("Horse to zebra", "As a zebra"), "zebra2horse": ("Zebra to horse", "As a horse")}


class CycleTab(PhotoTab):
    """A comparison, a direction, and the cycle: there, back, and how far from home."""

    names = ("direction",)
    says = (
        "the photo as the other animal, then the way back by the other generator, with the mean absolute "
        "difference from the photo. direction: horse2zebra or zebra2horse. Pictures are data URIs."
    )

    def build_room(self):
        with gr.Row(elem_classes="ga-play ga-led"):
            with gr.Column(scale=10, min_width=300):
                self.over = compare.view(elem_id=f"{self.name}-compare")
            with gr.Column(scale=8, min_width=280):
                views.brought(self.entry)
                self.direction = gr.Radio(
                    [(title, name) for name, (title, _) in DIRECTIONS.items()],
                    value="horse2zebra",
                    label="Direction",
                    elem_id=f"{self.name}-direction",
                )
                self.build_photo()
        with gr.Column(elem_classes="ga-more"):
            self.cycle = views.view(views.STRIP, elem_id=f"{self.name}-cycle", elem_classes="ga-wide")
        self.controls, self.moves = [self.direction], [self.direction.input]
        self.results = [self.over, self.cycle]

    def fresh(self, example, direction):
        """Examples alternate: a horse, a zebra."""
        return [direction if example is None else list(DIRECTIONS)[example % 2]]

    def answer(self, t, image, src, direction):
        there, back, error = t.cycle(image, choice(direction, "Direction", t.directions))
        animal, there = DIRECTIONS[direction][1], uploads.live(there)
        steps = [("The photo", src), (animal, there), ("And back", uploads.live(back))]
        note = (
            f"The L1 error of the way back is {error:.3f}, where pictures run from \u22121 to 1. "
            "Cycle consistency asks for none: that is what holds the animal's shape."
        )
        return [
            compare.value(image.size, [("Photo", src), (animal, there)]),
            {
                "title": "The cycle closed",
                "note": note,
                "pictures": [{"src": s, "name": name, "text": name} for name, s in steps],
            },
        ]

    def whole(self, t, image, what, direction):
        return t.translate(image, choice(direction, "Direction", t.directions))
