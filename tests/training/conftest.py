"""A run and a game small enough for a test."""

import pytest
import torch
from accelerate.state import AcceleratorState

from training import recipes
from training.engine.loop import Run
from training.recipes.random_stream import RandomStream
from training.report.export import export_run


@pytest.fixture
def run_of(tiny_settings, tiny_data, tmp_path):
    """run(variant, out, **changes): one on random pictures, in a folder of its own."""

    def make(variant, out="run", fresh=False, device="cpu", **changes):
        AcceleratorState._reset_state(reset_partial_state=True)  # a process keeps the device of its first run
        settings = tiny_settings(variant, **changes)
        data = tiny_data(settings)
        return Run(settings, data, tmp_path / out, device=device, fresh=fresh, quiet=True, export=export_run)

    return make


@pytest.fixture
def game_of(tiny_settings, tiny_data):
    """game(variant, data=None, **changes): a game on random pictures that are neither mirrored nor shifted."""

    def make(variant, data=None, **changes):
        torch.manual_seed(0)
        recipe = recipes.load(variant)
        still = {name: False for name in ("flip", "jitter") if hasattr(recipe.SETTINGS, name)}
        settings = tiny_settings(variant, **{**still, **changes})
        data = tiny_data(settings) if data is None else data
        return recipe.Game(settings, data, RandomStream(0, "cpu"))

    return make
