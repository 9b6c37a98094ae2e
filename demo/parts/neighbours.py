"""Does it copy? The samples that lie nearest to training pictures, and how near real pictures come to theirs."""

from html import escape

import gradio as gr
import pandas as pd

from demo.parts import data_uri, figures, views
from demo.words import known, say

HUES = {say("samples"): "#6366f1", say("real pictures"): "#a8a29e"}
DISTANCE, PERCENT, WHOSE = say("distance to the nearest"), say("percent within it"), say("of")


def panel(name):
    """Lay it out, hidden until `values` has something for it: its components."""
    plotted = {"x": DISTANCE, "y": PERCENT, "color": WHOSE, "color_map": HUES, "height": 260, "y_lim": [0, 100]}
    with gr.Column(visible=False) as column, views.section(say("Does it copy?")), gr.Row():
        with gr.Column(scale=6, min_width=320):
            sheet = views.view(views.SHEET, elem_id=f"{name}-neighbours")
        with gr.Column(scale=5, min_width=300):
            plot, words = figures.line_plot(**plotted), gr.HTML(apply_default_css=False)
    return [column, sheet, plot, words]


def values(sampler):
    """The values of `panel`'s components; the panel stays hidden where this was not measured."""
    path, config = sampler.weights.files.get("neighbours.png"), sampler.config
    found = config.get("metrics", {}).get("neighbours")
    if path is None or not found:
        return [gr.Column(visible=False), gr.skip(), gr.skip(), gr.skip()]
    note = known(escape(config.get("sheets", {}).get("neighbours.png", ""), quote=False))
    words = say(
        "A generator that copies has its line far to the left of the real pictures': {share} % of {n} samples lie "
        "nearer to a training picture than 5 % of {n_real} real pictures do ({real}). Distances in {features}.",
        share=f"{100 * found['nearer_than_5_percent']:.0f}",
        n=found["n"],
        n_real=found["n_real"],
        real=known(escape(found["real"], quote=False)),
        features=known(escape(found["features"], quote=False)),
    )
    return [
        gr.Column(visible=True),
        {"src": data_uri.sheet(path), "note": note},
        gr.LinePlot(value=distribution(found)),
        f"<p class='ga-note'>{words}</p>",
    ]


def distribution(found):
    """What percentage of samples, and of real pictures, lies within each distance of a training picture."""
    return pd.DataFrame(
        {DISTANCE: distance, PERCENT: round(100 * (i + 1) / len(distances), 2), WHOSE: whose}
        for whose, distances in zip(HUES, (found["distances"], found["distances_real"]))
        for i, distance in enumerate(distances)
    )
