"""Every weight of the discriminator divided by its largest singular value (Miyato 2018); the generator is DCGAN's."""

from torch import nn

from models.dcgan import Generator
from models.nets.layers import sizes, spectral_norm
from models.registry import register


class Discriminator(nn.Module):
    """Pictures [n, channels, resolution, resolution] in [-1, 1] -> hinge scores [n] (Miyato 2018, section 4).

    4 px convolutions of stride 2 and leaky ReLU of slope 0.1; spectral norm on every layer, batch norm on none.
    """

    def __init__(self, width=64, resolution=64, channels=3):
        super().__init__()
        layers, cin, cout = [], channels, width
        for _ in sizes(resolution)[1:]:
            layers += [spectral_norm(nn.Conv2d(cin, cout, 4, 2, 1)), nn.LeakyReLU(0.1)]
            cin, cout = cout, cout * 2
        self.body = nn.Sequential(*layers, spectral_norm(nn.Conv2d(cin, 1, 4)))

    def forward(self, x):
        return self.body(x).flatten()


register(
    "sngan",
    title="SN-GAN",
    lecture=7,
    paper="Spectral Normalization for Generative Adversarial Networks",
    authors="Miyato et al.",
    year=2018,
    url="https://arxiv.org/abs/1802.05957",
    brought="Every weight matrix of the discriminator is divided by its largest singular value, found by power "
    "iteration. This bounds the discriminator's slope at almost no cost, with no penalty to tune.",
    networks={"generator": Generator, "discriminator": Discriminator},
)
