"""A label map to the photograph it describes, learned from pairs (Isola 2016)."""

import numpy as np
import torch
from PIL import Image
from torch import nn

from models.image_files import plain
from models.images import resized, to_images, to_uint8
from models.nets.patchgan import PatchDiscriminator
from models.nets.unet import UNet
from models.registry import register
from models.translator import Translator, to_tensor

# Label colours of CMP Facades as published with pix2pix: near each, the most frequent colour in 400 label maps.
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
    """The index of the nearest of colours [k, 3] at every pixel: float [n, 3, h, w] -> int64 [n, h, w]."""
    return (maps.permute(0, 2, 3, 1) @ colours.T - colours.square().sum(1) / 2).argmax(3)


class Generator(UNet):
    """Label maps [n, 3, 256, 256] -> photographs of the same shape, both in [-1, 1] (Isola 2016, appendix 6.1.1).

    Dropout is the only noise: it stays on after training, drawn from a seed. Batch norm, as in the paper. skips, box:
    as in `UNet`.
    """

    def __init__(self, width=24, depth=8, dropout=0.5, skips=True, box=False):
        super().__init__(3, 3, width, depth, dropout, nn.BatchNorm2d, skips, box)


class Discriminator(PatchDiscriminator):
    """Label maps and photographs stacked [n, 6, h, w] -> logits of patches of 70 px [n, h', w'].

    spectral: as in `PatchDiscriminator`.
    """

    def __init__(self, width=32, layers=3, spectral=False):
        super().__init__(width, layers, 6, spectral)


class Seeded(nn.Module):
    """A generator whose dropout's numbers are inputs, as `UNet.noise` draws them: engines draw none from a seed."""

    def __init__(self, net):
        super().__init__()
        self.net = net

    def forward(self, x, *drawn):
        return self.net(x, generator=iter(drawn))


class Facades(Translator):
    """A label map to the facade it describes."""

    summary = "facade sketch to building"
    unets = {"U-Net": "generator"}
    options = {"--seed": {"type": int, "metavar": "N", "help": "the noise it builds from; default: 0"}}
    palette = PALETTE

    def __init__(self, name, weights, device):
        super().__init__(name, weights, device)
        self.seeded = Seeded(self.networks["generator"])

    def snap(self, image):
        """Every pixel to the nearest of the palette's colours: PIL RGB of the same size."""
        pixels = torch.from_numpy(np.array(plain(image, "RGB"))).permute(2, 0, 1)[None]
        colours = torch.tensor(list(PALETTE.values()))
        strips = pixels.split(64, 2)  # a large picture's products with all colours at once would need gigabytes
        label = torch.cat([nearest(strip.float(), colours.float()) for strip in strips], 1)[0]
        return Image.fromarray(colours.byte()[label].numpy())

    def translate(self, image, seed=0):
        """The building that a label map, snapped to the palette, describes: PIL RGB. seed: of the dropout."""
        if not 0 <= seed < 2**63:
            raise ValueError(f"seed is {seed}; give 0 or more, below 2^63")
        x = self.network_input(image)
        photo = self.run(self.seeded, x, *self.seeded.net.noise(x, torch.Generator().manual_seed(seed)))
        return to_images(resized(to_uint8(photo), image.size))[0]

    def verdict(self, sketch, photo):
        """How real each patch of the pair looks: float32 [h, w] in 0..1 (Isola 2016, section 2.2.2)."""
        photo = to_tensor(plain(photo).resize((self.resolution,) * 2, Image.Resampling.LANCZOS))
        return self.run("discriminator", torch.cat([self.network_input(sketch), photo], 1))[0].sigmoid()

    def network_input(self, image):
        return to_tensor(self.snap(plain(image).resize((self.resolution,) * 2, Image.Resampling.NEAREST)))


register(
    "pix2pix",
    title="Pix2Pix",
    lecture=11,
    paper="Image-to-Image Translation with Conditional Adversarial Networks",
    authors="Isola et al.",
    year=2016,
    url="https://arxiv.org/abs/1611.07004",
    brought="The paper's one recipe for any translation learned from pairs: a U-Net, an L1 term and a discriminator of "
    "patches. Here a label map of a facade becomes a building.",
    networks={"generator": Generator, "discriminator": Discriminator},
    translator=Facades,
)
