"""Self-attention in both networks relates every place of the picture to every other (Zhang 2018)."""

from torch import nn

from models.nets.layers import (
    ConditionalBatchNorm2d,
    ProjectionDiscriminator,
    RowLinear,
    SelfAttention2d,
    UpConv2d,
    class_shares,
    divide_by_spectral_norm,
    orthogonal,
    sizes,
)
from models.registry import register


class Generator(nn.Module):
    """z: [n, latent_dim], labels -> pictures [n, channels, resolution, resolution] in [-1, 1] (Zhang 2018, section 4).

    labels: int64 [n], or float [n, classes], the shares of a mixture. Conditional batch norm in every layer,
    attention where the picture is `attention` px wide (0: nowhere; Zhang 2018, table 1). spectral: divide each weight
    by its largest singular value; False for exported weights, which have been divided already. gate: the share of the
    attention's learned factor that is used, 1 in training.
    """

    def __init__(self, latent_dim=128, width=32, resolution=64, channels=3, classes=12, attention=32, spectral=True):
        super().__init__()
        self.latent_dim, self.resolution, self.channels, self.classes = latent_dim, resolution, channels, classes
        _, *sides = sizes(resolution)
        cout = width * 2 ** (len(sides) - 1)
        self.start = RowLinear(latent_dim, 16 * cout)
        self.blocks = nn.ModuleList()
        for side in sides:
            cin, cout = cout, channels if side == resolution else cout // 2
            block = nn.ModuleDict({"norm": ConditionalBatchNorm2d(cin, classes), "conv": UpConv2d(cin, cout, 3)})
            if side == attention and side < resolution:
                block["attention"] = SelfAttention2d(cout)
            self.blocks.append(block)
        orthogonal(self)
        if spectral:
            divide_by_spectral_norm(self)

    def forward(self, z, labels, gate=1.0):
        condition = class_shares(labels, self.classes)
        h = self.start(z).view(len(z), -1, 4, 4)
        for block in self.blocks:
            h = block["conv"](block["norm"](h, condition).relu())
            if "attention" in block:
                h = block["attention"](h, gate)
        return h.tanh()


class Discriminator(ProjectionDiscriminator):
    """Pictures [n, channels, resolution, resolution] in [-1, 1], labels -> hinge scores [n] (Zhang 2018, section 4)."""

    def __init__(self, width=32, resolution=64, channels=3, classes=12, attention=32):
        layers, cin, cout = [], channels, width
        for side in reversed(sizes(resolution)[:-1]):
            layers += [nn.Conv2d(cin, cout, 4, 2, 1), nn.LeakyReLU(0.1)]
            if side == attention:
                layers.append(SelfAttention2d(cout))
            cin, cout = cout, cout * 2
        super().__init__(layers, cin, classes)


register(
    "sagan",
    title="SAGAN",
    lecture=8,
    paper="Self-Attention Generative Adversarial Networks",
    authors="Zhang et al.",
    year=2018,
    url="https://arxiv.org/abs/1805.08318",
    brought="Self-attention lets every place of the picture look at every other. "
    "A convolution sees a small neighbourhood; attention relates places that lie far apart.",
    networks={"generator": Generator, "discriminator": Discriminator},
)
