"""The lecture's claims, tried in short trainings on equal budgets: curves, pictures, table and words."""

import json
import re

import gradio as gr
import pandas as pd

from demo.parts import figures, views
from demo.words import say
from models import hub

FOLDER = hub.ROOT / "docs" / "claims"
gr.set_static_paths([FOLDER])  # whose pictures the page shows
ARM = say("trained as")
AXES = {"images": say("pictures that D has seen"), "seconds": say("seconds of training")}
HUES = ("#6366f1", "#d97706", "#0f9d76", "#db2777")


def panel(claims):
    """Lay out the named claims, files of docs/claims; one that has not been tried is left out."""
    for claim in claims:
        if (FOLDER / f"{claim}.json").exists():
            build(FOLDER / f"{claim}.json")


def build(claim):
    """One claim: its curves, the pictures where it has any, and its page folded below."""
    found = json.loads(claim.read_text("utf-8"))
    titles = {key: say(title) for title, key in found["columns"].items()}
    arms = {say(arm): points for arm, points in found["arms"].items()}
    with views.section(say("{claim}, tried on equal budgets", claim=say(found["title"]))):
        with gr.Row():
            for x, y in found["curves"]:
                table, hues = curve(arms, x, y, titles[y]), dict(zip(arms, HUES))
                figures.line_plot(table, x=AXES[x], y=titles[y], color=ARM, color_map=hues, height=260)
        sheet = claim.with_name(f"{claim.stem}-pictures.jpg")
        if sheet.exists():
            alt = say("Pictures of each way of training: {claim}", claim=say(found["title"]))
            src = f"gradio_api/file={sheet.as_posix()}"
            text = f"<a class='ga-trial' href='{src}' target='_blank'><img loading='lazy' src='{src}' alt='{alt}'></a>"
            gr.HTML(text, apply_default_css=False, elem_id=f"claim-{claim.stem}")
        text = claim.with_suffix(".md").read_text("utf-8")
        with gr.Accordion(say("The figures, and what they say"), open=False):
            gr.Markdown(marked(text[text.index("\n| ") :]))  # from its table on: the tab has what is above already


def marked(page):
    """A page of docs/claims with its prose as tokens: a table's cells in words, each paragraph, each point."""
    blocks = re.split(r"(\n\n|\n(?=- ))", page.strip("\n"))
    return "".join(map(paragraph, blocks))


def paragraph(block):
    """A table, a paragraph or a point as tokens; what is between them as it is."""
    if block.startswith("| "):
        return "\n".join(map(row, block.splitlines()))
    mark, text = re.fullmatch(r"(#+ |- |`.*?`: )?(.*)", block, re.DOTALL).groups()
    return (mark or "") + say(" ".join(text.split())) if text.strip() else block


def row(line):
    """A row of a table, every cell that is no number as a token."""
    cells = line.strip("| ").split(" | ")
    return "| " + " | ".join(say(cell) if re.search(r"[^\W\d_]", cell) else cell for cell in cells) + " |"


def curve(arms, x, y, title):
    """One row a measurement of `y`. A KID above twice the worst arm's last is left out: all begin far above."""
    top = 2 * max(points[-1][y] for points in arms.values()) if y == "kid" else float("inf")
    return pd.DataFrame(
        {ARM: arm, title: point[y], AXES[x]: point[x]}
        for arm, points in arms.items()
        for point in points
        if point[y] <= top
    )
