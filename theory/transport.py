"""Optimal transport between two sets of points in the plane: plans, their cost, and the dual potentials.

A plan is a joint distribution [n, m] whose marginals are the masses a [n] and b [m] (Arjovsky 2017, equation 1;
Villani 2009, chapters 1 and 5). Costs are Euclidean distances.
"""

from dataclasses import dataclass
from math import factorial

import numpy as np
import scipy  # its rooms are imported where they are first used: the page starts a second sooner

# The lecture's example: A and B are real, C and D fake; A to C is 1, A to D the square root of 2.
REAL, FAKE = ((0.0, 1.0), (1.0, 1.0)), ((0.0, 0.0), (1.0, 0.0))
MOST_CELLS = 256  # of a plan that the linear program is asked for; the network simplex takes larger ones


@dataclass(frozen=True)
class Transport:
    """A plan [n, m], its cost, and the potentials f [n], g [m] of the dual with its value a f + b g."""

    plan: np.ndarray
    cost: float
    f: np.ndarray
    g: np.ndarray
    dual: float


def distances(x, y):
    """Distances between points [n, 2] and [m, 2]: [n, m]."""
    return scipy.spatial.distance.cdist(x, y)


def best(x, y, a, b):
    """The Transport of least cost: W(a, b) (Kantorovich 1942). ValueError where x, y, a, b are no two sets of points
    with positive masses of equal sum.
    """
    x, y, a, b = checked(x, y, a, b)
    return solve(distances(x, y), a, b)


def worst(x, y, a, b):
    """The Transport of greatest cost; its potentials are those of the costs' negatives."""
    x, y, a, b = checked(x, y, a, b)
    found = solve(-distances(x, y), a, b)
    return Transport(found.plan, -found.cost, found.f, found.g, found.dual)


def solve(costs, a, b):
    """The Transport of least cost, by the solver that suits its size."""
    return (by_linear_program if costs.size <= MOST_CELLS else by_network)(costs, a, b)


def by_linear_program(costs, a, b):
    """min <plan, costs> with plan 1 = a, 1 plan = b, plan >= 0, by HiGHS; f and g are the constraints' multipliers."""
    n, m = costs.shape
    sparse = scipy.sparse
    rows, columns = sparse.kron(sparse.eye(n), np.ones((1, m))), sparse.kron(np.ones((1, n)), sparse.eye(m))
    found = scipy.optimize.linprog(
        costs.ravel(), A_eq=sparse.vstack([rows, columns]).tocsr(), b_eq=np.concatenate([a, b]), method="highs"
    )
    if not found.success:
        raise ValueError(f"No plan was found: {found.message}")
    f, g = np.split(found.eqlin.marginals, [n])
    return Transport(found.x.reshape(n, m), float(found.fun), f, g, float(a @ f + b @ g))


def by_network(costs, a, b):
    """The same by the network simplex of POT (Bonneel 2011)."""
    import ot  # slow to import, as scipy's rooms are

    cost, log = ot.emd2(a, b, costs, log=True, return_matrix=True)
    return Transport(log["G"], float(cost), log["u"], log["v"], float(a @ log["u"] + b @ log["v"]))


def between(best, worst, share):
    """The plan [n, m] that is (1 - share) of the best and share of the worst: of two points a side, every plan."""
    return (1 - share) * best.plan + share * worst.plan


def potential(found, y, at):
    """The best critic at points [k, 2]: min over j of |at - y_j| - g_j. It has slope 1 at most, and its mean over real
    less its mean over fake is the cost (Kantorovich and Rubinstein 1958).
    """
    return (distances(at, y) - found.g).min(1)


def matchings(n):
    """How many plans carry each of n equal points whole: n!."""
    return factorial(n)


def checked(x, y, a, b):
    """x, y, a, b as arrays; ValueError in one line where they are no transport."""
    x, y, a, b = (np.asarray(v, float) for v in (x, y, a, b))
    for name, points, masses in (("real", x, a), ("fake", y, b)):
        if not len(points):
            raise ValueError(f"There are no points of {name}: add one.")
        if points.ndim != 2 or points.shape[1] != 2:
            raise ValueError(f"A point of {name} has not two coordinates: write x,y;x,y.")
        if masses.shape != (len(points),):
            raise ValueError(
                f"There are {len(points)} points of {name} and {masses.size} masses: give a mass for each."
            )
        if not (np.isfinite(points).all() and np.isfinite(masses).all()):
            raise ValueError(f"A point or mass of {name} is not a number: write numbers alone.")
        if (masses <= 0).any():
            raise ValueError(f"A mass of {name} is not above 0: give masses above 0.")
    if not np.isclose(a.sum(), b.sum(), rtol=1e-9, atol=1e-12):
        raise ValueError(f"The masses differ, {a.sum():g} of real and {b.sum():g} of fake: give as much of both.")
    return x, y, a, b
