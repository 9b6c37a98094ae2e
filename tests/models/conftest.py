"""Fixtures: small untrained checkpoints, in a folder or loaded."""

import pytest

import models
from tests.models.small import write_checkpoint


@pytest.fixture
def checkpoint(tmp_path):
    """checkpoint(variant, **constructor arguments): the folder of a small untrained checkpoint."""

    def make(name, **changes):
        write_checkpoint(tmp_path / name, name, **changes)
        return tmp_path / name

    return make


@pytest.fixture
def loaded(checkpoint):
    """loaded(variant, **constructor arguments): the same as `models.load` gives it."""

    def load(name, **changes):
        return models.load(name, device="cpu", folder=checkpoint(name, **changes))

    return load
