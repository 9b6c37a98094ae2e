"""Pictures are what the networks drew, to the bit, and the walk is a loop on the sphere."""

import base64
import io

import numpy as np
import pytest
import torch
from PIL import Image

import models
from demo.parts import figures, pictures, views
from demo.state import DIRECTIONS, MOVES, State
from models.images import to_images
from tests.demo import tiny


def decoded(uri):
    kind, data = uri.split(",", 1)
    assert kind == "data:image/png;base64"
    return Image.open(io.BytesIO(base64.b64decode(data)))


@pytest.fixture(params=tiny.NOISE)
def sampler(weights, request):
    return models.load(request.param)


def test_pictures_leave_lossless(sampler):
    drawn = sampler.sample(2, seed=3)
    for item, image in zip(pictures.judged(sampler, drawn), to_images(drawn)):
        out = decoded(item["src"])
        assert out.format == "PNG" and np.array_equal(np.asarray(out), np.asarray(image))


def test_sliders_at_zero_show_the_seed_itself(sampler):
    z = pictures.latent(sampler, State(seed=5, pick=2))
    assert torch.equal(z, sampler.latents(1, 7))


def test_a_slider_moves_one_direction_or_one_coordinate(sampler):
    rest = pictures.latent(sampler, State())
    along = pictures.latent(sampler, State(moves=(2.0, *[0.0] * (MOVES - 1)))) - rest
    assert torch.allclose(along[0], 2 * sampler.directions[0], atol=1e-5)
    moves = (*[0.0] * DIRECTIONS, 2.0, *[0.0] * (MOVES - DIRECTIONS - 1))
    raw = pictures.latent(sampler, State(moves=moves)) - rest
    assert raw[0, 0] == pytest.approx(2) and raw[0, 1:].abs().max() == 0


def test_verdicts_are_probabilities_only_where_they_are(sampler):
    logits = sampler.verdict(sampler.sample(4), None)
    found = torch.tensor(pictures.verdicts(sampler, sampler.sample(4)))
    if sampler.name in ("gan", "cgan", "dcgan"):
        assert torch.allclose(found, torch.sigmoid(logits))
    else:
        assert torch.allclose(found, logits), "a critic's score is shown as it is"
    scale = pictures.scale(sampler)
    assert len(scale["real"]) == 8
    assert all(0 <= at <= 100 for at in views.meter(found[0].item(), scale, True)["real"])


def test_the_walk_loops_losslessly_between_two_seeds(sampler):
    film = decoded(pictures.walk(sampler, 3, 8, 0))
    assert film.n_frames == 2 * pictures.FRAMES and film.info["loop"] == 0
    first = to_images(sampler.sample(1, seed=3, labels=0 if sampler.classes else None))[0]
    assert np.array_equal(np.asarray(film.convert(first.mode)), np.asarray(first))
    film.seek(pictures.FRAMES)
    last = to_images(sampler.sample(1, seed=8, labels=0 if sampler.classes else None))[0]
    assert np.array_equal(np.asarray(film.convert(last.mode)), np.asarray(last))


def test_a_walk_from_a_seed_to_itself_stands_still(sampler):
    assert decoded(pictures.walk(sampler, 3, 3, 0)).size == (sampler.resolution,) * 2


def test_slerp_stays_between_the_lengths_of_its_ends():
    a, b = torch.randn(1, 128), 2 * torch.randn(1, 128)
    lengths = [pictures.slerp(a, b, t).norm() for t in (0, 0.25, 0.5, 0.75, 1)]
    assert lengths == sorted(lengths) and torch.allclose(pictures.slerp(a, b, 1), b, atol=1e-5)


@pytest.mark.parametrize("sampler", ["wgan", "wgan_gp"], indirect=True)
def test_histogram_holds_the_weights(sampler):
    table = figures.histogram(sampler)
    assert len(table) == figures.BINS
    assert table["percent"].sum() <= 100.1
    if sampler.config["settings"]["clip"] == 0:
        assert table["percent"].sum() > 99


@pytest.mark.parametrize("sampler", ["sngan", "dcgan"], indirect=True)
def test_spectrum_names_every_layer(sampler):
    values = figures.spectrum(sampler)
    assert len(values) >= 3
    if sampler.name == "sngan":
        assert values.iloc[:, 1].max() < 1.5, "spectral norm holds every layer near one"


@pytest.mark.parametrize(
    "score, text",
    [(0.834, "0.83"), (0.0042, "0.004"), (-0.0001, "0.000"), (-6.823, "\u22126.82"), (31.44, "31.4"), (1234.5, "1234")],
)
def test_verdicts_read_well(score, text):
    assert views.number(score) == text


def test_a_score_is_never_sold_as_a_probability():
    scale = {"low": -2.0, "high": 6.0, "real": [2.0]}
    found = views.meter(4.0, scale, probability=False, judge="critic")
    assert "probability" not in found["meaning"] and found["at"] == 75 and found["real"] == [50]
