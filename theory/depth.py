"""Plain and residual networks of 2 to 32 layers learn two spirals side by side (He 2015, sections 3.1 and 4.1)."""

import threading
from functools import lru_cache

import numpy as np
import torch
import torch.nn.functional as F

DEPTHS = (2, 4, 6, 8, 12, 16, 20, 24, 28, 32)
KINDS = ("plain", "residual")
WIDTH, POINTS, TURNS, STEPS, MOMENTUM = 12, 128, 2, 200, 0.9
NETS = [(layers, kind) for layers in reversed(DEPTHS) for kind in KINDS]  # the deepest first
SIDE = 1.15  # half of the side of the square that decisions are shown on


def spirals():
    """Two spirals with POINTS points in all: (x [2, POINTS], their classes, 0 or 1 [POINTS])."""
    radius = torch.linspace(0.1, 1, POINTS // 2)
    turn = 2 * np.pi * TURNS * radius
    arm = torch.stack([radius * turn.cos(), radius * turn.sin()], 1)
    return torch.cat([arm, -arm]).T, torch.arange(2.0).repeat_interleave(POINTS // 2)


class Race:
    """All networks of NETS learning at one rate from one seed, by gradient descent with momentum on all points.

    A network is a first layer, layers in blocks of two, and a last layer; every layer of a block has WIDTH units and
    batch norm. A residual block adds its input to its output (He 2015, equation 1); a plain one does not. errors: the
    share of the points that each network has wrong before each step, [steps, nets].
    """

    def __init__(self, rate, seed):
        random, n = torch.Generator().manual_seed(seed), len(NETS)
        self.x, self.classes = spirals()
        self.residual = torch.tensor([float(kind == "residual") for _, kind in NETS])[:, None, None]

        def normal(*shape):  # He 2015b, equation 10: with fan-in w the variance is 2 / w
            return torch.randn(*shape, generator=random) * (2 / shape[-1]) ** 0.5

        self.first = [normal(n, WIDTH, 2), torch.zeros(n, WIDTH, 1)]
        self.last = [normal(n, 1, WIDTH), torch.zeros(n, 1, 1)]
        self.blocks = []
        for layers in range(2, DEPTHS[-1] + 1, 2):
            k = sum(depth >= layers for depth, _ in NETS)  # networks that have this block
            self.blocks.append([normal(2, k, WIDTH, WIDTH), torch.zeros(2, k, WIDTH), torch.ones(2, k, WIDTH)])
        parameters = [p.requires_grad_() for group in (self.first, self.last, *self.blocks) for p in group]
        self.optimizer = torch.optim.SGD(parameters, rate, MOMENTUM)
        self.errors, self.turn = [], threading.Lock()

    @property
    def done(self):
        return len(self.errors) > STEPS

    def advance(self, steps):
        """Let all networks learn for some more steps, STEPS in all."""
        with self.turn:
            for _ in range(min(steps, STEPS + 1 - len(self.errors))):
                out = self.forward(self.x)
                self.errors.append(((out > 0) != (self.classes > 0.5)).float().mean(1).tolist())
                loss = F.binary_cross_entropy_with_logits(out, self.classes.expand_as(out), reduction="none")
                self.optimizer.zero_grad()
                loss.mean(1).sum().backward()  # no network has a part in another's
                if not self.done:
                    self.optimizer.step()
        return self

    def forward(self, x, start=0, stop=None):
        """Logits of networks start to stop of NETS for x [2, n]: [nets, n].

        x begins with the points that they learn, from which alone batch norm takes its statistics.
        """
        stop = stop or len(NETS)
        weights, shift = (p[start:stop] for p in self.first)
        h, finished = F.relu(torch.baddbmm(shift, weights, x.expand(stop - start, -1, -1))), []
        for weights, shifts, gains in self.blocks:
            k = max(0, min(weights.shape[1], stop) - start)
            finished.append(h[k:])  # networks that end before this block
            h, at = h[:k], slice(start, start + k)
            if not k:
                break
            inner = F.relu(normed(weights[0, at] @ h, gains[0, at], shifts[0, at]))
            inner = normed(weights[1, at] @ inner, gains[1, at], shifts[1, at])
            h = F.relu(inner + self.residual[at] * h)
        weights, shift = (p[start:stop] for p in self.last)
        return torch.baddbmm(shift, weights, torch.cat([h, *reversed(finished)]))[:, 0]

    def curves(self, layers):
        """The errors so far of the networks of a depth: {kind: [steps]}. ValueError for a depth that has none."""
        i = index(layers)
        errors = np.array(self.errors)
        return {kind: errors[:, i + k] for k, kind in enumerate(KINDS)}

    def by_depth(self):
        """The errors now: {kind: [depths]}, the shallowest first."""
        now = np.array(self.errors[-1])[::-1]
        return {kind: now[1 - k :: 2] for k, kind in enumerate(KINDS)}

    @torch.no_grad()
    def decisions(self, layers, side=40):
        """P(class 1) on a square of side x side places from -SIDE to SIDE: {kind: [side, side]}, the lowest y first."""
        i, axis = index(layers), torch.linspace(-SIDE, SIDE, side)
        places = torch.stack(torch.meshgrid(axis, axis, indexing="xy")).flatten(1)
        with self.turn:
            out = self.forward(torch.cat([self.x, places], 1), i, i + len(KINDS))[:, POINTS:].sigmoid()
        return {kind: out[k].view(side, side).numpy() for k, kind in enumerate(KINDS)}


def normed(x, gain, shift):
    """Batch norm of x [nets, WIDTH, n] by the statistics of the first POINTS (Ioffe 2015, algorithm 1)."""
    flat, gain, shift = x.flatten(0, 1)[None], gain.flatten(), shift.flatten()
    if x.shape[-1] == POINTS:
        return F.batch_norm(flat, None, None, gain, shift, training=True).view_as(x)
    variance, mean = torch.var_mean(flat[0, :, :POINTS], -1, unbiased=False)
    return F.batch_norm(flat, mean, variance, gain, shift).view_as(x)


def index(layers):
    """The place of a depth's first network in NETS."""
    if layers not in DEPTHS:
        raise ValueError(f"Layers {layers} will not do: choose {', '.join(map(str, DEPTHS))}.")
    return NETS.index((layers, KINDS[0]))


@lru_cache(16)
def race(rate=0.05, seed=0):
    """The Race of a rate and a seed, as far as it has come: whoever asks for it meanwhile goes on with the same."""
    return Race(rate, seed).advance(1)
