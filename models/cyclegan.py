"""Horse to zebra and back without a single pair: what went there must come home (Zhu 2017)."""

import numpy as np
from PIL import Image

from models.image_files import plain
from models.nets.patchgan import PatchDiscriminator
from models.nets.resnet import ResNet
from models.registry import register
from models.translator import Translator, one_of, resized, to_tensor, working_size

LONGEST = 1024  # px: the longest side that the generator is given


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


class HorseZebra(Translator):
    """Horses to zebras and back (`models.cyclegan`), at any size: the change is laid over the full-size picture."""

    summary = "horse to zebra, and back"
    options = {"--direction": {"choices": ("horse2zebra", "zebra2horse"), "help": "default: horse2zebra"}}
    ways = {direction: {"direction": direction} for direction in ("horse2zebra", "zebra2horse")}
    directions = ("horse2zebra", "zebra2horse")

    def _small(self, image):
        size = working_size(image.size, self.resolution, LONGEST, 4)
        return to_tensor(image.resize(size, Image.Resampling.LANCZOS))

    def _laid_over(self, image, small, changed):
        """`image` with what changed between two small pictures; nothing else of its detail is lost."""
        change = (changed - small)[0].permute(1, 2, 0).numpy() * 127.5
        pixels = np.asarray(image).astype(np.float32) + resized(change, image.size)
        return Image.fromarray(pixels.round().clip(0, 255).astype(np.uint8))

    def translate(self, image, direction="horse2zebra"):
        """The picture with its horses as zebras, or the other way."""
        one_of("direction", direction, self.directions)
        image = plain(image, "RGB")
        small = self._small(image)
        return self._laid_over(image, small, self.run(f"generator_{direction}", small))

    def cycle(self, image, direction="horse2zebra"):
        """(translation, its way back, mean |way back - picture| in [-1, 1]) (Zhu 2017, section 3.2)."""
        one_of("direction", direction, self.directions)
        home = self.directions[1 - self.directions.index(direction)]
        image = plain(image, "RGB")
        small = self._small(image)
        there = self.run(f"generator_{direction}", small)
        back = self.run(f"generator_{home}", there)
        return (
            self._laid_over(image, small, there),
            self._laid_over(image, small, back),
            float((back - small).abs().mean()),
        )


register(
    "cyclegan",
    title="CycleGAN",
    lecture=12,
    paper="Unpaired Image-to-Image Translation using Cycle-Consistent Adversarial Networks",
    authors="Zhu et al.",
    year=2017,
    url="https://arxiv.org/abs/1703.10593",
    brought="Translation without pairs: a picture translated there and back must be the picture again. "
    "Horses become zebras though no animal was ever photographed as both.",
    networks={
        "generator_horse2zebra": Generator,
        "generator_zebra2horse": Generator,
        "discriminator_horse": Discriminator,
        "discriminator_zebra": Discriminator,
    },
    translator=HorseZebra,
)
