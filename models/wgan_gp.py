"""A critic whose gradient norm a penalty holds near 1 (Gulrajani 2017); the generator is DCGAN's."""

from torch import nn

from models.dcgan import Discriminator, Generator
from models.registry import register


class Critic(Discriminator):
    """Pictures [n, channels, resolution, resolution] in [-1, 1] -> critic scores [n]: DCGAN's without batch norm.

    The penalty concerns the gradient of each picture by itself (Gulrajani 2017, section 4).
    """

    def layer(self, cin, cout):
        return [nn.Conv2d(cin, cout, 4, 2, 1), nn.LeakyReLU(0.2)]


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
