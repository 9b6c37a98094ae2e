"""The lecture's claims, tried in short trainings on equal budgets: curves, pictures, table and words."""

import json

import gradio as gr
import pandas as pd

from demo.parts import figures, views
from models import hub

FOLDER = hub.ROOT / "docs" / "claims"
ARM = "trained as"
AXES = {"images": "pictures that D has seen", "seconds": "seconds of training"}
HUES = ("#6366f1", "#d97706", "#0f9d76", "#db2777")


def panel(claims):
    """Lay out the named claims, files of docs/claims; one that has not been tried is left out."""
    for claim in claims:
        if (FOLDER / f"{claim}.json").exists():
            build(FOLDER / f"{claim}.json")


def build(claim):
    """One claim: its curves, the pictures where it has any, and its page folded below."""
    found = json.loads(claim.read_text("utf-8"))
    titles, hues = {key: title for title, key in found["columns"].items()}, dict(zip(found["arms"], HUES))
    views.heading(f"{found['title']}, tried on equal budgets", "ga-more")
    with gr.Row():
        for x, y in found["curves"]:
            table = curve(found["arms"], x, y, titles[y])
            figures.line_plot(table, x=AXES[x], y=titles[y], color=ARM, color_map=hues, height=260)
    sheet = claim.with_name(f"{claim.stem}-pictures.jpg")
    if sheet.exists():
        gr.Image(str(sheet), show_label=False, interactive=False, buttons=["fullscreen"], elem_id=f"claim-{claim.stem}")
    text = claim.with_suffix(".md").read_text("utf-8")
    with gr.Accordion("The figures, and what they say", open=False):
        gr.Markdown(text[text.index("\n| ") :])  # from its table on: what is above stands on the tab already


def curve(arms, x, y, title):
    """One row a measurement of `y`. A KID above twice the worst arm's last is left out: all begin far above."""
    top = 2 * max(points[-1][y] for points in arms.values()) if y == "kid" else float("inf")
    return pd.DataFrame(
        {ARM: arm, title: point[y], AXES[x]: point[x]}
        for arm, points in arms.items()
        for point in points
        if point[y] <= top
    )
