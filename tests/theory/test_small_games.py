"""The small games in PyTorch: the verdicts that labels lead to, and what the cycle's loss is for."""

import pytest
import torch

from theory import cycle, labels


@pytest.fixture(autouse=True)
def one_thread():
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # more are slower for networks as small as these
    yield
    torch.set_num_threads(threads)


def played(theory, rounds, **settings):
    """The figures after so many rounds."""
    run = theory.Game({"seed": 2, **settings})
    for _ in range(rounds):
        run.round()
    return run.figures()


def test_wrong_labels_take_half_of_the_zeros():
    seeing = played(labels, 200, wrong=1)
    assert seeing["right"] == pytest.approx(2 / 3, abs=0.06) and seeing["own"] == pytest.approx(2 / 3, abs=0.06)
    assert seeing["wrong"] < 0.1 and seeing["placed"] > 0.9


def test_the_cycle_brings_points_back():
    lost, kept = (played(cycle, 100, weight=weight) for weight in (0, 3))
    assert lost["l1"] > 0.3 > 0.1 > kept["l1"] and kept["kept"] == 1
