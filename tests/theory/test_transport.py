"""Transport plans against the lecture's example, brute force, SciPy and duality."""

from itertools import permutations
from math import sqrt

import numpy as np
import pytest
from scipy.stats import wasserstein_distance

from theory import transport as t


def cloud(n, m, seed=0, uneven=False):
    """Two sets of points in the plane with their masses."""
    rng = np.random.default_rng(seed)
    x, y = rng.uniform(-1, 1, (n, 2)), rng.uniform(-1, 1, (m, 2))
    masses = [rng.uniform(0.2, 3, k) if uneven else np.ones(k) for k in (n, m)]
    return x, y, *(mass / mass.sum() for mass in masses)


CLOUDS = [cloud(1, 4), cloud(5, 5), cloud(7, 3, 1, True), cloud(12, 16, 2, True), cloud(30, 40, 3, True)]


@pytest.mark.parametrize("mass, least, most", [(1.0, 2, 2 * sqrt(2)), (0.5, 1, sqrt(2))])
def test_the_lectures_example(mass, least, most):
    masses = np.full(2, mass)
    best, worst = t.best(t.REAL, t.FAKE, masses, masses), t.worst(t.REAL, t.FAKE, masses, masses)
    assert best.cost == pytest.approx(least) and worst.cost == pytest.approx(most)
    assert best.plan == pytest.approx(mass * np.eye(2)) and worst.plan == pytest.approx(mass * (1 - np.eye(2)))
    assert t.distances(t.REAL, t.FAKE) == pytest.approx(np.array([[1, sqrt(2)], [sqrt(2), 1]]))


@pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
@pytest.mark.parametrize("x, y, a, b", CLOUDS)
def test_every_plan_between_best_and_worst_has_both_marginals(x, y, a, b, share):
    best, worst = t.best(x, y, a, b), t.worst(x, y, a, b)
    plan = t.between(best, worst, share)
    assert plan.min() >= -1e-12
    assert plan.sum(1) == pytest.approx(a, abs=1e-9) and plan.sum(0) == pytest.approx(b, abs=1e-9)
    cost = (plan * t.distances(x, y)).sum()
    assert best.cost - 1e-9 <= cost <= worst.cost + 1e-9


@pytest.mark.parametrize("x, y, a, b", CLOUDS)
def test_primal_equals_dual(x, y, a, b):
    found = t.best(x, y, a, b)
    assert found.dual == pytest.approx(found.cost, abs=1e-6)
    assert (found.f[:, None] + found.g <= t.distances(x, y) + 1e-9).all(), "the dual's constraints"


@pytest.mark.parametrize("x, y, a, b", CLOUDS)
def test_the_critic_is_lipschitz_and_finds_the_same_cost(x, y, a, b):
    found, at = t.best(x, y, a, b), np.random.default_rng(9).uniform(-2, 2, (200, 2))
    values, far = t.potential(found, y, at), t.distances(at, at)
    assert (np.abs(values[:, None] - values) <= far + 1e-9).all()
    assert a @ t.potential(found, y, x) - b @ t.potential(found, y, y) == pytest.approx(found.cost, abs=1e-6)


@pytest.mark.parametrize("seed", range(3))
def test_no_matching_is_cheaper_than_the_best_plan(seed):
    x, y, a, b = cloud(6, 6, seed)
    costs = [t.distances(x, y)[range(6), order].mean() for order in permutations(range(6))]
    assert len(costs) == t.matchings(6) == 720
    assert t.best(x, y, a, b).cost == pytest.approx(min(costs)) and t.worst(x, y, a, b).cost == pytest.approx(
        max(costs)
    )


@pytest.mark.parametrize("n, m", [(5, 9), (60, 50)])
def test_on_a_line_scipy_finds_the_same(n, m):
    x, y, a, b = cloud(n, m, n, True)
    x[:, 1] = y[:, 1] = 0
    assert t.best(x, y, a, b).cost == pytest.approx(wasserstein_distance(x[:, 0], y[:, 0], a, b))


def test_both_solvers_find_the_same():
    x, y, a, b = cloud(14, 17, 4, True)
    by_program, by_network = t.by_linear_program(t.distances(x, y), a, b), t.by_network(t.distances(x, y), a, b)
    assert by_program.cost == pytest.approx(by_network.cost, abs=1e-9)
    assert by_program.dual == pytest.approx(by_network.dual, abs=1e-6)


@pytest.mark.parametrize(
    "x, y, a, b, line",
    [
        ([], [[0, 0]], [], [1], "no points"),
        ([[0, 0]], [[0, np.nan]], [1], [1], "not a number"),
        ([[0, 0]], [[0, 1]], [1], [2], "1 of real and 2 of fake"),
        ([[0, 0]], [[0, 1]], [-1], [-1], "not above 0"),
        ([[0, 0, 0]], [[0, 1]], [1], [1], "two coordinates"),
        ([[0, 0]], [[0, 1]], [1, 1], [2], "a mass for each"),
    ],
)
def test_what_is_no_transport_is_refused_in_one_line(x, y, a, b, line):
    with pytest.raises(ValueError, match=line):
        t.best(x, y, a, b)
