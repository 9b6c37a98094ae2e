"""A label map to the photograph it describes, learned from pairs (Isola 2016)."""

import torch
from torch import nn

from models.nets.layers import smooth_chroma
from models.nets.patchgan import PatchDiscriminator
from models.nets.resnet import ResNet
from models.nets.unet import UNet
from models.registry import network

# The label colours of CMP Facades as its pix2pix copy paints them: the most frequent colour near each, over 400 maps.
PALETTE = {
    "wall": (0, 0, 221),
    "facade": (0, 48, 255),
    "door": (3, 207, 255),
    "window": (1, 128, 255),
    "sill": (111, 255, 143),
    "blind": (255, 240, 2),
    "balcony": (192, 255, 63),
    "cornice": (32, 255, 225),
    "pillar": (251, 1, 2),
    "deco": (255, 160, 1),
    "molding": (255, 80, 0),
    "shop": (174, 0, 2),
}


def nearest(maps, colours):
    """Which of colours [k, 3] is nearest, on the same scale: float [n, 3, h, w] -> int64 [n, h, w]."""
    return (maps.permute(0, 2, 3, 1) @ colours.T - colours.square().sum(1) / 2).argmax(3)


class OneHot(nn.Module):
    """The first three channels, a label map in [-1, 1], as one channel a label, 1 where its colour is the nearest:
    [n, 3 + k, h, w] -> [n, 12 + k, h, w]."""

    def __init__(self):
        super().__init__()
        self.register_buffer("colours", torch.tensor(list(PALETTE.values())) / 127.5 - 1, persistent=False)

    def forward(self, x):
        with torch.autocast(x.device.type, enabled=False):  # near colours are one in bf16
            label = nearest(x[:, :3].float(), self.colours)
        own = label[..., None] == torch.arange(len(self.colours), device=x.device)
        return torch.cat([own.permute(0, 3, 1, 2).to(x.dtype), x[:, 3:]], 1)


@network("pix2pix", "generator")
def generator(width=24, depth=8, dropout=0.5, skips=True, blocks=0, smooth=0, unnormed=0, one_hot=False, chroma=0.0):
    """Label maps [n, 3, 256, 256] -> photographs of the same shape, both in [-1, 1] (Isola 2016, appendix 6.1.1).

    Dropout is the only noise: it stays on after training, drawn from a seed. skips: False cuts the U-Net's. blocks:
    of a ResNet in the U-Net's place, which has no noise; 0: the U-Net. Of ours, the U-Net's alone: smooth and unnormed
    (`UNet`); one_hot, True shows it labels, not their colours; chroma, px by which the photograph's colours are
    smoothed (`SmoothChroma`), 0: not at all.
    """
    if blocks:
        return Blocks(width, blocks)
    return Painter(width, depth, dropout, skips, smooth, unnormed, one_hot, chroma)


class Painter(UNet):
    """The U-Net between labels and smoothed colours, where it has them."""

    def __init__(self, width, depth, dropout, skips, smooth, unnormed, one_hot, chroma):
        super().__init__(
            len(PALETTE) if one_hot else 3, 3, width, depth, dropout, skips=skips, smooth=smooth, unnormed=unnormed
        )
        self.labels = OneHot() if one_hot else nn.Identity()
        self.chroma = smooth_chroma(chroma, 3)

    def forward(self, x, skips=True, generator=None):
        return self.chroma(super().forward(self.labels(x), skips, generator))


class Blocks(ResNet):
    """The same by residual blocks (Zhu 2017, appendix 7.2)."""

    def __init__(self, width, blocks):
        super().__init__(3, 3, width, blocks)

    def forward(self, x, generator=None):
        """generator: what the U-Net's noise is drawn from; nothing is drawn here."""
        return super().forward(x)


@network("pix2pix", "discriminator")
class Discriminator(PatchDiscriminator):
    """Label maps and photographs stacked [n, 6, h, w] -> logits of patches of 70 px [n, h', w'].

    one_hot: True shows it labels, not their colours. spectral: as in `PatchDiscriminator`.
    """

    def __init__(self, width=32, layers=3, one_hot=False, spectral=False):
        super().__init__(3 + (len(PALETTE) if one_hot else 3), width, layers, spectral)
        self.labels = OneHot() if one_hot else nn.Identity()

    def forward(self, x):
        return super().forward(self.labels(x))

    def seen(self, x):
        return super().seen(self.labels(x))
