"""Random mirroring and shifting: what moves where, what moves in, and that all channels move alike."""

import pytest
import torch

from training.data import augment
from training.recipes.random_stream import RandomStream


@pytest.fixture
def random():
    return RandomStream(0, "cpu")


def test_flip_mirrors_about_half_and_leaves_the_others(random):
    x = torch.rand(64, 1, 4, 4)
    y = augment.flip(x, random)
    mirrored = (y == x.flip(3)).all(3).all(2).all(1)
    assert 10 < mirrored.sum() < 54 and (mirrored | (y == x).all(3).all(2).all(1)).all()


def test_translation_moves_by_up_to_an_eighth_and_zeros_move_in(random):
    x = torch.arange(1.0, 257.0).view(1, 1, 16, 16).expand(200, -1, -1, -1)
    shifts = set()
    for y in augment.translation(x, random)[:, 0]:
        down, right = divmod(int(y[8, 8] - x[0, 0, 8, 8]), 16)
        down, right = (down, right) if right < 8 else (down + 1, right - 16)
        expected = torch.zeros(20, 20)
        expected[2:18, 2:18] = x[0, 0]
        assert torch.equal(y, expected[2 + down : 18 + down, 2 + right : 18 + right])
        shifts.add((down, right))
    assert shifts == {(down, right) for down in range(-2, 3) for right in range(-2, 3)}


def test_jitter_moves_by_up_to_a_sixteenth_and_edges_are_mirrored(random):
    x = torch.arange(256.0).view(1, 1, 16, 16).expand(100, -1, -1, -1)
    wide = torch.nn.functional.pad(x[:1], (1, 1, 1, 1), mode="reflect")[0, 0]
    crops = {wide[i : i + 16, j : j + 16].numpy().tobytes() for i in range(3) for j in range(3)}
    assert {y.numpy().tobytes() for y in augment.jitter(x, random)[:, 0].contiguous()} == crops


def test_pairs_stay_pairs(random):
    one = torch.rand(5, 3, 16, 16)
    photo, labels = augment.jitter(augment.flip(torch.cat([one, one], 1), random), random).split(3, 1)
    assert torch.equal(photo, labels) and photo.shape == one.shape and not torch.equal(photo, one)


@pytest.mark.parametrize("change", [augment.flip, augment.translation])
def test_gradients_reach_the_pictures(change, random):
    x = torch.rand(8, 3, 16, 16, requires_grad=True)
    change(x, random).sum().backward()
    assert x.grad[:, :, 2:-2, 2:-2].eq(1).all()  # each pixel that stays in the picture once
