"""A GAN told what to draw: the label enters both networks (Mirza 2014)."""

import torch
from torch import nn

from models.gan import hidden
from models.nets.layers import RowLinear, mixture
from models.registry import register


class Generator(nn.Module):
    """z: [n, latent_dim], labels: int64 [n] -> pictures [n, channels, resolution, resolution] in [-1, 1].

    z and the one-hot label are mapped to hidden layers of their own, then joined (Mirza 2014, section 4.1).
    """

    def __init__(self, latent_dim=64, classes=10, width=512, depth=3, resolution=28, channels=1):
        super().__init__()
        self.latent_dim, self.classes = latent_dim, classes
        self.resolution, self.channels = resolution, channels
        self.from_z = RowLinear(latent_dim, width // 2)
        self.from_label = RowLinear(classes, width // 2)
        self.body = nn.Sequential(
            nn.LeakyReLU(0.2), *hidden(width, depth - 1), RowLinear(width, channels * resolution**2), nn.Tanh()
        )

    def forward(self, z, labels):
        joined = torch.cat([self.from_z(z), self.from_label(mixture(labels, self.classes))], 1)
        return self.body(joined).view(-1, self.channels, self.resolution, self.resolution)


class Discriminator(nn.Module):
    """Pictures [n, channels, resolution, resolution] in [-1, 1] and int64 labels [n] -> logits [n].

    Picture and one-hot label enter side by side (Mirza 2014, section 4.1).
    """

    def __init__(self, classes=10, width=512, depth=3, resolution=28, channels=1, dropout=0.3):
        super().__init__()
        self.classes = classes
        layers, cin = [], channels * resolution**2 + classes
        for _ in range(depth):
            layers += [RowLinear(cin, width), nn.LeakyReLU(0.2), nn.Dropout(dropout)]
            cin = width
        self.body = nn.Sequential(*layers, RowLinear(width, 1))

    def forward(self, x, labels):
        return self.body(torch.cat([x.flatten(1), mixture(labels, self.classes)], 1)).squeeze(1)


register(
    "cgan",
    title="cGAN",
    lecture=2,
    paper="Conditional Generative Adversarial Nets",
    authors="Mirza and Osindero",
    year=2014,
    url="https://arxiv.org/abs/1411.1784",
    brought="The class label enters both networks, so the generator can be asked for a class. "
    "Every later conditional GAN builds on this.",
    networks={"generator": Generator, "discriminator": Discriminator},
)
