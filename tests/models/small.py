"""Small untrained networks and checkpoints of any variant, from what its constructors take."""

import inspect
import json

import numpy as np
import torch
from PIL import Image
from safetensors.torch import save_file

from models import registry

SIDE = 16
EXPRESSIONS = [["sharp", ["happy", "neutral"]], ["soft", ["fearful", "happy", "neutral"]]]
ARGUMENTS = {
    "resolution": SIDE,
    "width": 4,
    "latent_dim": 12,
    "classes": 5,
    "blocks": 1,
    "layers": 2,
    "depth": 4,
    "attention": 8,
    "labels": 7,  # of EXPRESSIONS: five one-hot places and a mask of two
    "domains": 5,
    "spectral": False,  # as exports have it
}


def configs(name, **changes):
    """{role: constructor arguments} of small networks; changes: of the arguments of all that take them."""
    return {
        role: {k: v for k, v in (ARGUMENTS | changes).items() if k in inspect.signature(kind).parameters}
        for role, kind in registry.entry(name).networks.items()
    }


def networks(name, **changes):
    """{role: network}, the same weights on every call."""
    torch.manual_seed(0)
    return registry.build(name, configs(name, **changes))


def write_checkpoint(folder, name, **changes):
    """An untrained checkpoint as the trainer exports it: config.json and fp16 weights."""
    folder.mkdir(exist_ok=True)
    arguments = configs(name, **changes)
    labelled = any("classes" in given for given in arguments.values())
    config = {
        "variant": name,
        "networks": arguments,
        "resolution": SIDE,
        "classes": [f"class {i}" for i in range(ARGUMENTS["classes"])] if labelled else None,
        "domains": EXPRESSIONS,
    }
    (folder / "config.json").write_text(json.dumps(config))
    for role, net in networks(name, **changes).items():
        tensors = {k: v.half() if v.is_floating_point() else v for k, v in net.state_dict().items()}
        save_file({k: v.contiguous() for k, v in tensors.items()}, folder / f"{role}.safetensors")


def photo(size=(30, 22), mode="RGB", seed=0):
    """A PIL picture of noise."""
    pixels = np.random.default_rng(seed).integers(0, 256, (size[1], size[0], 3), dtype=np.uint8)
    image = Image.fromarray(pixels)
    return image.convert("I").convert("I;16") if mode == "I;16" else image.convert(mode)
