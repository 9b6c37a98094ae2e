"""Recipes: every variant has one, its settings are those its game reads, and saved settings come back."""

import dataclasses
import json

import pytest
import torch

import models
from models import hub
from training import recipes
from training.recipes.random_stream import RandomStream

# Settings that the command, the loop and `load_data` read.
ENGINE = "variant data resolution channels steps batch_size seed d_steps optimizer g_lr d_lr beta1 beta2 decay_from"
ENGINE = {*ENGINE.split(), "precision", "log_every", "snapshot_every", "judge"}


@pytest.mark.parametrize("variant", models.names())
def test_a_recipe_holds_the_settings_that_its_game_reads_and_no_others(variant, tiny_settings):
    settings, recipe, read = tiny_settings(variant), recipes.load(variant), set()

    class Watched(type(settings)):
        def __getattribute__(self, name):
            read.add(name)
            return super().__getattribute__(name)

    names = {f.name for f in dataclasses.fields(settings)}
    watched, data = Watched(**vars(settings)), recipe.Game.noise_data(settings, 32)
    read.clear()
    game = recipe.Game(watched, data, RandomStream(0, "cpu"))
    game.grow(0)
    game.d_loss(8, 10**4)
    game.after_d()
    game.g_loss(8)
    game.update_ema()
    assert game.lead < 10**4
    assert names - ENGINE - read == set()
    assert recipe.SETTINGS.variant == variant and recipe.Game.objective and recipe.Game.figures


def test_defaults_are_those_of_the_papers_or_named_departures():
    settings = {name: recipes.load(name).SETTINGS for name in models.names()}
    assert settings["wgan"].clip == 0.01 and settings["wgan"].optimizer == "rmsprop"  # Arjovsky 2017, algorithm 1
    assert (settings["wgan_gp"].beta1, settings["wgan_gp"].beta2) == (0, 0.9)
    assert (settings["progan"].beta2, settings["progan"].drift) == (0.99, 0.001)  # Karras 2017, appendix A.1
    assert settings["progan"].penalty == 10  # Gulrajani 2017, algorithm 1; WGAN-GP's recipe says why it has 1
    assert settings["dcgan"].beta1 == 0.5 and settings["dcgan"].g_lr == 2e-4  # Radford 2015, section 4
    assert settings["biggan"].orthogonal == 1e-4  # Brock 2018, section 3.1
    assert settings["pix2pix"].l1 == 100  # Isola 2016, section 3.3
    assert settings["cyclegan"].cycle == 10  # Zhu 2017, section 4


def test_the_four_objectives_on_cats_differ_in_their_objective_alone():
    """Data, augmentation, width, networks and pictures seen are equal; rates and penalties are each its own."""
    four = [recipes.load(name).SETTINGS for name in ("dcgan", "wgan", "wgan_gp", "sngan")]
    equal = "data resolution flip augment batch_size generator discriminator ema decay_from judge hold_out".split()
    for settings in four[1:]:
        assert [getattr(settings, name) for name in equal] == [getattr(four[0], name) for name in equal]
    assert {settings.steps * settings.d_steps * settings.batch_size for settings in four} == {800_000}
    assert len({models.entry(settings.variant).networks["generator"] for settings in four}) == 1


# Facts of the machine that a run learned on, not of the recipe.
MEASURED = {"precision"}


@pytest.mark.parametrize("variant", models.names())
def test_weights_that_say_so_were_made_by_this_recipe(variant):
    """What config.json calls made by its recipe has the settings that stand there today."""
    place = hub.WEIGHTS / variant / "config.json"
    config = json.loads(place.read_text("utf-8")) if place.exists() else {}
    if not config.get("recipe"):
        pytest.skip("its weights are older than its recipe")
    settings = dataclasses.asdict(recipes.load(variant).SETTINGS)
    differ = {name for name in settings | config["settings"] if config["settings"].get(name) != settings.get(name)}
    assert differ <= MEASURED


def test_a_run_by_other_settings_or_from_other_weights_is_not_the_recipe_s(run_of, tmp_path):
    settings = recipes.load("gan").SETTINGS
    assert recipes.is_recipe(recipes.overlay(settings, precision="bf16"))
    assert not recipes.is_recipe(recipes.overlay(settings, steps=7))
    first = run_of("gan")
    first.train()
    config = json.loads((tmp_path / "run" / "export" / "config.json").read_text("utf-8"))
    assert config["recipe"] is False
    second = run_of("gan", "second", steps=9)
    second.begin_from(tmp_path / "run" / "export")
    second.save()
    assert run_of("gan", "second", steps=9).begun_from == str(tmp_path / "run" / "export")


def test_settings_are_overlaid_key_by_key_and_the_recipe_stays(tiny_settings):
    before = recipes.load("progan").SETTINGS
    changed = recipes.overlay(before, steps=5, grow={"8": 7}, generator={"latent_dim": 3})
    assert changed.grow == {**before.grow, "8": 7} and changed.generator == {**before.generator, "latent_dim": 3}
    assert changed.steps == 5 and before == recipes.load("progan").SETTINGS and before.grow["8"] > 7


def test_saved_settings_come_back_without_what_the_recipe_does_not_have():
    saved = {**dataclasses.asdict(recipes.load("sagan").SETTINGS), "steps": 7, "temperature": 1.5, "generator": {}}
    found = recipes.from_saved("sagan", saved)
    assert found.steps == 7 and found.generator == {} and not hasattr(found, "temperature")


@pytest.mark.parametrize(
    "changes, named",
    [
        ({"steps": 0}, "steps is 0; it must be at least 1"),
        ({"hold_out": 1.0}, "hold_out is 1.0; it must be at least 0 and below 1"),
        ({"penalty_every": 0}, "penalty_every is 0; it must be at least 1"),
    ],
)
def test_a_value_that_cannot_be_is_one_clear_line(changes, named):
    with pytest.raises(ValueError, match=named):
        recipes.overlay(recipes.load("wgan_gp").SETTINGS, **changes)


@pytest.mark.parametrize("name", ["stylegan", "settings", "noise"])
def test_a_name_that_is_no_variant_has_no_recipe(name):
    with pytest.raises(models.UnknownVariant, match=name):
        recipes.load(name)


def test_processes_draw_the_parts_of_what_one_draws():
    alone = RandomStream(3, "cpu")
    parts = [RandomStream(3, "cpu", rank, 2) for rank in (0, 1)]
    for draw in (lambda r, n: r.uniform(n), lambda r, n: r.normal(n, 3), lambda r, n: r.integers(n, 100)):
        whole, halves = draw(alone, 8), [draw(part, 4) for part in parts]
        assert (whole == torch.cat(halves)).all()
