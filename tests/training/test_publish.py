"""Publishing against the real Hub client and a Hub on the loopback address."""

import json
import runpy
import sys

import pytest
from huggingface_hub import constants

from models import hub
from tests.hub_server import TOKEN, HubServer, connect, sha256
from training import publish

CONFIG = json.dumps({"variant": "dcgan", "dataset": {"title": "Cats"}, "license": "cc-by-nc-4.0"}).encode()
WEIGHTS = b"\x02\0\0\0\0\0\0\0{}"
REPO = "someone/gan-atlas-dcgan"


@pytest.fixture
def house(monkeypatch, tmp_path):
    """A checkout with one trained variant, logged in to a Hub."""
    server = HubServer()
    connect(monkeypatch, server, tmp_path / "home")
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    monkeypatch.setattr(hub, "MANIFEST", tmp_path / "weights_manifest.json")
    monkeypatch.setattr(hub, "WEIGHTS", tmp_path / "weights")
    lay(tmp_path / "weights" / "dcgan", {"config.json": CONFIG, "generator.safetensors": WEIGHTS})
    yield server
    server.stop()


def lay(folder, files):
    folder.mkdir(parents=True)
    for name, data in files.items():
        (folder / name).write_bytes(data)
    row = {"repo": None, "revision": None, "files": hub.describe(folder), "license": "cc-by-nc-4.0"}
    hub.write_row(folder.name, row)


def run(capsys, *args):
    """(exit status, stdout, stderr) of publish.py; what it has to complain of is one line."""
    status = publish.main(["--namespace", "someone", *args])
    out, err = capsys.readouterr()
    assert "Traceback" not in err
    return status, out, [line for line in err.splitlines() if line.startswith("publish.py: ")]


def test_publishing_pins_a_commit_that_can_be_fetched(house, capsys, tmp_path):
    status, out, _ = run(capsys, "--tag", "v1")
    repo = house.repos[REPO]
    row = hub.rows()["dcgan"]
    assert status == 0 and repo.head in out
    assert (row["repo"], row["revision"], row["license"]) == (REPO, repo.head, "cc-by-nc-4.0")
    assert repo.tags == {"v1": repo.head} and not repo.private
    files = repo.commits[repo.head]
    assert files["generator.safetensors"] == WEIGHTS and files["config.json"] == CONFIG
    assert b"# DCGAN, trained on Cats" in files["README.md"]
    weights = hub.fetch("dcgan", bundled=tmp_path / "elsewhere")
    assert weights.source == "Hub" and weights.files["generator.safetensors"].read_bytes() == WEIGHTS


def test_publishing_again_changes_nothing_and_an_old_tag_stays(house, capsys):
    run(capsys, "--tag", "v1")
    before = (house.repos[REPO].head, hub.rows())
    assert run(capsys, "--tag", "v1")[0] == 0
    assert (house.repos[REPO].head, hub.rows()) == before
    (hub.WEIGHTS / "dcgan" / "README.md").write_text("---\nlicense: other\n---\n# Another")
    status, out, _ = run(capsys, "--tag", "v1")
    assert status == 0 and house.repos[REPO].head != before[0]
    assert f"tag v1 was there already and stays at {before[0]}" in out
    assert hub.rows()["dcgan"]["revision"] == house.repos[REPO].head


def test_private_repos_are_private(house, capsys):
    assert run(capsys, "dcgan", "--private")[0] == 0
    assert house.repos[REPO].private


def test_a_dry_run_sends_nothing_and_needs_no_token(house, capsys, monkeypatch):
    monkeypatch.delenv("HF_TOKEN")
    status, out, _ = run(capsys, "--dry-run")
    assert status == 0 and "would send 2 files of dcgan" in out and REPO in out
    assert house.requests == [] and hub.rows()["dcgan"]["revision"] is None


def test_one_bad_file_sends_none_of_the_family(house, capsys):
    lay(hub.WEIGHTS / "wgan", {"config.json": b"{}", "generator.safetensors": WEIGHTS})
    (hub.WEIGHTS / "wgan" / "generator.safetensors").write_bytes(WEIGHTS + b" ")
    status, _, err = run(capsys)
    assert status == 1 and len(err) == 1 and house.requests == []
    assert "wgan/generator.safetensors is not the file in weights_manifest.json: expected 10 bytes" in err[0]


@pytest.mark.parametrize(
    "args, reason",
    [
        (["biggan"], "biggan has no row in weights_manifest.json"),
        (["--namespace", "not/one"], "--namespace 'not/one'"),
    ],
)
def test_what_cannot_be_published_is_named(house, capsys, args, reason):
    status, _, err = run(capsys, *args)
    assert status == 1 and len(err) == 1 and reason in err[0] and house.requests == []


def test_a_missing_folder_is_named(house, capsys):
    hub.write_row("wgan", hub.rows()["dcgan"])
    status, _, err = run(capsys, "wgan")
    assert status == 1 and "no folder" in err[0] and "python training/run.py wgan --install" in err[0]


def test_no_token_says_how_to_log_in(house, capsys, monkeypatch):
    monkeypatch.delenv("HF_TOKEN")
    status, _, err = run(capsys)
    assert status == 1 and "hf auth login" in err[0] and house.requests == []


def test_a_token_that_may_not_write_says_so(house, capsys, monkeypatch):
    house.only = "another"
    status, _, err = run(capsys)
    assert status == 1 and "refuses this token" in err[0] and "hf auth login" in err[0]
    house.only = None
    monkeypatch.setenv("HF_TOKEN", "hf_expired")
    assert "refuses this token" in run(capsys)[2][0]
    assert hub.rows()["dcgan"]["revision"] is None


def test_no_network_is_one_line_and_pins_nothing(house, capsys, monkeypatch):
    house.stop()
    status, _, err = run(capsys)
    assert status == 1 and len(err) == 1 and REPO in err[0]
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    assert "HF_HUB_OFFLINE" in run(capsys)[2][0]
    assert hub.rows()["dcgan"]["revision"] is None


def test_the_script_runs_by_its_path(house, capsys, monkeypatch):
    script = hub.ROOT / "training" / "publish.py"
    monkeypatch.setattr(sys, "path", [str(script.parent), *sys.path])
    monkeypatch.setattr(sys, "argv", [str(script), "--namespace", "someone", "--dry-run"])
    with pytest.raises(SystemExit) as leaving:
        runpy.run_path(str(script), run_name="__main__")
    assert leaving.value.code == 0 and sys.path[0] == str(hub.ROOT)
    assert "would send" in capsys.readouterr().out


def test_the_server_here_stores_what_it_is_sent():
    server = HubServer()
    commit = server.push("a/b", {"x": b"1"})
    assert len(commit) == 40 and server.repos["a/b"].commits[commit] == {"x": b"1"}
    assert sha256(b"1") == "6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b"
    server.stop()
