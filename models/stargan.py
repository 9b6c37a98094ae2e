"""One generator for all domains and several data sets, told by a label where to go (Choi 2017)."""

import torch
from torch import nn

from models.nets.resnet import ResNet
from models.registry import network


def mask_vector(domain, sizes):
    """Domain indices int64 [n] -> what the generator is told [n, sum(sizes) + len(sizes)] (Choi 2017, equation 7).

    sizes: how many domains each data set has; domains count through, set after set. One part a data set, one-hot in
    the set's own and zeros in the others', then the mask: a one for the set whose part is meant.
    """
    n, total = len(domain), sum(sizes)
    vector = torch.zeros(n, total + len(sizes), device=domain.device)
    vector[torch.arange(n, device=domain.device), domain] = 1
    ends = torch.tensor(sizes, device=domain.device).cumsum(0)
    vector[torch.arange(n, device=domain.device), total + torch.bucketize(domain, ends, right=True)] = 1
    return vector


@network("stargan", "generator")
class Generator(nn.Module):
    """Faces [n, channels, h, w] in [-1, 1], what to make of them [n, labels] -> the same shape (Choi 2017, table 4).

    labels: the length of the mask vector. The paper repeats it over the picture as constant input channels, of which
    instance norm leaves nothing but a frame; here each residual block is told. It corrects the face, at half the size,
    where the paper's generator paints it anew: detail stays, and a step costs a quarter.
    """

    def __init__(self, labels=14, width=32, blocks=4, channels=1):
        super().__init__()
        self.channels = channels
        self.net = ResNet(channels, channels, width, blocks, told=labels, correction=2)

    def forward(self, x, vector):
        return self.net(x, vector.to(x.dtype))


@network("stargan", "discriminator")
class Discriminator(nn.Module):
    """Faces [n, channels, resolution, resolution] -> critic scores [n, h', w'], domain logits [n, domains].

    Choi 2017, table 5: one body, two heads, no norm; weights drawn so that signals keep their size without one (He
    2015, section 2.2).
    """

    def __init__(self, domains=12, width=32, resolution=128, channels=1, layers=5):
        super().__init__()
        body, cin, cout = [], channels, width
        for _ in range(layers):
            body += [nn.Conv2d(cin, cout, 4, 2, 1), nn.LeakyReLU(0.01)]
            cin, cout = cout, min(cout * 2, 16 * width)
        self.body = nn.Sequential(*body)
        self.score = nn.Conv2d(cin, 1, 3, 1, 1, bias=False)
        self.domain = nn.Conv2d(cin, domains, resolution >> layers, bias=False)
        for layer in self.body[::2]:
            nn.init.kaiming_normal_(layer.weight, 0.01)
            nn.init.zeros_(layer.bias)

    def forward(self, x):
        h = self.body(x)
        return self.score(h)[:, 0], self.domain(h).flatten(1)
