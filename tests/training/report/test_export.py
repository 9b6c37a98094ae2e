"""What lies in a checkpoint's folder belongs to the weights in it."""

import json

import pytest
import torch
from PIL import Image

from models import hub
from training.report import export, text

CONFIG = {
    "variant": "dcgan",
    "resolution": 64,
    "dataset": {"name": "noise"},
    "license": "CC0-1.0",
    "hours": 0.5,
    "metrics": {},
}
FIGURES = {"neighbours": {"n": 64, "distances": [0.25] * 64}, "truncation": {"thresholds": [0.5, 1.0]}}


@pytest.fixture
def place(monkeypatch, tmp_path):
    """A bundled checkpoint whose figures and sheets are recorded, and a README beside it."""
    monkeypatch.setattr(hub, "MANIFEST", tmp_path / "weights_manifest.json")
    monkeypatch.setattr(hub, "WEIGHTS", tmp_path / "weights")
    place = tmp_path / "weights" / "dcgan"
    (tmp_path / "README.md").write_text("# Atlas\n\n<!-- checkpoints -->\n<!-- / -->\n")
    export.export(place, {}, CONFIG, torch.zeros(2, 3, 8, 8))
    export.record(place, FIGURES, {"samples.png": (Image.new("RGB", (8, 8)), "Every one.")})
    return place


def test_recorded_sheets_are_told_of_in_card_config_and_manifest(place):
    config, row = json.loads((place / "config.json").read_text()), hub.rows()["dcgan"]
    assert config["metrics"] == FIGURES and config["sheets"] == {"samples.png": "Every one."}
    assert "![samples](samples.png)\n\nEvery one.\n" in (place / "README.md").read_text("utf-8")
    assert set(row["files"]) == {"config.json", "real.png", "samples.png"}
    assert set(row) == {"repo", "revision", "files"}, "figures stand in config.json alone"


def test_a_list_of_numbers_is_one_line_of_json(tmp_path):
    value = {"a": [1, -2.5e-7, None], "b": [], "c": ["x", "[\n1,\n2\n]"], "d": [[1, 2], {"e": [3]}]}
    text.write_json(tmp_path / "x.json", value)
    written = (tmp_path / "x.json").read_text()
    assert json.loads(written) == value and '"a": [1, -2.5e-07, null],' in written and '"e": [3]' in written


def test_new_weights_do_not_keep_the_sheets_of_older_ones(place):
    export.export(place, {}, CONFIG, torch.zeros(2, 3, 8, 8))
    assert {path.name for path in place.iterdir()} == {"config.json", "README.md", "real.png"}


def test_recorded_figures_and_installed_weights_reach_readme(place, tmp_path):
    readme = tmp_path / "README.md"
    assert "| [`dcgan`](weights/dcgan) | noise | 64 px |  | 30 | CC0-1.0 |" in readme.read_text()
    kid = {"fid": 3.0, "kid": 147.0, "precision": 1.0, "recall": 0.0, "n": 1000, "features": "inception-v3"}
    export.record(place, {"inception": kid}, {})
    assert "| KID 147 (x 1000, n 1,000) |" in readme.read_text()
    export.export(tmp_path / "run", {}, {**CONFIG, "hours": 2}, torch.zeros(2, 3, 8, 8))
    export.install(tmp_path / "run", "dcgan")
    assert "| 120 | CC0-1.0 |" in readme.read_text() and "KID" not in readme.read_text()


def test_a_run_exports_its_objective_and_what_a_page_needs(run_of, tmp_path):
    run = run_of("wgan_gp", steps=1)
    run.export = export.export_run
    run.train()
    config = json.loads((run.out / "export" / "config.json").read_text())
    assert config["objective"] == "wasserstein" and config["steps"] == 1 and config["images_seen"] == 8
    assert config["networks"]["generator"]["latent_dim"] == config["latent_dim"]
    assert hub.from_folder("wgan_gp", run.out / "export").config == config


def test_weights_that_fp16_cannot_hold_are_refused_and_the_last_export_stays_whole(tmp_path):
    nets = {"generator": torch.nn.Linear(1, 1), "discriminator": torch.nn.Linear(1, 1)}
    place = tmp_path / "last"
    export.export(place, nets, CONFIG, torch.zeros(2, 3, 8, 8))
    before = {path.name: path.read_bytes() for path in place.iterdir()}
    torch.nn.init.constant_(nets["generator"].weight, 7)
    torch.nn.init.constant_(nets["discriminator"].weight, 1e6)
    with pytest.raises(export.CheckpointError, match="discriminator's weight does not fit fp16"):
        export.export(place, nets, {**CONFIG, "steps": 99}, torch.zeros(2, 3, 8, 8))
    assert {path.name: path.read_bytes() for path in place.iterdir()} == before and len(before) == 5


@pytest.mark.parametrize("name", ["save_file", "grid", "write_json", "card"])
def test_an_export_that_fails_half_way_leaves_the_last_one_whole(tmp_path, monkeypatch, name):
    nets, place = {"generator": torch.nn.Linear(1, 1)}, tmp_path / "last"
    export.export(place, nets, CONFIG, torch.zeros(2, 3, 8, 8))
    before = {path.name: path.read_bytes() for path in place.iterdir()}
    torch.nn.init.constant_(nets["generator"].weight, 7)

    def full(*args, **options):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(export, name, full)
    with pytest.raises((OSError, export.CheckpointError), match="No space left"):
        export.export(place, nets, {**CONFIG, "steps": 99}, torch.zeros(2, 3, 8, 8))
    assert {path.name: path.read_bytes() for path in place.iterdir()} == before
    assert [path.name for path in tmp_path.iterdir()] == ["last"]
