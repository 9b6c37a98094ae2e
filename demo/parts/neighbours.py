"""Does it copy? The samples that lie nearest to a training picture, and how near real pictures come to theirs."""

from html import escape

import gradio as gr

from demo.parts import figures, pictures, views


def panel(name):
    """Its components, unseen until `tell` has something for them."""
    with gr.Column(visible=False) as whole:
        views.heading("Does it copy?", "ga-more")
        with gr.Row():
            with gr.Column(scale=6, min_width=320):
                sheet = views.view(views.SHEET, elem_id=f"{name}-neighbours")
            with gr.Column(scale=5, min_width=300):
                plot, words = figures.nearness_plot(), gr.HTML(apply_default_css=False)
    return [whole, sheet, plot, words]


def tell(sampler):
    """What `panel` shows of a checkpoint; nothing where it was not tried."""
    path, config = sampler.weights.files.get("neighbours.png"), sampler.config
    table, words = figures.nearness(sampler)
    if path is None or table is None:
        return [gr.Column(visible=False), gr.skip(), gr.skip(), gr.skip()]
    note = escape(config.get("sheets", {}).get("neighbours.png", ""))
    return [
        gr.Column(visible=True),
        {"src": pictures.stored(path), "note": note},
        gr.LinePlot(value=table),
        f"<p class='ga-note'>{words}</p>",
    ]
