"""Short runs on equal budgets: what they write, that they go on, and what they refuse."""

import dataclasses
import json

import pytest
import torch
from PIL import Image

from training import claims, recipes
from training.claims import main
from training.data.image_set import split
from training.judge import segmenter
from training.recipes.noise import NoiseGame
from training.trials import judges, learn
from training.trials.claim import Arm, Claim


@pytest.fixture
def tried(monkeypatch, tmp_path, tiny_settings, tiny_data):
    """tried(*flags): one claim of two tiny arms, read by fixed random features; (exit status, its report or None)."""
    pytest.importorskip("torch_fidelity.metric_prc")
    pytest.importorskip("matplotlib")
    tiny = tiny_settings("dcgan")
    for name in ("dcgan", "wgan"):
        monkeypatch.setattr(recipes.load(name), "SETTINGS", tiny_settings(name))
    monkeypatch.setattr(
        claims,
        "CLAIMS",
        {
            "two": Claim("Two ways", {"one": Arm("dcgan"), "clipped": Arm("wgan", {"clip": 0.1})}),
            "held": Claim("Held out", {"one": Arm("dcgan")}, hold_out=0.25),
            "time": Claim("Time", {"one": Arm("dcgan"), "other": Arm("dcgan", {"seed": 1})}, budget="seconds"),
        },
    )
    mix = torch.randn(3 * 16 * 16, 8, generator=torch.Generator().manual_seed(0))
    features = (lambda x: x.flatten(1).float() @ mix, "random features")
    monkeypatch.setattr(judges.features, "extractor", lambda *args: features)
    monkeypatch.setattr(judges, "N", 24)
    monkeypatch.setattr(NoiseGame, "load_data", lambda *args: tiny_data(tiny))

    def run(claim="two", *flags, budget="64"):
        status = main(
            [
                claim,
                "--data",
                "noise",
                "--budget",
                budget,
                "--points",
                "2",
                "--precision",
                "fp32",
                "--device",
                "cpu",
                "--out",
                str(tmp_path / "runs"),
                "--report",
                str(tmp_path),
                *flags,
            ]
        )
        path = tmp_path / f"{claim}.json"
        return status, json.loads(path.read_text()) if path.exists() else None

    return run


def test_all_arms_have_the_same_budget_and_a_report(tried, tmp_path, capsys):
    status, found = tried()
    assert status == 0 and list(found["arms"]) == ["one", "clipped"]
    assert [[p["images"] for p in points] for points in found["arms"].values()] == [[32, 64], [32, 64]]
    assert found["features"] == "random features" and found["command"].startswith("python training/claims.py two")
    assert Image.open(tmp_path / "two.png").size[0] > 500
    assert "| clipped |" in capsys.readouterr().out
    page = tmp_path / "two.md"
    assert "| clipped |" in page.read_text() and "two.png" in page.read_text()
    page.write_text(page.read_text().replace("Not written yet.", "Clipping is worse.").replace("clipped", "old"))
    tried()
    assert "Clipping is worse." in page.read_text() and "| clipped |" in page.read_text(), "words are kept, figures new"


def test_arms_from_several_seeds_are_reported_as_means_and_spreads(tried, tmp_path):
    alone = [tried("two", "--seed", seed)[1]["arms"]["one"][-1]["kid"] for seed in ("0", "1")]
    status, found = tried("two", "--seeds", "2")
    kid, spread = (found[key]["one"][-1]["kid"] for key in ("arms", "spreads"))
    assert status == 0 and alone[0] != alone[1]
    assert kid == pytest.approx(sum(alone) / 2, rel=1e-3)
    assert spread == pytest.approx(abs(alone[0] - alone[1]) / 2**0.5, rel=1e-2)
    page = (tmp_path / "two.md").read_text()
    assert "seeds 0 to 1, means and standard deviations" in page and " \u00b1 " in page


def test_arms_run_apart_are_joined_in_the_report(tried, monkeypatch):
    assert tried("two", "--only", "clipped") == (0, None)
    assert tried("two", "--only", "one") == (0, None)
    monkeypatch.setattr(learn, "advance", None)  # nothing is left to learn
    _, found = tried()
    assert [[p["images"] for p in points] for points in found["arms"].values()] == [[32, 64], [32, 64]]


def test_what_is_held_out_is_what_arms_are_measured_against(tried, monkeypatch, tiny_data, tiny_settings):
    seen, (extract, name) = [], judges.features.extractor("cpu")
    monkeypatch.setattr(judges.features, "extractor", lambda device: (lambda x: seen.append(x) or extract(x), name))
    assert tried("held")[0] == 0
    held = split(tiny_data(tiny_settings("dcgan")), 0.25)[1].images
    assert sorted(x.sum().item() for x in seen[0]) == sorted(x.sum().item() for x in held)


@pytest.fixture
def tiny_claim(monkeypatch, tmp_path, tiny_settings, tiny_data):
    """tiny_claim(name): a claim of translators with small networks; (exit status, its report, its page)."""
    pytest.importorskip("matplotlib")
    monkeypatch.setattr(segmenter, "EXAMPLES", 160)
    monkeypatch.setattr(
        judges.features, "extractor", lambda device: (lambda x: x[..., ::9, ::9].flatten(1) / 9, "pixels")
    )

    def run(name):
        claim = claims.CLAIMS[name]
        variant = next(iter(claim.arms.values())).variant
        tiny = tiny_settings(variant, resolution=32)
        data, arms = tiny_data(tiny), {}
        for label, arm in claim.arms.items():
            changes = {key: value for key, value in arm.changes.items() if key not in ("resolution", "lead")}
            if changes.get("discriminator", {}).get("layers") == 5:
                changes["discriminator"] = {"layers": 3}  # as much as 32 px hold
            arms[label] = dataclasses.replace(arm, changes=changes)
        recipe = recipes.load(variant)
        monkeypatch.setattr(recipe, "SETTINGS", tiny)
        monkeypatch.setitem(claims.CLAIMS, name, dataclasses.replace(claim, arms=arms, hold_out=0.25))
        monkeypatch.setattr(recipe.Game, "load_data", lambda *args: data)
        how = ["--budget", "16", "--points", "1", "--precision", "fp32", "--device", "cpu"]
        places = ["--out", str(tmp_path / "runs"), "--report", str(tmp_path)]
        status = main([name, "--data", "noise", *how, *places])
        return status, json.loads((tmp_path / f"{name}.json").read_text()), (tmp_path / f"{name}.md").read_text()

    return run


def check(name, tiny_claim, tmp_path):
    status, found, page = tiny_claim(name)
    assert status == 0 and list(found["arms"]) == list(claims.CLAIMS[name].arms) and found["n"] <= 8
    for points in found["arms"].values():
        assert [p["images"] for p in points] == [16] and set(found["columns"].values()) <= set(points[0])
    assert f"{name}-pictures.jpg" in page and "held-out pictures" in page
    assert Image.open(tmp_path / f"{name}-pictures.jpg").height > 300


@pytest.mark.parametrize("name", [name for name in claims.translators.CLAIMS if name != "sets"])
def test_translators_are_tried_on_what_was_held_out(tiny_claim, tmp_path, name):
    check(name, tiny_claim, tmp_path)


def test_all_arms_of_two_sets_hold_the_same_faces_out(tiny_claim, tmp_path):
    check("sets", tiny_claim, tmp_path)

    def learned_from(label):
        return json.loads((tmp_path / "runs" / "seed0" / "sets" / label / "last" / "config.json").read_text())

    assert learned_from("both-sets")["settings"]["hold_out"] == 0.25
    alone = learned_from("the-first-set-alone")
    assert [name for name, _ in alone["domains"]] == ["sharp"] and alone["dataset"]["images"] < 16


def test_seconds_are_a_budget_too(tried):
    _, found = tried("time", budget="0.4")
    for points in found["arms"].values():
        assert 0.2 <= points[0]["seconds"] <= points[1]["seconds"] and points[1]["seconds"] >= 0.4


@pytest.mark.parametrize(
    "flags, said",
    [
        (["three"], "unknown claim 'three'"),
        (["two", "--only", "none"], "--only 'none' is no arm"),
        (["two", "--points", "0"], "--points 0"),
        (["two", "--seeds", "0"], "--seeds 0"),
    ],
)
def test_a_bad_value_is_one_line(tried, capsys, flags, said):
    assert tried(*flags)[0] == 2
    err = capsys.readouterr().err
    assert said in err and err.count("\n") == 1
