"""The frame of a small game in the visitor's browser: a cGAN, a cycle. Its numbers are `demo/parts/game/small.js`."""

import gradio as gr

from demo.parts import game, views
from demo.parts.panel import WORDS as FRAME
from demo.parts.panel import Panel as Base
from demo.parts.panel import ranges
from demo.words import say

# Of the two controls that every small game has.
HELP = {
    "seed": "a whole number from 0: of the first weights, the data and the noise",
    "steps": "rounds until the game stops",
}
SPANS = {"seed": (say("Seed"), 0, 9999, 1), "steps": (say("Stop after so many rounds"), 100, 3000, 700)}
SHARED = ("play", "pause", "round", "newSeed", "step", "steps", "perfect")


class Panel(Base):
    """Base. kind: its game in small.js. spans: {control: (label, low, high, first)}. words: of its plots and table."""

    learns = live = True
    kind, spans, words, note = "", {}, {}, ""

    def build(self):
        """Lay the panel out: the browser has controls of its own."""
        self.inputs = self.build_controls()
        self.first = {key: first for key, (*_, first) in self.spans.items()}
        value = {
            "key": self.name,
            "kind": self.kind,
            "title": self.title,
            "lecture": self.lecture,
            "numbers": ranges(self.claims),
            "guess": vars(self.guess) if self.guess else None,
            "presets": self.presets,
            "first": self.first,
            "controls": [
                {"key": key, "label": label, "min": low, "max": high}
                for key, (label, low, high, _) in self.spans.items()
            ],
            "words": {**FRAME, **{key: game.WORDS[key] for key in SHARED}, **self.words},
            "note": self.note,
        }
        html = '<div class="lab-home"></div>'
        self.view = views.view(html, "smallPanel(element, props)", value=value, elem_id=f"lab-{self.name}-view")

    def build_controls(self):
        return {
            key: gr.Slider(low, high, first, step=1, label=label, visible=False)
            for key, (label, low, high, first) in self.spans.items()
        }

    def events(self, door):
        """None: the browser plays by itself."""
        return []

    def api(self):
        """None: what is trained is trained in the browser."""
        return []
