"""CycleGAN on two rings, in PyTorch: the game of the lab's page, number for number. Running it trains."""

import json
import math

import numpy as np
import torch
from torch.nn import functional as F

from theory.plane import BATCH, Net, adam, d_loss, g_loss, play, streams, update

SETTINGS = json.loads("""
{"weight": 3, "seed": 1, "steps": 700}
""")
RADIUS, UNITS, RATE = {"A": 1, "B": 0.7}, 24, 0.002


def ring(name, turns):
    """Points of ring A or B at these angles: [n, 2]."""
    return torch.tensor(RADIUS[name] * np.stack([np.cos(turns), np.sin(turns)], 1))


class Game:
    """Zhu et al. 2017 with least squares: G from ring A to ring B, F back; weight: of the cycle's L1."""

    def __init__(self, s):
        self.weight = s["weight"]
        self.init, self.data, _, _ = streams(s["seed"])
        self.G, self.F = (Net([2, UNITS, UNITS, 2], self.init) for _ in range(2))
        self.DA, self.DB = (Net([2, UNITS, UNITS, 1], self.init) for _ in range(2))
        self.optimizers = {net: adam(net, RATE) for net in (self.G, self.F, self.DA, self.DB)}

    def way(self, x, there, back, D):
        """The generators' loss on the way there and back."""
        made = there(x)
        return g_loss("least_squares", D(made)) + self.weight * F.l1_loss(back(made), x)

    def round(self):
        """{d_loss, g_loss} of one step of all four networks: the sums over both ways."""
        a, b = (ring(name, 2 * np.pi * self.data.uniform(BATCH)) for name in "AB")
        losses = [d_loss("least_squares", self.DB(b), self.DB(self.G(a).detach()))]
        losses += [d_loss("least_squares", self.DA(a), self.DA(self.F(b).detach()))]
        for D, loss in zip((self.DB, self.DA), losses):
            update(self.optimizers[D], D, loss)
        fooled = self.way(a, self.G, self.F, self.DB) + self.way(b, self.F, self.G, self.DA)
        for net in (self.G, self.F):
            self.optimizers[net].zero_grad()
        fooled.backward(inputs=[*self.G.parameters, *self.F.parameters])
        for net in (self.G, self.F):
            self.optimizers[net].step()
        return {"d_loss": sum(losses).item(), "g_loss": fooled.item()}

    @torch.no_grad()
    def figures(self, n=120):
        """l1: of the way back from n points around ring A; kept: the share that returns to within an eighth of a turn;
        off: how far G(a) is from ring B.
        """
        start = ring("A", 2 * np.pi * np.arange(n) / n)
        there = self.G(start)
        home = self.F(there)
        turned = torch.cosine_similarity(home, start, dim=1)
        return {
            "l1": F.l1_loss(home, start).item(),
            "kept": (turned > math.sqrt(0.5)).double().mean().item(),
            "off": (there.norm(dim=1) - RADIUS["B"]).abs().mean().item(),
        }


if __name__ == "__main__":
    run = Game(SETTINGS)
    play(run, SETTINGS["steps"], run.figures)
