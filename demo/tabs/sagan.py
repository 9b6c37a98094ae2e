"""SAGAN's tab: points of the picture, each with the map of its own row of the attention matrix."""

import gradio as gr
import torch
from PIL import Image

from demo.events import Event
from demo.noise_tab import NoiseTab
from demo.parts import data_uri, latents, views
from demo.state import MAX_POINTS, START_POINTS, State, checked_points
from demo.words import say

COLOURS = ("#ff5d5d", "#ffd23f", "#43dc8e", "#4cc3ff", "#f27bf5")

MAPS = """${!value || !value.maps ? '' : `<div class="ga-maps">${value.maps.map((m, i) => `<figure>
  <div class="ga-map"><img decoding="sync" src="${value.src}" alt=""><img decoding="sync" src="${m.src}"
    alt="[[Where point ${i + 1} looks]]"><i class="ga-dot"
    style="left:${100 * m.x}%;top:${100 * m.y}%;--dot:${m.colour}"
    >${i + 1}</i></div><figcaption>${m.text}</figcaption></figure>`).join('')}</div>
<p class="ga-note">${value.note}</p>`}"""


class Tab(NoiseTab):
    trials, own_fields = ("attention", "latent"), ("points",)
    opening = State(seed=6, pick=11)  # a cat

    def build_own_controls(self):
        views.heading(say("Where a point looks"))
        self.points = gr.JSON([list(p) for p in START_POINTS], visible=False, label=say("Points"))
        self.maps = views.view(MAPS, elem_id=f"{self.name}-maps")
        self.clear_button = gr.Button(say("Clear the points"), size="sm", elem_id=f"{self.name}-clear")
        self.own_controls, self.own_stage_views = [self.points], [self.maps]

    def own_values(self, state):
        return [[list(p) for p in state.points]]

    def stage(self, sampler, state):
        return {**super().stage(sampler, state), "aim": True, "points": coloured(state.points)}

    def stage_values(self, sampler, state):
        stage = self.stage(sampler, state)
        rows = sampler.attention(latents.latent(sampler, state), latents.picked_label(sampler, state))[0]
        h, w = rows.shape[:2]
        maps = []
        for point in coloured(state.points):
            row = rows[min(int(point["y"] * h), h - 1), min(int(point["x"] * w), w - 1)]
            maps.append({**point, "src": heat(row, point["colour"]), "text": in_words(row)})
        gate = sampler.attention_layer.gate.item()
        hint = (
            say("Click the picture to set points, {most} at most; then the nearest moves.", most=MAX_POINTS)
            if maps
            else say("No points: click the picture to set one.")
        )
        note = say(
            "{hint} Bright is looked at; the figure is the share of the picture that gets half of the attention. "
            "The layer works at {px} px; its output is added with weight {gate}.",
            hint=hint,
            px=w,
            gate=views.number(gate),
        )
        return [stage, {"src": stage["src"], "maps": maps, "note": note}]

    def set_point(self, *values, click):
        """Where each point of the picture looks: points is a list of up to five [x, y], from [0, 0], the upper left, to
        [1, 1]; each map is a lossless data URI whose opacity is the attention, the largest opaque.
        """
        *others, points = values
        if {"x", "y"} <= click.keys():
            points = with_point(checked_points(points), click["x"], click["y"])
        sampler, state = self.read(*others, points)
        return [*self.own_values(state), *self.stage_values(sampler, state)]

    def clear(self, *values):
        """The picture without points."""
        return self.set_point(*values[:-1], [], click={})

    def events(self, door):
        outputs, clear = [self.points, *self.stage_views], [self.clear_button.click]
        return [
            *super().events(door),
            Event("attention", [self.stage_view.select], self.set_point, self.inputs, outputs, quick=True),
            Event("clear", clear, self.clear, self.inputs, outputs, quick=True),
        ]


def coloured(points):
    """The points as the stage shows them."""
    return [{"x": x, "y": y, "colour": colour} for (x, y), colour in zip(points, COLOURS)]


def with_point(points, x, y):
    """The points and one more; where there are as many as can be, the nearest moves there."""
    points = [list(p) for p in points]
    if len(points) < MAX_POINTS:
        return [*points, [x, y]]
    nearest = min(range(len(points)), key=lambda i: (points[i][0] - x) ** 2 + (points[i][1] - y) ** 2)
    points[nearest] = [x, y]
    return points


def heat(weights, colour):
    """Attention [h, w] as a data URI of a PNG in one colour; opacity: the weight over the largest."""
    alpha = (255 * weights / weights.max()).round().to(torch.uint8)
    image = Image.new("RGBA", (alpha.shape[1], alpha.shape[0]), colour)
    image.putalpha(Image.fromarray(alpha.numpy()))
    return data_uri.png(image)


def in_words(weights):
    """The smallest share of the picture that gets half of the attention [h, w], "half on 12 %"."""
    falling = weights.flatten().sort(descending=True).values.cumsum(0)
    share = 100 * (int((falling < 0.5 * falling[-1]).sum()) + 1) / len(falling)
    return say("half on {share} %", share=f"{share:.{0 if share >= 10 else 1}f}")
