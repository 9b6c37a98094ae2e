"""Whether a checkpoint copies is shown where it was measured, and left out where it was not."""

import pytest
from PIL import Image

import models
from demo.parts import neighbours
from tests.demo.site import call, picture

MEASURED = {
    "nearer_than_5_percent": 0.03125,
    "n": 64,
    "n_real": 500,
    "features": "shapes",
    "real": "held out",
    "distances": [0.5, 0.75],
    "distances_real": [0.25, 0.5],
}


@pytest.fixture
def measured(weights, monkeypatch, tmp_path):
    """DCGAN's tiny checkpoint with a sheet and figures."""
    g, sheet = models.load("dcgan"), tmp_path / "neighbours.png"
    Image.new("RGB", (40, 20), "red").save(sheet)
    monkeypatch.setitem(g.weights.files, "neighbours.png", sheet)
    monkeypatch.setitem(g.config, "sheets", {"neighbours.png": "The 16 nearest."})
    monkeypatch.setitem(g.config, "metrics", {"neighbours": MEASURED})
    return g


def test_opening_shows_the_sheet_and_both_distributions(measured, client):
    facts, view, plot, words = call(client, "dcgan_open")[-4:]
    assert neighbours.values(measured)[0].visible
    assert view["src"].startswith("data:image/webp"), "a fifth of the PNG"
    assert picture(view["src"]).size == (40, 20) and view["note"] == "The 16 nearest."
    assert plot["value"]["data"] == [
        [0.5, 50, "samples"],
        [0.75, 100, "samples"],
        [0.25, 50, "real pictures"],
        [0.5, 100, "real pictures"],
    ]
    assert "3 % of 64 samples" in words and "500 real pictures do (held out)" in words
    assert "distances" not in facts and "0.75" not in facts


@pytest.mark.parametrize("lost", ["sheet", "figures"])
def test_a_checkpoint_that_was_not_measured_has_no_panel(measured, client, lost):
    if lost == "sheet":
        del measured.weights.files["neighbours.png"]
    else:
        measured.config["metrics"] = {}
    assert not neighbours.values(measured)[0].visible
    opened = str(call(client, "dcgan_open"))
    assert "16 nearest" not in opened and "real pictures do" not in opened and "gan-atlas/dcgan" in opened
