"""Large batches, noise and class into every block, and z truncated to trade variety for quality (Brock 2018)."""

import torch
import torch.nn.functional as F
from torch import nn

from models.nets.layers import (
    ConditionalBatchNorm2d,
    DownConv2d,
    ProjectionDiscriminator,
    RowLinear,
    SelfAttention2d,
    UpConv2d,
    divide_by_spectral_norm,
    mixture,
    orthogonal,
    sizes,
)
from models.registry import register


class UpBlock(nn.Module):
    """Twice the side, with a skip: [n, cin, h, w] -> [n, cout, 2h, 2w] (Brock 2018, figure 15b)."""

    def __init__(self, cin, cout, condition):
        super().__init__()
        self.norm1, self.conv1 = ConditionalBatchNorm2d(cin, condition), UpConv2d(cin, cout, bias=False)
        self.norm2, self.conv2 = ConditionalBatchNorm2d(cout, condition), nn.Conv2d(cout, cout, 3, 1, 1)
        self.skip = nn.Conv2d(cin, cout, 1, bias=False)

    def forward(self, x, condition):
        h = self.conv1(self.norm1(x, condition).relu())
        h = self.conv2(self.norm2(h, condition).relu())
        return h + F.interpolate(self.skip(x), scale_factor=2.0)


class DownBlock(nn.Module):
    """Half the side, with a skip: [n, cin, h, w] -> [n, cout, h / 2, w / 2] (Brock 2018, figure 15c)."""

    def __init__(self, cin, cout, first=False):
        super().__init__()
        middle = cout // 2 if first else cin
        self.conv1, self.conv2 = nn.Conv2d(cin, middle, 3, 1, 1), DownConv2d(middle, cout)
        self.skip, self.first = nn.Conv2d(cin, cout, 1), first

    def forward(self, x):
        h = self.conv1(x if self.first else x.relu())
        return self.conv2(h.relu()) + self.skip(F.avg_pool2d(x, 2))


class Generator(nn.Module):
    """z: [n, latent_dim], labels -> pictures [n, channels, resolution, resolution] in [-1, 1] (Brock 2018, figure 15).

    labels: int64 [n], or float [n, classes], the shares of a mixture. z, by default 20 coordinates for the first layer
    and for each block, is cut into as many `chunks`: the first meets the first layer, each other, beside one embedding
    of the class shared by all, the batch norms of its own block. skip_z=False: all of z meets the first layer, the
    class alone each block. spectral: as in SAGAN.
    """

    def __init__(
        self,
        latent_dim=None,
        width=16,
        resolution=64,
        channels=3,
        classes=12,
        embedding=64,
        attention=16,
        skip_z=True,
        spectral=True,
    ):
        super().__init__()
        _, *self.sides = sizes(resolution)
        parts = len(self.sides) + 1
        latent_dim = latent_dim or 20 * parts
        self.latent_dim, self.resolution, self.channels, self.classes = latent_dim, resolution, channels, classes
        if skip_z and latent_dim % parts:
            raise ValueError(f"latent_dim {latent_dim} cannot be cut into {parts} chunks: choose a multiple of {parts}")
        cuts = [i * latent_dim // parts for i in range(parts + 1)] if skip_z else [0, latent_dim]
        self.chunks = [slice(*ends) for ends in zip(cuts, cuts[1:])]
        first, later = cuts[1], cuts[1] if skip_z else 0
        widths = [width * min(8, 2**i) for i in reversed(range(parts))]
        self.embed = RowLinear(classes, embedding, bias=False)
        self.start = RowLinear(first, 16 * widths[0])
        self.blocks = nn.ModuleList(UpBlock(cin, cout, embedding + later) for cin, cout in zip(widths, widths[1:]))
        self.attention = nn.ModuleDict(
            {str(side): SelfAttention2d(cout) for side, cout in zip(self.sides, widths[1:]) if side == attention}
        )
        self.norm, self.paint = nn.BatchNorm2d(widths[-1]), nn.Conv2d(widths[-1], channels, 3, 1, 1)
        orthogonal(self)
        nn.init.normal_(self.embed.weight, 0, 1)
        if spectral:
            divide_by_spectral_norm(self)

    def forward(self, z, labels):
        shared = self.embed(mixture(labels, self.classes))
        first, *chunks = (z[:, chunk] for chunk in self.chunks)
        h = self.start(first).view(len(z), -1, 4, 4)
        for i, (side, block) in enumerate(zip(self.sides, self.blocks)):
            h = block(h, torch.cat([shared, chunks[i]], 1) if chunks else shared)
            if str(side) in self.attention:
                h = self.attention[str(side)](h)
        return self.paint(self.norm(h).relu()).tanh()

    def z_weights(self):
        """The matrices [features, chunk] that meet each chunk of z, the first layer's first."""
        found, k = [self.start.weight.detach()], self.embed.out_features
        for block in self.blocks[: len(self.chunks) - 1]:
            met = [
                linear.weight.detach()[:, k:]
                for norm in (block.norm1, block.norm2)
                for linear in (norm.scale, norm.shift)
            ]
            found.append(torch.cat(met))
        return found


class Discriminator(ProjectionDiscriminator):
    """Pictures [n, channels, resolution, resolution] in [-1, 1], labels -> hinge scores [n] (Brock 2018, figure 15)."""

    def __init__(self, width=32, resolution=64, channels=3, classes=12, attention=16):
        layers, cin, cout = [], channels, width
        for side in reversed(sizes(resolution)[:-1]):
            layers.append(DownBlock(cin, cout, first=cin == channels))
            if side == attention:
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
    brought="The paper trains wide networks on batches of up to 2,048 pictures (here far fewer) and feeds z into every block. "
    "The truncation trick trades variety for fidelity with one threshold.",
    networks={"generator": Generator, "discriminator": Discriminator},
)
