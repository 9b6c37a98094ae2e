"""Divergences against their closed forms and SciPy, and what the lecture says of them."""

from itertools import product

import numpy as np
import pytest
from scipy.spatial.distance import jensenshannon
from scipy.stats import wasserstein_distance

from theory import divergences as d

LOG_2 = np.log(2)
DENSITIES = {
    "gaussian": d.gaussian(),
    "narrow": d.gaussian(1.3, 0.6),
    "mixture": d.mixture(0.5),
    "box": d.box(0.7, 1.2),
    "drawn": d.drawn([0, 1, 3, 0, 0, 2, 1, 0]),
}
PAIRS = list(product(DENSITIES, repeat=2))


@pytest.mark.parametrize("mean, width", [(0.0, 1.0), (2.0, 1.0), (5.5, 1.0), (1.0, 0.5), (-1.5, 1.4)])
def test_kl_of_two_gaussians_is_its_closed_form(mean, width):
    p, q = d.gaussian(), d.gaussian(mean, width)
    assert d.kl(p, q) == pytest.approx(np.log(width) + (1 + mean**2) / (2 * width**2) - 0.5, rel=2e-3, abs=1e-9)
    assert d.kl(q, p) == pytest.approx(-np.log(width) + (width**2 + mean**2) / 2 - 0.5, rel=2e-3, abs=1e-9)


@pytest.mark.parametrize("mean", [0.0, 0.5, 3.0, 5.0])
def test_w_of_a_density_and_itself_moved_is_the_way(mean):
    for shape in (d.gaussian, d.mixture, d.box):
        assert d.wasserstein(shape(), shape(mean)) == pytest.approx(mean, abs=1e-6)


@pytest.mark.parametrize("first, second", PAIRS)
def test_scipy_agrees(first, second):
    p, q = DENSITIES[first], DENSITIES[second]
    assert p.sum() == pytest.approx(1)
    assert d.js(p, q) == pytest.approx(jensenshannon(p, q) ** 2, abs=1e-9)
    assert d.wasserstein(p, q) == pytest.approx(wasserstein_distance(d.CENTRES, d.CENTRES, p, q), abs=1e-9)


@pytest.mark.parametrize("first, second", PAIRS)
def test_divergences_are_positive_but_between_equals(first, second):
    p, q = DENSITIES[first], DENSITIES[second]
    for measure in d.MEASURES.values():
        assert measure(p, q) == pytest.approx(0, abs=1e-12) if first == second else measure(p, q) > 1e-3
    assert d.js(p, q) == pytest.approx(d.js(q, p)) and d.js(p, q) <= LOG_2 + 1e-12


def test_kl_is_not_symmetric():
    p, q = d.gaussian(), d.gaussian(0, 0.5)
    assert d.kl(p, q) == pytest.approx(0.807, abs=2e-3) and d.kl(q, p) == pytest.approx(0.318, abs=2e-3)


@pytest.mark.parametrize("shift, share", [(0.0, 0.0), (0.5, 0.25), (1.0, 0.5), (1.5, 0.75), (2.0, 1.0), (4.0, 1.0)])
def test_js_of_boxes_is_log_2_times_the_share_that_does_not_overlap(shift, share):
    p, q = d.box(), d.box(shift)
    assert d.js(p, q) == pytest.approx(share * LOG_2, abs=1e-9)
    assert d.kl(p, q) == (0 if shift == 0 else np.inf)


def test_once_boxes_part_js_has_no_slope_and_w_has():
    parted = np.array([2.1, 3.0, 4.5, 6.0])
    slid = d.slide(*d.pair("boxes"), parted)
    assert slid["js"][0] == pytest.approx([LOG_2] * 4) and slid["js"][1] == pytest.approx([0] * 4, abs=1e-9)
    assert slid["w"][1] == pytest.approx([1] * 4) and slid["w"][0] == pytest.approx(parted)
    assert np.isinf(slid["kl"][0]).all() and np.isnan(slid["kl"][1]).all()


@pytest.mark.parametrize("shape, slope", [("gaussians", 0.0), ("mixtures", 0.0), ("boxes", LOG_2 / 2)])
def test_the_slopes_where_p_and_q_are_one(shape, slope):
    slid = d.slide(*d.pair(shape), [0.0])
    assert slid["js"][1][0] == pytest.approx(slope, abs=2e-3) and slid["w"][1][0] == pytest.approx(1)


@pytest.mark.parametrize("shift", [0.5, 1.0, 3.0])
def test_the_slope_of_kl_between_gaussians_is_the_shift(shift):
    assert d.slide(*d.pair("gaussians"), [shift])["kl"][1][0] == pytest.approx(shift, rel=2e-3)


def test_gaussians_never_part_wholly():
    slid = d.slide(*d.pair("gaussians"), [6.0])
    assert 0.68 < slid["js"][0][0] < LOG_2 and 1e-3 < slid["js"][1][0] < 0.02
    assert (d.regions(d.gaussian(), d.gaussian(6.0)) == d.BOTH).all()


def test_a_place_adds_nothing_a_constant_or_what_depends_on_both():
    p, q = d.box(), d.box(1.0)
    parts, places = d.js_parts(p, q), d.regions(p, q)
    assert not parts[places == d.NEITHER].any()
    assert parts[places == d.ONLY_P] == pytest.approx(p[places == d.ONLY_P] / 2 * LOG_2)
    assert parts[places == d.ONLY_Q] == pytest.approx(q[places == d.ONLY_Q] / 2 * LOG_2)
    assert parts.sum() == pytest.approx(d.js(p, q))
    assert set(places) == {d.NEITHER, d.ONLY_P, d.ONLY_Q, d.BOTH}


@pytest.mark.parametrize("heights", [[], [1], [0, 0, 0], [1, -1], [1, np.nan], [[1, 2], [3, 4]]])
def test_what_is_no_density_is_refused_in_one_line(heights):
    with pytest.raises(ValueError, match="draw"):
        d.drawn(heights)


def test_a_drawn_density_slides_as_the_others():
    heights = np.zeros(48)
    heights[40:] = [1, 4, 2, 1, 0, 0, 0, 3]
    slid = d.slide(*d.pair("drawn", p=heights, q=heights), [0.0, 1.0, 6.0])
    assert slid["w"][0] == pytest.approx([0, 1, 6], abs=1e-3) and slid["js"][1][2] == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("name", DENSITIES)
def test_samples_have_the_densitys_distribution(name):
    found = d.samples(DENSITIES[name], 100_000, np.random.default_rng(0))
    counted = np.histogram(found, d.EDGES)[0] / len(found)
    assert d.wasserstein(counted, DENSITIES[name]) < 0.03 and counted[DENSITIES[name] == 0].sum() == 0
