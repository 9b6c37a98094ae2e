"""The manifest's public checkpoints: off until pinned, then the Hub's own file, checked."""

import json

import pytest

from models import hub
from models.published import __main__ as command
from models.published import public
from models.published.formats import FORMATS
from tests.hub_server import HubServer, connect, sha256
from tests.models.published import theirs
from tests.models.published.test_convert import save

NAME, REPO, FILE = "cats", "someone/cats", "netG.safetensors"
ROW = {"repo": REPO, "file": FILE, "variant": "dcgan", "format": "pytorch-dcgan", "licence": "mit", "megabytes": 1}


@pytest.fixture
def server(monkeypatch, tmp_path):
    monkeypatch.setattr(hub, "MANIFEST", tmp_path / "manifest.json")
    hub.MANIFEST.write_text(json.dumps({"variants": {"dcgan": {}}, "public": {NAME: ROW}}))
    server = HubServer()
    connect(monkeypatch, server, tmp_path / "home")
    yield server
    server.stop()


def test_a_name_that_is_not_pinned_is_not_downloaded(server, tmp_path, capsys):
    assert command.main([NAME, "--out", str(tmp_path / "out")]) == 2
    assert f"python -m models.published --pin {NAME}" in capsys.readouterr().err and not server.requests


def test_a_pinned_name_is_the_file_that_was_pinned(server, tmp_path, capsys):
    data = save(theirs.random(theirs.ExampleG()).state_dict())
    commit = server.push(REPO, {FILE: data})
    assert command.main(["--pin", NAME]) == 0
    assert f"{REPO} at {commit}" in capsys.readouterr().out
    assert public.rows()[NAME] == {**ROW, "revision": commit, "sha256": sha256(data), "size": len(data)}
    assert hub.section("variants") == {"dcgan": {}}, "the rest of the manifest stays"
    server.push(REPO, {FILE: b"another commit's"})
    assert command.main([NAME, "--out", str(tmp_path / "out")]) == 0
    assert "licence: mit" in capsys.readouterr().out
    config = json.loads((tmp_path / "out" / "config.json").read_text())
    assert config["published"]["sha256"] == {FILE: sha256(data)} and config["license"] == "mit"


@pytest.mark.parametrize("row, why", [({}, "cannot be had: there is no such repo"), (None, "is no public checkpoint")])
def test_what_cannot_be_pinned_is_one_line(server, capsys, row, why):
    assert command.main(["--pin", NAME if row is not None else "dogs"]) == 2
    line = capsys.readouterr().err
    assert why in line and line.count("\n") == 1


@pytest.mark.parametrize("name, row", public.rows().items())
def test_the_manifest_s_own_rows_are_whole(name, row):
    assert {"repo", "file", "variant", "format", "licence", "megabytes"} <= row.keys()
    assert (row["revision"] is None) == (row["sha256"] is None), "pinned whole or not at all"
    assert row["size"] is None or row["sha256"]
    assert row["format"] in {form.name for form in FORMATS if row["variant"] in form.variants}


def test_the_manifest_pins_biggan_deep():
    assert public.is_pinned(public.rows()["biggan-deep-128"])
