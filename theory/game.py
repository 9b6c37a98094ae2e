"""A GAN on points in the plane, in PyTorch: the game of the lab's page, number for number. Running it trains."""

import json

import numpy as np
import torch

from theory.plane import BATCH, Net, Random, adam, bell, d_loss, g_loss, play, streams, update

SETTINGS = json.loads("""
{"data": "ring", "loss": "nonsaturating", "bound": "none", "n_d": 1, "n_g": 1, "d_rate": 0.003, "g_rate": 0.003,
 "optimizer": "adam", "prior": "normal", "z": 2, "layers": 2, "units": 32, "seed": 1, "steps": 1000, "brush": ""}
""")
CLIP, WEIGHT = 0.1, 1.0
SIGMA = {"ring": 0.05, "grid": 0.03, "spiral": 0.03, "moons": 0.05, "brush": 0.04}
NEAR = {"ring": 0.2, "grid": 0.12, "spiral": 0.2, "moons": 0.22, "brush": 0.16}


def centres(data, u, brush=""):
    """Where the data lie, for u [n] in 0 to 1: [n, 2]."""
    if data == "spiral":
        turn = 3 * np.pi * np.sqrt(u)
        return np.stack([np.cos(turn), np.sin(turn)], 1) * (0.1 + turn / 9)[:, None]
    if data == "moons":
        turn = np.pi * (2 * u % 1)
        upper = np.stack([np.cos(turn) - 0.5, np.sin(turn) - 0.25], 1)
        return np.where((u < 0.5)[:, None], upper, -upper)
    points = modes(data, brush)
    return points[(u * len(points)).astype(int)]


def modes(data, brush=""):
    """The modes of the data, or 20 places along its curve: [n, 2]."""
    if data == "ring":
        turn = np.arange(8) * np.pi / 4
        return np.stack([np.cos(turn), np.sin(turn)], 1)
    if data == "grid":
        return 0.5 * np.stack([np.arange(25) % 5, np.arange(25) // 5], 1) - 1
    if data == "brush":
        digits = [int(brush[i : i + 2], 36) for i in range(0, len(brush), 2)]
        return 3 * np.array(digits, float).reshape(-1, 2) / (36**2 - 1) - 1.5
    return centres(data, (np.arange(20) + 0.5) / 20)


def sample(s, random):
    """A batch of real points."""
    u = random.uniform(5 * BATCH).reshape(BATCH, 5)
    x, y = bell(u[:, 1], u[:, 2]), bell(u[:, 3], u[:, 4])
    return torch.tensor(centres(s["data"], u[:, 0], s["brush"]) + SIGMA[s["data"]] * np.stack([x, y], 1))


def noise(s, random, n=BATCH):
    """A batch of z."""
    n *= s["z"]
    z = 2 * random.uniform(n) - 1 if s["prior"] == "uniform" else random.normal(n)
    return torch.tensor(z.reshape(-1, s["z"]))


def penalty(D, real, fake, random):
    """Gulrajani et al. 2017, equation 3, without the weight."""
    t = torch.tensor(random.uniform(BATCH))[:, None]
    between = (t * real + (1 - t) * fake).requires_grad_()
    slope = torch.autograd.grad(D(between).sum(), between, create_graph=True)[0]
    return ((slope.norm(dim=1) - 1) ** 2).mean()


def optimizer(s, net, rate):
    if s["optimizer"] == "adam":
        return adam(net, rate)
    return {"rmsprop": torch.optim.RMSprop, "sgd": torch.optim.SGD}[s["optimizer"]](net.parameters, rate)


class Game:
    """G and D in turn, from one seed."""

    def __init__(self, s):
        self.s, hidden = s, [s["units"]] * s["layers"]
        self.init, self.data, self.noise, self.mix = streams(s["seed"])
        self.G = Net([s["z"], *hidden, 2], self.init)
        self.D = Net([2, *hidden, 1], self.init, s["bound"] == "spectral")
        self.g_optimizer, self.d_optimizer = optimizer(s, self.G, s["g_rate"]), optimizer(s, self.D, s["d_rate"])

    def d_step(self):
        real, fake = sample(self.s, self.data), self.G(noise(self.s, self.noise)).detach()
        self.D.power_iteration()
        r, f = self.D(real), self.D(fake)
        loss = d_loss(self.s["loss"], r, f)
        if self.s["bound"] == "penalty":
            loss = loss + WEIGHT * penalty(self.D, real, fake, self.mix)
        update(self.d_optimizer, self.D, loss)
        if self.s["bound"] == "clip":
            for w in self.D.parameters:
                w.data.clamp_(-CLIP, CLIP)
        return loss.item(), (r.mean() - f.mean()).item()

    def g_step(self):
        loss = g_loss(self.s["loss"], self.D(self.G(noise(self.s, self.noise))))
        update(self.g_optimizer, self.G, loss)
        return loss.item()

    def round(self):
        """{d_loss, critic, g_loss}: the losses of the last steps, and mean D(real) - D(fake)."""
        for _ in range(self.s["n_d"]):
            d, critic = self.d_step()
        for _ in range(self.s["n_g"]):
            g = self.g_step()
        return {"d_loss": d, "critic": critic, "g_loss": g}

    @torch.no_grad()
    def coverage(self, n=512):
        """{modes: those that hold a tenth of their share of n fakes, of: all, good: the share of fakes near one}."""
        at = torch.tensor(modes(self.s["data"], self.s["brush"]))
        far, mode = torch.cdist(self.G(noise(self.s, Random(self.s["seed"], 7), n)), at).min(1)
        held = mode[far < NEAR[self.s["data"]]].bincount(minlength=len(at))
        return {"modes": int((held >= 0.1 * n / len(at)).sum()), "of": len(at), "good": held.sum().item() / n}


if __name__ == "__main__":
    run = Game(SETTINGS)
    play(run, SETTINGS["steps"], run.coverage)
