"""Photos unlike the training pictures, and what is measured of what becomes of them."""

import numpy as np
import pytest
from PIL import Image

import models
from training import evaluate, recipes
from training.engine.loop import Run
from training.judge import photos
from training.report import photo_sheet
from training.report.export import export_run


def noise(seed=0):
    return np.random.default_rng(seed).integers(60, 200, (64, 64, 3)).astype(np.uint8)


def test_a_checkerboard_stands_out_and_noise_does_not():
    board = Image.fromarray((noise(1) + 40 * (np.indices((64, 64)).sum(0) % 2)[..., None]).astype(np.uint8))
    before, after = Image.fromarray(noise()), Image.fromarray(noise(1))
    assert photos.grid(64, after, before) < 6 < 20 < photos.grid(64, board, before)
    assert photos.grid(64, board, board) < 6, "a grid that the photo has already is not the translator's"
    large = board.resize((256, 256), Image.Resampling.NEAREST)
    assert photos.grid(64, large) > 20, "found at the network's size, whatever the photo's"


def test_a_cast_is_what_the_edge_has_moved():
    before = Image.new("RGB", (64, 64), (120, 120, 120))
    assert photos.cast(before, before) == 0
    animal = before.copy()
    animal.paste((200, 40, 40), (20, 20, 44, 44))
    assert photos.cast(before, animal) == 0 and photos.cast(before, Image.new("RGB", (64, 64), (140, 110, 110))) > 5


@pytest.fixture
def exported(tiny_settings, tiny_data, tmp_path, monkeypatch):
    """exported(variant): its folder after one step, and where its data is loaded from in this test."""
    monkeypatch.setattr(photos, "LARGE", 160)

    def make(variant):
        settings = tiny_settings(variant, hold_out=0.25, steps=1)
        Run(settings, tiny_data(settings), tmp_path / "run", "cpu", quiet=True, export=export_run).train()

        def load(source, resolution, channels):
            settings.channels, settings.resolution = min(channels, 3), resolution
            return recipes.load(variant).Game.noise_data(settings, 96, seed=1)

        monkeypatch.setattr(photo_sheet.sources, "load", load)
        return tmp_path / "run" / "export"

    return make


@pytest.mark.parametrize("variant", models.names(translates=True))
def test_photos_of_many_kinds_and_sizes_are_translated_at_their_size(variant, exported):
    t = models.load(variant, device="cpu", folder=exported(variant))
    found = photo_sheet.translate(photo_sheet.held_out(t, None))
    assert len({kind for kind, *_ in found}) >= 5 and any(max(before.size) == 160 for _, before, _ in found)
    assert len({before.size for _, before, _ in found}) >= 2
    assert all(after is None or after.size == before.size for _, before, after in found)


@pytest.mark.parametrize("variant", models.names(translates=True))
def test_the_command_draws_a_sheet_and_keeps_the_words(variant, exported, tmp_path, capsys):
    how = [variant, "--data", "noise", "--checkpoint", str(exported(variant)), "--photos", str(tmp_path)]
    assert evaluate.main(how) == 0
    page = tmp_path / f"{variant}.md"
    assert "| as it is |" in capsys.readouterr().out and f"({variant}.jpg)" in page.read_text()
    with Image.open(tmp_path / f"{variant}.jpg") as sheet:
        assert sheet.width > sheet.height
    page.write_text(page.read_text().replace("Not written yet.", "No seams."))
    assert evaluate.main(how) == 0
    assert page.read_text().endswith("No seams.\n")


def test_a_set_that_cannot_be_read_is_one_line(capsys):
    assert evaluate.main(["pix2pix", "--data", "no-such-set", "--photos"]) == 2
    err = capsys.readouterr().err
    assert "no-such-set" in err and err.count("\n") == 1
