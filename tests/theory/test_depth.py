"""Plain and residual networks by depth: degradation, its cure, and that nobody learns from another."""

import numpy as np
import pytest
import torch

from theory import depth

SEEDS = [0, *(pytest.param(seed, marks=pytest.mark.long) for seed in range(1, 8))]


@pytest.fixture(scope="module")
def raced():
    return depth.race(seed=0).advance(depth.STEPS)


@pytest.mark.parametrize("seed", SEEDS)
def test_deep_plain_networks_have_the_higher_training_error_and_residual_ones_do_not(seed):
    """He 2015, figure 1 and section 4.1."""
    race = depth.race(seed=seed).advance(depth.STEPS)
    errors = {kind: dict(zip(depth.DEPTHS, found)) for kind, found in race.by_depth().items()}
    assert errors["plain"][8] <= 0.03 and errors["plain"][32] > 0.12
    assert max(errors["residual"][n] for n in depth.DEPTHS if n >= 8) <= 0.01


def test_curves_begin_at_chance_and_end_where_the_depths_are_compared(raced):
    for layers in (2, 16, 32):
        for kind, curve in raced.curves(layers).items():
            assert len(curve) == depth.STEPS + 1 and 0.2 < curve[0] < 0.8
            assert curve[-1] == raced.by_depth()[kind][depth.DEPTHS.index(layers)]


def test_a_decision_agrees_with_the_points_that_were_learned(raced):
    x, classes = depth.spirals()
    decided = raced.decisions(8, side=231)["residual"]
    column, row = ((x + depth.SIDE) / (2 * depth.SIDE) * 230).round().long().numpy()
    assert np.mean((decided[row, column] > 0.5) == (classes.numpy() > 0.5)) > 0.95


def test_a_network_has_no_part_in_another_s():
    race, i = depth.Race(0.05, 4).advance(3), depth.index(4)
    with torch.no_grad():
        alone = race.forward(race.x, i, i + 2)
        assert torch.allclose(race.forward(race.x)[i : i + 2], alone, atol=1e-4)
        for block in race.blocks[2:]:  # which only deeper networks have
            block[0].zero_()
        assert torch.allclose(race.forward(race.x)[i : i + 2], alone, atol=1e-4)


def test_a_residual_block_of_zeros_passes_its_input_on():
    race = depth.Race(0.05, 0)
    plain, residual = depth.index(32), depth.index(32) + 1
    with torch.no_grad():
        for weights, _, _ in race.blocks:
            weights.zero_()
        out = race.forward(race.x, plain, residual + 1)
        direct = torch.relu(race.first[0][residual] @ race.x)
        assert torch.allclose(out[1], (race.last[0][residual] @ direct)[0], atol=1e-5) and not out[0].any()


def test_whoever_asks_meanwhile_goes_on_with_the_same_race_and_a_seed_decides_it():
    first = depth.race(0.07, 5)
    assert depth.race(0.07, 5) is first
    again = depth.Race(0.07, 5)
    assert first.advance(4).errors == again.advance(2).advance(3).errors


def test_an_unknown_depth_is_named():
    with pytest.raises(ValueError, match="Layers 7 will not do: choose 2, 4, 6"):
        depth.race().curves(7)
