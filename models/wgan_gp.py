"""A critic whose gradient norm a penalty holds near 1 (Gulrajani 2017); the generator is DCGAN's."""

from torch import nn

from models.dcgan import Generator
from models.nets.layers import dcgan_init, doublings
from models.registry import register


class Critic(nn.Module):
    """Pictures [n, channels, resolution, resolution] in [-1, 1] -> critic scores [n].

    No batch norm: the penalty concerns the gradient of each picture by itself (Gulrajani 2017, section 4).
    """

    def __init__(self, width=64, resolution=64, channels=3):
        super().__init__()
        cout = width
        layers = [nn.Conv2d(channels, cout, 4, 2, 1), nn.LeakyReLU(0.2)]
        for _ in range(doublings(resolution) - 1):
            cin, cout = cout, cout * 2
            layers += [nn.Conv2d(cin, cout, 4, 2, 1), nn.LeakyReLU(0.2)]
        self.body = nn.Sequential(*layers, nn.Conv2d(cout, 1, 4))
        self.apply(dcgan_init)

    def forward(self, x):
        return self.body(x).flatten()


register(
    "wgan_gp",
    title="WGAN-GP",
    lecture=5,
    paper="Improved Training of Wasserstein GANs",
    authors="Gulrajani et al.",
    year=2017,
    url="https://arxiv.org/abs/1704.00028",
    brought="Clipping wastes the critic's capacity: its weights pile up at the two limits. "
    "A penalty that holds the norm of the critic's gradient near 1 takes the place of clipping.",
    networks={"generator": Generator, "discriminator": Critic},
)
