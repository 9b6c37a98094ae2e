"""A GAN on points in the plane, in PyTorch: the game of the lab's page, number for number. python game.py trains it."""

import json

import numpy as np
import torch
from torch.nn import functional as F

SETTINGS = json.loads("""
{"data": "ring", "loss": "nonsaturating", "bound": "none", "n_d": 1, "n_g": 1, "d_rate": 0.003, "g_rate": 0.003,
 "optimizer": "adam", "prior": "normal", "z": 2, "layers": 2, "units": 32, "seed": 1, "steps": 1000, "brush": ""}
""")
BATCH, CLIP, WEIGHT, SLOPE = 128, 0.1, 1.0, 0.2
SIGMA = {"ring": 0.05, "grid": 0.03, "spiral": 0.03, "moons": 0.05, "brush": 0.04}
NEAR = {"ring": 0.2, "grid": 0.12, "spiral": 0.2, "moons": 0.22, "brush": 0.16}


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


def bell(u, v):
    """Box and Muller 1958."""
    return np.sqrt(-2 * np.log(1 - u)) * np.cos(2 * np.pi * v)


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


def penalty(D, real, fake, random):
    """Gulrajani et al. 2017, equation 3, without the weight."""
    t = torch.tensor(random.uniform(BATCH))[:, None]
    between = (t * real + (1 - t) * fake).requires_grad_()
    slope = torch.autograd.grad(D(between).sum(), between, create_graph=True)[0]
    return ((slope.norm(dim=1) - 1) ** 2).mean()


def optimizer(s, net, rate):
    if s["optimizer"] == "adam":
        return torch.optim.Adam(net.parameters, rate, betas=(0.5, 0.999))
    return {"rmsprop": torch.optim.RMSprop, "sgd": torch.optim.SGD}[s["optimizer"]](net.parameters, rate)


def update(optimizer, net, loss):
    """One step of an optimizer. ValueError where the loss is no longer a finite number."""
    if not torch.isfinite(loss):
        raise ValueError("A loss is no longer finite: take smaller learning rates.")
    optimizer.zero_grad()
    torch.autograd.backward(loss, inputs=net.parameters)
    optimizer.step()


class Game:
    """G and D in turn, from one seed."""

    def __init__(self, s):
        self.s, hidden = s, [s["units"]] * s["layers"]
        self.init, self.data, self.noise, self.mix = (Random(s["seed"], stream) for stream in range(4))
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


def main():
    game = Game(SETTINGS)
    for step in range(1, SETTINGS["steps"] + 1):
        losses = game.round()
        if step % 50 == 0 or step == SETTINGS["steps"]:
            print(step, losses, game.coverage(), flush=True)


if __name__ == "__main__":
    main()
