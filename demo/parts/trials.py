"""What short runs on equal budgets have shown: the curves, the pictures, the table, and what they say in words."""

import json

import gradio as gr
import pandas as pd

from demo.parts import views
from models import hub

PLACE = hub.ROOT / "docs" / "claims"
SHOWN = {
    **dict.fromkeys(("dcgan", "wgan", "wgan_gp", "sngan"), ["objectives"]),
    "progan": ["growth"],
    "sagan": ["attention", "latent"],
    "biggan": ["batch", "noise"],
    "colorize": ["colours"],
    "pix2pix": ["losses", "patches", "skips"],
    "cyclegan": ["cycle"],
    "stargan": ["sets"],
}
ARM = "trained as"
AXES = {"images": "pictures that D has seen", "seconds": "seconds of learning"}
HUES = ("#6366f1", "#d97706", "#0f9d76", "#db2777")


def curve(found, x, y, title):
    """One row a measurement of `y`; a KID above twice the worst arm's end is left out: all begin far above."""
    arms = found["arms"]
    top = 2 * max(points[-1][y] for points in arms.values()) if y == "kid" else float("inf")
    return pd.DataFrame(
        [
            {ARM: arm, title: point[y], AXES[x]: point[x]}
            for arm, points in arms.items()
            for point in points
            if point[y] <= top
        ]
    )


def panel(name):
    """Lay out what was tried of a variant, where that has been done."""
    for claim in SHOWN.get(name, ()):
        if (PLACE / f"{claim}.json").exists():
            lay_out(PLACE / f"{claim}.json")


def lay_out(claim):
    """One claim: its two curves, the pictures where translators were tried, and its page folded below."""
    found = json.loads(claim.read_text("utf-8"))
    names, hues = {key: title for title, key in found["columns"].items()}, dict(zip(found["arms"], HUES))
    views.heading(f"{found['title']}, tried on equal budgets", "ga-more")
    with gr.Row():
        for x, y in found["curves"]:
            gr.LinePlot(
                curve(found, x, y, names[y]),
                x=AXES[x],
                y=names[y],
                color=ARM,
                color_map=hues,
                height=260,
                min_width=260,
                tooltip="all",
                x_lim=[0, None],
                y_lim=[0, None],
                buttons=["export"],
            )
    sheet = claim.with_name(f"{claim.stem}-pictures.jpg")
    if sheet.exists():
        gr.Image(str(sheet), show_label=False, interactive=False, buttons=["fullscreen"], elem_id=f"claim-{claim.stem}")
    with gr.Accordion("The figures, and what they say", open=False):
        gr.Markdown(words(claim))


def words(claim):
    """A claim's page from its table on: the pictures above it stand on the tab already."""
    text = claim.with_suffix(".md").read_text("utf-8")
    return text[text.index("\n| ") :]
