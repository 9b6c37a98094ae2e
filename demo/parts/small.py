"""The frame of a small game in the visitor's browser: a cGAN, a cycle. Its networks: `demo/parts/game/small.js`."""

import gradio as gr

from demo.parts import game
from demo.parts.panel import Panel as Base
from demo.parts.panel import in_words
from demo.words import say

# Of the two controls that every small game has.
HELP = {
    "seed": "a whole number from 0: of the first weights, the data and the noise",
    "steps": "rounds until the game stops",
}
SPANS = {"seed": (say("Seed"), 0, 9999, 1), "steps": (say("Stop after so many rounds"), 1, 1000, 700)}


class Panel(Base):
    """Base. kind: its game in small_view.js. spans: {control: (label, low, high, first)}. words: of plots and table.
    theory: the module of its game in PyTorch. number: which of its figures settles the claim, with unit and ideal.
    """

    learns = live = True
    kind, spans, words, note, theory, number, unit, ideal = "", {}, {}, "", None, "", "", ""

    def build(self):
        """Lay the panel out: the browser has controls of its own."""
        self.inputs = self.build_controls()
        self.first = {key: first for key, (*_, first) in self.spans.items()}
        controls = [
            {"key": key, "label": label, "min": low, "max": high, "live": key == "steps"}
            for key, (label, low, high, _) in self.spans.items()
        ]
        self.view = game.view(self, controls, {})

    def build_controls(self):
        return {
            key: gr.Slider(low, high, first, step=1, label=label, visible=False)
            for key, (label, low, high, first) in self.spans.items()
        }

    def events(self, door):
        """None: the browser plays by itself."""
        return []

    def answer(self, **settings):
        run = self.theory.Game(settings)
        for _ in range(settings["steps"]):
            losses = run.round()
        found = {**losses, **run.figures()}
        return {
            "number": found[self.number],
            "unit": self.unit,
            "ideal": self.ideal,
            "rows": [(key, in_words(x)) for key, x in found.items()],
            "note": game.SAME_RUN,
            "formula": self.formula(**settings),
        }
