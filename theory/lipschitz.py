"""Critics of nine layers that learn W of two densities under four bounds: clipping, penalty, spectral norm, none.

Densities are those of `divergences`: the critic f has E_p f - E_q f = W at its best, if its slope is 1 at most.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import torch
from torch import nn
from torch.nn.utils import parametrizations

from theory import divergences
from theory.nets import batch, column, seeded

BOUNDS = ("clip", "penalty", "spectral", "none")
LAYERS, WIDTH, STEPS, BATCH = 9, 64, 150, 128
PENALTY = 10.0  # Gulrajani 2017, algorithm 1
RATES = {"clip": 1e-3, "penalty": 1e-3, "spectral": 1e-2, "none": 1e-3}
NEAR = 0.95  # the share of the end from which a weight counts as one at the end


@dataclass(frozen=True)
class Critic:
    """What a critic has learned.

    values, slopes: f and its slope at the bins [BINS]. slope: the mean of |slope| on the ways from real to fake.
    estimate: E_p f - E_q f. layers: norms of the loss's gradient by layer [LAYERS]. weights: all, flat. at_ends: the
    share of the weights that lie at the greatest size.
    """

    values: np.ndarray
    slopes: np.ndarray
    slope: float
    estimate: float
    layers: np.ndarray
    weights: np.ndarray
    at_ends: float


def potential(p, q):
    """The exact critic of two densities on a line, for which E_p f - E_q f = W: its slope is 1 where more of p than of
    q lies to the right, else -1 (Kantorovich and Rubinstein 1958).
    """
    rises = np.sign(np.cumsum(q - p).round(12))[:-1]  # from each bin to the next
    return np.concatenate([[0], np.cumsum(rises)]) * divergences.STEP


def network(bound):
    """f for x [n, 1]: [n, 1]."""
    sides = [1, *[WIDTH] * (LAYERS - 1), 1]
    layers = [nn.Linear(a, b) for a, b in zip(sides, sides[1:])]
    if bound == "spectral":
        layers = [parametrizations.spectral_norm(layer) for layer in layers]
    return nn.Sequential(*(part for layer in layers for part in (layer, nn.ReLU())))[:-1]


def clip(f, c):
    """Clip every parameter to [-c, c] (Arjovsky 2017, algorithm 1)."""
    with torch.no_grad():
        for parameter in f.parameters():
            parameter.clamp_(-c, c)


def slopes(f, x, create_graph=False):
    """The slope of f at each x [n, 1]."""
    x = x.detach().requires_grad_()
    return torch.autograd.grad(f(x).sum(), x, create_graph=create_graph)[0]


def between(real, fake, rng):
    """A point on the way from each real sample to a fake one (Gulrajani 2017, section 4)."""
    share = column(rng.random(len(real)))
    return share * real + (1 - share) * fake


def penalty(f, x):
    """The mean of (|slope| - 1)^2 at x (Gulrajani 2017, equation 3)."""
    return (slopes(f, x, create_graph=True).abs() - 1).square().mean()


@lru_cache(128)
def learn(bound="clip", c=0.01, shift=3.0, seed=0):
    """Train a critic on samples of two Gaussians, q moved by shift: Critic. bound: of BOUNDS; c: clipping's.

    The penalty's weight rises to PENALTY over the first third of the steps: with all of it at once a critic on a line
    may keep the sign of its first slope, for the way to the other sign leads through slope 0.
    """
    if bound not in BOUNDS:
        raise ValueError(f"Bound {bound} is unknown: choose {', '.join(BOUNDS)}.")
    p, q_at = divergences.pair("gaussians")
    q, rng = q_at(shift), np.random.default_rng(seed)
    f = train(seeded(lambda: network(bound), seed), bound, c, p, q, rng)
    return measured(f, p, q, rng)


def train(f, bound, c, p, q, rng):
    """Let the critic f learn for STEPS steps; f."""
    optimizer = torch.optim.RMSprop(f.parameters(), RATES[bound])
    for step in range(STEPS):
        real, fake = batch(p, BATCH, rng), batch(q, BATCH, rng)
        loss = f(fake).mean() - f(real).mean()
        if bound == "penalty":
            loss = loss + min(1, 3 * step / STEPS) * PENALTY * penalty(f, between(real, fake, rng))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if bound == "clip":
            clip(f, c)
    return f.eval()


def measured(f, p, q, rng):
    """The Critic that f is, in double precision: a clipped one's values differ by less than float32 can tell."""
    f = f.double()
    real, fake, x = (
        points.double() for points in (batch(p, BATCH, rng), batch(q, BATCH, rng), column(divergences.CENTRES))
    )
    f.zero_grad()
    (f(fake).mean() - f(real).mean()).backward()
    matrices = [parameter for parameter in f.parameters() if parameter.ndim == 2]
    weights = torch.cat([layer.weight.detach().flatten() for layer in f if isinstance(layer, nn.Linear)])
    values = f(x).detach().numpy()[:, 0].astype(float)
    return Critic(
        values=values,
        slopes=slopes(f, x).numpy()[:, 0],
        slope=float(slopes(f, between(real, fake, rng).double()).abs().mean()),
        estimate=float((p - q) @ values),
        layers=np.array([float(matrix.grad.norm()) for matrix in matrices]),
        weights=weights.numpy(),
        at_ends=float((weights.abs() >= NEAR * weights.abs().max()).float().mean()),
    )
