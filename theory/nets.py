"""Small networks that learn from samples of the densities of `divergences`."""

import threading

import numpy as np
import torch

from theory import divergences

ONE_AT_A_TIME = threading.Lock()


def seeded(build, seed):
    """The network that build() makes, whose weights the seed alone decides; PyTorch's own random stream stays as it
    was.
    """
    with ONE_AT_A_TIME, torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return build()


def batch(masses, n, rng):
    """n samples of a density: tensor [n, 1]."""
    return column(divergences.samples(masses, n, rng))


def column(values):
    """Numbers [n] as a tensor [n, 1]."""
    return torch.from_numpy(np.asarray(values)).float()[:, None]
