"""The first GAN: two fully connected networks in a minimax game (Goodfellow 2014)."""
import torch
from torch import nn

from models.registry import network


def mlp(cin, width, depth, cout):
    """Fully connected layers of equal width, leaky ReLU between them."""
    layers = []
    for i in range(depth):
        layers += [nn.Linear(cin if i == 0 else width, width), nn.LeakyReLU(0.2)]
    return nn.Sequential(*layers, nn.Linear(width, cout))


@network("gan", "generator")
class Generator(nn.Module):
    """z: [n, latent_dim] -> pictures [n, channels, resolution, resolution] in [-1, 1] (Goodfellow 2014, section 3)."""

    def __init__(self, latent_dim=64, width=512, depth=3, resolution=28, channels=1):
        super().__init__()
        self.latent_dim, self.resolution, self.channels = latent_dim, resolution, channels
        self.body = mlp(latent_dim, width, depth, channels * resolution**2)

    def forward(self, z):
        return torch.tanh(self.body(z)).view(-1, self.channels, self.resolution, self.resolution)


@network("gan", "discriminator")
class Discriminator(nn.Module):
    """Pictures [n, channels, resolution, resolution] in [-1, 1] -> logits [n] (Goodfellow 2014, section 3)."""

    def __init__(self, width=512, depth=3, resolution=28, channels=1, dropout=0.3):
        super().__init__()
        layers, cin = [], channels * resolution**2
        for _ in range(depth):
            layers += [nn.Linear(cin, width), nn.LeakyReLU(0.2), nn.Dropout(dropout)]
            cin = width
        self.body = nn.Sequential(*layers, nn.Linear(width, 1))

    def forward(self, x):
        return self.body(x.flatten(1)).squeeze(1)
