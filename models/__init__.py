"""What each GAN is: names, networks, trained weights."""

import threading

import torch

from models import hub, published, registry, runtime
from models.images import to_images
from models.registry import UnknownVariant, entry, names
from models.sampler import Sampler

__all__ = ["UnknownVariant", "entry", "load", "names", "to_images"]

registry.discover(__path__)
published.register()

_loaded, _lock = {}, threading.Lock()


def pick_device(device="auto"):
    """ "auto" -> the best device at hand: "cuda", "mps" or "cpu"; any other value as it is."""
    if device != "auto":
        return device
    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else "cpu"


def load(name, device="auto", folder=None):
    """A trained variant in eval mode, its weights verified: a Sampler or a Translator.

    It is cached and may be shared between threads. folder: an exported checkpoint to load instead of the manifest's,
    not cached. UnknownVariant if no variant has that name, `models.hub.WeightsError` if its weights cannot be had.
    """
    entry(name)
    device = pick_device(device)
    if folder is not None:
        return _member(name, hub.from_folder(name, folder), device)
    with _lock:
        if (name, device) not in _loaded:
            _loaded[name, device] = _member(name, hub.fetch(name), device)
        return _loaded[name, device]


def _member(name, weights, device):
    member = (registry.kind(name, weights.config) or Sampler)(name, weights, device)
    runtime.lay(member.networks)
    return member
