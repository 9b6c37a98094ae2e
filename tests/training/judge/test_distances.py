"""Distances between two sets of features behave as their papers say."""

import pytest
import torch

from training.judge import distances


def features(n=200, shift=0.0, seed=0):
    return torch.randn(n, 8, generator=torch.Generator().manual_seed(seed)) + shift


def test_identical_sets_have_no_distance_and_cover_each_other():
    found = distances.measure(features(), features())
    assert found["fid"] == pytest.approx(0, abs=1e-3) and found["precision"] == found["recall"] == 1


def test_fid_of_a_shift_is_its_square():
    found = distances.measure(features(), features(shift=0.5))
    assert found["fid"] == pytest.approx(8 * 0.5**2, abs=1e-3)


def test_kid_is_about_zero_between_two_samples_of_one_world_whatever_their_size():
    few = torch.tensor([distances.kid(features(20, seed=k), features(20, seed=k + 100)) for k in range(100)])
    assert abs(few.mean()) < 3 * few.std() / 10, "unbiased"
    assert distances.kid(features(20), features(20, shift=1.0, seed=1)) > few.max()


def test_kid_by_hand():
    real, fake = torch.tensor([[0.0], [1.0]]), torch.tensor([[2.0], [0.0], [9.0]])  # the third has no partner
    kernel = {(0, 1): 1, (2, 0): 1, (0, 2): 1, (0, 0): 1, (1, 2): 27, (1, 0): 1}
    cross = [kernel[pair] for pair in [(0, 2), (0, 0), (1, 2), (1, 0)]]
    same = kernel[0, 1] + kernel[2, 0]
    assert distances.kid(real, fake[:2]) == pytest.approx(1000 * (same - 2 * sum(cross) / 4))


def test_collapse_costs_recall_and_noise_costs_precision():
    real = features()
    collapsed = distances.measure(real, real[:5].repeat(40, 1) + features(seed=1) / 1000)
    scattered = distances.measure(real, 3 * features(seed=1))
    assert collapsed["precision"] > 0.9 > 0.2 > collapsed["recall"]
    assert scattered["precision"] < 0.3 < 0.8 < scattered["recall"]
