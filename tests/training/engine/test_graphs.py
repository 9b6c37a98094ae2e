"""Steps recorded as CUDA graphs: which share a recording, and that replays learn the same."""

import pytest
import torch

import models


def test_steps_that_differ_have_keys_of_their_own_and_none_while_a_size_fades_in(run_of):
    game = run_of("wgan_gp", penalty_every=2, d_steps=1).game
    assert game.graph_key(0) == game.graph_key(2) != game.graph_key(1) == game.graph_key(3)
    assert None not in (game.graph_key(0), game.graph_key(1))
    game = run_of("wgan_gp", penalty_every=2, d_steps=2).game
    assert game.graph_key(0) == game.graph_key(1)  # one of its two critic steps is penalised, always the first
    game = run_of("progan", grow={"8": 2, "16": 5}, fade=2).game
    keys = []
    for step in (0, 1, 2, 3, 4, 7):
        game.grow(step)
        keys.append(game.graph_key(step))
    assert keys[2] == keys[0] and keys[3] is None and len({keys[0], keys[4], keys[5]}) == 3


@pytest.mark.skipif(not torch.cuda.is_available(), reason="recorded steps are a GPU's")
@pytest.mark.parametrize("variant", models.names())
def test_replayed_steps_learn_what_ordinary_ones_do(variant, run_of):
    found = []
    for recorded in (False, True):
        run = run_of(variant, out=f"recorded {recorded}", device="cuda", steps=20, decay_from=0.5)
        if run.game.graph_key(0) is None:
            pytest.skip("its steps wait for the host")
        if not recorded:
            run.graphs = None
        found.append(torch.stack([loss for _ in range(20) for loss in run.learn()]).cpu())
        assert run.game.ema.n_averaged == 20
    assert run.graphs.recorded
    assert torch.allclose(*found, rtol=0.05, atol=0.05)
