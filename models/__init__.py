"""What each GAN of the family is: names, networks, trained weights."""
import threading

import torch

from models import biggan, cgan, dcgan, gan, progan, sagan, sampler, sngan, wgan, wgan_gp  # noqa: F401  each registers
from models.images import to_images
from models.registry import UnknownVariant, built, entry, names, require

__all__ = ["UnknownVariant", "built", "entry", "load", "names", "require", "to_images"]

_loaded, _lock = {}, threading.Lock()


def pick_device(device="auto"):
    """"auto" -> the best device at hand: "cuda", "mps" or "cpu"; any other value as it is."""
    if device != "auto":
        return device
    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else "cpu"


def load(name, device="auto", folder=None):
    """A trained variant in eval mode, verified, cached and safe to share between threads.

    folder: an exported checkpoint to load instead of the manifest's. UnknownVariant if there is no such member,
    `models.hub.WeightsError` if its weights cannot be had.
    """
    require(name)
    device = pick_device(device)
    if folder is not None:
        return sampler.load(name, device, folder)
    with _lock:
        if (name, device) not in _loaded:
            _loaded[name, device] = sampler.load(name, device)
        return _loaded[name, device]
