"""One Gaussian fitted to a mixture of two, by four divergences and by the likelihood of samples.

The mixture p has modes at -apart / 2 and apart / 2, each of standard deviation MODE; the left one has the share LEFT of
the mass. Minimising KL(p || q) covers both modes; KL(q || p) seeks one (Bishop 2006, section 10.1.2).
"""

from functools import lru_cache

import numpy as np
import scipy  # its rooms are imported where they are first used: the page starts a second sooner

MODE, LEFT = 0.5, 0.6
X = np.linspace(-16, 16, 801)
STEP = X[1] - X[0]
MEASURES = ("kl", "reverse", "js", "w")
MEANS, WIDTHS = np.linspace(-4.0, 4.0, 41), np.geomspace(0.25, 4.0, 41)  # of the map, and what a fit may be
BOUNDS = [(MEANS[0], MEANS[-1]), (np.log(WIDTHS[0]), np.log(WIDTHS[-1]))]


def log_density(apart):
    """log p at X."""
    modes = [np.log(share) + log_normal(mean, MODE) for share, mean in zip((LEFT, 1 - LEFT), centres(apart))]
    return np.logaddexp(*modes)


def centres(apart):
    """The two modes' places."""
    return -apart / 2, apart / 2


def log_normal(mean, width):
    """log q at X. mean, width: numbers, or arrays [..., 1]."""
    return -0.5 * ((X - mean) / width) ** 2 - np.log(width) - 0.5 * np.log(2 * np.pi)


def divergence(measure, log_p, mean, width):
    """A divergence of MEASURES between p and N(mean, width), by sums over X. mean, width: numbers, or arrays [..., 1].

    Logarithms go in as they are, so that thin tails do not make KL infinite.
    """
    log_q = log_normal(mean, width)
    p, q = np.exp(log_p), np.exp(log_q)
    if measure == "kl":
        terms = p * (log_p - log_q)
    elif measure == "reverse":
        terms = q * (log_q - log_p)
    elif measure == "js":
        m = (p + q) / 2
        terms = (scipy.special.rel_entr(p, m) + scipy.special.rel_entr(q, m)) / 2
    elif measure == "w":
        terms = np.abs(np.cumsum(p - q, -1)) * STEP
    else:
        raise ValueError(f"Divergence {measure} is unknown: choose {', '.join(MEASURES)}.")
    return terms.sum(-1) * STEP


def fit(measure, apart):
    """(mean, width) of the Gaussian with the least divergence from the mixture: the best of searches from each mode
    and from the mixture's own mean and width.
    """
    log_p = log_density(apart)
    starts = [*((mean, MODE) for mean in centres(apart)), moments(apart)]

    def loss(at):
        return divergence(measure, log_p, at[0], np.exp(at[1]))

    def search(mean, width):
        return scipy.optimize.minimize(loss, (mean, np.log(width)), method="Nelder-Mead", bounds=BOUNDS)

    found = min((search(*start) for start in starts), key=lambda result: result.fun)
    return float(found.x[0]), float(np.exp(found.x[1]))


@lru_cache(64)
def fits(apart):
    """{measure: (mean, width)} of MEASURES."""
    return {measure: fit(measure, apart) for measure in MEASURES}


def moments(apart):
    """Mean and standard deviation of the mixture, in closed form: where KL(p || q) is least."""
    mean = (1 - 2 * LEFT) * apart / 2
    return mean, float(np.sqrt(MODE**2 + LEFT * (1 - LEFT) * apart**2))


def landscape(measure, apart):
    """The divergence at every pair of WIDTHS and MEANS: [widths, means]."""
    return divergence(measure, log_density(apart), MEANS[None, :, None], WIDTHS[:, None, None])


def samples(apart, n, seed):
    """n samples of the mixture."""
    rng = np.random.default_rng(seed)
    return np.where(rng.random(n) < LEFT, *centres(apart)) + MODE * rng.standard_normal(n)


def most_likely(found):
    """(mean, width) of the Gaussian under which samples are likeliest."""
    mean, width = scipy.stats.norm.fit(found)
    return float(mean), float(width)


def log_likelihood(found, mean, width):
    """Mean log-likelihood of samples under N(mean, width)."""
    return float(scipy.stats.norm.logpdf(found, mean, width).mean())


def unlikelihood(found):
    """Minus the mean log-likelihood of samples at every pair of WIDTHS and MEANS: [widths, means]."""
    away = (found.mean() - MEANS[None]) ** 2 + found.var()
    return away / (2 * WIDTHS[:, None] ** 2) + np.log(WIDTHS[:, None]) + 0.5 * np.log(2 * np.pi)


def entropy(apart):
    """H(p) = -sum p log p. KL(p || q) = -H(p) - E_p log q, whose last term the samples' log-likelihood estimates."""
    log_p = log_density(apart)
    return float(-(np.exp(log_p) * log_p).sum() * STEP)
