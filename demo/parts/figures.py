"""Evidence from the networks' own weights, as tables that gr.BarPlot draws in the page's colours."""

from html import escape

import gradio as gr
import pandas as pd
import torch
from torch import nn

from models.nets.layers import singular_values

BINS = 40
NEARNESS = {"samples": "#6366f1", "real pictures": "#a8a29e"}  # whose nearness is drawn, in the page's hues
CLIP = 0.01
QUALITY = "quality (precision)"


def critic_weights(sampler):
    """Every weight of the discriminator's convolutions and linear layers; biases and norms left out: [m]."""
    return torch.cat(
        [
            m.weight.detach().float().cpu().flatten()
            for m in sampler.discriminator.modules()
            if isinstance(m, (nn.Conv2d, nn.Linear))
        ]
    )


def histogram(sampler):
    """Percent of the critic's weights in equal bins; an unclipped critic's widest 0.1 % are not drawn."""
    weights = critic_weights(sampler)
    clip = sampler.config.get("settings", {}).get("clip", 0)
    reach = 1.05 * clip or weights.abs().kthvalue(max(1, int(0.999 * len(weights)))).values.item()
    counts = torch.histc(weights, BINS, -reach, reach)
    centres = ((torch.arange(BINS) + 0.5) / BINS * 2 - 1) * reach
    return pd.DataFrame({"weight": centres.numpy().round(6), "percent": (100 * counts / len(weights)).numpy().round(3)})


def spectrum(sampler):
    """Largest singular value of each of the discriminator's layers, from the picture to the verdict."""
    values = list(singular_values(sampler.discriminator).values())
    return pd.DataFrame(
        {"layer": [str(i + 1) for i in range(len(values))], "largest singular value": [round(v, 3) for v in values]}
    )


def at_the_ends(sampler):
    """Percent of the critic's weights within 5 % of plus or minus the clipping value."""
    off = (critic_weights(sampler).abs() - CLIP).abs()
    return 100 * (off <= 0.05 * CLIP).float().mean().item()


def in_words(figure, sampler, table):
    """The one number that a figure shows."""
    if figure is histogram:
        return f"{at_the_ends(sampler):.0f} % of the weights lie within 5 % of ±{CLIP}."
    return f"the largest is {table.iloc[:, 1].max():.2f}."


TITLES = {
    histogram: "The critic's weights: clipped, and under the penalty",
    spectrum: "The largest singular value of each layer of the discriminator",
}


def filled(figure, tables):
    """Updates that draw the tables (None: nothing), from zero up; spectra share one scale to be compared.

    A histogram's bars touch, so its plot is told how wide the bins are.
    """
    if figure is histogram:
        return [
            None
            if t is None
            else gr.BarPlot(value=t, x_bin=float(t["weight"].diff().median()), y_aggregate="sum", y_lim=[0, None])
            for t in tables
        ]
    top = max([t.iloc[:, 1].max() for t in tables if t is not None], default=1.0)
    return [None if t is None else gr.BarPlot(value=t, y_lim=[0, round(1.1 * top, 1)]) for t in tables]


def curve(sampler):
    """(Precision, recall and, where measured, FID of each threshold as a table, or None; the words beneath)."""
    found = sampler.config.get("metrics", {}).get("truncation")
    if not found:
        return None, "Not measured for this checkpoint: its precision and recall under each threshold are missing."
    table = pd.DataFrame(
        {"diversity (recall)": found["recall"], QUALITY: found["precision"], "threshold": found["thresholds"]}
    )
    if "fid" in found:
        table["FID"] = found["fid"]
    low, high = min(found["thresholds"]), max(found["thresholds"])
    return table, (
        f"Each point is a threshold, from {low:g} to {high:g}. Precision: the share of drawn pictures that "
        "lie among the real ones; recall: the share of real pictures that lie among the drawn ones. "
        + ("FID, the distance between both sets, counts both. " if "fid" in found else "")
        + f"{found.get('n', '?')} pictures each, seed {found.get('seed', '?')}, "
        f"{escape(str(found.get('features', 'unnamed features')))}."
    )


def curve_plot():
    """An empty plot of `curve`'s table."""
    return gr.LinePlot(
        x="diversity (recall)",
        y=QUALITY,
        height=300,
        min_width=260,
        tooltip="all",
        x_lim=[0, None],
        y_lim=[0, None],
        visible=False,
        buttons=["export"],
    )


def fid_plot():
    """An empty plot of `curve`'s FID against the threshold."""
    return gr.LinePlot(
        x="threshold",
        y="FID",
        height=220,
        min_width=260,
        tooltip="all",
        x_lim=[0, None],
        y_lim=[0, None],
        visible=False,
        buttons=["export"],
    )


def nearness(sampler):
    """(What share of samples and of real pictures lies within each distance of a training picture, or None; words)."""
    found = sampler.config.get("metrics", {}).get("neighbours")
    if not found:
        return None, ""
    rows = [
        (distance, round(100 * (i + 1) / len(distances), 2), whose)
        for whose, distances in zip(NEARNESS, (found["distances"], found["distances_real"]))
        for i, distance in enumerate(distances)
    ]
    words = (
        "A generator that copies has its line far to the left of the real pictures': "
        f"{100 * found['nearer_than_5_percent']:.0f} % of {found['n']} samples lie nearer to a training picture "
        f"than 5 % of {found['n_real']} real pictures do ({escape(found['real'])}). "
        f"Distances in {escape(found['features'])}."
    )
    return pd.DataFrame(rows, columns=["distance to the nearest", "percent within it", "of"]), words


def nearness_plot():
    """An empty plot of `nearness`'s table."""
    return gr.LinePlot(
        x="distance to the nearest",
        y="percent within it",
        color="of",
        color_map=NEARNESS,
        height=260,
        min_width=260,
        x_lim=[0, None],
        y_lim=[0, 100],
        tooltip="all",
        buttons=["export"],
    )


def plot(x, y, title):
    """An empty bar plot in the page's manner."""
    return gr.BarPlot(
        x=x, y=y, title=title, x_title=x, y_title=y, height=240, min_width=260, tooltip="all", buttons=["export"]
    )
