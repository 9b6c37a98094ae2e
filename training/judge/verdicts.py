"""What a conditional discriminator says of a picture with its own label and with another."""

import torch

from models.images import from_uint8
from training.data.image_set import split
from training.judge import rounded

COUNTED = 1000  # pictures of each kind


def measure(g, real, share, seed=0):
    """Mean probabilities of being real (Reed 2016, section 4.1); {} where nothing was held out.

    right, wrong: held-out pictures with their own labels and with others; fake, fake_wrong: samples likewise. real: the
    `ImageSet` that was learned from; share: of it held out in training (`hold_out`).
    """
    _, held = split(real, share)
    if not len(held) or set(g.classes) != set(real.classes or ()):
        return {}
    chosen = torch.randperm(len(held), generator=torch.Generator().manual_seed(seed))[:COUNTED]
    own = torch.tensor([g.classes.index(name) for name in real.classes])[held.labels[chosen]]
    turns = 1 + torch.arange(len(own)) % (len(g.classes) - 1)
    x, fake = from_uint8(held.images[chosen]), g.sample(len(own), seed, own.tolist())
    other = (own + turns) % len(g.classes)
    asked = {"right": (x, own), "wrong": (x, other), "fake": (fake, own), "fake_wrong": (fake, other)}
    figures = {name: g.verdict(*pair).sigmoid().mean() for name, pair in asked.items()}
    return {**rounded(figures), "n": len(own), "features": "its own discriminator, on held-out pictures"}
