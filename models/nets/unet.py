"""A U-Net: down to a bottleneck and up again, with skip connections between equal sizes (Ronneberger 2015)."""

from functools import partial

import torch
import torch.nn.functional as F
from torch import nn

from models.nets.layers import UpConv2d
from models.nets.patchgan import InstanceNorm2d


def dropout(x, rate, generator=None):
    """Dropout whose mask is drawn from `generator`, a torch.Generator; None: from torch's global one.

    Or an iterator of what has been drawn: uniform in [0, 1), shaped as x.
    """
    if generator is None:
        return F.dropout(x, rate)
    drawn = torch.rand(x.shape, generator=generator) if isinstance(generator, torch.Generator) else next(generator)
    return x * (drawn >= rate).to(x.device) / (1 - rate)


class UNet(nn.Module):
    """Pictures [n, cin, h, w] -> [n, cout, h, w] in [-1, 1], sides multiples of 2^depth (Isola 2016, appendix 6.1.1).

    depth: halvings; the last has no norm, for its single pixel has no variance. dropout: the rate in the first three
    decoder layers, in training and afterwards; the paper's only noise. skips: False makes it a plain encoder-decoder.
    box: each doubling's kernel is one of 3 px convolved with a 2 x 2 box (`UpConv2d`), and cannot paint a checkerboard
    on an even ground (Odena 2016); False: all 16 of its weights are free.
    """

    def __init__(self, cin, cout, width=64, depth=8, dropout=0.0, norm=InstanceNorm2d, skips=True, box=False):
        super().__init__()
        self.dropout, self.skips, self.multiple = dropout, skips, 2**depth  # sides are multiples of the last
        self.dropped = range(3)  # the decoder's layers with dropout
        widths = [width * min(2**i, 8) for i in range(depth)]
        free = partial(nn.ConvTranspose2d, kernel_size=4, stride=2, padding=1)
        double = partial(UpConv2d, kernel_size=3) if box else free
        self.down, self.up = nn.ModuleList(), nn.ModuleList()
        for i, (a, b) in enumerate(zip([cin, *widths], widths)):
            normed = [norm(b)] if 0 < i < depth - 1 else []
            self.down.append(nn.Sequential(nn.Conv2d(a, b, 4, 2, 1), *normed))
        for i in reversed(range(depth)):
            a, b = widths[i] * (2 if skips and i < depth - 1 else 1), widths[i - 1] if i else cout
            self.up.append(nn.Sequential(nn.ReLU(), double(a, b), *([norm(b)] if i else [])))

    def noise(self, x, generator):
        """All that dropout draws for pictures x from a torch.Generator: uniform tensors, one for each of its layers."""
        n, _, h, w = x.shape
        layers = [i for i in self.dropped if self.dropout]
        halved = [len(self.up) - 1 - i for i in layers]
        shapes = [(n, self.up[i][1].out_channels, h >> times, w >> times) for i, times in zip(layers, halved)]
        return [torch.rand(shape, generator=generator) for shape in shapes]

    def encode(self, x):
        """What each level of the encoder gives, half as large as the one before: a tuple of [n, c, h, w].

        The skips carry all but the last, which is the bottleneck.
        """
        encoded = []
        for i, layer in enumerate(self.down):
            x = layer(F.leaky_relu(x, 0.2) if i else x)
            encoded.append(x)
        return tuple(encoded)

    def forward(self, x, generator=None):
        """generator: as in `dropout`."""
        encoded = self.encode(x)
        x = encoded[-1]
        for i, layer in enumerate(self.up):
            if i and self.skips:
                x = torch.cat([x, encoded[-1 - i]], 1)
            x = layer(x)
            if self.dropout and i in self.dropped:
                x = dropout(x, self.dropout, generator)
        return x.tanh()
