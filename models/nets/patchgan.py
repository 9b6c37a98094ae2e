"""A judge of patches: each number it gives is about one part of the picture (Isola 2016, section 2.2.2)."""

import torch.nn.functional as F
from torch import nn

from models.nets.layers import divide_by_spectral_norm


class InstanceNorm2d(nn.GroupNorm):
    """Every channel of every picture to mean 0 and variance 1, then a learned scale and shift (Ulyanov 2016).

    Batch norm at batch size one is this (Isola 2016, appendix 6.1). As a group norm of one channel a group, for that
    keeps channels_last; in fp32, for torch's bf16 backward takes five times as long on a CPU.
    """

    def __init__(self, channels):
        super().__init__(channels, channels)

    def forward(self, x):
        return super().forward(x.float()).to(x.dtype)


class Smooth(nn.Module):
    """A blur by [1 2 1] / 4 both ways, which lets no pattern of period 2 through (Zhang 2019, section 3.2)."""

    def forward(self, x):
        return F.avg_pool2d(F.avg_pool2d(F.pad(x, (1, 1, 1, 1), mode="replicate"), 2, 1), 2, 1)


class PatchDiscriminator(nn.Module):
    """Pictures [n, channels, h, w] -> logits [n, h', w'], one for each patch (Isola 2016, appendix 6.1.2).

    layers: strided layers; 3 make patches of 70 px, 1 of 16, 2 of 34, 4 of 142, 5 of 286; 0 of a single pixel, by
    convolutions of 1 x 1. Pairs come as one picture, channels stacked. spectral: True divides every weight by its
    spectral norm (Miyato 2018) in the instance norm's place, which hides how bright and how colourful a picture is.
    """

    def __init__(self, channels, width=64, layers=3, spectral=False):
        super().__init__()
        act, cout = nn.LeakyReLU(0.2), width
        side, pad, half = (4, 1, 2) if layers else (1, 0, 1)
        body = [nn.Conv2d(channels, width, side, half, pad), act]
        for i in range(1, max(layers, 1) + 1):
            cin, cout = cout, width * min(2**i, 8)
            norm = [] if spectral else [InstanceNorm2d(cout)]
            body += [nn.Conv2d(cin, cout, side, half if i < layers else 1, pad), *norm, act]
        self.body = nn.Sequential(*body, nn.Conv2d(cout, 1, side, 1, pad))
        if spectral:
            divide_by_spectral_norm(self)

    def forward(self, x):
        return self.body(x)[:, 0]

    def seen(self, x):
        """What each of its layers sees of pictures, a list of [n, c, h, w], and the logits [n, h', w']."""
        layers = []
        for layer in self.body[:-1]:
            x = layer(x)
            if isinstance(layer, nn.LeakyReLU):
                layers.append(x)
        return layers, self.body[-1](x)[:, 0]
