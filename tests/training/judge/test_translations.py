"""The figures of translators, where the answer is known by hand."""

import json
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from PIL import Image

import models
from models.images import from_uint8, to_images
from models.pix2pix import PALETTE
from training import evaluate, recipes
from training.data.image_set import ImageSet, split
from training.engine.loop import Run
from training.judge import colour, figures_of, imagenet, pairs, segmenter, translations, two_domains
from training.report.export import export_run


class Fake:
    """A translator that paints what `paint` makes of a picture."""

    palette = PALETTE

    def __init__(self, name, paint=None, hold_out=0.25, ways=("translation",), domains=None):
        self.name, self.paint = name, paint
        self.config = {"settings": {"hold_out": hold_out}, "domains": domains}
        self.ways = {title: {"option": title} for title in ways}

    def translate(self, image, option):
        return self.paint(image)


def figures(fake, real, n=99):
    """{group: figures} of a translator."""
    return translations.held_out(fake, real).measure(n, 0, "cpu")[0]


def coloured(colours, side=16, classes=None):
    """One flat picture a colour."""
    images = torch.tensor(colours, dtype=torch.uint8)[:, :, None, None].expand(-1, 3, side, side).contiguous()
    labels = None if classes is None else torch.arange(len(images)) % len(classes)
    return ImageSet(images, labels, classes, "flat")


def test_colours_left_grey_are_as_far_as_grey_and_the_true_ones_are_not():
    real = coloured([(200, 40, 40), (220, 120, 40), (180, 60, 60), (220, 160, 60)] * 4)
    grey = Fake("colorize", lambda image: Image.fromarray(colour.painted(image, (0, 0))))
    row = figures(grey, real)["colour"]
    assert row["translation"] == pytest.approx(row["grey"]) and row["translation_colourfulness"] < 0.01
    assert 0 < row["mean_colour"] < row["grey"] and row["n"] == 4
    same = figures(Fake("colorize", lambda image: image, ways=("one", "another")), real)["colour"]
    assert same["another"] == 0 and same["another_colourfulness"] == pytest.approx(1)


def test_colourfulness_by_hand():
    half = Image.new("RGB", (2, 1), (0, 0, 0))
    half.putpixel((0, 0), (255, 0, 0))  # rg 255 and 0, yb 127.5 and 0
    expected = np.hypot(127.5, 63.75) + 0.3 * np.hypot(127.5, 63.75)
    assert colour.colourfulness(half) == pytest.approx(expected)
    assert colour.colourfulness(Image.new("RGB", (3, 3), "grey")) == 0


@pytest.fixture
def short(monkeypatch):
    """A segmenter that learns for seconds."""
    monkeypatch.setattr(segmenter, "EXAMPLES", 320)


def test_a_translation_is_nearest_to_its_own_photo():
    colours = torch.randint(0, 256, (32, 3), generator=torch.Generator().manual_seed(0)).tolist()
    photo = coloured(colours, 32).images
    real = ImageSet(torch.cat([photo, photo], 1), None, None, "pairs")

    def measure(paint, n=99):
        fake = Fake("a pairs translator", paint)
        return pairs.Figures(fake, *split(real, 0.25)).measure(n, 0, "cpu")

    right, fakes = measure(lambda image: image)
    assert right["own_photo"]["nearer_than_another"] == 1 and len(fakes) == right["distances"]["n"] == 8
    assert right["distances"]["fid"] == pytest.approx(0, abs=1e-2) and right["distances"]["precision"] == 1
    few, _ = measure(lambda image: image, 5)
    assert few["own_photo"]["n"] == 5 and few["own_photo"]["nearer_than_another"] == 1
    blind, _ = measure(lambda image: image.point(lambda v: 128))
    assert blind["own_photo"]["nearer_than_another"] < 0.7


def brown_and_striped(n=80, side=32):
    rng = np.random.default_rng(0)
    images = rng.integers(90, 130, (n, side, side, 3), dtype=np.uint8)
    images[1::2, ::4] = 250
    return ImageSet(
        torch.from_numpy(images).permute(0, 3, 1, 2).contiguous(),
        torch.arange(n) % 2,
        ["horse", "zebra"],
        "stripes",
    )


def test_background_is_where_the_network_does_not_look(monkeypatch):
    rng = torch.Generator().manual_seed(0)
    x = torch.randint(0, 256, (4, 3, 32, 32), generator=rng, dtype=torch.uint8)
    monkeypatch.setattr(imagenet, "embed", lambda x, device: x[..., :16].flatten(1))  # the left half alone
    domains = SimpleNamespace(means=torch.randn(2, 3 * 32 * 16, generator=rng), device="cpu")
    away = two_domains.background(domains, x)
    assert away.shape == (4, 32, 32) and away[..., 20:].all() and not away[..., :12].any()


def test_a_segmenter_reads_labels_off_photos(short):
    torch.manual_seed(0)
    palette = {"wall": (0, 0, 255), "window": (255, 255, 0)}
    colours = torch.tensor(list(palette.values()), dtype=torch.uint8)
    truth = torch.randint(0, 2, (40, 4, 4)).repeat_interleave(16, 1).repeat_interleave(16, 2)
    maps = colours[truth].permute(0, 3, 1, 2)
    assert torch.equal(segmenter.labels(maps, palette), truth)
    photos = (60 + 120 * truth[:, None] + torch.randint(0, 40, (40, 3, 64, 64))).to(torch.uint8)
    net = segmenter.fit(photos[:30], truth[:30], 2)
    assert (net.predict(photos[30:]) == truth[30:]).float().mean() > 0.95


def striped(image):
    pixels = np.asarray(image).copy()
    pixels[::4] = 250
    return Image.fromarray(pixels)


def test_stripes_are_read_as_zebras_and_a_closed_cycle_has_no_error():
    fake = Fake("cyclegan", ways=("horse2zebra", "zebra2horse"))
    fake.cycle = lambda image, option: (striped(image), image, 0.25)
    row = figures(fake, brown_and_striped())["read_as_the_other"]
    assert row["horse2zebra"] > 0.9 > 0.1 > row["horse2zebra_unchanged"] and row["zebra2horse"] < 0.1
    assert row["horse2zebra_cycle_l1"] == 0.25 and row["accuracy_on_held_out_real"] > 0.9
    assert max(row["horse2zebra_probability"], row["horse2zebra_real_probability"]) < 0.5, "stripes are no zebra yet"


def test_expressions_are_read_as_their_targets_when_painted_so():
    names = ["angry", "happy", "neutral", "surprised"]
    rows = {name: 3 * (i + 1) for i, name in enumerate(names)}  # how high its band is

    def painted(grey, name):
        pixels = np.asarray(grey).copy()
        pixels[12 : 12 + rows[name]] = 255
        return pixels

    rng = np.random.default_rng(0)
    base = rng.integers(0, 60, (1600, 40, 40), dtype=np.uint8)
    images = np.stack([painted(b, names[i % 4]) for i, b in enumerate(base)])
    real = ImageSet(torch.from_numpy(images)[:, None], torch.arange(1600) % 4, names, "rows")
    fake = Fake("stargan", hold_out=0.75, ways=names, domains=[["rows", names]])
    fake.translate = lambda image, option: Image.fromarray(painted(Image.new("L", image.size, 30), option))
    row = figures(fake, real, 12)["read_as_target"]
    assert row["all"] > 0.9 and row["n"] == 48
    apart = [abs(i - j) for i in range(4) for j in range(i)]  # in threes of rows
    assert row["l1_between_targets"] == pytest.approx(225 / 127.5 * 3 * np.mean(apart) / 40, abs=0.01)
    assert row["way_back"] < 0.3 < row["way_back_by_a_wrong_label"], "the band comes back by its own label alone"


def test_an_identity_is_kept_by_what_leaves_a_face_as_it_is():
    images = torch.randint(0, 256, (80, 1, 8, 8), generator=torch.Generator().manual_seed(0), dtype=torch.uint8)
    images = images.repeat_interleave(5, 2).repeat_interleave(5, 3)
    real = ImageSet(images, torch.arange(80) % 2, ["calm", "happy"], "blocks")
    domains = [["blocks", real.classes]]
    fake = Fake("stargan", lambda image: image, hold_out=0.75, ways=real.classes, domains=domains)
    same = figures(fake, real)["read_as_target"]
    assert same["identity_distance"] == pytest.approx(0, abs=1e-3) and same["identity_kept"] == 1
    assert same["identity_distance_of_two_faces"] > 0.5
    other = to_images(from_uint8(images[:1]))[0]
    fake.paint = lambda image: other
    assert figures(fake, real)["read_as_target"]["identity_kept"] < 0.9


def test_nothing_held_out_is_refused():
    with pytest.raises(ValueError, match="nothing held out"):
        figures(Fake("colorize", hold_out=0.0), coloured([(1, 2, 3)] * 20))


@pytest.fixture
def exported(tiny_settings, tiny_data, tmp_path, monkeypatch, short):
    """exported(variant): the folder of a translator trained for two steps; its data is what evaluate.py loads."""

    def make(variant):
        settings = tiny_settings(variant, hold_out=0.25, steps=2, resolution=32)
        data = tiny_data(settings)
        Run(settings, data, tmp_path / "run", "cpu", quiet=True, export=export_run).train()
        game = recipes.load(variant).Game
        monkeypatch.setattr(evaluate.sources, "load", lambda *where: game.noise_data(settings, 32, seed=1))
        return tmp_path / "run" / "export"

    return make


@pytest.mark.parametrize("variant", models.names(translates=True))
def test_the_command_measures_what_the_trainer_exports(variant, exported, tmp_path, capsys):
    folder, samples = exported(variant), tmp_path / "samples"
    how = ["--checkpoint", str(folder), "--n", "12", "--save", "--json", "--export-samples", str(samples)]
    assert evaluate.main([variant, *how]) == 0
    found = json.loads(capsys.readouterr().out)["figures"]
    config = json.loads((folder / "config.json").read_text())
    assert found and set(config["metrics"]) == set(found)
    assert all(row["n"] <= 32 * 7 and row["features"] for row in found.values())
    assert list(samples.glob("*.png"))
    with Image.open(folder / "samples.png") as sheet:
        assert sheet.width % 32 == sheet.height % 32 == 0
    card = (folder / "README.md").read_text()
    assert "](samples.png)" in card and "Held out, uncurated" in card


@pytest.mark.parametrize("variant", models.names(translates=True))
def test_a_row_is_an_input_and_every_way_or_domain_that_it_is_taken_to(variant, exported):
    t = models.load(variant, device="cpu", folder=exported(variant))
    game = recipes.load(variant).Game
    settings = recipes.overlay(recipes.load(variant).SETTINGS, resolution=32)
    _, held = split(game.noise_data(settings, 32, seed=1), 0.25)
    rows = figures_of(variant)(t, None, held).rows(2)
    titles = [title for title, _ in rows[0]]
    assert len(rows) == 2 and all([title for title, _ in row] == titles for row in rows)
    assert len(set(titles)) == len(titles) >= 3 and len({image.size for row in rows for _, image in row}) == 1


def test_held_out_pictures_are_those_that_training_left_aside():
    data = coloured([(i, 60, 2 * i) for i in range(40)])
    _, held = split(data, 0.1)
    seen = []
    fake = Fake("colorize", lambda image: (seen.append(image.getpixel((0, 0))[0]), image)[1], hold_out=0.1)
    figures(fake, data)
    assert set(seen) == {image.getpixel((0, 0))[0] for image in to_images(from_uint8(held.images))}
