"""The optimal discriminator D* = p / (p + q), and a small network that learns it from samples of p and q alone.

Densities are those of `divergences`: masses of bins. V(D) = E_p log D + E_q log(1 - D) (Goodfellow 2014, equation 1).
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import torch
from torch import nn

from theory import divergences
from theory.nets import batch, column, seeded

STEPS, EVERY, BATCH, WIDTH, RATE = 400, 10, 1024, 32, 0.01
SCALE = 3.0  # what inputs are divided by
COMMON = 0.05  # the share of the densest bin's mass from which a bin counts as one where data lie


def optimal(p, q):
    """D* (Goodfellow 2014, proposition 1): 1 where q is 0, 0 where p is 0, NaN where both are."""
    with np.errstate(invalid="ignore"):
        return p / (p + q)


def value(p, q, log_d, log_not_d):
    """V(D) from log D and log(1 - D) at the bins; NaN where V has none, for D was not in [0, 1]."""
    return float(expected(p, log_d) + expected(q, log_not_d))


def expected(masses, values):
    """The mean of values under masses; values without mass do not count."""
    return np.multiply(masses, values, where=masses > 0, out=np.zeros(masses.shape)).sum(-1)


def best_value(p, q):
    """V(D*) = 2 JS(p, q) - 2 log 2, the greatest that V can be (Goodfellow 2014, theorem 1)."""
    return float(2 * divergences.js(p, q) - 2 * np.log(2))


def error(p, q, d):
    """The greatest |D - D*| in the bins where data lie."""
    m = p + q
    common = m > COMMON * m.max()
    return float(np.abs(d - optimal(p, q))[common].max())


@dataclass(frozen=True)
class Learned:
    """What the network of `learn` says at the bins, every EVERY steps: arrays [1 + STEPS / EVERY, BINS].

    d, log_d, log_not_d: D, log D, log(1 - D). rise, fall: the slopes of log D and of log(1 - D) in x.
    """

    d: np.ndarray
    log_d: np.ndarray
    log_not_d: np.ndarray
    rise: np.ndarray
    fall: np.ndarray

    def gradients(self, at, q):
        """(saturating, non-saturating): how strongly G = z + theta is pushed by log(1 - D), the loss of the lecture,
        and by -log D (Goodfellow 2014, section 3). at: the index of the step.
        """
        return tuple(abs(float(expected(q, slope[at]))) for slope in (self.fall, self.rise))


def network(sigmoid):
    """D for x [n, 1]: its logit, or, without the sigmoid, D itself, 1/2 at first."""
    net = nn.Sequential(nn.Linear(1, WIDTH), nn.Tanh(), nn.Linear(WIDTH, WIDTH), nn.Tanh(), nn.Linear(WIDTH, 1))
    if not sigmoid:
        nn.init.zeros_(net[-1].weight)
        nn.init.constant_(net[-1].bias, 0.5)
    return net


def logs(out, sigmoid):
    """(D, log D, log(1 - D)) of what the network gives; logs are NaN or infinite where D is no probability."""
    if sigmoid:
        return out.sigmoid(), nn.functional.logsigmoid(out), nn.functional.logsigmoid(-out)
    return out, out.log(), (1 - out).log()


@lru_cache(128)
def learn(shape, shift, sigmoid=True, seed=0):
    """Train D to the greatest V on samples alone, BATCH new ones of p and of q a step: Learned.

    shape: of `divergences.SHAPES`; shift: how far q has slid.
    """
    p, q_at = divergences.pair(shape)
    q, rng = q_at(shift), np.random.default_rng(seed)
    net = seeded(lambda: network(sigmoid), seed)
    optimizer = torch.optim.Adam(net.parameters(), RATE, betas=(0.9, 0.99))
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 2 * RATE, total_steps=STEPS)

    def d(x):
        return logs(net(x / SCALE), sigmoid)

    seen = [measured(d)]
    for step in range(1, STEPS + 1):
        _, log_d, _ = d(batch(p, BATCH, rng))
        _, _, log_not_d = d(batch(q, BATCH, rng))
        v = log_d.mean() + log_not_d.mean()
        optimizer.zero_grad()
        (-v).backward()
        optimizer.step()
        schedule.step()
        if step % EVERY == 0:
            seen.append(measured(d))
    return Learned(*(np.stack(arrays) for arrays in zip(*seen)))


def measured(d):
    """The arrays of `Learned` for a network as it is: [BINS] each."""
    x = column(divergences.CENTRES).requires_grad_()
    found = d(x)
    slopes = (torch.autograd.grad(log.sum(), x, retain_graph=True)[0] for log in found[1:])
    return [values.detach().numpy()[:, 0] for values in (*found, *slopes)]
