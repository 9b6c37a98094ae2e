"""Which settings are whose."""

import dataclasses

import pytest

from training.engine.loop import GAMES
from training.judge import classifier
from training.recipes import translation
from training.recipes.noise import NoiseGame
from training.recipes.random_stream import Draw
from training.recipes.settings import VARIANTS, Settings


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_game_reads_the_settings_that_are_said_to_be_for_it(tiny_settings, tiny_data, variant, monkeypatch):
    monkeypatch.setattr(translation, "reader", lambda source, device: classifier.Deep(2))
    read = set()

    class Watched(Settings):
        def __getattribute__(self, name):
            read.add(name)
            return super().__getattribute__(name)

    own = {f.name: f.metadata["of"] for f in dataclasses.fields(Settings) if f.name != "variant"}
    on = {"clip": 0.1, "penalty": 1.0, "r1": 1.0, "drift": 1.0, "orthogonal": 1.0, "jitter": True, "contrast": 1.0}
    plain = tiny_settings(variant, **{name: value for name, value in on.items() if variant in own[name]})
    settings = Watched(**dataclasses.asdict(plain))
    read.clear()
    game = GAMES.get(variant, NoiseGame)(settings, tiny_data(plain), Draw(0, "cpu"))
    game.grow(0)
    game.d_loss(8, 2 * plain.lead * plain.d_steps * plain.penalty_every)
    game.after_d()
    game.g_loss(8)
    assert game.facts is not None
    glanced = {"grow", "fade", "augment", "orthogonal", "pairs"}  # by all, to see that there is nothing; by no game
    special = {name for name, of in own.items() if len(of) < len(VARIANTS)} - glanced
    assert read & special == {name for name in special if variant in own[name]}
