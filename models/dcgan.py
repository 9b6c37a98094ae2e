"""Convolutions instead of fully connected layers, no pooling, no interpolation (Radford 2015)."""

from functools import partial

from torch import nn

from models.nets.layers import UpConv2d, dcgan_init, sizes
from models.registry import register


class Generator(nn.Module):
    """z: [n, latent_dim] -> pictures [n, channels, resolution, resolution] in [-1, 1] (Radford 2015, figure 1).

    Transposed convolutions whose 4 px kernel is divisible by their stride of 2, batch norm and ReLU in every layer
    but the last. WGAN, WGAN-GP and SN-GAN share this network, so that their objectives can be compared.

    box: each doubling's kernel is one of 3 px convolved with a 2 x 2 box (`UpConv2d`), and cannot paint a checkerboard
    on an even ground (Odena 2016); False: all 16 of its weights are free, as in the paper.
    """

    def __init__(self, latent_dim=128, width=64, resolution=64, channels=3, box=False):
        super().__init__()
        self.latent_dim, self.resolution, self.channels = latent_dim, resolution, channels
        _, _, *later = sizes(resolution)
        cout = width * 2 ** len(later)
        layers = [nn.ConvTranspose2d(latent_dim, cout, 4, bias=False), nn.BatchNorm2d(cout), nn.ReLU()]
        free = partial(nn.ConvTranspose2d, kernel_size=4, stride=2, padding=1)
        double = partial(UpConv2d, kernel_size=3) if box else free
        for _ in later:
            cin, cout = cout, cout // 2
            layers += [double(cin, cout, bias=False), nn.BatchNorm2d(cout), nn.ReLU()]
        self.body = nn.Sequential(*layers, double(cout, channels), nn.Tanh())
        self.apply(dcgan_init)

    def forward(self, z):
        return self.body(z[:, :, None, None])


class Discriminator(nn.Module):
    """Pictures [n, channels, resolution, resolution] in [-1, 1] -> logits [n] (Radford 2015, section 3).

    Strided convolutions and leaky ReLU of slope 0.2; batch norm in every layer but the first and the last. Clipped
    WGAN uses the same network as its critic (Arjovsky 2017, section 4.1).
    """

    def __init__(self, width=64, resolution=64, channels=3):
        super().__init__()
        cout = width
        layers = [nn.Conv2d(channels, cout, 4, 2, 1), nn.LeakyReLU(0.2)]
        for _ in sizes(resolution)[2:]:
            layers += self.layer(cout, 2 * cout)
            cout *= 2
        self.body = nn.Sequential(*layers, nn.Conv2d(cout, 1, 4))
        self.apply(dcgan_init)

    def layer(self, cin, cout):
        """Half the side: [n, cin, h, w] -> [n, cout, h / 2, w / 2]."""
        return [nn.Conv2d(cin, cout, 4, 2, 1, bias=False), nn.BatchNorm2d(cout), nn.LeakyReLU(0.2)]

    def forward(self, x):
        return self.body(x).flatten()


register(
    "dcgan",
    title="DCGAN",
    lecture=3,
    paper="Unsupervised Representation Learning with Deep Convolutional GANs",
    authors="Radford et al.",
    year=2015,
    url="https://arxiv.org/abs/1511.06434",
    brought="Strided convolutions, batch norm and no pooling: the architecture that made GANs train reliably. "
    "It showed that directions in z have a meaning.",
    networks={"generator": Generator, "discriminator": Discriminator},
)
