"""Critics of nine layers under four bounds: slopes, estimates of W, weights; over five seeds."""

from functools import partial

import numpy as np
import pytest
import torch

from theory import divergences
from theory import lipschitz as l
from theory.nets import seeded

SEEDS = range(5)


def critics(bound, **options):
    return [l.learn(bound, seed=seed, **options) for seed in SEEDS]


@pytest.mark.parametrize(
    "c, least, most, ends", [(0.001, 0, 1e-18, 0.97), (0.01, 0, 1e-9, 0.85), (0.1, 1e2, 1e5, 0.4), (0.3, 1e6, 1e9, 0.2)]
)
def test_gradients_vanish_or_explode_with_the_threshold(c, least, most, ends):
    for critic in critics("clip", c=c):
        assert least <= critic.slope < most
        assert ends < critic.at_ends < ends + 0.3


def test_clipped_weights_lie_within_the_threshold():
    for c in (0.001, 0.3):
        assert np.abs(l.learn("clip", c=c).weights).max() == pytest.approx(c)


@pytest.mark.parametrize("c", [0.01, 0.3])
def test_the_estimate_is_about_the_slope_times_the_way_however_small_it_is(c):
    for critic in critics("clip", c=c):
        assert 0.1 < critic.estimate / (3 * critic.slope) < 1.2 and (critic.layers > 0).all()


def test_small_thresholds_starve_every_layer_and_large_ones_flood_it():
    small, large = l.learn("clip", c=0.01).layers, l.learn("clip", c=0.3).layers
    assert len(small) == l.LAYERS and small.max() < 1e-6 and large.min() > 1e4


@pytest.mark.parametrize("bound", ["penalty", "spectral"])
def test_slopes_of_penalty_and_spectral_norm_are_near_1_and_no_weights_pile_up(bound):
    for critic in critics(bound):
        assert 0.9 < critic.slope < 1.3 and critic.at_ends < 0.01


def test_spectral_norm_is_a_bound_everywhere_and_estimates_w():
    for critic in critics("spectral", shift=5.0):
        assert np.abs(critic.slopes).max() < 1.02
        assert critic.estimate == pytest.approx(5, rel=0.03)


def test_a_penalty_is_no_bound_but_a_price():
    """At its best the mean slope is 1 + W / (2 x PENALTY), for the penalty is paid where it earns more of W."""
    for critic in critics("penalty", shift=6.0):
        assert 1 + 0.5 * 6 / (2 * l.PENALTY) < critic.slope < 1 + 2 * 6 / (2 * l.PENALTY)


def test_without_a_bound_the_estimate_has_none():
    assert all(critic.estimate > 1e6 for critic in critics("none"))


@pytest.mark.parametrize("shape", divergences.SHAPES)
def test_the_exact_critic_finds_w_with_slope_1(shape):
    p, q_at = divergences.pair(shape, width=1.3)
    for q in (q_at(0.4), q_at(3.0)):
        f = l.potential(p, q)
        assert (p - q) @ f == pytest.approx(divergences.wasserstein(p, q), abs=1e-6)
        assert np.abs(np.diff(f)).max() <= divergences.STEP + 1e-12


def test_the_penalty_is_0_for_slope_1_and_pulls_towards_it():
    x = torch.linspace(-2, 2, 9)[:, None]
    for slope in (-1.0, 0.0, 0.5, 3.0):
        assert float(l.penalty(lambda x, slope=slope: slope * x, x)) == pytest.approx((abs(slope) - 1) ** 2)


def test_a_seed_gives_the_same_critic_and_leaves_the_random_stream_alone():
    first, state = l.learn("spectral"), torch.get_rng_state()
    l.learn.cache_clear()
    assert (l.learn("spectral").values == first.values).all() and torch.equal(torch.get_rng_state(), state)
    weights = [seeded(partial(l.network, "none"), seed)[0].weight for seed in (1, 1, 2)]
    assert torch.equal(weights[0], weights[1]) and not torch.equal(weights[0], weights[2])


def test_an_unknown_bound_is_named():
    with pytest.raises(ValueError, match="glue is unknown: choose clip, penalty, spectral, none"):
        l.learn("glue")
