"""What each level of a U-Net's encoder holds: linear probes for the picture itself and for its class.

Alain and Bengio 2016, "Understanding intermediate layers using linear classifier probes", section 3. For the picture:
one linear map from the features at a place to the square of pixels that the place stands for.
"""

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from tqdm import tqdm

from models.images import from_uint8, to_images
from training import recipes
from training.judge.pairs import pair

FITTED, BATCH = 2000, 32  # pictures that the probes are fitted on, at most; pictures at once
CELLS = 2  # a class probe reads each level averaged over CELLS x CELLS parts of the picture
PIXELS = 32  # the side of the picture that the same probe reads without a network
MOST_PSNR = 60.0  # dB, beyond what 8 bits a pixel can tell
RIDGES = [10.0**k for k in range(-6, 3)]  # over the mean variance of the features


@dataclass
class Moments:
    """Sums of products over rows of features x [n, d] and targets y [n, k], in float64."""

    xx: torch.Tensor
    xy: torch.Tensor
    yy: torch.Tensor
    n: int

    @classmethod
    def of(cls, x, y):
        x, y = with_bias(x).double(), y.double()
        return cls(x.T @ x, x.T @ y, y.square().sum(0), len(x))

    def __add__(self, other):
        return Moments(self.xx + other.xx, self.xy + other.xy, self.yy + other.yy, self.n + other.n)

    def error(self, weights):
        """Mean squared error of the targets from x @ weights."""
        total = self.yy - 2 * (weights * self.xy).sum(0) + (weights * (self.xx @ weights)).sum(0)
        return float(total.mean() / self.n)


def with_bias(x):
    """x [n, d] with a column of ones."""
    return torch.cat([x, torch.ones_like(x[:, :1])], 1)


def solve(moments, ridge):
    """Weights [d + 1, k] of the ridge regression; ridge: over the mean of the diagonal."""
    scale = moments.xx.diagonal()[:-1].mean().clamp_min(1e-6)  # features that are all 0 have none
    penalty = torch.full_like(moments.xx.diagonal(), float(ridge * scale))
    penalty[-1] = 0  # the bias
    return torch.linalg.solve(moments.xx + penalty.diag(), moments.xy)


def fit(parts):
    """Weights of a linear probe. parts: Moments of five parts; the last decides how strong the ridge is."""
    *most, last = parts
    fitted = sum(most[1:], most[0])
    best = min(RIDGES, key=lambda ridge: last.error(solve(fitted, ridge)))
    return solve(fitted + last, best)


def measure(t, kept, held, n, seed):
    """{"levels": figures} of a translator's `unets`: lists with one value a level, the largest first.

    "U-Net psnr": of the network's input made again from each level, dB, MOST_PSNR at most; "mean psnr": made again from
    the means of squares as large as the level's places. "U-Net class": the mean over the classes of the share that is
    read right, where the set has classes; "pixels class": read off the picture itself; chance: by guessing. kept: the
    `ImageSet` that the network learned from, and probes are fitted on; held: pictures that neither has seen, n at most.
    ValueError for a translator without a U-Net.
    """
    if not t.unets:
        raise ValueError(f"{t.name} has no U-Net: its levels cannot be measured")
    order, tried = balanced(kept, FITTED, seed), balanced(held, n, seed)
    fitted, tested = inputs(t, kept.images[order]), inputs(t, held.images[tried])
    labels = None if kept.labels is None else (kept.labels[order], held.labels[tried])
    found = {}
    for title, role in t.unets.items():
        probe = Probe(t, t.networks[role].encode, fitted, tested, labels)
        found |= {"px": probe.sides, "channels": probe.channels, f"{title} psnr": probe.psnr}
        found |= {f"{title} class": probe.accuracy} if labels else {}
    found["mean psnr"] = [psnr(error_of_means(tested, tested.shape[-1] // side)) for side in found["px"]]
    if labels:
        side = min(PIXELS, fitted.shape[-1])
        pixels = [F.adaptive_avg_pool2d(x, side).flatten(1) for x in (fitted, tested)]
        found["pixels class"] = accuracy(*pixels, *labels)
        found["chance"] = round(1 / len(labels[1].unique()), 4)
    features = f"linear probes fitted on {len(fitted)} pictures it learned from"
    return {"levels": {**found, "n": len(tested), "features": features}}


def balanced(data, n, seed):
    """Indices of up to n random pictures in random order, as many of each class where there are classes."""
    order = torch.randperm(len(data), generator=torch.Generator().manual_seed(seed))
    if data.labels is None:
        return order[:n]
    each = [order[data.labels[order] == k][: n // len(data.classes)] for k in range(len(data.classes))]
    chosen = torch.cat(each)
    return chosen[torch.randperm(len(chosen), generator=torch.Generator().manual_seed(seed))]


def inputs(t, images):
    """What the networks see of pictures uint8 [n, C, S, S], or of pairs' label maps: float32 [n, c, s, s]."""
    images = pair(images)[1] if recipes.load(t.name).Game.pairs else images
    pictures = (to_images(from_uint8(part))[0] for part in tqdm(images.split(1), "reading", leave=False, disable=None))
    return torch.cat([t.network_input(image) for image in pictures])


class Probe:
    """The probes of one encoder: sides, channels, psnr and accuracy of its levels, lists."""

    def __init__(self, t, encode, fitted, tested, labels):
        self.run, self.encode = t.run, encode
        parts = [self.read(part) for part in fitted.tensor_split(5)]
        moments, pooled = [m for m, _ in parts], [torch.cat(p) for p in zip(*(p for _, p in parts))]
        seen, seen_pooled = self.read(tested)
        self.psnr = [psnr(last.error(fit(level))) for level, last in zip(zip(*moments), seen)]
        self.accuracy = labels and [accuracy(a, b, *labels) for a, b in zip(pooled, seen_pooled)]

    def read(self, x):
        """(Moments of each level's places and their pixels, each level averaged over its parts) of inputs x."""
        found, pooled = [], []
        for part in tqdm(x.split(BATCH), "probing", leave=False, disable=None):
            levels = self.run(self.encode, part)
            self.sides, self.channels = [h.shape[-1] for h in levels], [h.shape[1] for h in levels]
            here = [Moments.of(places(h), patches(part, part.shape[-1] // h.shape[-1])) for h in levels]
            found = [a + b for a, b in zip(found, here)] if found else here
            pooled.append([F.adaptive_avg_pool2d(h, CELLS).flatten(1) for h in levels])
        return found, [torch.cat(level) for level in zip(*pooled)]


def places(h):
    """Features [n, c, h, w] -> a row a place [n h w, c]."""
    return h.permute(0, 2, 3, 1).flatten(0, 2)


def patches(x, side):
    """Pictures [n, c, h, w] -> the pixels of each square, a row a square [n h w / side^2, c side^2]."""
    return F.unfold(x, side, stride=side).transpose(1, 2).flatten(0, 1)


def psnr(error):
    """Peak signal-to-noise ratio in dB of a mean squared error of values in [-1, 1]."""
    return round(min(MOST_PSNR, 10 * math.log10(4 / max(error, 1e-12))), 2)


def error_of_means(x, side):
    """Mean squared error of pictures of which only the mean of each square is known."""
    rows = patches(x, side).unflatten(1, (x.shape[1], -1))
    return float((rows - rows.mean(2, keepdim=True)).square().mean())


def accuracy(fitted, tested, labels, wanted):
    """The mean over the classes of the share of `tested` [n, d] that a linear probe fitted on `fitted` reads right."""
    mean, spread = fitted.mean(0), fitted.std(0) + 1e-6
    fitted, tested = (fitted - mean) / spread, (tested - mean) / spread
    goals = F.one_hot(labels, int(labels.max()) + 1)
    weights = fit([Moments.of(x, y) for x, y in zip(fitted.tensor_split(5), goals.tensor_split(5))])
    right = ((with_bias(tested).double() @ weights).argmax(1) == wanted).double()
    return round(float(torch.stack([right[wanted == k].mean() for k in wanted.unique()]).mean()), 4)
