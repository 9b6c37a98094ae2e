"""A U-Net: down to a bottleneck and up again, each level's detail carried across by a skip (Ronneberger 2015)."""

import torch
import torch.nn.functional as F
from torch import nn

from models.nets.patchgan import InstanceNorm2d, Smooth
from models.nets.resnet import Residual


def dropped(x, rate, generator=None):
    """Dropout, its mask drawn from `generator`, or from torch's own stream where that is None."""
    if generator is None:
        return F.dropout(x, rate)
    keep = torch.rand(x.shape, generator=generator) >= rate
    return x * keep.to(x.device) / (1 - rate)


class UNet(nn.Module):
    """Pictures [n, cin, h, w] -> [n, cout, h, w] in [-1, 1], sides multiples of 2^depth (Isola 2016, appendix 6.1.1).

    depth: halvings, the last of them without a norm, for one pixel has no spread. dropout: the rate in the first three
    decoder layers, the paper's only noise, in training and afterwards. skips: False makes it a plain encoder-decoder.
    smooth: how many of the last doublings are blurred, for transposed convolutions leave grids (Odena 2016). blocks:
    residual blocks at each size between the picture's and the bottleneck's, on the way down and on the way up, but for
    the first halving, where they would cost most (He 2015). unnormed: how many more of the sizes next to the bottleneck
    have no norm: an instance norm of a few pixels lets nothing pass that is the same all over the picture.
    """

    def __init__(
        self, cin, cout, width=64, depth=8, dropout=0.0, norm=InstanceNorm2d, skips=True, smooth=0, blocks=0, unnormed=0
    ):
        super().__init__()
        self.depth, self.dropout, self.skips = depth, dropout, skips
        widths = [width * min(2**i, 8) for i in range(depth)]

        def residual(level):
            return [Residual(widths[level], norm=norm) for _ in range(blocks)] if 0 < level < depth - 1 else []

        self.down, self.up = nn.ModuleList(), nn.ModuleList()
        for i, (a, b) in enumerate(zip([cin, *widths], widths)):
            after = [norm(b)] if 0 < i < depth - 1 - unnormed else []
            self.down.append(nn.Sequential(nn.Conv2d(a, b, 4, 2, 1), *after, *residual(i)))
        for i in reversed(range(depth)):
            a, b = widths[i] * (2 if skips and i < depth - 1 else 1), widths[i - 1] if i else cout
            after = [norm(b)] if 0 < i < depth - unnormed else []
            blur = [Smooth()] if i < smooth else []
            self.up.append(nn.Sequential(nn.ReLU(), nn.ConvTranspose2d(a, b, 4, 2, 1), *after, *blur, *residual(i - 1)))

    def forward(self, x, skips=True, generator=None):
        """skips: False cuts them, zeros in their place. generator: a torch.Generator that the dropout is drawn from."""
        levels = []
        for i, layer in enumerate(self.down):
            x = layer(F.leaky_relu(x, 0.2) if i else x)
            levels.append(x)
        for i, layer in enumerate(self.up):
            if i and self.skips:
                beside = levels[-1 - i]
                x = torch.cat([x, beside if skips else torch.zeros_like(beside)], 1)
            x = layer(x)
            if self.dropout and i < 3:
                x = dropped(x, self.dropout, generator)
        return x.tanh()
