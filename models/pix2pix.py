"""A label map to the photograph it describes, learned from pairs (Isola 2016)."""
from models.patchgan import PatchDiscriminator
from models.registry import network
from models.resnet import ResNet
from models.unet import UNet

# The label colours of CMP Facades as its pix2pix copy paints them: the most frequent colour near each, over 400 maps.
PALETTE = {
    "wall": (0, 0, 221), "facade": (0, 48, 255), "door": (3, 207, 255), "window": (1, 128, 255),
    "sill": (111, 255, 143), "blind": (255, 240, 2), "balcony": (192, 255, 63), "cornice": (32, 255, 225),
    "pillar": (251, 1, 2), "deco": (255, 160, 1), "molding": (255, 80, 0), "shop": (174, 0, 2),
}


@network("pix2pix", "generator")
def generator(width=24, depth=8, dropout=0.5, skips=True, blocks=0, smooth=0):
    """Label maps [n, 3, 256, 256] -> photographs of the same shape, both in [-1, 1] (Isola 2016, appendix 6.1.1).

    Dropout is the only noise: it stays on after training, drawn from a seed. skips: False cuts the U-Net's. blocks:
    of a ResNet in the U-Net's place, which has no noise; 0: the U-Net. smooth: last doublings blurred, a thing of ours.
    """
    return Blocks(width, blocks) if blocks else UNet(3, 3, width, depth, dropout, skips=skips, smooth=smooth)


class Blocks(ResNet):
    """The same by residual blocks (Zhu 2017, appendix 7.2)."""

    def __init__(self, width, blocks):
        super().__init__(3, 3, width, blocks)

    def forward(self, x, generator=None):
        """generator: what the U-Net's noise is drawn from; nothing is drawn here."""
        return super().forward(x)


@network("pix2pix", "discriminator")
class Discriminator(PatchDiscriminator):
    """Label maps and photographs stacked [n, 6, h, w] -> logits of patches of 70 px [n, h', w']."""

    def __init__(self, width=32, layers=3):
        super().__init__(6, width, layers)
