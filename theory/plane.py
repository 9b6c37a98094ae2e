"""Seeded numbers, networks and losses of the lab's games in the plane, as the browser has them."""

import numpy as np
import torch
from torch.nn import functional as F

BATCH, SLOPE = 128, 0.2


class Random:
    """mulberry32, a counter and a hash: the browser draws the same numbers."""

    def __init__(self, seed, stream):
        self.state = (seed * 0x9E3779B1 ^ (stream + 1) * 0x85EBCA77) & 0xFFFFFFFF

    def uniform(self, n):
        counts = np.arange(1, n + 1, dtype=np.uint64) * 0x6D2B79F5 + self.state
        state = counts.astype(np.uint32)
        self.state = int(state[-1])
        t = (state ^ (state >> 15)) * (state | 1)
        t = (t + (t ^ (t >> 7)) * (t | 61)) ^ t
        return (t ^ (t >> 14)) / 2**32

    def normal(self, n):
        return bell(*self.uniform(2 * n).reshape(-1, 2).T)


def streams(seed):
    """The random streams of a game: of its first weights, its data, its noise, and what is mixed."""
    return [Random(seed, stream) for stream in range(4)]


def bell(u, v):
    """Box and Muller 1958."""
    return np.sqrt(-2 * np.log(1 - u)) * np.cos(2 * np.pi * v)


class Net:
    """A fully connected net with LeakyReLU; spectral: its weights over their largest singular value."""

    def __init__(self, sizes, random, spectral=False):
        self.weights, self.biases = [], [torch.zeros(o).double().requires_grad_() for o in sizes[1:]]
        for i, o in zip(sizes, sizes[1:]):
            gain = 2 / (1 + SLOPE**2) if len(self.weights) < len(sizes) - 2 else 1
            w = np.sqrt(3 * gain / i) * (2 * random.uniform(o * i) - 1)
            self.weights.append(torch.tensor(w.reshape(o, i)).requires_grad_())
        self.pairs = [[unit(random.normal(o)), unit(random.normal(i))] for i, o in zip(sizes, sizes[1:]) if spectral]
        for _ in range(15):
            self.power_iteration()

    @torch.no_grad()
    def power_iteration(self):
        """One step towards each weight's singular vectors u and v (Miyato et al. 2018, algorithm 1)."""
        for pair, w in zip(self.pairs, self.weights):
            pair[0] = F.normalize(w @ pair[1], dim=0)
            pair[1] = F.normalize(w.T @ pair[0], dim=0)

    def __call__(self, x):
        weights = [w / (u @ w @ v) for w, (u, v) in zip(self.weights, self.pairs)] or self.weights
        for i, (w, b) in enumerate(zip(weights, self.biases)):
            x = F.linear(x, w, b)
            x = F.leaky_relu(x, SLOPE) if i < len(weights) - 1 else x
        return x

    @property
    def parameters(self):
        return [*self.weights, *self.biases]


def unit(values):
    return F.normalize(torch.tensor(values), dim=0)


def d_loss(name, r, f):
    """D's loss on its raw outputs for real and fake."""
    return {
        "minimax": lambda: F.softplus(-r) + F.softplus(f),
        "nonsaturating": lambda: F.softplus(-r) + F.softplus(f),
        "least_squares": lambda: ((r - 1) ** 2 + f**2) / 2,
        "hinge": lambda: F.relu(1 - r) + F.relu(1 + f),
        "wasserstein": lambda: f - r,
    }[name]().mean()


def g_loss(name, f):
    """G's loss on D's raw outputs for fakes."""
    return {
        "minimax": lambda: -F.softplus(f),
        "nonsaturating": lambda: F.softplus(-f),
        "least_squares": lambda: (f - 1) ** 2 / 2,
        "hinge": lambda: -f,
        "wasserstein": lambda: -f,
    }[name]().mean()


def adam(net, rate):
    return torch.optim.Adam(net.parameters, rate, betas=(0.5, 0.999))


def update(optimizer, net, loss):
    """One step of an optimizer. ValueError where the loss is no longer a finite number."""
    if not torch.isfinite(loss):
        raise ValueError("A loss is no longer finite: take smaller learning rates.")
    optimizer.zero_grad()
    torch.autograd.backward(loss, inputs=net.parameters)
    optimizer.step()


def play(game, steps, figures):
    """Print the losses and figures() every 50 rounds."""
    torch.set_num_threads(1)  # more are slower for networks as small as these
    for step in range(1, steps + 1):
        losses = game.round()
        if step % 50 == 0 or step == steps:
            print(step, losses, figures(), flush=True)
