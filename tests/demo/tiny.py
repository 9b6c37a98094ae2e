"""Throw-away checkpoints: small untrained networks of every variant, laid out like weights/."""

import inspect
import json

import torch
from safetensors.torch import save_file
from torch import nn

import models
from models import hub, registry
from models.images import grid
from models.nets.layers import SelfAttention2d
from training import recipes

CLASSES = [
    "buildings",
    "forests",
    "glacier",
    "mountains",
    "sea",
    "street",
    "daisy",
    "dandelion",
    "roses",
    "sunflowers",
    "tulips",
    "cat",
]
EXPRESSIONS = [["faces", ["angry", "happy", "neutral"]], ["more", ["happy", "sad", "surprised"]]]
DOMAINS = sum(len(names) for _, names in EXPRESSIONS)
# By the name of a constructor's argument. 30 numbers of z are 3 chunks at 16 px and 5 at 64 px.
GATE = 0.75  # of attention, which an untrained network leaves out
SMALL = {"latent_dim": 30, "depth": 3, "layers": 1, "blocks": 1, "spectral": False}
MANY_DOMAINS = {"domains": DOMAINS, "labels": DOMAINS + len(EXPRESSIONS)}
NOISE, TRANSLATORS = models.names(translates=False), models.names(translates=True)
METRICS = {
    "classifier": {"fid": 4.681, "kid": 147.2, "precision": 0.7, "recall": 0.5, "n": 1000, "features": "classifier"}
}


def configs(name, resolution, width):
    """Constructor arguments of small networks of a variant: {role: arguments}."""
    small = {**SMALL, **MANY_DOMAINS, "width": width, "resolution": resolution, "attention": resolution // 2}
    found = {}
    for role, network in models.entry(name).networks.items():
        arguments = inspect.signature(network).parameters
        found[role] = {key: value for key, value in small.items() if key in arguments}
    return found


def classes(name):
    """Names for the classes that a variant's networks have by default, or None."""
    parameters = inspect.signature(next(iter(models.entry(name).networks.values()))).parameters
    return CLASSES[: parameters["classes"].default] if "classes" in parameters else None


def lively(net):
    """Weights large enough for an untrained network's pictures to differ from each other."""
    for module in net.modules():
        if isinstance(module, (nn.Linear, nn.Conv2d, nn.ConvTranspose2d)):
            with torch.no_grad():
                transposed = isinstance(module, nn.ConvTranspose2d)
                fan_in = len(module.weight) if transposed else module.weight[0].numel()
                module.weight.normal_(0, (2 / fan_in) ** 0.5)
        if isinstance(module, SelfAttention2d):
            module.gate.data.fill_(GATE)
    return net


def make(root, names=None, resolution=16, width=4):
    """root/weights/VARIANT/ for every name, and root/weights_manifest.json; returns (manifest, weights)."""
    manifest, weights = root / "weights_manifest.json", root / "weights"
    for name in names or models.names():
        torch.manual_seed(len(name))
        folder = weights / name
        folder.mkdir(parents=True)
        networks, recipe = configs(name, resolution, width), recipes.load(name)
        built = registry.build(name, networks)
        for role, net in built.items():
            state = lively(net).state_dict()
            halves = {k: t.half() if t.is_floating_point() else t for k, t in state.items()}
            save_file(halves, folder / f"{role}.safetensors")
        config = {
            "variant": name,
            "networks": networks,
            "classes": classes(name),
            "dataset": {"name": "noise", "license": "CC0"},
            "license": "Apache-2.0",
            "steps": 0,
            "real_labels": list(range(8)),
            "resolution": resolution,
            "domains": EXPRESSIONS,
            "objective": recipe.Game.objective,
            "settings": {"variant": name, "clip": getattr(recipe.SETTINGS, "clip", 0.0)},
            "metrics": METRICS,
        }
        (folder / "config.json").write_text(json.dumps(config))
        channels = 3 if models.entry(name).translates else built["generator"].channels
        grid(torch.rand(8, channels, resolution, resolution) * 2 - 1, 8).save(folder / "real.png")
        files = {"repo": f"gan-atlas/{name}", "revision": None, "files": hub.describe(folder)}
        hub.write_row(name, {**files, "dataset": "noise", "license": "Apache-2.0", "metrics": METRICS}, manifest)
    return manifest, weights
