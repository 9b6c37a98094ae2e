"""A label map to the photograph it describes, learned from pairs (Isola 2016)."""

import numpy as np
import torch
from PIL import Image
from torch import nn

from models.image_files import plain
from models.images import to_images
from models.nets.layers import smooth_chroma
from models.nets.patchgan import PatchDiscriminator
from models.nets.resnet import ResNet
from models.nets.unet import UNet
from models.registry import register
from models.translator import Translator, to_tensor

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


class Facades(Translator):
    """A label map to the building it describes (`models.pix2pix`)."""

    summary = "facade sketch to building"
    options = {"--seed": {"type": int, "metavar": "N", "help": "the noise it builds from; default: 0"}}
    palette = PALETTE

    def snap(self, image):
        """Every pixel to the nearest of the palette's colours: PIL RGB of the same size."""
        pixels = np.asarray(plain(image, "RGB")).astype(np.int32)
        colours = np.array(list(self.palette.values()), np.int32)
        best, which = None, np.zeros(pixels.shape[:2], np.uint8)
        for i, colour in enumerate(colours):
            distance = np.square(pixels - colour).sum(2)
            which = which if best is None else np.where(distance < best, np.uint8(i), which)
            best = distance if best is None else np.minimum(best, distance)
        return Image.fromarray(colours.astype(np.uint8)[which])

    def _square(self, image, resample):
        return to_tensor(plain(image, "RGB").resize((self.resolution,) * 2, resample))

    def translate(self, image, seed=0):
        """The building that a label map, snapped to the palette, describes. seed: of the dropout's noise."""
        if not 0 <= seed < 2**63:
            raise ValueError(f"seed is {seed}; give 0 or more, below 2^63")
        small = plain(image, "RGB").resize((self.resolution,) * 2, Image.Resampling.NEAREST)
        drawn = self.run("generator", to_tensor(self.snap(small)), generator=torch.Generator().manual_seed(seed))
        return to_images(drawn)[0].resize(image.size, Image.Resampling.LANCZOS)

    def verdict(self, sketch, photo):
        """How real each patch of the pair looks: float32 [h, w] in 0..1 (Isola 2016, section 2.2.2)."""
        small = plain(sketch, "RGB").resize((self.resolution,) * 2, Image.Resampling.NEAREST)
        pair = torch.cat([to_tensor(self.snap(small)), self._square(photo, Image.Resampling.LANCZOS)], 1)
        return self.run("discriminator", pair)[0].sigmoid()


register(
    "pix2pix",
    title="Pix2Pix",
    lecture=11,
    paper="Image-to-Image Translation with Conditional Adversarial Networks",
    authors="Isola et al.",
    year=2016,
    url="https://arxiv.org/abs/1611.07004",
    brought="The paper's one recipe for any translation learned from pairs: a U-Net, an L1 term and a discriminator of patches. "
    "Here a label map of a facade becomes a building.",
    networks={"generator": generator, "discriminator": Discriminator},
    translator=Facades,
)
