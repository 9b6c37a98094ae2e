"""Black-and-white to colour, by a U-Net and by a ResNet (Isola 2016, section 4.2)."""

from functools import partial

import numpy as np
import torch
from PIL import Image
from torch import nn

from models import cielab
from models.image_files import plain
from models.images import resized
from models.nets.patchgan import PatchDiscriminator
from models.nets.resnet import ResNet
from models.nets.unet import UNet
from models.registry import register
from models.translator import PHOTO, Translator, one_of, working_size

CHROMA = 110.0  # the networks' 1 in units of a and b


class UNetGenerator(UNet):
    """Lightness [n, 1, h, w] in [-1, 1] -> chroma a, b [n, 2, h, w] in [-1, 1] (Ronneberger 2015).

    Batch norm, since instance norm removes how light a picture is and blots of colour follow.
    """

    def __init__(self, width=32, depth=5, box=False, skips=True):
        super().__init__(1, 2, width, depth, norm=nn.BatchNorm2d, skips=skips, box=box)


class PlainGenerator(UNetGenerator):
    """The U-Net without its skip connections: an encoder and a decoder that everything passes in a row."""

    def __init__(self, width=32, depth=5, box=False):
        super().__init__(width, depth, box, skips=False)


class ResNetGenerator(ResNet):
    """The same from residual blocks, without skips between encoder and decoder (He 2015)."""

    def __init__(self, width=24, blocks=4):
        super().__init__(1, 2, width, blocks, norm=nn.BatchNorm2d)


class Colorizer(Translator):
    """Black-and-white to colour: the network's chroma is enlarged and joined with the lightness at full size."""

    summary = "black-and-white to colour"
    generators = ("unet", "resnet")
    ways = {
        "U-Net": {"generator": "unet"},
        "ResNet": {"generator": "resnet"},
        "U-Net without skips": {"generator": "unet", "skips": False},
    }
    unets = {"U-Net": "generator_unet", "U-Net without skips": "generator_plain"}
    options = {
        "--generator": {"choices": generators, "help": "the network that paints; default: unet"},
        "--no-skips": {"dest": "skips", "action": "store_false", "help": "by the U-Net that has no skip connections"},
        "--saturation": {"type": float, "metavar": "S", "help": "strength of the colours, 0 for grey; default: 1"},
    }

    def translate(self, image, generator="unet", skips=True, saturation=1.0):
        """A PIL picture in new colours, whatever colours it had: PIL RGB.

        skips: False paints with the network that was trained without them. saturation: 0 to 4, factor of the chroma.
        """
        one_of("generator", generator, self.generators)
        if not 0 <= saturation <= 4:
            raise ValueError(f"saturation is {saturation}; give 0 to 4")
        image = plain(image, "RGB")
        light = self._lightness(image)
        role = generator if skips or generator == "resnet" else "plain"
        chroma = self.run(f"generator_{role}", self._small(light)) * CHROMA * saturation
        lab = torch.stack([light[0, 0], *resized(chroma, image.size)[0]], 2)
        return Image.fromarray(cielab.to_rgb(lab.numpy()))

    def network_input(self, image):
        return self._small(self._lightness(plain(image, "RGB")))

    def _lightness(self, image):
        """L of Lab of a PIL picture of mode RGB: float32 [1, 1, h, w] in 0..100."""
        return torch.from_numpy(cielab.from_rgb(np.asarray(image))[None, None, :, :, 0])

    def _small(self, light):
        """L of Lab at the networks' size: float32 [1, 1, h, w] in [-1, 1]."""
        size = working_size(light.shape[:1:-1], self.resolution, 4 * self.resolution, 32)
        return resized(light, size) / 50 - 1

    def grey(self, image):
        """The picture's lightness alone, as PIL RGB."""
        lab = cielab.from_rgb(np.asarray(plain(image, "RGB")))
        lab[:, :, 1:] = 0
        return Image.fromarray(cielab.to_rgb(lab))

    def benchmarks(self):
        return {kind: partial(self.translate, PHOTO, generator=kind) for kind in self.generators}


register(
    "colorize",
    title="Colorization",
    lecture=10,
    paper="Image-to-Image Translation with Conditional Adversarial Networks",
    authors="Isola et al.",
    year=2016,
    url="https://arxiv.org/abs/1611.07004",
    brought="Black-and-white in, colour out, by two generators side by side: a U-Net and a ResNet. "
    "In the paper such a generator learns from the distance to the true colours and from a discriminator of patches.",
    networks={
        "generator_unet": UNetGenerator,
        "generator_plain": PlainGenerator,
        "generator_resnet": ResNetGenerator,
        "discriminator_unet": PatchDiscriminator,
        "discriminator_plain": PatchDiscriminator,
        "discriminator_resnet": PatchDiscriminator,
    },
    translator=Colorizer,
)
