"""Re-exports until all imports have moved."""

from demo.parts.data_uri import png, stored  # noqa: F401
from demo.parts.latents import *  # noqa: F401,F403
from demo.parts.latents import grid_labels as labels_of  # noqa: F401
from demo.parts.latents import label_in_words as shares_in_words  # noqa: F401
from demo.parts.latents import other_class as other_of  # noqa: F401
from demo.parts.latents import picked_label as label_of  # noqa: F401
from demo.parts.verdict import *  # noqa: F401,F403
from models.images import grid


def judge(sampler):
    return "critic" if sampler.name.startswith("wgan") else "discriminator"


def columns(n):
    return min(8, -int(-(n**0.5) // 1))


def sheet(pictures, across=None):
    return grid(pictures, across or columns(len(pictures)))
