"""Whole photos of other kinds than the training set's, and what is measured of what becomes of them."""

import numpy as np
import pytest
import torch
from PIL import Image

import models
from training.data.image_set import ImageSet
from training.engine.loop import Run
from training.report import whole_photos as whole


class Sized:
    """What `grid` asks of a translator."""

    def __init__(self, name="cyclegan", resolution=64):
        self.name, self.resolution = name, resolution


def noise(side=64, seed=0):
    return np.random.default_rng(seed).integers(60, 200, (side, side, 3)).astype(np.uint8)


def test_a_checkerboard_stands_out_and_noise_does_not():
    before, board = noise(), (noise(seed=1) + 40 * (np.indices((64, 64)).sum(0) % 2)[..., None]).astype(np.uint8)
    fine = whole.grid(Sized(), Image.fromarray(before), Image.fromarray(noise(seed=1)))
    assert fine < 6 < 20 < whole.grid(Sized(), Image.fromarray(before), Image.fromarray(board))
    large = Image.fromarray(board).resize((256, 256), 0)
    assert whole.grid(Sized("pix2pix"), large, large) > 20, "found at the network's size, whatever the photo's"


def test_a_cast_is_what_the_edge_has_moved():
    before = Image.new("RGB", (64, 64), (120, 120, 120))
    assert whole.cast(before, before) == 0
    animal = before.copy()
    animal.paste((200, 40, 40), (20, 20, 44, 44))
    assert whole.cast(before, animal) == 0 and whole.cast(before, Image.new("RGB", (64, 64), (140, 110, 110))) > 5


@pytest.mark.parametrize("variant", models.names(translates=True))
def test_twenty_photos_of_many_sizes(variant):
    pictures = torch.randint(0, 256, (30, 3, 32, 32), dtype=torch.uint8)
    found = whole.photos(variant, pictures)
    assert len(found) == whole.PHOTOS and len({kind for kind, _ in found}) >= 5
    sizes = {image.size for _, image in found}
    assert (32, 32) in sizes and any(max(size) == whole.LARGE for size in sizes)


@pytest.mark.parametrize("variant", models.names(translates=True))
def test_the_command_draws_a_sheet_and_keeps_the_words(
    variant, tiny_settings, tiny_data, tmp_path, monkeypatch, capsys
):
    monkeypatch.setattr(whole, "LARGE", 160)
    settings = tiny_settings(variant, hold_out=0.25, steps=1)
    Run(settings, tiny_data(settings), tmp_path / "run", "cpu", quiet=True).train()

    def load(source, resolution, channels, default):
        data = tiny_data(settings)
        images = torch.randint(0, 256, (len(data), channels, resolution, resolution), dtype=torch.uint8)
        return ImageSet(images, data.labels, data.classes, data.name, [], data.origin)

    monkeypatch.setattr(whole.data, "load", load)
    how = [variant, "--data", "noise", "--checkpoint", str(tmp_path / "run" / "export"), "--report", str(tmp_path)]
    assert whole.main(how) == 0
    page = tmp_path / f"{variant}.md"
    assert "| as it is |" in capsys.readouterr().out and f"({variant}.jpg)" in page.read_text()
    with Image.open(tmp_path / f"{variant}.jpg") as sheet:
        assert sheet.width > sheet.height
    page.write_text(page.read_text().replace("Not written yet.", "No seams."))
    whole.main(how)
    assert page.read_text().endswith("No seams.\n")


@pytest.mark.parametrize("flags, said", [(["dcgan"], "'dcgan' translates no pictures"), (["pix2pix"], "no-such-set")])
def test_a_bad_value_is_one_line(flags, said, capsys):
    assert whole.main([*flags, "--data", "no-such-set"]) == 2
    err = capsys.readouterr().err
    assert said in err and err.count("\n") == 1
