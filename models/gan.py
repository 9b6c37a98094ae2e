"""The first GAN: two fully connected networks in a minimax game (Goodfellow 2014)."""

from torch import nn

from models.nets.layers import RowLinear
from models.registry import register


def hidden_layers(width):
    """The generator's second and third layer, [n, width] -> the same shape.

    Batch norm is younger than the paper (Ioffe 2015); without it D wins within three epochs and G stops learning.
    """
    return [
        *(RowLinear(width, width, bias=False), nn.BatchNorm1d(width), nn.LeakyReLU(0.2)),
        *(RowLinear(width, width, bias=False), nn.BatchNorm1d(width), nn.LeakyReLU(0.2)),
    ]


def discriminator_layers(inputs, width):
    """[n, inputs] -> logits [n, 1]: three hidden layers with dropout (Goodfellow 2014, section 5)."""
    return nn.Sequential(
        *(RowLinear(inputs, width), nn.LeakyReLU(0.2), nn.Dropout(0.3)),
        *(RowLinear(width, width), nn.LeakyReLU(0.2), nn.Dropout(0.3)),
        *(RowLinear(width, width), nn.LeakyReLU(0.2), nn.Dropout(0.3)),
        RowLinear(width, 1),
    )


class Generator(nn.Module):
    """z: [n, latent_dim] -> pictures [n, channels, resolution, resolution] in [-1, 1] (Goodfellow 2014, section 3)."""

    def __init__(self, latent_dim=64, width=512, resolution=28, channels=1):
        super().__init__()
        self.latent_dim, self.resolution, self.channels = latent_dim, resolution, channels
        self.body = nn.Sequential(
            RowLinear(latent_dim, width),
            nn.LeakyReLU(0.2),
            *hidden_layers(width),
            RowLinear(width, channels * resolution**2),
            nn.Tanh(),
        )

    def forward(self, z):
        return self.body(z).view(-1, self.channels, self.resolution, self.resolution)


class Discriminator(nn.Module):
    """Pictures [n, channels, resolution, resolution] in [-1, 1] -> logits [n] (Goodfellow 2014, section 3)."""

    def __init__(self, width=512, resolution=28, channels=1):
        super().__init__()
        self.body = discriminator_layers(channels * resolution**2, width)

    def forward(self, x):
        return self.body(x.flatten(1)).squeeze(1)


register(
    "gan",
    title="GAN",
    lecture=1,
    paper="Generative Adversarial Networks",
    authors="Goodfellow et al.",
    year=2014,
    url="https://arxiv.org/abs/1406.2661",
    brought="Two networks play a game: a generator turns noise into pictures, a discriminator tells them from data. "
    "The generator needs no formula for how likely a picture is: it learns from the discriminator's verdict alone.",
    networks={"generator": Generator, "discriminator": Discriminator},
)
