"""Translation between two domains learned without pairs, by cycle consistency (Zhu 2017)."""

from PIL import Image

from models.image_files import plain
from models.nets.patchgan import PatchDiscriminator
from models.nets.resnet import ResNet
from models.registry import register
from models.translator import Translator, one_of, to_tensor, with_change, working_size


class Generator(ResNet):
    """Pictures [n, 3, h, w] of one domain -> of the other in [-1, 1], sides multiples of 4 (Zhu 2017, appendix 7.2)."""

    def __init__(self, width=32, blocks=6):
        super().__init__(3, 3, width, blocks)


class HorseZebra(Translator):
    """Horses to zebras and back, at any size: the generator's change is enlarged and added to the picture."""

    summary = "horse to zebra, and back"
    directions = ("horse2zebra", "zebra2horse")
    ways = {"horse2zebra": {"direction": "horse2zebra"}, "zebra2horse": {"direction": "zebra2horse"}}
    options = {"--direction": {"choices": directions, "help": "default: horse2zebra"}}

    def translate(self, image, direction="horse2zebra"):
        """A PIL picture with its horses as zebras, or its zebras as horses: PIL RGB of the same size."""
        one_of("direction", direction, self.directions)
        image, x = self._working_copy(image)
        return with_change(image, x, self.run(f"generator_{direction}", x))

    def cycle(self, image, direction="horse2zebra"):
        """(translation, its way back, mean |way back - picture| in [-1, 1]) (Zhu 2017, section 3.2)."""
        one_of("direction", direction, self.directions)
        opposite = self.directions[1 - self.directions.index(direction)]
        image, x = self._working_copy(image)
        there = self.run(f"generator_{direction}", x)
        back = self.run(f"generator_{opposite}", there)
        return with_change(image, x, there), with_change(image, x, back), float((back - x).abs().mean())

    def _working_copy(self, image):
        """(PIL RGB, its copy at the generator's size [1, 3, h, w])."""
        image = plain(image, "RGB")
        size = working_size(image.size, self.resolution, 1024, 4)
        return image, to_tensor(image.resize(size, Image.Resampling.LANCZOS))


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
        "discriminator_horse": PatchDiscriminator,
        "discriminator_zebra": PatchDiscriminator,
    },
    translator=HorseZebra,
)
