"""Evidence from the discriminators' weights, as tables that Gradio draws as bars."""

import gradio as gr
import pandas as pd
import torch
from torch import nn

import models
from demo.parts import checkpoint, views
from models.nets.layers import singular_values

BINS = 40


class Evidence:
    """One bar plot for each of several variants, and a line beneath.

    A subclass gives title, x, y and note, and of one Sampler its `table` (columns x and y) and `in_words`.
    """

    title, x, y, note = "", "", "", ""

    def __init__(self, *names):
        self.names = names

    def build(self):
        """Lay out empty plots; the components that `values` fills."""
        views.heading(self.title, "ga-more")
        options = {"x_title": self.x, "y_title": self.y, "height": 240, "min_width": 260, "tooltip": "all"}
        with gr.Row():
            plots = [
                gr.BarPlot(x=self.x, y=self.y, title=models.entry(name).title, buttons=["export"], **options)
                for name in self.names
            ]
        return [*plots, gr.HTML(apply_default_css=False)]

    def values(self):
        """The plots' values, None for a variant whose weights cannot be had, and the line beneath."""
        tables, words = dict.fromkeys(self.names), []
        for sampler in checkpoint.available(self.names):
            tables[sampler.name] = self.table(sampler)
            in_words = self.in_words(sampler, tables[sampler.name])
            words.append(f"{models.entry(sampler.name).title}: {in_words}")
        return [*self.plots(tables.values()), f"<p class='ga-note'>{' '.join([*words, self.note])}</p>"]


class WeightHistogram(Evidence):
    """Histogram of all weights of the critic, as figure 1b of Gulrajani 2017 has it."""

    title = "The critic's weights: clipped, and under the penalty"
    x, y = "weight", "percent"

    def table(self, sampler):
        """Percent of the weights in equal bins: up to the clipping value, or else over the middle 99.9 %."""
        weights = critic_weights(sampler)
        reach = 1.05 * clipping(sampler) or widest(weights)
        counts = torch.histc(weights, BINS, -reach, reach)
        centres = ((torch.arange(BINS) + 0.5) / BINS * 2 - 1) * reach
        percent = 100 * counts / len(weights)
        return pd.DataFrame({self.x: centres.numpy().round(6), self.y: percent.numpy().round(3)})

    def in_words(self, sampler, table):
        weights, clip = critic_weights(sampler), clipping(sampler)
        if not clip:
            return f"not clipped; 99.9 % of the weights lie within ±{widest(weights):.2g}."
        at_the_ends = 100 * ((weights.abs() - clip).abs() <= 0.05 * clip).float().mean().item()
        return f"{at_the_ends:.0f} % of the weights lie within 5 % of ±{clip:g}, where they are clipped."

    def plots(self, tables):
        """With the width of the bins, without which Gradio would draw gaps between the bars."""
        return [
            None
            if t is None
            else gr.BarPlot(value=t, x_bin=float(t[self.x].diff().median()), y_aggregate="sum", y_lim=[0, None])
            for t in tables
        ]


class SingularValues(Evidence):
    """The largest singular value of each layer of the discriminator, all variants on one scale."""

    title = "The largest singular value of each layer of the discriminator"
    x, y = "layer", "largest singular value"
    note = (
        "Each bar is of the weight as a matrix [outputs, inputs x height x width], which is what spectral "
        "normalization divides by; the norm of the convolution itself is another number. Batch norm, which rescales "
        "each channel of a DCGAN, is left out."
    )

    def table(self, sampler):
        """One row a layer, from the picture to the verdict."""
        values = list(singular_values(sampler.discriminator).values())
        layers = [str(i + 1) for i in range(len(values))]
        return pd.DataFrame({self.x: layers, self.y: [round(v, 3) for v in values]})

    def in_words(self, sampler, table):
        return f"the largest is {table[self.y].max():.2f}."

    def plots(self, tables):
        top = max([t[self.y].max() for t in tables if t is not None], default=1.0)
        return [None if t is None else gr.BarPlot(value=t, y_lim=[0, round(1.1 * top, 1)]) for t in tables]


def critic_weights(sampler):
    """Every weight of the discriminator's convolutions and linear layers; biases and norms left out: [m]."""
    layers = [m for m in sampler.discriminator.modules() if isinstance(m, (nn.Conv2d, nn.Linear))]
    return torch.cat([m.weight.detach().float().cpu().flatten() for m in layers])


def clipping(sampler):
    """The value that the critic's weights are clipped to; 0: they are not."""
    return sampler.config.get("settings", {}).get("clip", 0)


def widest(weights):
    """The absolute value that 99.9 % of the weights stay below."""
    return weights.abs().kthvalue(max(1, int(0.999 * len(weights)))).values.item()


def line_plot(*value, **options):
    """A line plot in the page's manner, its horizontal axis from zero on."""
    return gr.LinePlot(
        *value, **{"min_width": 260, "tooltip": "all", "x_lim": [0, None], "buttons": ["export"], **options}
    )
