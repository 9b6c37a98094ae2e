"""The page on a Space, against the real Hub client and a Hub on the loopback address."""

import json
import os
import subprocess
import sys

import pytest

from demo import deploy
from models import hub
from tests.hub_server import TOKEN, HubServer, connect

SPACE = "someone/gan-atlas"
COMMIT = "a1" * 20


@pytest.fixture
def server(monkeypatch, tmp_path):
    """A Hub, and a manifest whose weights are small files of a copy of the project."""
    server = HubServer()
    connect(monkeypatch, server, tmp_path / "home")
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    yield server
    server.stop()


@pytest.fixture
def copy(monkeypatch, tmp_path):
    """A copy of the project in which two variants have weights; the second's are published."""
    root = tmp_path / "copy"
    for name in (
        *deploy.FILES,
        "README.md",
        "models/dcgan.py",
        "demo/__pycache__/x.pyc",
        "weights/.git/x",
        "tests/t.py",
    ):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes((hub.ROOT / name).read_bytes() if (hub.ROOT / name).is_file() else b"x")
    monkeypatch.setattr(hub, "MANIFEST", root / "weights_manifest.json")
    (root / "weights_manifest.json").unlink()
    for variant, revision in (("dcgan", None), ("wgan", COMMIT)):
        folder = root / "weights" / variant
        folder.mkdir(parents=True)
        (folder / "config.json").write_text("{}")
        (folder / "generator.safetensors").write_bytes(b"\x02\0\0\0\0\0\0\0{}")
        repo = f"someone/gan-atlas-{variant}" if revision else None
        hub.write_row(variant, {"repo": repo, "revision": revision, "files": hub.describe(folder)})
    monkeypatch.setattr(deploy.content, "__defaults__", (root,))
    return root


def run(capsys, *args):
    status = deploy.main(["--space", SPACE, *args])
    return status, *capsys.readouterr()


def test_a_space_gets_what_the_page_needs_and_nothing_else(server, copy, capsys):
    status, out, _ = run(capsys, "--private")
    repo = server.repos[SPACE]
    files = repo.commits[repo.head]
    assert status == 0 and repo.head in out and f"/spaces/{SPACE}" in out and repo.private
    assert {"app.py", "requirements.txt", "models/dcgan.py", "weights_manifest.json"} <= set(files)
    assert "weights/dcgan/generator.safetensors" in files
    assert "weights/wgan/config.json" in files and "weights/wgan/generator.safetensors" not in files
    assert not [name for name in files if "pycache" in name or "tests" in name or ".git" in name or ".lock" in name]


def test_published_weights_are_preloaded_at_their_commit(server, copy, capsys):
    run(capsys)
    repo = server.repos[SPACE]
    _, matter, text = repo.commits[repo.head]["README.md"].decode().split("---\n", 2)
    assert f"preload_from_hub:\n  - someone/gan-atlas-wgan generator.safetensors {COMMIT}\n" in matter
    assert "sdk: gradio" in matter and text.lstrip().startswith("# GAN Atlas")


def test_an_update_removes_what_is_gone_and_keeps_the_hubs_own(server, copy, capsys):
    server.push(SPACE, {".gitattributes": b"x", "models/old.py": b"x", "README.md": b"x"})
    assert run(capsys)[0] == 0
    repo = server.repos[SPACE]
    files = repo.commits[repo.head]
    assert ".gitattributes" in files and "models/old.py" not in files and len(files["README.md"]) > 1


def test_a_dry_run_says_what_it_would_send_and_sends_nothing(server, copy, capsys):
    status, out, _ = run(capsys, "--dry-run")
    assert status == 0 and server.requests == []
    assert "weights/dcgan/generator.safetensors" in out and f"to {SPACE}" in out.splitlines()[-1]


def test_weights_that_are_not_the_manifests_are_not_sent(server, copy, capsys):
    (copy / "weights" / "dcgan" / "config.json").write_text("{ }")
    status, _, err = run(capsys)
    assert status == 1 and server.requests == []
    assert err.count("\n") == 1 and "weights/dcgan/config.json is not the file in weights_manifest.json" in err


def test_refusals_are_one_line(server, copy, capsys, monkeypatch):
    server.only = "another"
    status, _, err = run(capsys)
    assert status == 1 and err.count("\n") == 1 and SPACE in err
    monkeypatch.delenv("HF_TOKEN")
    assert "hf auth login" in run(capsys)[2]
    assert deploy.main(["--space", "no-slash"]) == 1 and "no NAME/SPACE" in capsys.readouterr().err


@pytest.mark.long
def test_what_is_sent_starts_without_the_rest(tmp_path):
    """The files of the Space alone build the page and draw a picture."""
    for name, source in deploy.content().items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(source if isinstance(source, bytes) else source.read_bytes())
    code = "import demo, models, json; demo.build(); print(json.dumps(list(models.load('dcgan').sample(1).shape)))"
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1]) == [1, 3, 64, 64]
