"""What each GAN of the family is: names, networks, trained weights."""

import threading

import torch

from models import (  # noqa: F401  each registers
    biggan,
    cgan,
    colorize,
    cyclegan,
    dcgan,
    gan,
    hub,
    pix2pix,
    progan,
    sagan,
    sngan,
    stargan,
    wgan,
    wgan_gp,
)
from models.images import to_images
from models.registry import UnknownVariant, entry, names
from models.sampler import Sampler
from models.translator import TRANSLATORS

__all__ = ["UnknownVariant", "entry", "load", "names", "to_images"]

_loaded, _lock = {}, threading.Lock()


def pick_device(device="auto"):
    """ "auto" -> the best device at hand: "cuda", "mps" or "cpu"; any other value as it is."""
    if device != "auto":
        return device
    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else "cpu"


def load(name, device="auto", folder=None):
    """A trained variant in eval mode, verified, cached and safe to share between threads: Sampler or Translator.

    folder: an exported checkpoint to load instead of the manifest's. UnknownVariant if there is no such member,
    `models.hub.WeightsError` if its weights cannot be had.
    """
    entry(name)
    device, kind = pick_device(device), TRANSLATORS.get(name, Sampler)
    if folder is not None:
        return kind(name, hub.from_folder(name, folder), device)
    with _lock:
        if (name, device) not in _loaded:
            _loaded[name, device] = kind(name, hub.fetch(name), device)
        return _loaded[name, device]
