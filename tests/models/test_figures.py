"""Figures are told as a person writes them."""

import json

import pytest

from models import figures, hub

CATS = {"fid": 4.6757, "kid": 3.9137, "precision": 0.7484, "recall": 0.5628, "n": 2500}
SPEED = {"parameters": 1214915, "megabytes": 2.43, "milliseconds, n = 1": 3.3, "milliseconds, n = 16": 15.0}
PROTOCOL = {"seed": 0, "data": "cats128", "command": "python training/evaluate.py dcgan"}


def test_distances_and_speed_read_as_sentences():
    words = figures.in_words(
        {
            "classifier": {**CATS, **PROTOCOL, "features": "classifier of 12 classes (scenes64+cats128)"},
            "speed": {**SPEED, **PROTOCOL, "features": "eager fp32, 2 CPU cores, medians"},
        }
    )
    assert words == {
        "Distance": "KID 3.91 (x 1000), FID 4.68, precision 0.75, recall 0.56 "
        "(n 2,500; features of a classifier of 12 classes)",
        "Size and speed": "1.2 M parameters, 3.3 ms a picture, 15 ms for sixteen on two cores",
    }


def test_two_domains_are_told_by_their_own_names():
    found = {"accuracy_on_held_out_real": 0.9, "day2night": 0.5, "day2night_cycle_l1": 0.1, "n": 9}
    metrics = {"read_as_the_other": found}
    assert (
        "day2night: 50% are read as the other, cycle L1 0.100" in figures.in_words(metrics)["Read as the other domain"]
    )
    assert figures.headline(metrics) == "50% read as the other (n 9)"


def test_a_second_data_set_has_a_title_of_its_own():
    assert figures.title("read_as_target_faces48") == "Read as the target, faces48"


def test_figures_of_another_version_are_listed_not_dumped():
    words = figures.in_words({"new_score": {"best_of": 0.25, "n": 2500, "where": [1] * 9}, "neighbours": {"n": 64}})
    assert words == {"New score": "best of 0.25, n 2,500", "Copies": "n 64"}
    assert figures.headline({"new_score": {"n": 1}}) == figures.headline({}) == ""


@pytest.mark.parametrize("config", hub.WEIGHTS.glob("*/config.json"), ids=lambda path: path.parent.name)
def test_every_bundled_checkpoint_has_a_headline_and_no_dumped_dictionary(config):
    metrics = json.loads(config.read_text("utf-8"))["metrics"]
    words = " ".join(figures.in_words(metrics).values())
    assert figures.headline(metrics) and not set(words) & set('{}=_"[]')
