"""Horse to zebra and back without a single pair: what went there must come home (Zhu 2017)."""

from models.nets.patchgan import PatchDiscriminator
from models.nets.resnet import ResNet
from models.registry import network


class Generator(ResNet):
    """Pictures [n, 3, h, w] of one kind -> of the other, in [-1, 1], sides multiples of 4 (Zhu 2017, appendix 7.2).

    blur: px of the blur that is laid under what is painted; 0: none, as in the paper. smooth: whether doublings are
    blurred. Both are things of ours.
    """

    def __init__(self, width=32, blocks=6, blur=0, smooth=False):
        super().__init__(3, 3, width, blocks, blur=blur, smooth=smooth)


class Discriminator(PatchDiscriminator):
    """Pictures [n, 3, h, w] -> scores of patches [n, h', w'], 1 for real (Zhu 2017, section 4)."""

    def __init__(self, width=32, layers=3):
        super().__init__(3, width, layers)


@network("cyclegan", "generator_horse2zebra")
class HorseToZebra(Generator):
    """Paints stripes on."""


@network("cyclegan", "generator_zebra2horse")
class ZebraToHorse(Generator):
    """Takes them off."""


@network("cyclegan", "discriminator_horse")
class HorseDiscriminator(Discriminator):
    """Tells real horses from made ones."""


@network("cyclegan", "discriminator_zebra")
class ZebraDiscriminator(Discriminator):
    """Tells real zebras from made ones."""
