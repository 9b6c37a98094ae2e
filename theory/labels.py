"""A cGAN on four labelled places, in PyTorch: the game of the lab's page, number for number. Running it trains."""

import json

import numpy as np
import torch
from torch.nn import functional as F

from theory.plane import BATCH, Net, Random, adam, bell, g_loss, play, streams, update

SETTINGS = json.loads("""
{"wrong": 1, "seed": 1, "steps": 700}
""")
LABELS, UNITS, RATE = 4, 24, 0.002


def draw_labels(random, n=BATCH):
    """n labels, each from 0 to 3."""
    return (LABELS * random.uniform(n)).astype(int)


def other_labels(labels, random):
    """For each label one of the three others."""
    return (labels + 1 + (3 * random.uniform(len(labels))).astype(int)) % LABELS


def places(labels):
    """Where the labels' points lie on the circle: [n, 2]."""
    turn = (labels + 0.5) * 2 * np.pi / LABELS
    return np.stack([np.cos(turn), np.sin(turn)], 1)


def sample(labels, random):
    """A real point of each label."""
    x, y = bell(*random.uniform(4 * len(labels)).reshape(-1, 2).T).reshape(-1, 2).T
    return torch.tensor(places(labels) + 0.1 * np.stack([x, y], 1))


def join(points, labels):
    """Points with their labels behind them, one-hot."""
    return torch.cat([points, F.one_hot(torch.tensor(labels), LABELS)], 1)


class Game:
    """Mirza and Osindero 2014; wrong: D sees real points with wrong labels too (Reed et al. 2016, algorithm 1)."""

    def __init__(self, s):
        self.wrong = s["wrong"]
        self.init, self.data, self.noise, self.mix = streams(s["seed"])
        self.G = Net([2 + LABELS, UNITS, UNITS, 2], self.init)
        self.D = Net([2 + LABELS, UNITS, UNITS, 1], self.init)
        self.g_optimizer, self.d_optimizer = adam(self.G, RATE), adam(self.D, RATE)

    def fakes(self, labels, random):
        return self.G(join(torch.tensor(random.normal(2 * len(labels)).reshape(-1, 2)), labels))

    def round(self):
        """{d_loss, g_loss} of one step of D and one of G."""
        labels = draw_labels(self.data)
        real, own = sample(labels, self.data), draw_labels(self.noise)
        on_fake = F.softplus(self.D(join(self.fakes(own, self.noise).detach(), own))).mean()
        if self.wrong:
            on_wrong = F.softplus(self.D(join(real, other_labels(labels, self.mix)))).mean()
            on_fake = (on_fake + on_wrong) / 2
        loss = F.softplus(-self.D(join(real, labels))).mean() + on_fake
        update(self.d_optimizer, self.D, loss)
        fooled = g_loss("nonsaturating", self.D(join(self.fakes(own, self.noise), own)))
        update(self.g_optimizer, self.G, fooled)
        return {"d_loss": loss.item(), "g_loss": fooled.item()}

    @torch.no_grad()
    def figures(self, n=512):
        """D's mean verdicts on n real points with right and wrong labels, and on n fakes with their own and other ones;
        placed: the share of fakes at their own label's place.
        """
        random = Random(1, 9)
        labels = draw_labels(random, n)
        real, others = sample(labels, random), other_labels(labels, random)
        fake = self.fakes(labels, random)
        verdicts = {"right": (real, labels), "wrong": (real, others), "own": (fake, labels), "other": (fake, others)}
        found = {name: torch.sigmoid(self.D(join(*pair))).mean().item() for name, pair in verdicts.items()}
        off = (fake - torch.tensor(places(labels))).norm(dim=1)
        return {**found, "placed": (off < 0.4).double().mean().item()}


if __name__ == "__main__":
    run = Game(SETTINGS)
    play(run, SETTINGS["steps"], run.figures)
