"""Networks that grow from 4 px up, each new resolution faded in (Karras 2017)."""

import math
from functools import partial

import torch
import torch.nn.functional as F
from torch import nn

from models.nets.layers import conv_down, linear_by_rows, sizes, up_conv
from models.registry import register


class Equalized(nn.Module):
    """A weight from N(0, 1), scaled by He's constant where it is used (Karras 2017, section 4.1)."""

    def __init__(self, *shape, gain=2.0):
        super().__init__()
        self.weight, self.bias = nn.Parameter(torch.randn(shape)), nn.Parameter(torch.zeros(shape[0]))
        self.scale = math.sqrt(gain / math.prod(shape[1:]))

    def scaled(self):
        """The weight as the forward pass uses it."""
        return self.weight * self.scale


class Conv(Equalized):
    """[n, cin, h, w] -> [n, cout, h, w]; resample: `up_conv` doubles the side, `conv_down` halves it."""

    def __init__(self, cin, cout, kernel=3, gain=2.0, resample=None):
        super().__init__(cout, cin, kernel, kernel, gain=gain)
        self.conv = resample or partial(F.conv2d, padding="same")

    def forward(self, x):
        return self.conv(x, self.scaled(), self.bias)


class Linear(Equalized):
    """[n, cin] -> [n, cout]; `linear_by_rows` in eval mode."""

    def __init__(self, cin, cout, gain=2.0):
        super().__init__(cout, cin, gain=gain)

    def forward(self, x):
        return (F.linear if self.training else linear_by_rows)(x, self.scaled(), self.bias)


class PixelNorm(nn.Module):
    """Each pixel's features scaled to mean square 1 (Karras 2017, section 4.2): [n, channels, ...] -> the same."""

    def forward(self, x):
        return x * (x.square().mean(1, keepdim=True) + 1e-8).rsqrt()


class MinibatchStd(nn.Module):
    """Adds a channel: the mean standard deviation over groups of four pictures (Karras 2017, section 3).

    [n, channels, h, w] -> [n, channels + 1, h, w]. In eval mode it is `usual`, so that the verdict on a picture does
    not depend on the rest of its batch. momentum: 0 leaves `usual` alone, as in training, where the passes of the
    penalty and of G are no verdicts; None takes the mean over all batches since `reset_running_stats`.
    """

    def __init__(self):
        super().__init__()
        self.register_buffer("usual", torch.zeros(()))
        self.reset_running_stats()
        self.momentum = 0

    def reset_running_stats(self):
        self.batches = 0

    def forward(self, x):
        n, _, h, w = x.shape
        if not self.training:
            return torch.cat([x, self.usual.expand(n, 1, h, w)], 1)
        group = 4 if n % 4 == 0 else n
        std = (x.float().reshape(n // group, group, -1).var(1, correction=0) + 1e-8).sqrt().mean(1)
        if self.momentum is None:
            self.batches += 1
            self.usual.lerp_(std.detach().mean(), 1 / self.batches)
        return torch.cat([x, std.to(x.dtype).repeat_interleave(group).view(n, 1, 1, 1).expand(n, 1, h, w)], 1)


def stage(level, resolution):
    """A level between 0 (4 px) and the top -> (stage, alpha), alpha the weight of that stage against the one before.

    Level 2.3 is stage 3 (32 px) at alpha 0.3 over stage 2 (16 px); a whole number is one stage alone. None: the top.
    """
    top = len(sizes(resolution)) - 1
    level = top if level is None else level
    if not 0 <= level <= top:
        raise ValueError(f"level {level} is not between 0 (4 px) and {top} ({resolution} px)")
    k = math.ceil(level)
    return k, 1.0 if level == k else level - (k - 1)


def widths_of(width, resolution):
    """Channels of every stage from 4 px up: halved with each doubling, `width` at the top, 16 times that at most."""
    return [width * min(16, resolution // side) for side in sizes(resolution)]


def start_layers(latent_dim, width):
    """z: [n, latent_dim] -> [n, width, 4, 4]."""
    return nn.Sequential(
        PixelNorm(),
        Linear(latent_dim, 16 * width, gain=1 / 8),
        nn.Unflatten(1, (width, 4, 4)),
        nn.LeakyReLU(0.2),
        PixelNorm(),
    )


def stage_layers(widths):
    """A stage for each width: the first keeps the side, the others double it."""
    act, (first, *rest) = nn.LeakyReLU(0.2), widths
    stages = nn.ModuleList([nn.Sequential(Conv(first, first), act, PixelNorm())])
    for cin, cout in zip(widths, rest):
        stages.append(
            nn.Sequential(Conv(cin, cout, resample=up_conv), act, PixelNorm(), Conv(cout, cout), act, PixelNorm())
        )
    return stages


class Size(nn.Module):
    """A generator that has grown to one size: z [n, latent_dim] -> [n, channels, s, s], s = 2 * 2^len(widths)."""

    def __init__(self, latent_dim, widths, channels):
        super().__init__()
        self.start, self.stages = start_layers(latent_dim, widths[0]), stage_layers(widths)
        self.to_rgb = Conv(widths[-1], channels, kernel=1, gain=1.0)

    def forward(self, z):
        h = self.start(z)
        for block in self.stages:
            h = block(h)
        return self.to_rgb(h)


class Generator(nn.Module):
    """z: [n, latent_dim] -> pictures [n, channels, s, s], s = 4 * 2^stage (Karras 2017, section 2, figure 2).

    level: how far it has grown, as in `stage`; every stage has a to_rgb layer of its own. No tanh: values beyond
    [-1, 1] are clamped in eval mode alone. snapshots: it holds a copy of itself at each earlier size, as it was before
    it grew further (`keep`), which makes that size's pictures in eval mode; False: the finished layers make them.
    """

    def __init__(self, latent_dim=128, width=16, resolution=128, channels=3, snapshots=False):
        super().__init__()
        self.latent_dim, self.resolution, self.channels = latent_dim, resolution, channels
        widths = widths_of(width, resolution)
        self.start, self.stages = start_layers(latent_dim, widths[0]), stage_layers(widths)
        self.to_rgb = nn.ModuleList(Conv(cout, channels, kernel=1, gain=1.0) for cout in widths)
        if snapshots:
            sizes_before = (Size(latent_dim, widths[: k + 1], channels) for k in range(len(widths) - 1))
            self.earlier = nn.ModuleList(sizes_before).requires_grad_(False)
            self.register_buffer("kept", torch.zeros((), dtype=torch.int64))  # how many of them
        self.snapshots = snapshots

    def z_weights(self):
        return [self.start[1].scaled().detach()]

    @torch.no_grad()
    def keep(self, k, other):
        """Hold the generator `other` as it is now at stage k, which is about to grow further."""
        parts = {"start": other.start, "stages": other.stages[: k + 1], "to_rgb": other.to_rgb[k]}
        for name, part in parts.items():
            getattr(self.earlier[k], name).load_state_dict(part.state_dict())
        self.kept.fill_(k + 1)

    def forward(self, z, level=None):
        k, alpha = stage(level, self.resolution)
        kept = int(self.kept) if self.snapshots and not self.training else 0
        if k < kept:
            x = self.earlier[k](z)
        else:
            h = self.start(z)
            for block in self.stages[:k]:
                h = block(h)
            x = self.to_rgb[k](self.stages[k](h))
        if alpha < 1:
            before = self.earlier[k - 1](z) if k - 1 < kept else self.to_rgb[k - 1](h)
            x = torch.lerp(F.interpolate(before, scale_factor=2.0).to(x.dtype), x, alpha)
        return x if self.training else x.clamp(-1, 1)


class Discriminator(nn.Module):
    """Pictures [n, channels, s, s] in [-1, 1], s = 4 * 2^stage -> critic scores [n] (Karras 2017, section 2).

    The generator's mirror image, with `MinibatchStd` before its last stage.
    """

    def __init__(self, width=16, resolution=128, channels=3):
        super().__init__()
        self.resolution = resolution
        first, *rest = widths = widths_of(width, resolution)
        act = nn.LeakyReLU(0.2)
        self.stages = nn.ModuleList(
            [
                nn.Sequential(
                    MinibatchStd(),
                    Conv(first + 1, first),
                    act,
                    nn.Flatten(),
                    Linear(16 * first, first),
                    act,
                    Linear(first, 1, gain=1.0),
                )
            ]
        )
        for cout, cin in zip(widths, rest):
            self.stages.append(nn.Sequential(Conv(cin, cin), act, Conv(cin, cout, resample=conv_down), act))
        self.from_rgb = nn.ModuleList(nn.Sequential(Conv(channels, cin, kernel=1), act) for cin in widths)

    def forward(self, x, level=None):
        k, alpha = stage(level, self.resolution)
        h = self.stages[k](self.from_rgb[k](x))
        if alpha < 1:
            h = torch.lerp(self.from_rgb[k - 1](F.avg_pool2d(x, 2)).to(h.dtype), h, alpha)
        for block in reversed(self.stages[:k]):
            h = block(h)
        return h[:, 0]


register(
    "progan",
    title="Progressive GAN",
    lecture=6,
    paper="Progressive Growing of GANs for Improved Quality, Stability, and Variation",
    authors="Karras et al.",
    year=2017,
    url="https://arxiv.org/abs/1710.10196",
    brought="Training starts at 4 px and fades each new resolution in. "
    "Large structure is learned first and detail last, which made pictures of a megapixel possible.",
    networks={"generator": Generator, "discriminator": Discriminator},
)
