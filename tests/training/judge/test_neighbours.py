"""Copying is found, whatever is done to the copy; what is only alike is not taken for it."""

import numpy as np
import pytest
import torch

from training.data.image_set import ImageSet, split
from training.judge import neighbours


def pictures(n, channels=3, side=32, seed=0):
    """Smooth pictures of chance, no two alike: uint8 [n, C, S, S]."""
    coarse = torch.rand(n, channels, 6, 6, generator=torch.Generator().manual_seed(seed))
    fine = torch.nn.functional.interpolate(coarse, (side, side), mode="bicubic").clamp(0, 1)
    return (255 * fine).to(torch.uint8)


def judged(fake, real, **settings):
    return neighbours.measure(ImageSet(real, None, None, "chance"), fake, {"settings": settings})


@pytest.mark.parametrize("channels, side", [(1, 28), (3, 64), (3, 128)])
def test_a_generator_that_returns_training_pictures_is_caught(channels, side):
    real = pictures(150, channels, side)
    figures, (sheet, words) = judged(real[40:104], real)
    assert figures["nearer_than_1_percent"] == figures["nearer_than_5_percent"] == 1
    assert figures["median"] < 1e-3 < figures["median_real"] and figures["n"] == 64 and figures["n_real"] == 150
    gap = side // 16
    assert sheet.size == (8 * (side + gap) - gap, 2 * (2 * side + gap) - gap) and "16 of 64 samples" in words
    cells = np.asarray(sheet)
    assert np.array_equal(cells[:side, :side], cells[side : 2 * side, :side]), "each stands above its original"


def test_blurred_and_noisy_copies_are_caught_too():
    real = pictures(150, side=64)
    blurred = torch.nn.functional.avg_pool2d(real[:64].float(), 3, 1, 1).to(torch.uint8)
    noise = 8 * torch.randn(64, 3, 64, 64, generator=torch.Generator().manual_seed(0))
    noisy = (real[:64] + noise).clamp(0, 255).to(torch.uint8)
    assert [judged(fake, real)[0]["nearer_than_5_percent"] for fake in (blurred, noisy)] == [1, 1]


def test_mirrored_copies_are_caught_where_training_mirrored():
    real = pictures(150)
    mirrored = real[:64].flip(-1)
    assert judged(mirrored, real)[0]["nearer_than_5_percent"] < 0.2
    figures, (sheet, words) = judged(mirrored, real, flip=True)
    assert figures["nearer_than_1_percent"] == 1 and "mirror image" in words
    cells = np.asarray(sheet)
    assert np.array_equal(cells[:32, :32], cells[32:64, :32])


def test_other_pictures_blends_of_them_and_noise_are_no_copies():
    real = pictures(150)
    noise = torch.randint(0, 256, (64, 3, 32, 32), generator=torch.Generator().manual_seed(0), dtype=torch.uint8)
    blends = pictures(256, seed=1).view(64, 4, 3, 32, 32).float().mean(1).to(torch.uint8)
    for fake in (pictures(64, seed=1), blends, noise):
        assert judged(fake, real, flip=True)[0]["nearer_than_5_percent"] < 0.2


def test_a_few_copies_among_others_are_that_share_and_come_first():
    real = pictures(200)
    fake = torch.cat([pictures(48, seed=1), real[:16]])
    figures, (sheet, _) = judged(fake, real)
    assert 0.25 <= figures["nearer_than_1_percent"] < 0.3
    cells = np.asarray(sheet)
    for top in (0, 66):
        assert np.array_equal(cells[top : top + 32], cells[top + 32 : top + 64]), "all sixteen shown are copies"


def test_what_was_held_out_is_what_samples_are_set_against():
    real = pictures(200)
    kept, held = split(ImageSet(real, None, None, "chance"), 0.25)
    figures, _ = judged(held.images, real, hold_out=0.25)
    assert figures["real"] == "held out" and figures["n_real"] == len(held) == 50
    assert figures["distances"] == figures["distances_real"], "held-out pictures are no copies of their own"
    assert judged(kept.images[:64], real, hold_out=0.25)[0]["nearer_than_1_percent"] == 1
    assert "other one" in judged(real, real)[0]["real"]


def test_twins_in_the_data_are_not_their_own_neighbours():
    real = pictures(60)
    found = neighbours.Training(torch.cat([real, real[:1]]), flip=True).nearest(real[:5], itself=torch.arange(5))
    assert found.index[0] == 60 and found.distance[0] == 0
    assert (found.index[1:] != torch.arange(1, 5)).all() and (found.distance[1:] > 0.01).all()


def test_the_distances_are_kept_to_be_drawn():
    figures, _ = judged(pictures(30, seed=1), pictures(600))
    assert len(figures["distances"]) == figures["n"] == 30 and len(figures["distances_real"]) == 500
    for key in ("distances", "distances_real"):
        assert figures[key] == sorted(figures[key]) and all(v == round(v, 4) for v in figures[key])
