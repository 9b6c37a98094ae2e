"""What was tried on equal budgets is shown where it belongs, and nothing where it was not tried."""
import json

import gradio as gr
import pytest

from demo import claims

FOUND = {"title": "Two ways", "arms": {
    "DCGAN": [{"kid": 300.0, "images": 100, "seconds": 1.0}, {"kid": 20.0, "images": 200, "seconds": 2.0}],
    "WGAN": [{"kid": 70.0, "images": 100, "seconds": 4.0}, {"kid": 40.0, "images": 200, "seconds": 8.0}]}}


@pytest.fixture
def place(monkeypatch, tmp_path):
    (tmp_path / "objectives.json").write_text(json.dumps(FOUND))
    page = "# Two ways\n\n![KID](objectives.png)\n\n| kid |\n\n## What it says\n\nWords.\n"
    (tmp_path / "objectives.md").write_text(page)
    monkeypatch.setattr(claims, "PLACE", tmp_path)


def built(name):
    with gr.Blocks() as page:
        claims.panel(name)
    return list(page.blocks.values())


def test_a_variant_of_a_claim_has_its_curves_and_words(place):
    found = built("wgan_gp")
    plots = [block for block in found if isinstance(block, gr.LinePlot)]
    assert [plot.x for plot in plots] == list(claims.AXES.values())
    drawn = [row[1] for row in plots[0].value["data"]]
    assert drawn == [20.0, 70.0, 40.0], "the start, far above all ends, would flatten the rest"
    text, = (block.value for block in found if isinstance(block, gr.Markdown))
    assert "Words." in text and "objectives.png" not in text and "# Two ways" not in text


def test_what_was_not_tried_has_no_panel(place):
    assert not [block for name in ("progan", "gan") for block in built(name) if isinstance(block, gr.LinePlot)]
