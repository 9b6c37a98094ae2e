"""Differentiable augmentation of what D sees, real and fake alike (Zhao 2020, "DiffAugment", section 4)."""

import math

import torch
import torch.nn.functional as F


def _per_image(draw, x):
    return draw.uniform(len(x)).view(-1, 1, 1, 1)


def flip(x, draw):
    """Mirror left and right with probability one half."""
    return torch.where(_per_image(draw, x) < 0.5, x, x.flip(3))


def jitter(x, draw, share=1 / 8):
    """Widened by an eighth and cut back to size at random (Isola 2016, section 6.2), by mirrored edges.

    One and the same cut for all channels of a picture: pairs stay pairs. Nothing is resampled: labels stay labels.
    """
    n, _, h, w = x.shape
    y, z = round(h * share / 2), round(w * share / 2)
    big = F.pad(x, (z, z, y, y), mode="reflect")
    top = (draw.uniform(n) * (big.shape[2] - h + 1)).long()
    left = (draw.uniform(n) * (big.shape[3] - w + 1)).long()
    return _cut(big, top, left, h, w)


def zoom(x, draw, factor, turn=0.0, labels=0):
    """Each picture enlarged or shrunk by up to `factor` and turned by up to `turn` degrees, mirrored at its edges.

    labels: how many of the last channels are a label map, whose colours are never mixed.
    """
    scale = _up_to(draw, x, math.log(factor)).exp()
    angle = _up_to(draw, x, math.radians(turn))
    cos, sin, none = scale * angle.cos(), scale * angle.sin(), torch.zeros_like(scale)
    maps = torch.stack([cos, -sin, none, sin, cos, none], 1).view(-1, 2, 3)
    places = F.affine_grid(maps, x.shape, align_corners=False)
    parts = [("bilinear", x)] if not labels else [("bilinear", x[:, :-labels]), ("nearest", x[:, -labels:])]
    seen = [F.grid_sample(part, places, mode, padding_mode="reflection", align_corners=False) for mode, part in parts]
    return torch.cat(seen, 1).contiguous(memory_format=torch.channels_last)


def relit(light, draw, spread):
    """Lightness [n, 1, H, W] in [-1, 1] to a power from exp(-spread) to exp(spread), black and white staying so."""
    power = _up_to(draw, light, spread).exp().view(-1, 1, 1, 1)
    return ((light + 1) / 2).clamp(1e-4, 1) ** power * 2 - 1


def _up_to(draw, x, limit):
    return (2 * draw.uniform(len(x)) - 1) * limit


def _cut(x, top, left, h, w):
    """The h x w part of each picture from its own row and column on, int64 [n]: gathered, so that no host waits."""
    rows = torch.arange(h, device=x.device).view(1, h, 1) + top.view(-1, 1, 1)
    columns = torch.arange(w, device=x.device).view(1, 1, w) + left.view(-1, 1, 1)
    batch = torch.arange(len(x), device=x.device).view(-1, 1, 1)
    return x.permute(0, 2, 3, 1)[batch, rows, columns].permute(0, 3, 1, 2)


def color(x, draw):
    """Brightness by up to 0.5, saturation by a factor in [0, 2], contrast by one in [0.5, 1.5]."""
    x = x + (_per_image(draw, x) - 0.5)
    mean = x.mean(1, keepdim=True)
    x = (x - mean) * (_per_image(draw, x) * 2) + mean
    mean = x.mean((1, 2, 3), keepdim=True)
    return (x - mean) * (_per_image(draw, x) + 0.5) + mean


def translation(x, draw, share=1 / 8):
    """Shift by up to an eighth of the side either way, zeros moving in."""
    n, _, h, w = x.shape
    reach_y, reach_x = round(h * share), round(w * share)
    down = (draw.uniform(n) * (2 * reach_y + 1)).long()
    right = (draw.uniform(n) * (2 * reach_x + 1)).long()
    return _cut(F.pad(x, (reach_x, reach_x, reach_y, reach_y)), down, right, h, w)


def cutout(x, draw, share=1 / 2):
    """Black out a square of half the side, its centre anywhere."""
    n, _, h, w = x.shape
    half_y, half_x = round(h * share / 2), round(w * share / 2)
    cy, cx = (draw.uniform(n) * h).view(n, 1, 1), (draw.uniform(n) * w).view(n, 1, 1)
    rows = torch.arange(h, device=x.device).view(1, h, 1)
    columns = torch.arange(w, device=x.device).view(1, 1, w)
    hole = ((rows - cy).abs() < half_y) & ((columns - cx).abs() < half_x)
    return x * ~hole.unsqueeze(1)


POLICIES = {"flip": flip, "color": color, "translation": translation, "cutout": cutout}


def parse(policy):
    """ "color,translation" -> the functions, in that order; ValueError names a word that is no policy."""
    words = [word for word in policy.split(",") if word]
    unknown = [word for word in words if word not in POLICIES]
    if unknown:
        raise ValueError(f"unknown augmentation {unknown[0]!r}: choose among {', '.join(POLICIES)}")
    return [POLICIES[word] for word in words]


def augment(x, functions, draw):
    """x: float [n, C, H, W] in [-1, 1] -> the same shape, each picture changed on its own."""
    for function in functions:
        x = function(x, draw)
    return x
