"""Throw-away checkpoints: small untrained networks of every built variant, laid out like weights/."""

import json

import torch
from safetensors.torch import save_file
from torch import nn

import models
from models import hub, registry
from models.images import grid

MLP = {"latent_dim": 16, "width": 32, "depth": 2}
DIGITS = [str(i) for i in range(10)]
KINDS = [
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
CLASSES = {"cgan": DIGITS, "sagan": KINDS, "biggan": KINDS}
OBJECTIVES = {
    "wgan": "wasserstein",
    "wgan_gp": "wasserstein",
    "progan": "wasserstein",
    "sngan": "hinge",
    "sagan": "hinge",
    "biggan": "hinge",
}
EXPRESSIONS = [["faces", ["angry", "happy", "neutral"]], ["more", ["happy", "sad", "surprised"]]]
NOISE = models.names(translates=False)


def configs(name, resolution, width):
    """Constructor arguments of small networks of a variant."""
    patches, blocks = {"width": width, "layers": 1}, {"width": width, "blocks": 1}
    if name == "colorize":
        return {
            "generator_unet": {"width": width, "depth": 3},
            "generator_resnet": blocks,
            "discriminator_unet": patches,
            "discriminator_resnet": patches,
        }
    if name == "pix2pix":
        return {"generator": {"width": width, "depth": 3}, "discriminator": patches}
    if name == "cyclegan":
        return {
            "generator_horse2zebra": blocks,
            "generator_zebra2horse": blocks,
            "discriminator_horse": patches,
            "discriminator_zebra": patches,
        }
    if name == "stargan":
        domains = sum(len(names) for _, names in EXPRESSIONS)
        return {
            "generator": {"labels": domains + len(EXPRESSIONS), **blocks},
            "discriminator": {"domains": domains, "width": width, "resolution": resolution, "layers": 2},
        }
    if name in ("gan", "cgan"):
        more = {"classes": 10} if name == "cgan" else {}
        return {"generator": MLP | more, "discriminator": {"width": 32, "depth": 2} | more}
    if name in ("sagan", "biggan"):
        # 30 numbers are 3 chunks at 16 px and 5 at 64 px
        both = {"width": width, "resolution": resolution, "classes": len(KINDS), "attention": resolution // 2}
        return {"generator": {"latent_dim": 30, "spectral": False, **both}, "discriminator": both}
    return {
        "generator": {"latent_dim": 16, "width": width, "resolution": resolution},
        "discriminator": {"width": width, "resolution": resolution},
    }


def lively(net):
    """Weights large enough for an untrained network's pictures to differ from each other."""
    for module in net.modules():
        if isinstance(module, (nn.Linear, nn.Conv2d, nn.ConvTranspose2d)):
            with torch.no_grad():
                turned = isinstance(module, nn.ConvTranspose2d)
                fan_in = len(module.weight) if turned else module.weight[0].numel()
                module.weight.normal_(0, (2 / fan_in) ** 0.5)
    return net


def make(root, names=None, resolution=16, width=4):
    """root/weights/VARIANT/ for every name, and root/weights_manifest.json; returns (manifest, weights)."""
    manifest, folder = root / "weights_manifest.json", root / "weights"
    for name in names or models.names():
        torch.manual_seed(len(name))
        place = folder / name
        place.mkdir(parents=True)
        settings = {
            "variant": name,
            "objective": OBJECTIVES.get(name, "non_saturating"),
            "clip": 0.01 if name == "wgan" else 0.0,
        }
        networks = configs(name, resolution, width)
        for role, net in registry.build(name, networks).items():
            lively(net)
            save_file(
                {k: t.half() if t.is_floating_point() else t for k, t in net.state_dict().items()},
                place / f"{role}.safetensors",
            )
        config = {
            "variant": name,
            "networks": networks,
            "classes": CLASSES.get(name),
            "dataset": {"name": "noise", "license": "CC0"},
            "license": "Apache-2.0",
            "steps": 0,
            "real_labels": list(range(8)),
            "resolution": resolution,
            "domains": EXPRESSIONS,
            "settings": settings,
            "metrics": {"fid": 123.4},
        }
        (place / "config.json").write_text(json.dumps(config))
        side, channels = (28, 1) if name in ("gan", "cgan") else (resolution, 3)
        real = torch.rand(8, channels, side, side) * 2 - 1
        grid(real, 8).save(place / "real.png")
        row = {
            "repo": f"gan-atlas/{name}",
            "revision": None,
            "files": hub.describe(place),
            "dataset": "noise",
            "license": "Apache-2.0",
            "metrics": config["metrics"],
        }
        hub.write_row(name, row, manifest)
    return manifest, folder
