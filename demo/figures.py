"""Evidence from the networks' own weights: histograms and singular values, as tables that gr.BarPlot draws."""
import gradio as gr
import pandas as pd
import torch
from torch import nn

from models.layers import singular_values

BINS = 41


def critic_weights(sampler):
    """Every weight of the discriminator's convolutions and linear layers, biases and norms left out: [m]."""
    return torch.cat([m.weight.detach().float().cpu().flatten() for m in sampler.discriminator.modules()
                      if isinstance(m, (nn.Conv2d, nn.Linear))])


def histogram(sampler):
    """Shares of the critic's weights in equal bins, percent; the widest 0.1 % of an unclipped critic is not drawn."""
    weights = critic_weights(sampler)
    clip = sampler.config.get("settings", {}).get("clip", 0)
    reach = 1.05 * clip if clip else weights.abs().kthvalue(max(1, int(0.999 * len(weights)))).values.item()
    counts = torch.histc(weights, BINS, -reach, reach)
    centres = (torch.arange(BINS) + 0.5) / BINS * 2 * reach - reach
    return pd.DataFrame({"weight": centres.numpy().round(5), "percent": (100 * counts / len(weights)).numpy().round(3)})


def at_the_ends(sampler, clip=0.01):
    """Percent of the critic's weights within 5 % of plus or minus the clipping value."""
    return 100 * ((critic_weights(sampler).abs() - clip).abs() <= 0.05 * clip).float().mean().item()


def spectrum(sampler):
    """Largest singular value of each of the discriminator's layers, from the picture to the verdict."""
    values = list(singular_values(sampler.discriminator).values())
    return pd.DataFrame({"layer": [str(i + 1) for i in range(len(values))],
                         "largest singular value": [round(v, 3) for v in values]})


def plot(x, y, title):
    """An empty bar plot in the page's manner."""
    return gr.BarPlot(x=x, y=y, title=title, height=240, x_title=x, y_title=y, tooltip="all", min_width=260,
                      buttons=["export"], visible=True)
