"""A run small enough for a test."""

import pytest
from accelerate.state import AcceleratorState

from training.engine.loop import Run


@pytest.fixture
def run_of(tiny_settings, tiny_data, tmp_path):
    """run(variant, out, **changes): one on tiny data, in a folder of its own."""

    def make(variant, out="run", fresh=False, device="cpu", **changes):
        AcceleratorState._reset_state(reset_partial_state=True)  # a process keeps the device of its first run
        settings = tiny_settings(variant, **changes)
        return Run(settings, tiny_data(settings), tmp_path / out, device=device, fresh=fresh, quiet=True)

    return make
