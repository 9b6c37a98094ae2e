"""What lies in a checkpoint's folder belongs to the weights in it."""

import json

import pytest
import torch
from PIL import Image

from models import hub
from training.report import export

CONFIG = {"variant": "dcgan", "dataset": {"name": "noise"}, "license": "CC0-1.0", "metrics": {}}
FIGURES = {"neighbours": {"n": 64, "distances": [0.25] * 64}, "truncation": {"thresholds": [0.5, 1.0]}}


@pytest.fixture
def place(monkeypatch, tmp_path):
    """A bundled checkpoint whose figures and sheets are recorded."""
    monkeypatch.setattr(hub, "MANIFEST", tmp_path / "weights_manifest.json")
    monkeypatch.setattr(hub, "WEIGHTS", tmp_path / "weights")
    place = tmp_path / "weights" / "dcgan"
    export.export(place, {}, CONFIG, torch.zeros(2, 3, 8, 8))
    export.record(place, FIGURES, {"samples.png": (Image.new("RGB", (8, 8)), "Every one.")})
    return place


def test_recorded_sheets_are_told_of_in_card_config_and_manifest(place):
    config, row = json.loads((place / "config.json").read_text()), hub.rows()["dcgan"]
    assert config["metrics"] == FIGURES and config["sheets"] == {"samples.png": "Every one."}
    assert "![samples](samples.png)\n\nEvery one.\n" in (place / "README.md").read_text("utf-8")
    assert set(row["files"]) == {"config.json", "real.png", "samples.png"}
    assert row["metrics"] == {"neighbours": {"n": 64}, "truncation": {"thresholds": [0.5, 1.0]}}


def test_a_list_of_numbers_is_one_line_of_json(tmp_path):
    value = {"a": [1, -2.5e-7, None], "b": [], "c": ["x", "[\n1,\n2\n]"], "d": [[1, 2], {"e": [3]}]}
    export.write_json(tmp_path / "x.json", value)
    text = (tmp_path / "x.json").read_text()
    assert json.loads(text) == value and '"a": [1, -2.5e-07, null],' in text and '"e": [3]' in text


def test_new_weights_do_not_keep_the_sheets_of_older_ones(place):
    export.export(place, {}, CONFIG, torch.zeros(2, 3, 8, 8))
    assert {path.name for path in place.iterdir()} == {"config.json", "README.md", "real.png"}
