"""Steps recorded as CUDA graphs: which may stand for which, and that they teach the same."""

import pytest
import torch

import models


def test_steps_are_recorded_apart_where_they_differ_and_not_while_a_size_fades_in(run_of):
    game = run_of("wgan_gp", penalty_every=2, d_steps=1).game
    assert game.kind_of(0) == game.kind_of(2) != game.kind_of(1) == game.kind_of(3)
    assert None not in (game.kind_of(0), game.kind_of(1))
    game = run_of("wgan_gp", penalty_every=2, d_steps=2).game
    assert game.kind_of(0) == game.kind_of(1)  # one of its two critic steps is penalised, always the first
    game = run_of("progan", grow={"8": 2, "16": 5}, fade=2).game
    kinds = []
    for step in (0, 1, 2, 3, 4, 7):
        game.grow(step)
        kinds.append(game.kind_of(step))
    assert kinds[2] == kinds[0] and kinds[3] is None and len({kinds[0], kinds[4], kinds[5]}) == 3


@pytest.mark.skipif(not torch.cuda.is_available(), reason="recorded steps are a GPU's")
@pytest.mark.parametrize("variant", [*models.names(translates=False), "colorize", "pix2pix"])
def test_recorded_steps_teach_what_ordinary_ones_do(variant, run_of):
    found = []
    for recorded in (False, True):
        run = run_of(variant, out=f"recorded {recorded}", device="cuda", fade=0, steps=20, decay_from=0.5)
        if not recorded:
            run.graphs = None
        found.append(torch.stack([loss for _ in range(20) for loss in run.learn()]).cpu())
        assert run.game.ema.n_averaged == 20
    assert run.graphs.recorded
    assert torch.allclose(*found, rtol=0.05, atol=0.05)
