"""Random changes of training pictures: mirrored, shifted; each picture by itself.

x: float [n, C, H, W] in [-1, 1]; random: a `RandomStream`. All channels of a picture change alike: pairs stay pairs.
"""

import torch
import torch.nn.functional as F

SHARE = 1 / 8  # of a side, by which pictures are shifted


def flip(x, random):
    """Mirror left and right with probability one half."""
    return torch.where(random.uniform(len(x)).view(-1, 1, 1, 1) < 0.5, x, x.flip(3))


def jitter(x, random):
    """Widened by an eighth with mirrored edges, and cut back to size at random (Isola 2016, section 6.2).

    Nothing is resampled: labels stay labels.
    """
    y, z = (round(side * SHARE / 2) for side in x.shape[2:])
    return random_crop(F.pad(x, (z, z, y, y), mode="reflect"), x.shape, random)


def translation(x, random):
    """Shift by up to an eighth of the side either way, zeros moving in (Zhao 2020, "DiffAugment", section 4)."""
    y, z = (round(side * SHARE) for side in x.shape[2:])
    return random_crop(F.pad(x, (z, z, y, y)), x.shape, random)


def random_crop(x, shape, random):
    """A random part of each picture, of `shape` [n, C, h, w]; gathered by index, so that a GPU is not waited for."""
    n, _, h, w = shape
    top = (random.uniform(n) * (x.shape[2] - h + 1)).long().view(-1, 1, 1)
    left = (random.uniform(n) * (x.shape[3] - w + 1)).long().view(-1, 1, 1)
    rows = torch.arange(h, device=x.device).view(1, h, 1) + top
    columns = torch.arange(w, device=x.device).view(1, 1, w) + left
    batch = torch.arange(n, device=x.device).view(-1, 1, 1)
    return x.permute(0, 2, 3, 1)[batch, rows, columns].permute(0, 3, 1, 2)
