"""What short runs on equal budgets have shown: the curves of KID, the table, and what they say in words."""
import json

import gradio as gr
import pandas as pd

from demo import views
from models import hub

PLACE = hub.ROOT / "docs" / "claims"
SHOWN = {**dict.fromkeys(("dcgan", "wgan", "wgan_gp", "sngan"), ["objectives"]), "progan": ["growth"],
         "sagan": ["attention", "latent"], "biggan": ["batch", "noise"]}
ARM, KID = "trained as", "KID x 1000"
AXES = {"images": "pictures that D has seen", "seconds": "seconds of learning"}
HUES = ("#6366f1", "#d97706", "#0f9d76", "#db2777")


def curves(found):
    """One row a measurement; those above twice the worst arm's end are left out: all begin far above."""
    top = 2 * max(points[-1]["kid"] for points in found["arms"].values())
    return pd.DataFrame([{ARM: arm, KID: point["kid"], **{text: point[key] for key, text in AXES.items()}}
                         for arm, points in found["arms"].items() for point in points if point["kid"] <= top])


def panel(name):
    """Lay out what was tried of a variant, where that has been done."""
    for claim in SHOWN.get(name, ()):
        if (PLACE / f"{claim}.json").exists():
            lay_out(PLACE / f"{claim}.json")


def lay_out(claim):
    """One claim: curves against pictures and seconds, and its page folded below."""
    found = json.loads(claim.read_text("utf-8"))
    table, hues = curves(found), dict(zip(found["arms"], HUES))
    views.heading(f"{found['title']}, tried on equal budgets", "ga-more")
    with gr.Row():
        for x in AXES.values():
            gr.LinePlot(table, x=x, y=KID, color=ARM, color_map=hues, height=260, min_width=260, tooltip="all",
                        x_lim=[0, None], y_lim=[0, None], buttons=["export"])
    with gr.Accordion("The figures, and what they say", open=False):
        gr.Markdown(claim.with_suffix(".md").read_text("utf-8").partition(".png)\n")[2])
