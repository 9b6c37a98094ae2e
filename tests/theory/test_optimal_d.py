"""The optimal discriminator in closed form, and what networks learn of it."""

import numpy as np
import pytest

from theory import divergences
from theory import optimal_d as o

LAST, SHIFTS = -1, (0.0, 0.5, 1.0, 2.0, 3.0, 4.0)
PAIRS = [(shape, shift) for shape in divergences.SHAPES for shift in (0.0, 0.5, 1.5, 3.0)]


def pair(shape, shift):
    p, q_at = divergences.pair(shape)
    return p, q_at(shift)


def final(shape, shift, sigmoid=True):
    """(V, its bound, greatest |D - D*|, gradients) of the network that has learned."""
    found, (p, q) = o.learn(shape, shift, sigmoid), pair(shape, shift)
    v = o.value(p, q, found.log_d[LAST], found.log_not_d[LAST])
    return v, o.best_value(p, q), o.error(p, q, found.d[LAST]), found.gradients(LAST, q)


@pytest.mark.parametrize("shape, shift", PAIRS)
def test_v_of_the_optimal_d_is_2_js_less_2_log_2(shape, shift):
    p, q = pair(shape, shift)
    with np.errstate(divide="ignore", invalid="ignore"):
        log_d, log_not_d = np.log(p) - np.log(p + q), np.log(q) - np.log(p + q)
    assert np.exp(log_d) == pytest.approx(o.optimal(p, q), nan_ok=True)
    assert o.value(p, q, log_d, log_not_d) == pytest.approx(o.best_value(p, q), abs=1e-9)


@pytest.mark.parametrize("shape, shift", PAIRS)
def test_no_other_d_has_a_greater_v(shape, shift):
    p, q = pair(shape, shift)
    rng, best = np.random.default_rng(0), np.nan_to_num(o.optimal(p, q), nan=0.5)
    for size in (0.01, 0.1, 1.0):
        other = np.clip(best + size * rng.uniform(-1, 1, len(p)), 1e-9, 1 - 1e-9)
        assert o.value(p, q, np.log(other), np.log1p(-other)) < o.best_value(p, q)


def test_the_optimal_d_is_1_where_only_real_data_lie_and_0_where_only_fakes_do():
    p, q = pair("boxes", 1.0)
    best, places = o.optimal(p, q), divergences.regions(p, q)
    assert (best[places == divergences.ONLY_P] == 1).all() and (best[places == divergences.ONLY_Q] == 0).all()
    assert best[places == divergences.BOTH] == pytest.approx(0.5)
    assert np.isnan(best[places == divergences.NEITHER]).all()


@pytest.mark.parametrize("shift", SHIFTS)
def test_a_network_learns_the_optimal_d_of_two_gaussians_from_samples(shift):
    v, bound, error, _ = final("gaussians", shift)
    assert error < 0.02
    assert v == pytest.approx(bound, abs=0.002) and v <= bound + 1e-6


@pytest.mark.parametrize("shape, within", [("gaussians", 0.002), ("mixtures", 0.02), ("boxes", 0.1)])
def test_the_greatest_v_is_least_where_q_equals_p(shape, within):
    found = np.array([final(shape, shift)[:2] for shift in SHIFTS])
    assert found[:, 0].argmin() == 0 and found[0, 0] == pytest.approx(-2 * np.log(2), abs=1e-3)
    assert (found[:, 0] <= found[:, 1] + 1e-6).all() and (found[:, 1] - found[:, 0]).max() < within


def test_the_saturating_gradient_dies_as_boxes_part_and_the_other_does_not():
    saturating, other = np.array([final("boxes", shift)[3] for shift in (0.5, 2.5, 4.0)]).T
    assert saturating[0] > 0.3 and saturating[1] < 0.02 and saturating[2] < 0.002
    assert (other > 0.5).all()


def test_without_the_sigmoid_v_has_no_bound_or_no_meaning():
    assert final("boxes", 4.0, sigmoid=False)[0] > 1, "D may exceed 1, and log D the 0 that V never passes"
    found = o.learn("gaussians", 2.0, sigmoid=False)
    assert found.d[LAST].max() > 1 and np.isnan(final("gaussians", 2.0, sigmoid=False)[0])


def test_a_learned_d_is_the_same_every_time():
    first = o.learn("boxes", 1.0).d
    o.learn.cache_clear()
    assert (o.learn("boxes", 1.0).d == first).all()
