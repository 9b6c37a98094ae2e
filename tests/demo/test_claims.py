"""Trials on equal budgets are shown on their variants' tabs, and nothing where none was run."""

import json

import gradio as gr
import pytest
from PIL import Image

import models
from demo.parts import trials
from demo.tabs import tab_class
from demo.words import translate

FOUND = {
    "title": "Two ways",
    "columns": {"KID x 1000": "kid"},
    "curves": [["images", "kid"], ["seconds", "kid"]],
    "arms": {
        "DCGAN": [{"kid": 300.0, "images": 100, "seconds": 1.0}, {"kid": 20.0, "images": 200, "seconds": 2.0}],
        "WGAN": [{"kid": 70.0, "images": 100, "seconds": 4.0}, {"kid": 40.0, "images": 200, "seconds": 8.0}],
    },
}


@pytest.fixture
def claims_folder(monkeypatch, tmp_path):
    (tmp_path / "objectives.json").write_text(json.dumps(FOUND))
    page = "# Two ways\n\n![KID](objectives.png)\n\n| kid |\n\n## What it says\n\nWords.\n"
    (tmp_path / "objectives.md").write_text(page)
    tried = {
        "title": "There and back",
        "columns": {"read as zebras": "zebra", "L1": "l1"},
        "curves": [["images", "zebra"], ["images", "l1"]],
        "arms": {"cycle": [{"images": 10, "seconds": 1.0, "zebra": 0.25, "l1": 0.1}]},
    }
    (tmp_path / "cycle.json").write_text(json.dumps(tried))
    (tmp_path / "cycle.md").write_text(page.replace("objectives", "cycle"))
    Image.new("RGB", (8, 8)).save(tmp_path / "cycle-pictures.jpg")
    monkeypatch.setattr(trials, "FOLDER", tmp_path)


def built(name):
    with gr.Blocks() as page:
        trials.panel(tab_class(name).trials)
    return list(page.blocks.values())


def test_a_variant_of_a_claim_has_its_curves_and_words(claims_folder):
    found = built("wgan_gp")
    plots = [block for block in found if isinstance(block, gr.LinePlot)]
    assert [plot.x for plot in plots] == list(trials.AXES.values()) and translate(plots[0].y, "en") == "KID x 1000"
    drawn = [row[1] for row in plots[0].value["data"]]
    assert drawn == [20.0, 70.0, 40.0], "the start, far above all ends, would flatten the rest"
    (text,) = (block.value for block in found if isinstance(block, gr.Markdown))
    assert "Words." in text and "objectives.png" not in text and "# Two ways" not in text


def test_a_translator_s_claim_shows_what_became_of_held_out_pictures(claims_folder):
    found = built("cyclegan")
    plots = [block for block in found if isinstance(block, gr.LinePlot)]
    assert translate([plot.y for plot in plots], "en") == ["read as zebras", "L1"]
    assert translate(plots[0].value["data"], "en") == [["cycle", 0.25, 10]]
    assert [block.value.count("<img") for block in found if block.elem_id == "claim-cycle"] == [1]


def test_what_was_not_tried_has_no_panel(claims_folder):
    assert not [block for name in ("progan", "gan") for block in built(name) if isinstance(block, gr.LinePlot)]


@pytest.mark.parametrize("name", models.names())
def test_every_claim_that_a_tab_names_has_been_tried(name):
    assert all((trials.FOLDER / f"{claim}.json").exists() for claim in tab_class(name).trials)
