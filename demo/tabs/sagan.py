"""SAGAN's idea: click a point of the picture and see where it looks."""

import gradio as gr
import torch
from PIL import Image

from demo.idea import Idea
from demo.parts import pictures, views
from demo.state import MOST_POINTS, POINTS, check

COLOURS = ("#ff5d5d", "#ffd23f", "#43dc8e", "#4cc3ff", "#f27bf5")

MAPS = """${!value || !value.maps ? '' : `<div class="ga-maps">${value.maps.map((m, i) => `<figure>
  <div class="ga-map"><img decoding="sync" src="${value.src}" alt=""><img decoding="sync" src="${m.src}"
    alt="Where point ${i + 1} looks"><i class="ga-dot" style="left:${100 * m.x}%;top:${100 * m.y}%;--dot:${m.colour}"
    >${i + 1}</i></div><figcaption>${m.text}</figcaption></figure>`).join('')}</div>
<p class="ga-note">${value.note}</p>`}"""


def marks(state):
    """The points as the stage shows them."""
    return [{"x": x, "y": y, "colour": colour} for (x, y), colour in zip(state.points, COLOURS)]


def with_point(points, x, y):
    """The points and one more; where there are as many as can be, it takes the place of the nearest."""
    points = [list(p) for p in points]
    if len(points) < MOST_POINTS:
        return [*points, [x, y]]
    nearest = min(range(len(points)), key=lambda i: (points[i][0] - x) ** 2 + (points[i][1] - y) ** 2)
    points[nearest] = [x, y]
    return points


def heat(weights, colour):
    """Attention [h, w] as a data URI of a PNG in one colour, the more opaque the more is looked at."""
    alpha = (255 * weights / weights.max()).round().to(torch.uint8)
    image = Image.new("RGBA", (alpha.shape[1], alpha.shape[0]), colour)
    image.putalpha(Image.fromarray(alpha.numpy()))
    return pictures.png(image)


def half_of_it(weights):
    """The smallest share of the picture, in percent, that gets half of the attention [h, w]."""
    falling = weights.flatten().sort(descending=True).values.cumsum(0)
    return 100 * (int((falling < 0.5 * falling[-1]).sum()) + 1) / len(falling)


def in_words(weights):
    """That share, with a decimal where it is small: sharp attention rests on one place, 0.4 % of 16 x 16."""
    share = half_of_it(weights)
    return f"half on {share:.{0 if share >= 10 else 1}f} %"


class Attention(Idea):
    """Points clicked on the picture, each with the map of its own row of the attention matrix."""

    names = ("points",)

    def build(self):
        views.heading("Where a point looks")
        self.points = gr.JSON([list(p) for p in POINTS], visible=False, label="Points")
        self.maps = views.view(MAPS, elem_id=f"{self.name}-maps")
        self.clear = gr.Button("Clear the points", size="sm", elem_id=f"{self.name}-clear")
        self.controls, self.live = [self.points], [self.maps]

    def values(self, state):
        return [[list(p) for p in state.points]]

    def stage(self, sampler, state):
        return {**super().stage(sampler, state), "aim": True, "points": marks(state)}

    def follow(self, sampler, state, stage):
        """The picture once, and for each point its map and how much of the picture gets half of its look."""
        z, label = pictures.latent(sampler, state), pictures.label_of(sampler, state)
        rows = sampler.attention(z, label)[0]
        h, w = rows.shape[:2]
        maps = []
        for point in marks(state):
            row = rows[min(int(point["y"] * h), h - 1), min(int(point["x"] * w), w - 1)]
            maps.append({**point, "src": heat(row, point["colour"]), "text": in_words(row)})
        more = (
            f"Click the picture to set points, {MOST_POINTS} at most; then the nearest moves."
            if maps
            else "No points: click the picture to set one."
        )
        gate = sampler.attention_layer.gate.item()
        note = (
            f"{more} Bright is looked at; the figure is the share of the picture that gets half of the look. "
            f"The layer works at {w} px; what it saw is added with weight {views.number(gate)}."
        )
        return [{"src": stage["src"], "maps": maps, "note": note}]

    def wire(self, tab, answers, on, behind):
        def looked(values, points):
            sampler, state = answers.read(*values[:-1], points)
            return [*self.values(state), *answers.shown(sampler, state)]

        def look(*values):
            *values, event = values
            x, y = views.told(event, "x", None), views.told(event, "y", None)
            points = check(points=values[-1]).points
            return looked(values, points if x is None or y is None else with_point(points, x, y))

        def clear(*values):
            return looked(values, [])

        outputs = [self.points, tab.stage, *self.live]
        on(
            [tab.stage.select],
            "attention",
            tab.named(look, event=gr.EventData),
            tab.controls,
            outputs,
            tab.QUICK,
            "where each point of the picture looks: points is a list of up to five [x, y], from [0, 0], the upper left, "
            "to [1, 1]; each map is a lossless data URI whose opacity is the attention, the largest opaque.",
        )
        on(
            [self.clear.click],
            "clear",
            tab.named(clear),
            tab.controls,
            outputs,
            tab.QUICK,
            "the picture without points.",
        )
