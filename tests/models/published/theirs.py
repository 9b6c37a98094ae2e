"""The published networks re-stated with their own names and untouched defaults, to compare the conversions with."""

from functools import partial

import torch
from torch import nn

BATCH = nn.BatchNorm2d
INSTANCE = nn.InstanceNorm2d


class ResNetBlock(nn.Module):
    def __init__(self, width, norm):
        super().__init__()
        conv = partial(nn.Conv2d, width, width, 3, bias=norm is INSTANCE)
        first, second = (nn.ReflectionPad2d(1), conv(), norm(width)), (nn.ReflectionPad2d(1), conv(), norm(width))
        self.conv_block = nn.Sequential(*first, nn.ReLU(), *second)

    def forward(self, x):
        return x + self.conv_block(x)


class ResNet(nn.Module):
    """junyanz's ResnetGenerator."""

    def __init__(self, width=4, blocks=2, norm=INSTANCE):
        super().__init__()
        bias = norm is INSTANCE
        layers = [nn.ReflectionPad2d(3), nn.Conv2d(3, width, 7, bias=bias), norm(width), nn.ReLU()]
        for c in (width, 2 * width):
            layers += [nn.Conv2d(c, 2 * c, 3, 2, 1, bias=bias), norm(2 * c), nn.ReLU()]
        layers += [ResNetBlock(4 * width, norm) for _ in range(blocks)]
        for c in (4 * width, 2 * width):
            layers += [nn.ConvTranspose2d(c, c // 2, 3, 2, 1, 1, bias=bias), norm(c // 2), nn.ReLU()]
        self.model = nn.Sequential(*layers, nn.ReflectionPad2d(3), nn.Conv2d(width, 3, 7), nn.Tanh())

    def forward(self, x):
        return self.model(x)


class UNetBlock(nn.Module):
    """One level of junyanz's UnetGenerator and all levels within it."""

    def __init__(self, widths, norm, outermost=True, dropout=0.0):
        super().__init__()
        self.outermost, bias = outermost, norm is INSTANCE
        outer, inner, *rest = widths
        down = nn.Conv2d(3 if outermost else outer, inner, 4, 2, 1, bias=bias)
        within = [UNetBlock([inner, *rest], norm, False, dropout)] if rest else []
        out, features = 3 if outermost else outer, inner * (2 if rest else 1)
        up = nn.ConvTranspose2d(features, out, 4, 2, 1, bias=bias or outermost)
        if outermost:
            layers = [down, *within, nn.ReLU(), up, nn.Tanh()]
        else:
            layers = [nn.LeakyReLU(0.2), down, *([norm(inner)] if rest else []), *within, nn.ReLU(), up, norm(outer)]
            layers += [nn.Dropout(dropout)] if dropout and rest and outer == inner == rest[0] else []
        self.model = nn.Sequential(*layers)

    def forward(self, x):
        return self.model(x) if self.outermost else torch.cat([x, self.model(x)], 1)


class UNet(nn.Module):
    """junyanz's UnetGenerator."""

    def __init__(self, width=2, depth=7, norm=BATCH):
        super().__init__()
        self.model = UNetBlock([0, *(width * min(2**i, 8) for i in range(depth))], norm)

    def forward(self, x):
        return self.model(x)


class PatchGAN(nn.Module):
    """junyanz's NLayerDiscriminator."""

    def __init__(self, channels=3, width=4, layers=3, norm=INSTANCE):
        super().__init__()
        body, bias = [nn.Conv2d(channels, width, 4, 2, 1), nn.LeakyReLU(0.2)], norm is INSTANCE
        for i in range(1, layers + 1):
            cin, cout = width * min(2 ** (i - 1), 8), width * min(2**i, 8)
            body += [nn.Conv2d(cin, cout, 4, 2 if i < layers else 1, 1, bias=bias), norm(cout), nn.LeakyReLU(0.2)]
        self.model = nn.Sequential(*body, nn.Conv2d(cout, 1, 4, 1, 1))

    def forward(self, x):
        return self.model(x)[:, 0]


class StarBlock(nn.Module):
    def __init__(self, c):
        super().__init__()
        norm = partial(INSTANCE, c, affine=True, track_running_stats=True)
        conv = partial(nn.Conv2d, c, c, 3, 1, 1, bias=False)
        self.main = nn.Sequential(conv(), norm(), nn.ReLU(), conv(), norm())

    def forward(self, x):
        return x + self.main(x)


class StarG(nn.Module):
    """yunjey's Generator."""

    def __init__(self, width=4, labels=5, blocks=2):
        super().__init__()
        norm = partial(INSTANCE, affine=True, track_running_stats=True)
        layers = [nn.Conv2d(3 + labels, width, 7, 1, 3, bias=False), norm(width), nn.ReLU()]
        for c in (width, 2 * width):
            layers += [nn.Conv2d(c, 2 * c, 4, 2, 1, bias=False), norm(2 * c), nn.ReLU()]
        layers += [StarBlock(4 * width) for _ in range(blocks)]
        for c in (4 * width, 2 * width):
            layers += [nn.ConvTranspose2d(c, c // 2, 4, 2, 1, bias=False), norm(c // 2), nn.ReLU()]
        self.main = nn.Sequential(*layers, nn.Conv2d(width, 3, 7, 1, 3, bias=False), nn.Tanh())

    def forward(self, x, c):
        return self.main(torch.cat([x, c[:, :, None, None].repeat(1, 1, x.size(2), x.size(3))], 1))


class StarD(nn.Module):
    """yunjey's Discriminator."""

    def __init__(self, side=32, width=4, labels=5, layers=4):
        super().__init__()
        body, c = [nn.Conv2d(3, width, 4, 2, 1), nn.LeakyReLU(0.01)], width
        for _ in range(1, layers):
            body += [nn.Conv2d(c, 2 * c, 4, 2, 1), nn.LeakyReLU(0.01)]
            c *= 2
        self.main = nn.Sequential(*body)
        self.conv1 = nn.Conv2d(c, 1, 3, 1, 1, bias=False)
        self.conv2 = nn.Conv2d(c, labels, side // 2**layers, bias=False)

    def forward(self, x):
        h = self.main(x)
        return self.conv1(h)[:, 0], self.conv2(h).flatten(1)


class ExampleG(nn.Module):
    """The generator of pytorch/examples DCGAN."""

    def __init__(self, nz=12, ngf=4, nc=3):
        super().__init__()
        layers = [nn.ConvTranspose2d(nz, ngf * 8, 4, 1, 0, bias=False), BATCH(ngf * 8), nn.ReLU()]
        for i in (8, 4, 2):
            layers += [nn.ConvTranspose2d(ngf * i, ngf * i // 2, 4, 2, 1, bias=False), BATCH(ngf * i // 2), nn.ReLU()]
        self.main = nn.Sequential(*layers, nn.ConvTranspose2d(ngf, nc, 4, 2, 1, bias=False), nn.Tanh())

    def forward(self, z):
        return self.main(z[:, :, None, None])


class ExampleD(nn.Module):
    """The discriminator of pytorch/examples DCGAN, before its sigmoid."""

    def __init__(self, ndf=4, nc=3):
        super().__init__()
        layers = [nn.Conv2d(nc, ndf, 4, 2, 1, bias=False), nn.LeakyReLU(0.2)]
        for i in (1, 2, 4):
            layers += [nn.Conv2d(ndf * i, ndf * i * 2, 4, 2, 1, bias=False), BATCH(ndf * i * 2), nn.LeakyReLU(0.2)]
        self.main = nn.Sequential(*layers, nn.Conv2d(ndf * 8, 1, 4, 1, 0, bias=False))

    def forward(self, x):
        return self.main(x).flatten()


def random(net, seed=0):
    """The network with random tensors everywhere, running statistics and scales of norms included."""
    torch.manual_seed(seed)
    for name, tensor in net.state_dict().items():
        if tensor.is_floating_point():
            spread = torch.randn(tensor.shape) * (0.3 if tensor.ndim < 2 else 0.15)
            tensor.copy_(spread.abs() + 0.5 if name.endswith("running_var") else spread)
        if tensor.ndim == 1 and name.endswith("weight"):
            tensor.add_(1.0)
    return net
