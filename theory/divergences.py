"""KL, JS and Wasserstein's distance of two densities on a line of bins, and their slopes as one slides away.

A density is its bins' masses: [..., BINS], not negative, of sum 1. All divergences take two of them and work on the
last axis; KL and JS are in nats.
"""

from functools import partial

import numpy as np
import scipy  # its rooms are imported where they are first used: the page starts a second sooner

BINS, LOW, HIGH = 400, -8.0, 12.0
EDGES = np.linspace(LOW, HIGH, BINS + 1)
DRAWN = (-4.0, 6.0)  # where a density may be drawn by hand: moved by 6 it is still on the line
CENTRES, STEP = (EDGES[:-1] + EDGES[1:]) / 2, (HIGH - LOW) / BINS
NEITHER, ONLY_P, ONLY_Q, BOTH = range(4)


def gaussian(mean=0.0, width=1.0):
    """A normal density of standard deviation `width`. mean: a number or an array [...]."""
    z = (EDGES - np.asarray(mean)[..., None]) / width
    # The difference of what is left on each side: beyond 8 standard deviations 1 - 1 would be 0, and KL infinite.
    return normalized(np.where(z[..., :-1] > 0, -np.diff(scipy.special.ndtr(-z)), np.diff(scipy.special.ndtr(z))))


def mixture(mean=0.0, width=1.0, apart=3.0):
    """Two normal densities of half the mass each, `apart` from each other around `mean`; each `width` / 2 wide."""
    mean = np.asarray(mean)
    return (gaussian(mean - apart / 2, width / 2) + gaussian(mean + apart / 2, width / 2)) / 2


def box(mean=0.0, width=1.0):
    """A constant density from mean - width to mean + width."""
    share = (EDGES - np.asarray(mean)[..., None]) / (2 * width) + 0.5
    return normalized(np.diff(np.clip(share, 0, 1)))


def drawn(heights, shift=0.0):
    """The density through `heights`, not negative, evenly spaced over DRAWN, moved right by `shift`."""
    heights = np.asarray(heights, float)
    if heights.ndim != 1 or len(heights) < 2 or not np.isfinite(heights).all() or (heights < 0).any():
        raise ValueError("A drawn density is a list of two or more heights from 0: draw it again.")
    if not heights.any():
        raise ValueError("A drawn density is 0 everywhere: draw a line above the axis.")
    places = DRAWN[0] + (np.arange(len(heights)) + 0.5) * (DRAWN[1] - DRAWN[0]) / len(heights)
    at = CENTRES - np.asarray(shift)[..., None]
    return normalized(np.interp(at, places, heights, left=0, right=0))


def normalized(masses):
    """The masses over their sum; ValueError where nothing lies on the line."""
    total = masses.sum(-1, keepdims=True)
    if not (total > 0).all():
        raise ValueError(f"A density has no mass from {LOW:g} to {HIGH:g}: move it back.")
    return masses / total


def kl(p, q):
    """KL(p || q) = sum p log(p / q): infinite where p has mass and q has none (Kullback and Leibler 1951)."""
    return scipy.special.rel_entr(p, q).sum(-1)


def js(p, q):
    """JS(p, q) = KL(p || m) / 2 + KL(q || m) / 2 with m = (p + q) / 2: from 0 to log 2 (Lin 1991)."""
    return js_parts(p, q).sum(-1)


def js_parts(p, q):
    """What each bin adds to JS."""
    m = (p + q) / 2
    return (scipy.special.rel_entr(p, m) + scipy.special.rel_entr(q, m)) / 2


def wasserstein(p, q):
    """W(p, q), the least mean distance that mass is moved: on a line the area between the distribution functions."""
    return np.abs(np.cumsum(p - q, -1)).sum(-1) * STEP


def regions(p, q):
    """Of each bin NEITHER, ONLY_P, ONLY_Q or BOTH: which of the densities has mass there."""
    return (p > 0) + 2 * (q > 0)


def samples(p, n, rng):
    """n samples of a density [BINS], each bin's spread evenly over it: [n]."""
    return np.interp(rng.random(n), np.concatenate([[0], p.cumsum()]), EDGES)


MEASURES = {"kl": kl, "reverse": lambda p, q: kl(q, p), "js": js, "w": wasserstein}
SHAPES = {"gaussians": gaussian, "mixtures": mixture, "boxes": box}


def pair(shape, width=1.0, p=None, q=None):
    """(p, function that gives q for a shift): a shape of SHAPES, q `width` times as wide; or "drawn", from the heights
    p and q.
    """
    if shape == "drawn":
        return drawn(p), partial(drawn, q)
    return SHAPES[shape](), partial(SHAPES[shape], width=width)


def slide(p, q_at, shifts, by=STEP):
    """{measure: (values, slopes)} of MEASURES at every shift of q, from 0.

    Slopes are by differences over `by` to each side; at 0, where W has a corner, to the right alone.
    """
    shifts, found = np.asarray(shifts, float), {}
    places = (shifts, np.maximum(shifts - by, 0), shifts + by, shifts + 2 * by)
    with np.errstate(invalid="ignore"):  # infinity less infinity: no slope
        for name, measure in MEASURES.items():
            here, left, right, beyond = (measure(p, q_at(place)) for place in places)
            slopes = np.where(shifts < by, 4 * right - 3 * here - beyond, right - left) / (2 * by)
            found[name] = here, slopes
    return found
