"""Colorization: lightness to colour by a U-Net and a ResNet, each with a discriminator (Isola 2016, section 4.2)."""

from dataclasses import dataclass

import torch

from models import cielab
from models.colorize import CHROMA
from models.images import from_uint8
from training.data.image_set import evenly_spaced
from training.recipes import pix2pix
from training.recipes.game import TranslatorGame, most_colourful_first
from training.recipes.pairs import PairSettings
from training.recipes.settings import setting


@dataclass
class Settings(PairSettings):
    second: dict = setting({}, "the ResNet's constructor arguments, as width=16 blocks=6")


# What two CPU cores can train; the paper's networks are twice as wide. D under spectral norm: instance norm would hide
# from it how colourful a picture is.
SETTINGS = Settings(
    variant="colorize",
    data="atlas:flowers128+horse_zebra256+cats128",
    hold_out=0.1,
    resolution=128,
    flip=True,
    jitter=True,
    steps=8_000,
    batch_size=32,
    snapshot_every=4000,
    decay_from=0.5,
    ema=0.998,
    l1=40.0,
    generator={"width": 32, "box": True},
    second={"width": 32, "blocks": 6},
    discriminator={"width": 32, "spectral": True},
)


def to_bytes(planes):
    """Lab float [3, h, w] -> uint8; `from_uint8` gives L and (a, b) / CHROMA in [-1, 1]."""
    scaled = torch.cat([planes[:1] * 2.55, planes[1:] / CHROMA * 127.5 + 127.5])
    return scaled.round().clamp(0, 255).to(torch.uint8)


def to_rgb(light, chroma):
    """Lightness [n, 1, h, w] and chroma [n, 2, h, w] in [-1, 1] -> RGB [n, 3, h, w] in [-1, 1]."""
    planes = torch.cat([(light + 1) * 50, chroma * CHROMA], 1).permute(0, 2, 3, 1).numpy()
    return torch.stack([from_uint8(torch.from_numpy(cielab.to_rgb(p))).permute(2, 0, 1) for p in planes])


class Game(pix2pix.Game):
    """Pix2Pix's game for each of three pairs of networks, x the lightness and y the chroma (Isola 2016, equation 4)."""

    figures = "colour"
    columns = 10
    pairs = False  # a file is a picture, which is input and true output

    def configure(self):
        s = self.settings
        generators = {"unet": s.generator, "plain": s.generator, "resnet": s.second}
        return {f"generator_{name}": dict(config) for name, config in generators.items()} | {
            f"discriminator_{name}": dict(s.discriminator) for name in generators
        }

    def preprocess(self, images):  # RGB -> Lab as `to_bytes` keeps it
        out = torch.empty_like(images)
        for i, image in enumerate(images):
            out[i] = to_bytes(torch.from_numpy(cielab.from_rgb(image.permute(1, 2, 0).numpy())).permute(2, 0, 1))
        return out

    def halves(self, pictures):
        return pictures.split([1, 2], 1)

    def samples(self, n, seed=0):
        """Rows of grey, each generator's colours, the true ones, all held out."""
        pictures = evenly_spaced(self.shown.images, n // (len(self.G) + 2))
        light, chroma = self.halves(from_uint8(self.preprocess(pictures)))
        fakes = [self.translate(lambda G, x, name=name: G[name](x), light) for name in self.G]
        return torch.stack([to_rgb(light, c) for c in (0 * chroma, *fakes, chroma)], 1).flatten(0, 1)

    def examples(self):
        return most_colourful_first(TranslatorGame.examples(self)[0]), None
