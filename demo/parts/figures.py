"""Evidence from the discriminators' weights, as tables that Gradio draws as bars."""

import gradio as gr
import pandas as pd
import torch
from torch import nn

import models
from demo.parts import checkpoint, views
from demo.words import say
from models.nets.layers import singular_values

BINS = 40


class Evidence:
    """One bar plot for each of several variants, and a line beneath.

    A subclass gives title, x, y and note; `measure(sampler)` -> (table of the columns x and y, words); and
    `limits(table, highest)`, more options of its plot, where `highest` is the largest y of all tables.
    """

    title, x, y, note = "", "", "", ""

    def __init__(self, *names):
        self.names = names

    def build(self):
        """Lay out empty plots; the components that `values` fills."""
        options = {"x_title": self.x, "y_title": self.y, "height": 240, "min_width": 260, "tooltip": "all"}
        with views.section(self.title):
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
            tables[sampler.name], found = self.measure(sampler)
            words.append(say("{title}: {figures}", title=models.entry(sampler.name).title, figures=found))
        highest = max([table[self.y].max() for table in tables.values() if table is not None], default=1.0)
        plots = [None if t is None else gr.BarPlot(value=t, **self.limits(t, highest)) for t in tables.values()]
        return [*plots, f"<p class='ga-note'>{' '.join([*words, self.note])}</p>"]


class WeightHistogram(Evidence):
    """Histogram of all weights of the critic, without biases and norms, as figure 1b of Gulrajani 2017 has it."""

    title = say("The critic's weights: clipped, and under the penalty")
    x, y = say("weight"), say("percent")

    def measure(self, sampler):
        """Percent of the weights in equal bins: up to the clipping value, or else over the middle 99.9 %."""
        layers = [m for m in sampler.discriminator.modules() if isinstance(m, (nn.Conv2d, nn.Linear))]
        weights = torch.cat([m.weight.detach().float().cpu().flatten() for m in layers])
        clip = sampler.config.get("settings", {}).get("clip", 0)
        widest = weights.abs().kthvalue(max(1, int(0.999 * len(weights)))).values.item()
        words = say("not clipped; 99.9 % of the weights lie within ±{reach}.", reach=f"{widest:.2g}")
        if clip:
            at_the_ends = 100 * ((weights.abs() - clip).abs() <= 0.05 * clip).float().mean().item()
            words = say(
                "{share} % of the weights lie within 5 % of ±{clip}, where they are clipped.",
                share=f"{at_the_ends:.0f}",
                clip=f"{clip:g}",
            )
        reach = 1.05 * clip or widest
        centres = ((torch.arange(BINS) + 0.5) / BINS * 2 - 1) * reach
        percent = 100 * torch.histc(weights, BINS, -reach, reach) / len(weights)
        return pd.DataFrame({self.x: centres.numpy().round(6), self.y: percent.numpy().round(3)}), words

    def limits(self, table, highest):
        # Without the bins' width Gradio would draw gaps between the bars.
        return {"x_bin": float(table[self.x].diff().median()), "y_aggregate": "sum", "y_lim": [0, None]}


class SingularValues(Evidence):
    """The largest singular value of each layer of the discriminator, all variants on one scale."""

    title = say("The largest singular value of each layer of the discriminator")
    x, y = say("layer"), say("largest singular value")
    note = say(
        "Each bar is of the weight as a matrix [outputs, inputs x height x width], which is what spectral "
        "normalization divides by; the norm of the convolution itself is another number. Batch norm, which rescales "
        "each channel of a DCGAN, is left out."
    )

    def measure(self, sampler):
        """One row a layer, from the picture to the verdict."""
        values = list(singular_values(sampler.discriminator).values())
        layers = [str(i + 1) for i in range(len(values))]
        table = pd.DataFrame({self.x: layers, self.y: [round(v, 3) for v in values]})
        return table, say("the largest is {value}.", value=f"{table[self.y].max():.2f}")

    def limits(self, table, highest):
        return {"y_lim": [0, round(1.1 * highest, 1)]}


def line_plot(*value, **options):
    """A line plot in the page's manner, both axes from zero on."""
    manner = {"min_width": 260, "tooltip": "all", "x_lim": [0, None], "y_lim": [0, None], "buttons": ["export"]}
    return gr.LinePlot(*value, **{**manner, **options})
