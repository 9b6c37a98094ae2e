"""Model cards: what a stranger reads, and that nothing missing breaks them."""

import pytest
from huggingface_hub import ModelCard

import models
from training.report.card import card

CONFIG = {
    "variant": "dcgan",
    "networks": {"generator": {"latent_dim": 128, "base": 64}, "discriminator": {"base": 64}},
    "classes": None,
    "resolution": 64,
    "channels": 3,
    "latent_dim": 128,
    "dataset": {
        "name": "huggan/cats",
        "title": "Cats",
        "images": 5153,
        "license": "cc-by-nc-4.0",
        "terms": "CC BY-NC 4.0: non-commercial use with attribution.",
    },
    "license": "cc-by-nc-4.0",
    "steps": 5000,
    "images_seen": 320000,
    "seed": 0,
    "settings": {"variant": "dcgan", "lr": 2e-4},
    "hardware": "2 CPU cores",
    "hours": 0.53,
    "metrics": {
        "score": {
            "fid": 3.61,
            "kid": 0.001,
            "n": 2500,
            "seed": 0,
            "features": "inception-v3",
            "command": "python training/evaluate.py dcgan | tee log",
        }
    },
    "faults": ["Ears are\nsometimes missing."],
}


@pytest.mark.parametrize("name", models.names())
def test_every_member_has_a_card_with_its_paper_and_valid_front_matter(name):
    text = card({**CONFIG, "variant": name})
    data = ModelCard(text).data
    assert data.license == "cc-by-nc-4.0" and data.library_name == "pytorch" and name in data.tags
    translator = name in ("colorize", "pix2pix", "cyclegan", "stargan")
    assert data.pipeline_tag == ("image-to-image" if translator else "unconditional-image-generation")
    entry = models.entry(name)
    assert entry.paper in text and entry.url in text and entry.brought in text
    assert f'models.load("{name}")' in text


def test_a_card_states_terms_arguments_and_protocol():
    text = card(CONFIG)
    assert "non-commercial use with attribution" in text and "5,153 pictures" in text
    assert "latent_dim=128, base=64" in text and "2 CPU cores" in text and "| lr | 0.0002 |" in text
    assert "| score | 3.61 | 0.001 | 2500 | 0 | inception-v3 |" in text
    assert r"`python training/evaluate.py dcgan \| tee log`" in text
    assert "- Ears are sometimes missing." in text
    assert "drawn from N(0, 1)." in text and "multiplied by 1.2" in card(CONFIG | {"temperature": 1.2})


def test_figures_that_are_drawn_are_not_told():
    lists = {"distances": [0.25] * 64, "thresholds": [0.5, 1.0]}
    text = card({**CONFIG, "metrics": {"score": {**CONFIG["metrics"]["score"], **lists}}})
    assert "0.25" not in text and "[0.5, 1.0]" in text


def test_thresholds_of_truncation_are_a_table():
    found = {"thresholds": [0.5, 2.0], "fid": [30.1, 12.5], "precision": [0.9, 0.8], "recall": [0.0, 0.2], "n": 500}
    text = card({**CONFIG, "metrics": {"truncation": found}})
    assert "| threshold | FID | precision | recall |" in text and "| 2 | 12.5 | 0.8 | 0.2 |" in text
    assert "n: 500" in text and "## Truncation" not in card(CONFIG)


def test_only_a_hub_data_set_is_linked():
    assert ModelCard(card(CONFIG)).data.datasets == ["huggan/cats"]
    for name in ("torchvision:mnist", "cats128", "C:\\pictures"):
        assert ModelCard(card({**CONFIG, "dataset": {"name": name}})).data.get("datasets") is None


@pytest.mark.parametrize("missing", CONFIG)
def test_a_missing_key_costs_its_sentence_only(missing):
    text = card({key: value for key, value in CONFIG.items() if key != missing})
    text = text.replace("None recorded", "").replace("None measured", "")
    assert "## How to use" in text and "None" not in text


def test_an_empty_config_still_makes_a_card():
    assert ModelCard(card({})).data.license == "other"
