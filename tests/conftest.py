"""Small things every room's tests share."""

import os

os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
os.environ.setdefault("HF_HUB_OFFLINE", "1")

import pytest
import torch

torch.set_num_threads(1)  # tiny networks: a second thread costs more than it gives

from training.data.sources import ImageSet
from training.recipes.settings import VARIANTS, overlay

TINY = {
    "gan": {"generator": {"width": 16, "latent_dim": 8}, "discriminator": {"width": 16}},
    "cgan": {"generator": {"width": 16, "latent_dim": 8}, "discriminator": {"width": 16}},
    "dcgan": {"generator": {"width": 4, "latent_dim": 8}, "discriminator": {"width": 4}},
}
for _name in ("wgan", "wgan_gp", "sngan"):
    TINY[_name] = TINY["dcgan"]
TINY |= {
    "progan": TINY["dcgan"] | {"grow": {"8": 1, "16": 3}, "fade": 2},
    "sagan": {
        "generator": {"width": 4, "latent_dim": 8, "attention": 8},
        "discriminator": {"width": 4, "attention": 8},
    },
    "biggan": {
        "generator": {"width": 4, "latent_dim": 9},
        "discriminator": {"width": 4},
    },
    "colorize": {
        "generator": {"width": 4, "depth": 3, "blocks": 1},
        "second": {"width": 4, "blocks": 1},
        "discriminator": {"width": 4, "layers": 2},
    },
    "pix2pix": {"generator": {"width": 4, "depth": 4}, "discriminator": {"width": 4, "layers": 2}},
    "cyclegan": {
        "generator": {"width": 4, "blocks": 1, "blur": 4},
        "discriminator": {"width": 4, "layers": 2},
        "pool": 3,
    },
    "stargan": {"generator": {"width": 4, "blocks": 1}, "discriminator": {"width": 4}, "d_steps": 2},
}
KINDS = {"cyclegan": 2, "stargan": 4}


@pytest.fixture
def tiny_settings():
    """settings(variant, **changes): a variant's own settings, small and short enough for a test."""

    def make(variant, **changes):
        small = {
            "resolution": 16,
            "batch_size": 8,
            "steps": 6,
            "snapshot_every": 3,
            "log_every": 1,
            "precision": "fp32",
            "judge": "none",
        }
        return overlay(VARIANTS[variant], **{**TINY[variant], **small, **changes})

    return make


@pytest.fixture
def tiny_data():
    """data(settings): 32 pictures of coloured noise, as a variant's settings want them: ten labels, or two domains.

    StarGAN's come from two sets, whose labels overlap.
    """

    def make(settings):
        gen = torch.Generator().manual_seed(1)
        channels = 6 if settings.pairs else settings.channels
        images = torch.randint(
            0, 256, (32, channels, settings.resolution, settings.resolution), generator=gen, dtype=torch.uint8
        )
        classes = [str(i) for i in range(KINDS.get(settings.variant, 10))]
        labels = torch.arange(32) % len(classes)
        if settings.variant == "stargan":
            first = torch.arange(32) < 16
            return ImageSet(images, torch.where(first, labels % 3, labels), classes, "sharp+soft", [], (~first).long())
        if not settings.labelled:
            return ImageSet(images, None, None, "noise", [])
        return ImageSet(images, labels, classes, "noise", [])

    return make
