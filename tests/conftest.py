"""Small networks and random pictures for every room's tests."""

import inspect
import os

os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("GAN_ATLAS_ENGINE", "eager")  # pages that tests start would measure engines beside them

import pytest
import torch

import models
from training import recipes

torch.set_num_threads(1)  # tiny networks: a second thread costs more than it gives

# What makes a network small, by the name of its constructor's argument, and a run short, by the name of its setting.
SMALL_NETWORK = {"width": 4, "latent_dim": 12, "blocks": 1, "layers": 2, "depth": 3, "attention": 8}
SHORT_RUN = {
    "resolution": 16,
    "batch_size": 8,
    "steps": 6,
    "snapshot_every": 3,
    "log_every": 1,
    "precision": "fp32",
    "judge": "none",
    "grow": {"8": 1, "16": 3},
    "fade": 2,
    "lead": 2,
}


def small(arguments):
    """The small values of these constructor arguments."""
    return {name: value for name, value in SMALL_NETWORK.items() if name in arguments}


@pytest.fixture
def tiny_settings():
    """settings(variant, **changes): a variant's own settings, small and short enough for a test."""

    def make(variant, **changes):
        settings = recipes.load(variant).SETTINGS
        tiny = {name: value for name, value in SHORT_RUN.items() if hasattr(settings, name)}
        for name, value in vars(settings).items():
            if isinstance(value, dict) and name not in tiny:
                nets = [net for role, net in models.entry(variant).networks.items() if role.startswith(name)]
                tiny[name] = small(inspect.signature(nets[0]).parameters if nets else value)
        return recipes.overlay(recipes.overlay(settings, **tiny), **changes)

    return make


@pytest.fixture
def tiny_data():
    """data(settings, n=32): n random pictures shaped as the variant's data."""
    return lambda settings, n=32: recipes.load(settings.variant).Game.noise_data(settings, n, seed=1)
