"""The page's pictures are the networks' output, to the bit, and the walk is a loop on the sphere."""

import base64
import io
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn

import models
from demo.parts import figures, latents, verdict, views
from demo.state import DIRECTIONS, MOVES, State
from demo.words import translate
from models.images import to_images
from tests.demo import tiny
from training import recipes


def decoded(uri):
    kind, data = uri.split(",", 1)
    assert kind == "data:image/png;base64"
    return Image.open(io.BytesIO(base64.b64decode(data)))


@pytest.fixture(params=tiny.NOISE)
def sampler(weights, request):
    return models.load(request.param)


def test_pictures_leave_lossless(sampler):
    drawn = sampler.sample(2, seed=3)
    for item, image in zip(verdict.judged(sampler, drawn, ["Seed 3", "Seed 4"]), to_images(drawn)):
        out = decoded(item["src"])
        assert out.format == "PNG" and np.array_equal(np.asarray(out), np.asarray(image))


def test_sliders_at_zero_show_the_seed_itself(sampler):
    z = latents.latent(sampler, State(seed=5, pick=2))
    assert torch.equal(z, sampler.latents(1, 7))


def test_a_slider_moves_one_direction_or_one_coordinate(sampler):
    rest = latents.latent(sampler, State())
    along = latents.latent(sampler, State(moves=(2.0, *[0.0] * (MOVES - 1)))) - rest
    assert torch.allclose(along[0], 2 * sampler.directions[0], atol=1e-5)
    moves = (*[0.0] * DIRECTIONS, 2.0, *[0.0] * (MOVES - DIRECTIONS - 1))
    raw = latents.latent(sampler, State(moves=moves)) - rest
    assert raw[0, 0] == pytest.approx(2) and raw[0, 1:].abs().max() == 0


def test_a_verdict_is_a_probability_only_where_the_loss_makes_it_one(sampler, monkeypatch):
    monkeypatch.setattr(sampler, "verdict", lambda pictures, labels: torch.tensor([-3.0, 0.0, 3.0]))
    low, middle, high = verdict.verdicts(sampler, torch.zeros(3, 3, 16, 16))
    if recipes.load(sampler.name).Game.objective == "non_saturating":
        assert 0 < low < 0.5 and middle == 0.5 and 0.5 < high < 1, "an undecided D says 1/2"
    else:
        assert (low, middle, high) == (-3, 0, 3), "a critic's score is shown as it is"


def test_the_scale_holds_all_real_pictures_verdicts(sampler):
    ends = verdict.scale(sampler)
    assert len(ends["real"]) == 8 and ends["low"] <= min(ends["real"]) < max(ends["real"]) <= ends["high"]
    found = verdict.meter(max(ends["real"]), ends, verdict.is_probability(sampler))
    assert found["at"] == max(found["real"]) and sorted(ends["real"]) == sorted(
        ends["real"], key=lambda score: verdict.percent(score, ends)
    )


def test_the_walk_loops_losslessly_between_two_seeds(sampler):
    label = 0 if sampler.classes else None
    film = decoded(latents.walk(sampler, 3, 8, label))
    assert film.n_frames == 2 * latents.FRAMES and film.info["loop"] == 0
    for frame, seed in ((0, 3), (latents.FRAMES, 8)):
        film.seek(frame)
        end = to_images(sampler.sample(1, seed=seed, labels=label))[0]
        assert np.array_equal(np.asarray(film.convert(end.mode)), np.asarray(end))


def test_a_walk_from_a_seed_to_itself_stands_still(sampler):
    label = 0 if sampler.classes else None
    film = decoded(latents.walk(sampler, 3, 3, label))
    still = to_images(sampler.sample(1, seed=3, labels=label))[0]
    for frame in range(film.n_frames):
        film.seek(frame)
        assert np.array_equal(np.asarray(film.convert(still.mode)), np.asarray(still)), f"frame {frame} moves"


def test_slerp_stays_between_the_lengths_of_its_ends():
    a, b = torch.randn(1, 128), 2 * torch.randn(1, 128)
    lengths = [latents.slerp(a, b, t).norm() for t in (0, 0.25, 0.5, 0.75, 1)]
    assert lengths == sorted(lengths) and torch.allclose(latents.slerp(a, b, 1), b, atol=1e-5)


def critic(weights, **settings):
    """A stand-in for a Sampler whose critic has these weights."""
    layer = nn.Linear(len(weights[0]), len(weights))
    with torch.no_grad():
        layer.weight.copy_(torch.tensor(weights))
    return SimpleNamespace(discriminator=nn.Sequential(layer), config={"settings": settings})


def in_english(measured):
    table, words = measured
    return table.rename(columns=lambda name: translate(name, "en")), translate(words, "en")


def test_the_histogram_shows_clipped_weights_at_both_ends():
    evidence, sampler = figures.WeightHistogram("wgan"), critic([[0.01, -0.01, 0.01, 0.0]], clip=0.01)
    table, words = in_english(evidence.measure(sampler))
    held = table[table["percent"] > 0]
    assert held["percent"].tolist() == [25, 25, 50], "one weight in four at -c and at zero, two at +c"
    assert held["weight"].tolist() == pytest.approx([-0.01, 0, 0.01], abs=0.0005)
    assert "75 % of the weights lie within 5 % of ±0.01" in words


def test_weights_that_were_not_clipped_are_not_measured_against_a_threshold():
    evidence, sampler = figures.WeightHistogram("wgan_gp"), critic([[0.2, -0.2, 0.01, -0.01]] * 500)
    table, words = in_english(evidence.measure(sampler))
    assert table["percent"].sum() == pytest.approx(100) and table["weight"].max() > 0.19
    assert words == "not clipped; 99.9 % of the weights lie within ±0.2."


def test_the_spectrum_is_the_largest_singular_value_of_each_layer():
    table, _ = figures.SingularValues("sngan").measure(critic([[3.0, 0.0], [0.0, 1.0]]))
    assert table.values.tolist() == [["1", 3.0]]


@pytest.mark.parametrize(
    "score, text",
    [(0.834, "0.83"), (0.0042, "0.004"), (-0.0001, "0.000"), (-6.823, "\u22126.82"), (31.44, "31.4"), (1234.5, "1234")],
)
def test_verdicts_read_well(score, text):
    assert views.number(score) == text


def test_a_score_is_never_sold_as_a_probability():
    ends = {"low": -2.0, "high": 6.0, "real": [2.0]}
    found = verdict.meter(4.0, ends, probability=False, judge="critic")
    assert "probability" not in found["meaning"] and found["at"] == 75 and found["real"] == [50]
