"""A public checkpoint is downloaded by the real client from a Hub on the loopback address: pinned, resumed, checked."""

import json
import shutil
from types import SimpleNamespace

import pytest
from filelock import FileLock
from huggingface_hub import constants, hf_hub_download

import models
from models import hub
from models.published import download, public
from tests.hub_server import HubServer, connect, sha256
from tests.models.published import theirs
from tests.models.published.test_convert import save

NAME, REPO, FILE = "cats", "someone/cats", "netG.safetensors"
CHUNK = 4096


@pytest.fixture
def published(monkeypatch, tmp_path):
    """A Hub with one pinned DCGAN; data: its file. Nothing else of this machine is read or written."""
    monkeypatch.setattr(hub, "MANIFEST", tmp_path / "manifest.json")
    monkeypatch.setenv("GAN_ATLAS_DATA", str(tmp_path / "data"))
    monkeypatch.setattr(constants, "DOWNLOAD_CHUNK_SIZE", CHUNK)
    server = HubServer()
    connect(monkeypatch, server, tmp_path / "home")
    found = SimpleNamespace(server=server, data=save(theirs.random(theirs.ExampleG()).state_dict()))
    commit = server.push(REPO, {FILE: found.data})
    row = {"repo": REPO, "file": FILE, "variant": "dcgan", "format": "pytorch-dcgan", "licence": "mit"}
    found.row = {**row, "megabytes": 1, "revision": commit, "sha256": sha256(found.data), "size": None}
    hub.MANIFEST.write_text(json.dumps({"public": {NAME: found.row}}))
    server.push(REPO, {FILE: b"a later commit's"})
    yield found
    server.stop()


def stopping_at(share):
    """What is told of the progress, and a function that stops the download at a share of it."""
    seen = []

    def told(done, total):
        seen.append((done, total))
        if done >= share * total:
            raise download.Stopped("stopped")

    return seen, told


def test_the_pinned_file_is_downloaded_converted_and_loads(published):
    seen = []
    folder = download.get(NAME, lambda *at: seen.append(at))
    total = len(published.data)
    assert seen[0] == (0, total) and seen[-1] == (total, total) and len(seen) > total // CHUNK
    assert seen == sorted(seen), "progress never goes back"
    assert models.load("dcgan", device="cpu", folder=folder).sample(1).shape == (1, 3, 64, 64)
    config = json.loads((folder / "config.json").read_text())
    assert config["license"] == "mit"
    source = f"{REPO}@{published.row['revision']}"
    assert config["published"] == {"source": source, "sha256": {FILE: sha256(published.data)}}
    assert {path.name for path in folder.parent.iterdir()} <= {NAME, ".lock"}, "the download itself is not kept"


def test_a_download_that_was_stopped_goes_on_where_it_was(published):
    seen, told = stopping_at(0.5)
    with pytest.raises(download.Stopped):
        download.get(NAME, told)
    kept = download.begun(NAME)
    assert 0 < len(published.data) // 2 - kept <= CHUNK
    again = []
    download.get(NAME, lambda *at: again.append(at))
    assert published.server.starts == [0, kept] and again[0] == (kept, len(published.data))
    assert download.begun(NAME) == 0


def test_a_connection_that_breaks_goes_on_by_itself(published):
    published.server.dropped[FILE] = len(published.data) // 2
    download.get(NAME)
    first, second = published.server.starts
    assert first == 0 < second < len(published.data)


def test_what_is_here_is_not_asked_for_again(published, monkeypatch):
    folder = download.get(NAME)
    published.server.stop()
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    assert download.get(NAME) == folder


def test_what_the_hub_s_cache_has_is_converted_offline(published, monkeypatch):
    hf_hub_download(REPO, FILE, revision=published.row["revision"])
    published.server.stop()
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    assert (download.get(NAME) / "generator.safetensors").exists()


def pin(published, **changes):
    hub.MANIFEST.write_text(json.dumps({"public": {NAME: {**published.row, **changes}}}))


def other_content(published):
    """The Hub answers with the pinned sha256 and sends something else of the same size."""
    repo = published.server.repos[REPO]
    repo.commits[published.row["revision"]][FILE] = Claiming(published.data[::-1], published.row["sha256"])


class Claiming(bytes):
    """Bytes with another's sha256."""

    def __new__(cls, data, digest):
        found = super().__new__(cls, data)
        found.digest = digest
        return found


REFUSED = {
    "not pinned": (lambda p: pin(p, revision=None, sha256=None), {}, "python -m models.published --pin cats"),
    "another sha256": (lambda p: pin(p, sha256="0" * 64), {}, "is refused: expected sha256 000000000000, the Hub has"),
    "no such commit": (lambda p: pin(p, revision="f" * 40), {}, "cannot be had: the repo has no such commit"),
    "too large": (lambda p: None, {"most": 1000}, "MB; up to 0 MB are downloaded here"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_downloaded_is_one_line_and_no_byte_is_asked_for(published, name):
    change, options, why = REFUSED[name]
    change(published)
    with pytest.raises(ValueError) as error:
        download.get(NAME, **options)
    assert why in str(error.value) and "\n" not in str(error.value)
    assert published.server.starts == []


def test_no_network_is_one_line(published, monkeypatch):
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    with pytest.raises(ValueError, match=r"cannot be had: offline mode is on \(HF_HUB_OFFLINE\)"):
        download.get(NAME)


def test_other_bytes_than_the_pinned_ones_are_refused_and_not_kept(published, monkeypatch):
    monkeypatch.setattr("tests.hub_server.sha256", lambda data: getattr(data, "digest", None) or sha256(data))
    other_content(published)
    with pytest.raises(ValueError, match=f"is refused: expected sha256 {published.row['sha256'][:12]}, found"):
        download.get(NAME)
    assert download.begun(NAME) == 0 and not (download.folder() / NAME).exists()


def test_a_full_disk_is_said_before_the_download(published, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=1_000_000))
    monkeypatch.setattr(download, "COPIES", 1_000)
    with pytest.raises(ValueError, match="has 1 MB of room"):
        download.get(NAME)
    assert published.server.starts == []


def test_one_is_downloaded_at_a_time(published):
    download.folder().mkdir(parents=True)
    with (
        FileLock(download.folder() / ".lock"),
        pytest.raises(ValueError, match="another checkpoint is being"),
    ):
        download.get(NAME)


def test_a_name_that_is_no_folder_s_is_no_public_checkpoint(published):
    hub.MANIFEST.write_text(json.dumps({"public": {"../cats": published.row}}))
    assert public.rows() == {}
