"""A network on its way into the process that tries engines: what it is built from, and its tensors as safetensors."""

import json
import sys

import torch
from safetensors.torch import load, save

from models import registry
from models.runtime import rest


def packed(net, args, engines):
    """The bytes from which `unpacked` makes the same; ValueError for a network that is no variant's.

    net: one that `registry.trained` has loaded, or a module of models/ around one.
    """
    inner = next((m for m in net.modules() if hasattr(m, "built_from")), None)
    if inner is None:
        raise ValueError(f"{type(net).__name__} is no variant's network: it runs eagerly")
    around = None if inner is net else [type(net).__module__, type(net).__name__]
    about = {**inner.built_from, "around": around, "engines": list(engines), "devices": [str(a.device) for a in args]}
    tensors = {f"net.{key}": t for key, t in rest.tensors(inner).items()} | {f"in.{i}": a for i, a in enumerate(args)}
    plain = {key: t.cpu().contiguous().clone() for key, t in tensors.items()}
    return save(plain, {"about": json.dumps(about)})


def about(data):
    """What `packed` says of the network beside its tensors."""
    length = int.from_bytes(data[:8], "little")
    return json.loads(json.loads(data[8 : 8 + length])["__metadata__"]["about"])


def unpacked(data):
    """(network, its inputs, the engines' names) of what `packed` gave."""
    found, tensors = about(data), load(data)
    args = [tensors.pop(f"in.{i}").to(device) for i, device in enumerate(found["devices"])]
    net = registry.settled(registry.build(found["variant"], found["networks"], found["format"])[found["role"]])
    net.load_state_dict({key.removeprefix("net."): t for key, t in tensors.items()}, strict=True)
    net.to(args[0].device, memory_format=torch.channels_last)
    if found["around"]:
        module, name = found["around"]
        net = getattr(sys.modules[module], name)(net)  # imported with the variants
    return net, tuple(args), found["engines"]
