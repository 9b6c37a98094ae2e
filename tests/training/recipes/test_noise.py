"""The noise family's game: how it grows, what it draws, what D is asked, what its losses bring about."""

import copy
import dataclasses
from pathlib import Path

import pytest
import torch

import models
from training.engine.loop import Run
from training.recipes import losses
from training.recipes.noise import begins


def test_while_a_stage_fades_in_the_average_is_the_generator(run_of):
    run = run_of("progan", grow={"8": 10, "16": 30}, fade=10, steps=60, ema=0.9, snapshot_every=100)
    while run.game.stage["level"] % 1 == 0 or run.game.stage["level"] < 1:
        run.learn()
    for _ in range(3):
        run.learn()
    level = run.game.stage["level"]
    assert 1 < level < 2

    def followed():
        pairs = zip(run.game.G.parameters(), run.game.ema.module.parameters())
        return all(torch.equal(p, q) for p, q in pairs)

    assert followed()
    while run.game.stage["level"] < 2:
        run.learn()
    assert not followed()


def test_a_growing_gan_reaches_every_level_in_turn(run_of):
    run = run_of("progan", grow={"8": 2, "16": 6}, fade=2)
    levels = []
    for step in range(12):
        run.game.grow(step)
        levels.append(run.game.stage["level"])
    assert levels == [0, 0, 0, 0.5, 1, 1, 1, 1.5, 2, 2, 2, 2]
    run.game.grow(3)
    real, _ = run.game.batch(8)
    assert real.shape[-1] == 8  # real pictures fade as the generator's do
    x = torch.rand(2, 3, 16, 16)
    sharp = torch.nn.functional.avg_pool2d(x, 2)
    smooth = torch.nn.functional.interpolate(torch.nn.functional.avg_pool2d(x, 4), scale_factor=2.0)
    assert torch.allclose(run.game.shrunk(x), (sharp + smooth) / 2, atol=1e-6)


@pytest.mark.parametrize(
    "grow,named", [({"8": 5, "16": 6}, "16 px begin at step 6.*give 7 or more"), ({"8": 5}, "nothing of 16 px")]
)
def test_a_growth_that_cannot_be_is_one_clear_line(grow, named, tiny_settings):
    settings = dataclasses.replace(tiny_settings("progan"), grow=grow)
    with pytest.raises(ValueError, match=named):
        begins(settings)
    assert begins(dataclasses.replace(settings, fade=0)) == []


def test_earlier_stages_show_the_finished_picture_at_their_size(run_of):
    run = run_of("progan", grow={"8": 1, "16": 3}, fade=1)
    for _ in range(6):
        run.learn()
    with torch.no_grad():
        for to_rgb in run.game.ema.module.to_rgb[:-1]:
            to_rgb.weight.mul_(-5)  # stale: the layers under it have gone on without it
    G = run.game.shipped()["generator"]
    z = torch.randn(64, G.latent_dim)
    with torch.no_grad():
        target = torch.nn.functional.adaptive_avg_pool2d(G(z), 8)
        error = (G(z, level=1) - target).square().mean() / target.var()
    assert error < 0.7  # stale colours are off by many times the variance


def test_balanced_draws_take_each_class_as_often(run_of, tiny_settings, tiny_data):
    settings = tiny_settings("sagan")
    data = tiny_data(settings)
    rare = torch.tensor([0] * 30 + [1] * 2)
    run = Run(settings, type(data)(data.images, rare, ["many", "few"], "noise", []), Path("unused"), "cpu", quiet=True)
    index = run.game.index(4000)
    assert 0.45 < (rare[index] == 1).float().mean() < 0.55
    assert set(index.tolist()) == set(range(32))


@pytest.mark.parametrize("variant", models.names(translates=False))
def test_what_d_says_of_real_pictures_does_not_hang_on_the_fakes_beside_them(variant, run_of):
    game = run_of(variant).game
    real, labels = game.batch(8)
    other = copy.deepcopy(game)  # each look moves the vectors of a spectral norm
    (ours, bright), (theirs, dark) = (
        g.verdicts(real, torch.full_like(real, level), labels) for g, level in ((game, 1.0), (other, -1.0))
    )
    assert torch.allclose(ours, theirs, atol=1e-5) and not torch.allclose(bright, dark, atol=1e-5)


@pytest.mark.parametrize("variant", ["gan", "dcgan", "progan"])
def test_a_weight_on_path_lengths_evens_them(variant, run_of):
    uneven = []
    for weight in (0.0, 30.0):
        run = run_of(variant, out=f"weight {weight}", path_length=weight, fade=0, steps=40, g_lr=5e-3)
        for _ in range(40):
            run.learn()
        z = torch.randn(64, run.game.G.latent_dim, generator=torch.Generator().manual_seed(0))
        with torch.no_grad():
            made, near = (run.game.paint(x, None) for x in (z, z + losses.NEAR * z.flip(0)))
        uneven.append(losses.path_lengths(made, near).item())
    assert uneven[1] < 0.8 * uneven[0], uneven
