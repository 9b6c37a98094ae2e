"""Pieces that several of the family's networks share."""
import math

import torch
from torch import nn


def dcgan_init(module):
    """Weights from N(0, 0.02), batch-norm scales from N(1, 0.02) (Radford 2015, section 4)."""
    if isinstance(module, (nn.Conv2d, nn.ConvTranspose2d, nn.Linear)):
        nn.init.normal_(module.weight, 0.0, 0.02)
        if module.bias is not None:
            nn.init.zeros_(module.bias)
    elif isinstance(module, nn.BatchNorm2d):
        nn.init.normal_(module.weight, 1.0, 0.02)
        nn.init.zeros_(module.bias)


def doublings(resolution):
    """How often 4 px must double to reach `resolution`; ValueError if it never does."""
    steps = int(math.log2(resolution / 4)) if resolution >= 8 else 0
    if 4 * 2**steps != resolution or steps < 1:
        raise ValueError(f"resolution {resolution} is not 4 px doubled: choose 8, 16, 32, 64 or 128")
    return steps


def first_linear(generator):
    """The weight that meets z first, as a matrix [features, latent_dim]."""
    for module in generator.modules():
        if isinstance(module, nn.Linear):
            return module.weight.detach()
        if isinstance(module, nn.ConvTranspose2d):
            return module.weight.detach().flatten(1).T
    raise ValueError(f"{type(generator).__name__} has no linear layer at its input")


@torch.no_grad()
def singular_values(module):
    """Largest singular value of every weight as the forward pass uses it (Miyato 2018, section 2.1).

    A convolution's kernel [out, in, h, w] counts as the matrix [out, in * h * w]. Returns {layer name: value}.
    """
    return {name: torch.linalg.matrix_norm(layer.weight.float().flatten(1), 2).item()
            for name, layer in module.named_modules() if isinstance(layer, (nn.Linear, nn.Conv2d))}
