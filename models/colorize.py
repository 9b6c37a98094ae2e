"""Black and white to colour, by a U-Net and by a ResNet, against a judge of patches (Isola 2016, section 4.2)."""

from torch import nn

from models.nets.patchgan import PatchDiscriminator
from models.nets.resnet import ResNet
from models.nets.unet import UNet
from models.registry import network


@network("colorize", "generator_unet")
class UNetGenerator(UNet):
    """Lightness [n, 1, h, w] in [-1, 1] -> chroma a, b [n, 2, h, w] in [-1, 1] (Ronneberger 2015).

    Batch norm: instance norm takes from each picture how light it is, and blots of colour come of it.
    """

    def __init__(self, width=32, depth=5, skips=True, blocks=0):
        super().__init__(1, 2, width, depth, norm=nn.BatchNorm2d, skips=skips, blocks=blocks)


@network("colorize", "generator_resnet")
class ResNetGenerator(ResNet):
    """The same by residual blocks, without skips across (He 2015)."""

    def __init__(self, width=24, blocks=4):
        super().__init__(1, 2, width, blocks, norm=nn.BatchNorm2d)


class Discriminator(PatchDiscriminator):
    """Lightness and chroma [n, 3, h, w] -> logits of patches [n, h', w']."""

    def __init__(self, width=32, layers=3):
        super().__init__(3, width, layers)


@network("colorize", "discriminator_unet")
class UNetDiscriminator(Discriminator):
    """The U-Net's judge."""


@network("colorize", "discriminator_resnet")
class ResNetDiscriminator(Discriminator):
    """The ResNet's judge."""
