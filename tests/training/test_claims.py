"""Short runs on equal budgets: what they write, that they go on, and what they refuse."""
import json

import pytest
import torch
from PIL import Image

from training import claims
from training.claims import Claim, main
from training.imageset import split


@pytest.fixture
def tried(monkeypatch, tmp_path, tiny_settings, tiny_data):
    """tried(*flags): one claim of two tiny arms, read by fixed random features; (exit status, its report or None)."""
    pytest.importorskip("torch_fidelity.metric_prc")
    pytest.importorskip("matplotlib")
    tiny = tiny_settings("dcgan")
    for name in ("dcgan", "wgan"):
        monkeypatch.setitem(claims.VARIANTS, name, tiny_settings(name))
    monkeypatch.setattr(claims, "CLAIMS", {
        "two": Claim("Two ways", "images", {"one": ("dcgan", {}), "clipped": ("wgan", {"clip": 0.1})}),
        "held": Claim("Held out", "images", {"one": ("dcgan", {})}, hold_out=0.25),
        "time": Claim("Time", "seconds", {"one": ("dcgan", {}), "other": ("dcgan", {"seed": 1})})})
    mix = torch.randn(3 * 16 * 16, 8, generator=torch.Generator().manual_seed(0))
    monkeypatch.setattr(claims, "reader", lambda *args: (lambda x: x.flatten(1).float() @ mix, "random features"))
    monkeypatch.setattr(claims, "N", 24)
    monkeypatch.setattr(claims.data, "load", lambda *args, **how: tiny_data(tiny))

    def run(claim="two", *flags, budget="64"):
        status = main([claim, "--data", "noise", "--budget", budget, "--points", "2", "--precision", "fp32", "--device",
                       "cpu", "--out", str(tmp_path / "runs"), "--report", str(tmp_path), *flags])
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


def test_arms_run_apart_are_joined_in_the_report(tried, monkeypatch):
    assert tried("two", "--only", "clipped") == (0, None)
    assert tried("two", "--only", "one") == (0, None)
    monkeypatch.setattr(claims, "advance", None)  # nothing is left to learn
    _, found = tried()
    assert [[p["images"] for p in points] for points in found["arms"].values()] == [[32, 64], [32, 64]]


def test_what_is_held_out_is_what_arms_are_measured_against(tried, monkeypatch, tiny_data, tiny_settings):
    seen = []
    real = claims.SlicedWasserstein
    monkeypatch.setattr(claims, "SlicedWasserstein", lambda x, **how: seen.append(x) or real(x, **how))
    assert tried("held")[0] == 0
    held = split(tiny_data(tiny_settings("dcgan")), 0.25)[1].images
    assert sorted(x.sum().item() for x in seen[0]) == sorted(x.sum().item() for x in held)


@pytest.mark.parametrize("variant", claims.SWEEPS)
def test_a_sweep_changes_one_thing_an_arm(variant):
    base, *others = claims.CLAIMS[f"sweep-{variant}"].arms.values()
    base = claims.overlay(claims.VARIANTS[base[0]], **base[1])
    for variant, changes in others:
        assert claims.overlay(claims.VARIANTS[variant], **changes) != base


def test_seconds_are_a_budget_too(tried):
    _, found = tried("time", budget="0.4")
    for points in found["arms"].values():
        assert 0.2 <= points[0]["seconds"] < points[1]["seconds"] and points[1]["seconds"] >= 0.4


@pytest.mark.parametrize("flags, said", [
    (["three"], "unknown claim 'three'"), (["two", "--only", "none"], "--only 'none' is no arm"),
    (["two", "--points", "0"], "--points 0")])
def test_a_bad_value_is_one_line(tried, capsys, flags, said):
    assert tried(*flags)[0] == 2
    err = capsys.readouterr().err
    assert said in err and err.count("\n") == 1


def test_without_inception_a_set_without_classes_wants_a_reader(monkeypatch, tiny_data, tiny_settings):
    monkeypatch.setattr(claims.inception, "inception_available", lambda: False)
    monkeypatch.setattr(claims.inception, "inception_missing", lambda: "no network")
    data = tiny_data(tiny_settings("dcgan"))
    data.labels = data.classes = None
    with pytest.raises(ValueError, match="no network.*--reader"):
        claims.reader(None, data, "cpu")
