"""The noise family's game: how it grows, what it draws, what D is asked, what its losses bring about."""

import copy
import dataclasses
import math

import pytest
import torch
from torch import nn

import models
from training.data.image_set import ImageSet
from training.recipes import losses
from training.recipes.noise import BATCH_LAYERS
from training.recipes.progan import fade_in_steps


def test_while_a_size_fades_in_the_average_is_the_generator(run_of):
    run = run_of("progan", grow={"8": 1, "16": 5}, fade=3, steps=60, ema=0.9, snapshot_every=100)
    equal = {}
    for _ in range(10):
        run.learn()
        pairs = zip(run.game.G.parameters(), run.game.ema.module.parameters())
        equal[run.game.stage["level"]] = all(torch.equal(p, q) for p, q in pairs)
    fading = {level for level in equal if level % 1}
    assert len(fading) == 4 and {level for level, same in equal.items() if same and level} == fading


def test_a_growing_gan_reaches_every_level_in_turn(run_of):
    run = run_of("progan", grow={"8": 2, "16": 6}, fade=2)
    levels = []
    for step in range(12):
        run.game.grow(step)
        levels.append(run.game.stage["level"])
    assert levels == [0, 0, 0, 0.5, 1, 1, 1, 1.5, 2, 2, 2, 2]
    run.game.grow(3)
    (real,) = run.game.batch(8)
    assert real.shape[-1] == 8  # real pictures fade as the generator's do
    x = torch.rand(2, 3, 16, 16)
    sharp = torch.nn.functional.avg_pool2d(x, 2)
    smooth = torch.nn.functional.interpolate(torch.nn.functional.avg_pool2d(x, 4), scale_factor=2.0)
    assert torch.allclose(run.game.shrink(x), (sharp + smooth) / 2, atol=1e-6)


@pytest.mark.parametrize(
    "grow,named", [({"8": 5, "16": 6}, "16 px begin at step 6.*give 7 or more"), ({"8": 5}, "nothing of 16 px")]
)
def test_a_growth_that_cannot_be_is_one_clear_line(grow, named, tiny_settings):
    settings = dataclasses.replace(tiny_settings("progan"), grow=grow)
    with pytest.raises(ValueError, match=named):
        fade_in_steps(settings)
    assert fade_in_steps(dataclasses.replace(settings, fade=0)) == []


def test_earlier_sizes_are_shown_as_they_were_when_they_grew(run_of):
    run = run_of("progan", grow={"8": 2, "16": 4}, fade=1, steps=8, snapshot_every=100)
    z, before = torch.randn(4, run.game.G.latent_dim), {}
    for step in range(8):
        if step in (2, 4):
            with torch.no_grad():
                before[len(before)] = run.game.ema.module.eval()(z, **run.game.stage).clone()
        run.learn()
    shipped = run.game.shipped()["generator"]
    with torch.no_grad():
        for level, picture in before.items():
            assert picture.shape[-1] == 4 * 2**level
            assert torch.allclose(shipped(z, level=level), picture, atol=1e-5)
        shipped.snapshots = False
        assert not torch.allclose(shipped(z, level=1), before[1], atol=1e-4), "the layers under it have gone on"


def test_each_class_is_as_likely_in_a_batch_and_each_picture_of_it(game_of):
    images = torch.randint(0, 256, (32, 3, 16, 16), dtype=torch.uint8)
    labels = torch.tensor([0] * 30 + [1] * 2)
    game = game_of("sagan", ImageSet(images, labels, ["many", "few"], "noise"))
    index = game.random_indices(6000)
    assert (labels[index] == 1).float().mean().item() == pytest.approx(0.5, abs=0.03)
    counts = torch.bincount(index, minlength=32) / 6000
    assert torch.allclose(counts, torch.tensor([0.5 / 30] * 30 + [0.25] * 2), atol=0.03) and counts.min() > 0.005


def test_a_class_without_pictures_is_named(game_of):
    images = torch.zeros(4, 3, 16, 16, dtype=torch.uint8)
    with pytest.raises(ValueError, match="'empty' has no pictures"):
        game_of("biggan", ImageSet(images, torch.zeros(4, dtype=torch.int64), ["full", "empty"], "noise"))


@pytest.mark.parametrize(
    "variant, d_loss, g_loss",
    [
        ("gan", losses.minimax_d, losses.non_saturating_g),
        ("wgan", losses.wasserstein_d, losses.wasserstein_g),
        ("sngan", losses.hinge_d, losses.wasserstein_g),
    ],
)
def test_a_game_s_losses_are_its_paper_s(variant, d_loss, g_loss, game_of):
    game = game_of(variant, augment="")
    grey(game, real=255, fake=-0.5)
    game.judge = lambda x, labels=None: x.mean((1, 2, 3))
    real, fake = torch.ones(8), torch.full((8,), -0.5)
    assert game.d_loss(8, 0).item() == pytest.approx(d_loss(real, fake).item())
    assert game.g_loss(8).item() == pytest.approx(g_loss(fake).item())


def test_cgan_s_d_is_shown_real_pictures_with_wrong_labels(game_of):
    game = game_of("cgan")
    labels = dict(zip(map(bytes, game.images.numpy()), game.labels.tolist()))
    seen = []

    def judge(x, y):
        seen.append((x, y))
        return torch.zeros(len(x))

    game.judge = judge
    assert game.d_loss(8, 0).item() == pytest.approx(2 * math.log(2))
    pictures, told = seen[0]
    real = [labels[bytes(x.numpy())] for x in models.images.to_uint8(pictures[:16])]
    assert (pictures[:8] == pictures[8:16]).all() and real[:8] == told[:8].tolist() == told[16:].tolist()
    assert all(true != other for true, other in zip(real[8:], told[8:16].tolist()))


def test_wrong_labels_want_two_classes(game_of):
    one = ImageSet(torch.zeros(4, 1, 16, 16, dtype=torch.uint8), torch.zeros(4, dtype=torch.int64), ["7"], "sevens")
    with pytest.raises(ValueError, match="sevens has the class '7' alone: give two class folders"):
        game_of("cgan", one)


def grey(game, real, fake):
    """Make all real pictures and all fakes of one grey."""
    shape, latent_dim = game.images.shape[1:], game.G.latent_dim
    game.images = torch.full_like(game.images, real)
    game.G = lambda z: torch.full((len(z), *shape), fake)
    game.G.latent_dim = latent_dim


@pytest.mark.parametrize("variant, no_growth, drift", [("wgan_gp", {}, 0.0), ("progan", {"fade": 0}, 0.5)])
def test_the_critic_pays_for_its_slope_every_second_step_and_progan_s_for_its_scores(
    variant, no_growth, drift, game_of
):
    changes = {"drift": drift} if drift else {}
    game = game_of(variant, penalty=10.0, penalty_every=2, augment="", **changes, **no_growth)
    grey(game, real=255, fake=1.0)
    pixels = game.images[0].numel()
    game.judge = lambda x, labels=None: 3 * x.flatten(1).sum(1) / pixels**0.5  # its slope is 3 everywhere
    spared, penalised = game.d_loss(8, 1).item(), game.d_loss(8, 2).item()
    assert spared == pytest.approx(drift * 9 * pixels, abs=1e-3)
    assert penalised - spared == pytest.approx(2 * 10 * (3 - 1) ** 2, rel=1e-3)


@pytest.mark.parametrize("variant", ["wgan_gp", "progan"])
def test_the_penalty_is_taken_where_the_critic_judges(variant, game_of, monkeypatch):
    game, seen = game_of(variant, augment="translation", **({"fade": 0} if variant == "progan" else {})), []
    game.images.fill_(255)
    judge, batch = game.judge, game.real_and_fake(8)
    assert (batch[0] == 0).any(), "zeros move in at the edges of shifted white pictures"
    game.judge = lambda x: (seen.append(x), judge(x))[1]
    monkeypatch.setattr(game, "real_and_fake", lambda n: batch)
    monkeypatch.setattr(game.random, "uniform", torch.ones)  # x_hat is the real picture
    game.d_loss(8, 0)
    assert torch.equal(seen[-1], batch[0])


@pytest.mark.parametrize("variant", ["dcgan", "wgan", "progan"])
def test_an_exported_d_s_statistics_are_those_of_real_and_fake_in_equal_parts(variant, run_of):
    run = run_of(variant, augment="")
    for _ in range(3):
        run.learn()
    game = run.game
    before = {key: t.clone() for key, t in game.D.state_dict().items()}
    D = game.shipped()["discriminator"]
    assert game.facts["batch_statistics"] == "real and generated pictures in equal parts"
    assert all(torch.equal(before[key], t) for key, t in game.D.state_dict().items()), "training goes on as it was"
    real, fake = models.images.from_uint8(game.images), game.samples(len(game.images), seed=3)
    inputs = []
    first = next(m for m in D.modules() if isinstance(m, BATCH_LAYERS))
    with first.register_forward_pre_hook(lambda module, given: inputs.append(given[0])), torch.no_grad():
        D(game.shrink(torch.cat([real, fake])), **game.stage)
    if variant == "progan":
        by_hand = torch.stack([x.reshape(-1, 4, x[0].numel()).std(1, correction=0).mean() for x in inputs[0].chunk(2)])
        assert first.usual.item() == pytest.approx(by_hand.mean().item(), rel=0.1)
    else:
        mean, std = inputs[0].mean((0, 2, 3)), inputs[0].std((0, 2, 3))
        assert torch.allclose(first.running_mean, mean, atol=0.1 * std.mean())
        assert torch.allclose(first.running_var.sqrt(), std, rtol=0.1)


def test_truncated_pictures_have_batch_norm_statistics_of_their_own(run_of):
    run = run_of("biggan", generator={"thresholds": [0.3, 1.0]})
    for _ in range(3):
        run.learn()
    run.game.calibrate()
    first, last = (block.norm1.norm for block in (run.game.ema.module.blocks[0], run.game.ema.module.blocks[-1]))
    assert (first.variances[0] < first.variances[1]).all() and (first.variances[1] < first.running_var).all()
    shipped = run.game.shipped()["generator"]
    assert torch.equal(shipped.blocks[-1].norm1.norm.variances, last.variances) and shipped.thresholds == (0.3, 1.0)


def test_a_critic_s_weights_stay_clipped(run_of):
    run = run_of("wgan", d_steps=5, clip=0.02)
    run.learn()
    assert max(p.abs().max().item() for p in run.game.D.parameters()) == pytest.approx(0.02)


def test_biggan_s_generator_pays_for_weights_that_are_not_orthogonal(game_of):
    game = game_of("biggan", orthogonal=0.0)
    game.random.generator.manual_seed(1)
    state, plain = copy.deepcopy(game.D.state_dict()), game.g_loss(8).item()
    game.D.load_state_dict(state)
    game.settings.orthogonal = 2.0
    game.random.generator.manual_seed(1)
    penalty = losses.orthogonal_penalty(game.regularized_weights()).item()
    assert game.g_loss(8).item() - plain == pytest.approx(2 * penalty, rel=1e-2) and penalty > 0


@pytest.mark.parametrize("variant", models.names(translates=False))
def test_what_d_says_of_real_pictures_does_not_hang_on_the_fakes_beside_them(variant, run_of):
    game = run_of(variant).game
    for dropout in (m for m in game.D.modules() if isinstance(m, nn.Dropout)):
        dropout.p = 0.0
    real, *labels = game.batch(8)
    other = copy.deepcopy(game)  # each look moves the vectors of a spectral norm
    (ours, bright), (theirs, dark) = (
        g.scores(real, torch.full_like(real, level), *labels) for g, level in ((game, 1.0), (other, -1.0))
    )
    assert torch.allclose(ours, theirs, atol=1e-5) and not torch.allclose(bright, dark, atol=1e-5)
