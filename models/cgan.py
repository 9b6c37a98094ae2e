"""A GAN with a class label as a second input of both networks (Mirza 2014)."""

import torch
from torch import nn

from models.gan import discriminator_layers, hidden_layers
from models.nets.layers import RowLinear, class_shares
from models.registry import register


class Generator(nn.Module):
    """z: [n, latent_dim], labels: int64 [n] -> pictures [n, channels, resolution, resolution] in [-1, 1].

    z and the one-hot label each have a first layer of their own; their outputs are joined (Mirza 2014, section 4.1).
    """

    def __init__(self, latent_dim=64, classes=10, width=512, resolution=28, channels=1):
        super().__init__()
        self.latent_dim, self.resolution, self.channels, self.classes = latent_dim, resolution, channels, classes
        self.from_z = RowLinear(latent_dim, width // 2)
        self.from_label = RowLinear(classes, width // 2)
        self.body = nn.Sequential(
            nn.LeakyReLU(0.2), *hidden_layers(width), RowLinear(width, channels * resolution**2), nn.Tanh()
        )

    def forward(self, z, labels):
        joined = torch.cat([self.from_z(z), self.from_label(class_shares(labels, self.classes))], 1)
        return self.body(joined).view(-1, self.channels, self.resolution, self.resolution)


class Discriminator(nn.Module):
    """Pictures [n, channels, resolution, resolution] in [-1, 1], labels: int64 [n] -> logits [n].

    The picture and the one-hot label are joined at the input (Mirza 2014, section 4.1).
    """

    def __init__(self, classes=10, width=512, resolution=28, channels=1):
        super().__init__()
        self.classes = classes
        self.body = discriminator_layers(channels * resolution**2 + classes, width)

    def forward(self, x, labels):
        return self.body(torch.cat([x.flatten(1), class_shares(labels, self.classes)], 1)).squeeze(1)


register(
    "cgan",
    title="cGAN",
    lecture=2,
    paper="Conditional Generative Adversarial Nets",
    authors="Mirza and Osindero",
    year=2014,
    url="https://arxiv.org/abs/1411.1784",
    brought="The class label enters both networks, so that the generator can be asked for a class. "
    "Later conditional GANs build on this.",
    networks={"generator": Generator, "discriminator": Discriminator},
)
