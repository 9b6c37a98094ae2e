"""Model cards: what a stranger reads, and that nothing missing breaks them."""

import json

import pytest
from huggingface_hub import ModelCard

import models
from models import figures, hub
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
    "settings": {
        "variant": "dcgan",
        "g_lr": 2e-4,
        "batch_size": 64,
        "objective": "non_saturating",
        "zoom": 1.3,
        "pool": 50,
    },
    "hardware": "2 CPU cores",
    "hours": 0.53,
    "metrics": {
        "score": {
            "fid": 3.61,
            "kid": 0.001,
            "n": 2500,
            "seed": 0,
            "data": "cats",
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
    entry = models.entry(name)
    assert data.pipeline_tag == ("image-to-image" if entry.translates else "unconditional-image-generation")
    assert ("t.translate(" in text) == entry.translates
    assert entry.paper in text and entry.url in text and entry.brought in text
    assert f'models.load("{name}")' in text


def test_a_card_states_terms_arguments_and_protocol():
    text = card(CONFIG)
    assert "non-commercial use with attribution" in text and "5,153 pictures" in text
    assert "| generator | latent dim 128, base 64 |" in text and "drawn from N(0, 1)." in text
    assert (
        "5,000 steps. Batches of 64. The discriminator saw 320,000 pictures. 0.53 hours. Hardware: 2 CPU cores." in text
    )
    assert "Objective: non-saturating. Seed 0." in text
    assert "- Score: fid 3.61, kid 0.001, n 2,500, seed 0." in text
    assert "`python training/evaluate.py dcgan | tee log`, data cats, seed 0:\n\n- Score: n 2,500, inception-v3" in text
    assert "- Ears are sometimes missing." in text


def test_settings_are_told_by_the_recipe_s_words_and_unused_ones_of_earlier_versions_left_away():
    text = card(CONFIG)
    assert "| `--g-lr` | 0.0002 | learning rate of the generator |" in text
    assert "| `--zoom` | 1.3 | gone since |" in text and "--pool" not in text


@pytest.mark.parametrize("place", hub.WEIGHTS.glob("*/config.json"), ids=lambda path: path.parent.name)
def test_bundled_cards_have_every_figure_in_words_and_dump_no_dictionary(place):
    text, metrics = (place.parent / "README.md").read_text("utf-8"), json.loads(place.read_text("utf-8"))["metrics"]
    section = text.split("## Figures")[1].split("\n## ")[0]
    assert all(f"- {title}: {words}." in section for title, words in figures.in_words(metrics).items())
    assert all(found["command"] in section for found in metrics.values()) and not set(section) & set("{}=")


def test_lists_of_figures_are_left_to_plots():
    text = card({**CONFIG, "metrics": {"score": {**CONFIG["metrics"]["score"], "distances": [0.25] * 64}}})
    assert "0.25" not in text


def test_every_threshold_of_truncation_is_told():
    found = {"thresholds": [0.5, 2.0], "fid": [30.1, 12.5], "precision": [0.9, 0.8], "recall": [0.0, 0.2], "n": 500}
    text = card({**CONFIG, "metrics": {"truncation": found}})
    assert "0.5: FID 30.1, precision 0.90, recall 0.00; 2: FID 12.5, precision 0.80, recall 0.20 (n 500)" in text


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
