"""CycleGAN's tab: a horse becomes a zebra, the other generator leads back, and the L1 error of that cycle."""

import gradio as gr

from demo.parts import compare, data_uri, views
from demo.state import choice
from demo.translator_tab import PhotoTab
from demo.words import say

DIRECTIONS = {
    "horse2zebra": (say("Horse to zebra"), say("As a zebra")),
    "zebra2horse": (say("Zebra to horse"), say("As a horse")),
}


class Tab(PhotoTab):
    trials, opening = ("cycle",), 2
    help = {"direction": "horse2zebra paints horses as zebras, zebra2horse zebras as horses"}
    description = (
        "The photo as the other animal, then the way back by the other generator, with the mean absolute "
        "difference from the photo. direction: horse2zebra or zebra2horse. Pictures are data URIs."
    )

    def build_room(self):
        with gr.Row(elem_classes="ga-play ga-led"):
            with gr.Column(scale=10, min_width=300):
                comparison = compare.view(elem_id=f"{self.name}-compare")
            with gr.Column(scale=8, min_width=280):
                views.summary(self.entry)
                direction = gr.Radio(
                    [(title, name) for name, (title, _) in DIRECTIONS.items()],
                    value="horse2zebra",
                    label=say("Direction"),
                    elem_id=f"{self.name}-direction",
                )
                self.build_photo()
        with gr.Column(elem_classes="ga-more"):
            cycle = views.view(views.STRIP, elem_id=f"{self.name}-cycle", elem_classes="ga-wide")
        self.controls, self.results = {"direction": direction}, [comparison, cycle]

    def controls_for(self, example, direction):
        # The bundled examples alternate: a horse, a zebra.
        return [direction if example is None else list(DIRECTIONS)[example % 2]]

    @property
    def filled(self):
        return [*self.controls.values(), *super().filled]

    def fill(self, t, given, direction):
        direction = direction if direction in t.directions else t.directions[0]
        choices = [(DIRECTIONS[name][0], name) for name in t.directions]
        return [gr.Radio(choices=choices, value=direction), *super().fill(t, given, direction)]

    def answer(self, t, image, src, direction):
        translated, back, error = t.cycle(image, choice(direction, say("Direction"), t.directions))
        animal, translated = DIRECTIONS[direction][1], data_uri.live(translated)
        sides = compare.value(image.size, [(say("Photo"), src), (animal, translated)])
        if back is None:
            return [sides, {}]
        steps = [(say("The photo"), src), (animal, translated), (say("And back"), data_uri.live(back))]
        note = say(
            "The L1 error of the way back is {error}, where pictures run from \u22121 to 1; the cycle loss asks "
            "for 0. That is what holds the animal's shape.",
            error=f"{error:.3f}",
        )
        return [sides, views.strip(say("The cycle closed"), steps, note)]

    def full_size(self, t, image, what, direction):
        return t.translate(image, choice(direction, say("Direction"), t.directions))
