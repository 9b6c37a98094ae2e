"""Wide networks, z and the class in every block, truncated z to trade variety for fidelity (Brock 2018)."""

from functools import partial

import torch
import torch.nn.functional as F
from torch import nn

from models.nets.layers import (
    ConditionalBatchNorm2d,
    DownConv2d,
    ProjectionDiscriminator,
    RowLinear,
    SelfAttention2d,
    TruncatedBatchNorm2d,
    UpConv2d,
    class_shares,
    divide_by_spectral_norm,
    orthogonal,
    place_of,
    sizes,
)
from models.registry import register

EMBEDDING = 64  # features of the class embedding that all blocks share
ATTENTION = 16  # px: the side at which both networks have self-attention


class UpBlock(nn.Module):
    """Twice the side, with a skip: [n, cin, h, w] -> [n, cout, 2h, 2w] (Brock 2018, figure 15b)."""

    def __init__(self, cin, cout, condition, thresholds=0):
        super().__init__()
        norm = partial(ConditionalBatchNorm2d, width=condition, length=condition**0.5, thresholds=thresholds)
        self.norm1, self.conv1 = norm(cin), UpConv2d(cin, cout, 3, bias=False)
        self.norm2, self.conv2 = norm(cout), nn.Conv2d(cout, cout, 3, 1, 1)
        self.skip = nn.Conv2d(cin, cout, 1, bias=False)

    def forward(self, x, condition, place=None):
        h = self.conv1(self.norm1(x, condition, place).relu())
        h = self.conv2(self.norm2(h, condition, place).relu())
        return h + F.interpolate(self.skip(x), scale_factor=2.0)


class DownBlock(nn.Module):
    """Half the side, with a skip: [n, cin, h, w] -> [n, cout, h / 2, w / 2] (Brock 2018, figure 15c)."""

    def __init__(self, cin, cout, first=False):
        super().__init__()
        middle = cout // 2 if first else cin
        self.conv1, self.conv2 = nn.Conv2d(cin, middle, 3, 1, 1), DownConv2d(middle, cout, 3)
        self.skip, self.first = nn.Conv2d(cin, cout, 1), first

    def forward(self, x):
        h = self.conv1(x if self.first else x.relu())
        return self.conv2(h.relu()) + self.skip(F.avg_pool2d(x, 2))


class Generator(nn.Module):
    """z: [n, latent_dim], labels -> pictures [n, channels, resolution, resolution] in [-1, 1] (Brock 2018, figure 15).

    labels: int64 [n], or float [n, classes], the shares of a mixture. z is cut into equal chunks, of 20 coordinates
    unless latent_dim is given: one for the first layer and one for each block, whose conditional batch norms read it
    beside the class embedding. spectral: as in SAGAN. thresholds: of z, rising, for which batch norm keeps statistics;
    truncation, in eval mode: float [n], by whose statistics each picture is made, inf: by those of whole z.
    """

    def __init__(self, latent_dim=None, width=16, resolution=64, channels=3, classes=12, spectral=True, thresholds=()):
        super().__init__()
        self.thresholds, rows = tuple(thresholds), len(thresholds)
        _, *self.sides = sizes(resolution)
        parts = len(self.sides) + 1
        latent_dim = latent_dim or 20 * parts
        self.latent_dim, self.resolution, self.channels, self.classes = latent_dim, resolution, channels, classes
        self.chunks = self.cut(latent_dim, parts)
        first, *later = (chunk.stop - chunk.start for chunk in self.chunks)
        widths = [width * min(8, 2**i) for i in reversed(range(parts))]
        self.embed = RowLinear(classes, EMBEDDING, bias=False)
        self.start = RowLinear(first, 16 * widths[0])
        self.blocks = nn.ModuleList(
            UpBlock(cin, cout, EMBEDDING + length, rows) for cin, cout, length in zip(widths, widths[1:], later)
        )
        self.attention = nn.ModuleDict(
            {str(side): SelfAttention2d(cout) for side, cout in zip(self.sides, widths[1:]) if side == ATTENTION}
        )
        self.norm = TruncatedBatchNorm2d(widths[-1], thresholds=rows)
        self.paint = nn.Conv2d(widths[-1], channels, 3, 1, 1)
        orthogonal(self)
        nn.init.normal_(self.embed.weight, 0, 1)
        if spectral:
            divide_by_spectral_norm(self, free=[self.embed])

    @staticmethod
    def cut(latent_dim, parts):
        """The slices of z that enter the first layer and each block; ValueError if they cannot be equally long."""
        if latent_dim % parts:
            raise ValueError(f"latent_dim {latent_dim} cannot be cut into {parts} chunks: choose a multiple of {parts}")
        length = latent_dim // parts
        return [slice(i * length, (i + 1) * length) for i in range(parts)]

    def forward(self, z, labels, truncation=None):
        place = None if truncation is None or not self.thresholds else place_of(truncation, self.thresholds)
        embedding = self.embed(class_shares(labels, self.classes))
        first, *later = (z[:, chunk] for chunk in self.chunks)
        h = self.start(first).view(len(z), -1, 4, 4)
        for side, block, chunk in zip(self.sides, self.blocks, later):
            h = block(h, torch.cat([embedding, chunk], 1), place)
            if str(side) in self.attention:
                h = self.attention[str(side)](h)
        return self.paint(self.norm(h, place).relu()).tanh()

    def z_weights(self):
        blocks = [[m.weight for m in block.modules() if isinstance(m, RowLinear)] for block in self.blocks]
        return [self.start.weight.detach(), *(torch.cat(weights).detach()[:, EMBEDDING:] for weights in blocks)]


class Discriminator(ProjectionDiscriminator):
    """Pictures [n, channels, resolution, resolution] in [-1, 1], labels -> hinge scores [n] (Brock 2018, figure 15)."""

    def __init__(self, width=32, resolution=64, channels=3, classes=12):
        layers, cin, cout = [], channels, width
        for side in reversed(sizes(resolution)[:-1]):
            layers.append(DownBlock(cin, cout, first=cin == channels))
            if side == ATTENTION:
                layers.append(SelfAttention2d(cout))
            cin, cout = cout, min(cout * 2, 8 * width)
        super().__init__([*layers, nn.ReLU()], cin, classes)


register(
    "biggan",
    title="BigGAN",
    lecture=9,
    paper="Large Scale GAN Training for High Fidelity Natural Image Synthesis",
    authors="Brock et al.",
    year=2018,
    url="https://arxiv.org/abs/1809.11096",
    brought="The paper trains wide networks on batches of up to 2,048 pictures (here far fewer) and feeds z into "
    "every block. The truncation trick trades variety for fidelity with one threshold.",
    networks={"generator": Generator, "discriminator": Discriminator},
)
