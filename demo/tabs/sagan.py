"""SAGAN's tab: the attention's gate, and points of the picture, each with the map of its row of the attention."""

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
    trials, own_fields, painted_fields = ("attention", "latent"), ("gate", "points"), ("gate",)
    opening = State(seed=6, pick=11)  # a cat
    help = {
        **NoiseTab.help,
        "gate": "the share of the attention that is added, 0 to 1; 0: convolutions alone, 1: as it learned",
    }

    def build_own_controls(self):
        views.heading(say("With and without attention"))
        self.gate = gr.Slider(
            0,
            1,
            1,
            step=0.01,
            label=say("Gate"),
            elem_id=f"{self.name}-gate",
            info=say("The share of the attention that is added. 0: convolutions alone; 1: as it learned."),
        )
        views.heading(say("Where a point looks"))
        self.points = gr.JSON([list(p) for p in START_POINTS], visible=False, label=say("Points"))
        self.maps = views.view(MAPS, elem_id=f"{self.name}-maps")
        self.clear_button = gr.Button(say("Clear the points"), size="sm", elem_id=f"{self.name}-clear")
        self.effect = gr.HTML(apply_default_css=False, elem_id=f"{self.name}-effect")
        self.own_controls, self.own_stage_views = [self.gate, self.points], [self.effect, self.maps]
        self.own_moves, self.own_redraws = [self.gate.input], [self.gate.release]

    def own_values(self, state):
        return [state.gate, [list(p) for p in state.points]]

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
        hint = (
            say("Click the picture to set points, {most} at most; then the nearest moves.", most=MAX_POINTS)
            if maps
            else say("No points: click the picture to set one.")
        )
        note = say(
            "{hint} Bright is looked at; the figure is the share of the picture that gets half of the attention. "
            "The layer works at {px} px; the gate does not change where it looks.",
            hint=hint,
            px=w,
        )
        return [stage, self.gated(sampler, state), {"src": stage["src"], "maps": maps, "note": note}]

    def gated(self, sampler, state):
        """What the gate does to the picked picture, as HTML: the sum with its values, and how far the picture moves."""
        gamma = sampler.attention_layer.gate.item()
        text = say(
            "The layer gives x + gate \u00d7 \u03b3 \u00d7 attention (Zhang 2018, equation 3). "
            "It learned \u03b3 = {gamma}: here {gate} \u00d7 {gamma} = {product}.",
            gamma=f"{gamma:.3f}",
            gate=f"{state.gate:g}",
            product=f"{state.gate * gamma:.3f}",
        )
        z, label = latents.latent(sampler, state), latents.picked_label(sampler, state)
        for x, y in state.points[:1]:
            gate = state.gate or 1.0
            reached, near = (100 * sampler.reach(z, label, x, y, [gate, 0.0])).tolist()
            text += say(
                " Take away what the layer gets around point 1: with the gate at {gate} {reached} % of the pixels "
                "change, at 0 {near} %.",
                gate=f"{gate:g}",
                reached=f"{reached:.1f}",
                near=f"{near:.1f}",
            )
        if state.gate < 1:
            whole, moved = (sampler.sample(z=z, labels=label, gate=gate) for gate in (1.0, state.gate))
            text += say(
                " The picture is {mean} of 255 away from the full one on average. This network learned with attention; "
                "one that learned without it is among the trials below.",
                mean=f"{127.5 * (whole - moved).abs().mean():.1f}",
            )
        return f"<p class='ga-note'>{text}</p>"

    def set_point(self, *values, click):
        """Where each point of the picture looks: points is a list of up to five [x, y], from [0, 0], the upper left, to
        [1, 1]; each map is a lossless data URI whose opacity is the attention, the largest opaque.
        """
        *others, points = values
        if {"x", "y"} <= click.keys():
            points = with_point(checked_points(points), click["x"], click["y"])
        sampler, state = self.read(*others, points)
        return [self.own_values(state)[-1], *self.stage_values(sampler, state)]

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
