"""Weights, the real Hub client and a Hub on the loopback address: what is served, and what is refused."""

import json
import multiprocessing
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
import torch
from huggingface_hub import constants
from safetensors.torch import save

from models import hub
from tests.hub_server import HubServer, connect, environment, sha256

REPO = "gan-atlas/dcgan"
FILES = {
    "config.json": json.dumps({"variant": "dcgan", "latent_dim": 4}).encode(),
    "generator.safetensors": save({"w": torch.arange(4.0).half(), "steps": torch.tensor([7])}),
    "discriminator.safetensors": save({"w": torch.ones(2, 2).half()}),
}


class Atlas:
    """A checkout with a manifest and a weights folder, and the Hub that it is pinned to."""

    def __init__(self, server, root):
        self.server, self.root = server, root
        self.manifest, self.bundled = root / "weights_manifest.json", root / "weights"
        self.revision = server.push(REPO, FILES)

    def pin(self, **row):
        listed = {name: {"sha256": sha256(data), "size": len(data)} for name, data in FILES.items()}
        row = {"repo": REPO, "revision": self.revision, "files": listed, **row}
        self.manifest.write_text(json.dumps({"variants": {"dcgan": row}}))

    def bundle(self, **changed):
        folder = self.bundled / "dcgan"
        folder.mkdir(parents=True)
        for name, data in FILES.items():
            (folder / name).write_bytes(changed.get(name.partition(".")[0], data))

    def fetch(self):
        return hub.fetch("dcgan", manifest=self.manifest, bundled=self.bundled)

    def refused(self):
        """The one line in which these weights are refused."""
        with pytest.raises(hub.WeightsError) as refusal:
            self.fetch()
        assert "\n" not in str(refusal.value)
        return str(refusal.value)


@pytest.fixture
def atlas(monkeypatch, tmp_path):
    server = HubServer()
    connect(monkeypatch, server, tmp_path / "home")
    atlas = Atlas(server, tmp_path)
    atlas.pin()
    yield atlas
    server.stop()


def swapped(data):
    """`data` with its last byte changed."""
    return data[:-1] + bytes([data[-1] ^ 1])


def test_downloads_at_the_pinned_commit(atlas):
    atlas.server.push(REPO, {"config.json": b"{}"})
    weights = atlas.fetch()
    assert (weights.source, weights.repo, weights.revision) == ("Hub", REPO, atlas.revision)
    assert weights.config == {"variant": "dcgan", "latent_dim": 4}
    assert {name: path.read_bytes() for name, path in weights.files.items()} == FILES


def test_tensors_are_stored_as_fp16_and_returned_as_fp32(atlas):
    tensors = atlas.fetch().state_dict("generator")
    assert tensors["w"].dtype == torch.float32 and tensors["w"].tolist() == [0, 1, 2, 3]
    assert tensors["steps"].dtype == torch.int64
    with pytest.raises(hub.WeightsError, match="no file 'critic.safetensors'"):
        atlas.fetch().state_dict("critic")


def test_pinned_and_cached_needs_no_network(atlas):
    atlas.fetch()
    asked = len(atlas.server.requests)
    assert atlas.fetch().source == "Hub cache"
    assert len(atlas.server.requests) == asked
    atlas.server.stop()
    assert atlas.fetch().source == "Hub cache"


def test_the_bundled_copy_comes_first(atlas):
    atlas.bundle()
    weights = atlas.fetch()
    assert weights.source == "bundled copy" and weights.files["config.json"].parent == atlas.bundled / "dcgan"
    assert atlas.server.requests == []


def test_a_damaged_bundled_copy_gives_way_to_the_hub(atlas):
    atlas.bundle(generator=swapped(FILES["generator.safetensors"]))
    weights = atlas.fetch()
    assert weights.source == "Hub"
    assert weights.files["generator.safetensors"].read_bytes() == FILES["generator.safetensors"]
    assert weights.files["config.json"].parent == atlas.bundled / "dcgan"


def test_a_damaged_bundled_copy_that_cannot_be_replaced_is_named(atlas):
    atlas.bundle(generator=swapped(FILES["generator.safetensors"]))
    atlas.server.stop()
    refusal = atlas.refused()
    assert REPO in refusal and "weights/dcgan/generator.safetensors" in refusal
    assert str(atlas.bundled) not in refusal, "a page shows this line: no folder of the server's in it"
    atlas.pin(revision=None)
    refusal = atlas.refused()
    right = FILES["generator.safetensors"]
    assert f"expected sha256 {sha256(right)[:12]}, found {sha256(swapped(right))[:12]}" in refusal
    assert "generator.safetensors is refused" in refusal


def test_a_bundled_copy_is_checked_again_once_it_changes(atlas):
    atlas.pin(revision=None)
    atlas.bundle()
    atlas.fetch()
    path = atlas.bundled / "dcgan" / "config.json"
    path.write_bytes(swapped(path.read_bytes()))
    os.utime(path, ns=(1, 1))
    assert "config.json is refused" in atlas.refused()


def test_unpublished_weights_are_served_from_the_bundled_copy_only(atlas):
    atlas.pin(revision=None)
    refusal = atlas.refused()
    assert "not published yet" in refusal and "python training/run.py dcgan --install" in refusal
    atlas.bundle()
    assert atlas.fetch().source == "bundled copy"
    assert atlas.server.requests == []


def test_a_published_file_with_another_sha256_is_refused(atlas):
    other = swapped(FILES["generator.safetensors"])
    atlas.revision = atlas.server.push(REPO, {"generator.safetensors": other})
    atlas.pin()
    assert f"generator.safetensors at commit {atlas.revision[:12]} cannot be had: expected sha256" in atlas.refused()


def test_a_published_file_of_another_size_is_refused_before_it_is_fetched(atlas):
    atlas.revision = atlas.server.push(REPO, {"config.json": b"x" * 99})
    atlas.pin()
    assert f"expected {len(FILES['config.json'])} bytes, the Hub has 99" in atlas.refused()
    assert not any(request.startswith(f"GET /{REPO}") for request in atlas.server.requests)


def test_a_truncated_download_is_refused_and_not_kept(atlas):
    atlas.server.cut["config.json"] = 10
    assert f"{REPO}: config.json" in atlas.refused()
    atlas.server.cut.clear()
    assert atlas.fetch().source == "Hub"


@pytest.mark.parametrize(
    "row, reason",
    [
        ({"repo": "gan-atlas/nowhere"}, "no such repo"),
        ({"revision": "f" * 40}, "no such commit"),
        ({"revision": "0" * 40}, "no such file"),  # the empty commit that every repository starts with
    ],
)
def test_what_the_hub_does_not_have_is_named(atlas, row, reason):
    atlas.pin(**row)
    assert reason in atlas.refused()


def test_a_silent_server_does_not_hang_the_page(atlas, monkeypatch):
    monkeypatch.setattr(constants, "HF_HUB_ETAG_TIMEOUT", 1)
    atlas.server.silent = True
    start = time.monotonic()
    assert f"{REPO}: config.json" in atlas.refused()
    assert time.monotonic() - start < 30  # about one second, but on a machine with something better to do
    assert len([request for request in atlas.server.requests if REPO in request]) == 1


def test_a_damaged_cache_is_mended_once_or_named(atlas):
    path = atlas.fetch().files["generator.safetensors"]
    path.resolve().write_bytes(swapped(FILES["generator.safetensors"]))
    weights = atlas.fetch()
    assert weights.source == "Hub"
    assert weights.files["generator.safetensors"].read_bytes() == FILES["generator.safetensors"]
    path.resolve().write_bytes(b"short")
    atlas.server.stop()
    assert f"found 5): delete {path}" in atlas.refused()


@pytest.mark.parametrize(
    "name",
    [
        "../config.json",
        "a/generator.safetensors",
        "/etc/x.safetensors",
        "..\\generator.safetensors",
        "C:x.safetensors",
        "generator.bin",
        "..",
    ],
)
def test_file_names_that_lead_elsewhere_are_refused(atlas, name):
    entry = {"sha256": "0" * 64, "size": 1}
    atlas.pin(files={"config.json": entry, name: entry})
    assert f"file name {name!r}" in atlas.refused()
    assert atlas.server.requests == []


@pytest.mark.parametrize(
    "row, reason",
    [
        ({"revision": "main"}, "revision 'main' is no full commit"),
        ({"revision": "A" * 40}, "is no full commit"),
        ({"revision": "a" * 39}, "is no full commit"),
        ({"repo": "../../elsewhere"}, "repo '../../elsewhere'"),
        ({"repo": None}, "repo None"),
        ({"files": {}}, 'no "files"'),
        ({"files": {"config.json": {"sha256": "0" * 64}}}, "config.json has no sha256 and size"),
    ],
)
def test_rows_that_pin_nothing_are_refused(atlas, row, reason):
    atlas.pin(**row)
    assert reason in atlas.refused()
    assert atlas.server.requests == []


def test_a_variant_without_a_row_says_how_to_train_it(atlas):
    with pytest.raises(
        hub.WeightsError,
        match="biggan has no row in weights_manifest.json; train it: python training/run.py biggan --install",
    ):
        hub.fetch("biggan", manifest=atlas.manifest, bundled=atlas.bundled)


def test_a_broken_manifest_is_named(atlas):
    atlas.manifest.write_text('{"variants": ')
    assert "weights_manifest.json cannot be read" in atlas.refused()


def test_offline_mode_is_named_in_one_line(atlas, monkeypatch):
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    assert "HF_HUB_OFFLINE" in atlas.refused()


def test_a_folder_loads_as_it_lies_there(atlas):
    atlas.bundle()
    weights = hub.from_folder("dcgan", atlas.bundled / "dcgan")
    assert weights.source == "folder" and weights.files.keys() == hub.rows(atlas.manifest)["dcgan"]["files"].keys()
    with pytest.raises(hub.WeightsError, match="holds 'dcgan', not 'wgan'"):
        hub.from_folder("wgan", atlas.bundled / "dcgan")
    with pytest.raises(hub.WeightsError, match="holds no config.json"):
        hub.from_folder("dcgan", atlas.root)


def test_sheets_of_pictures_are_verified_with_the_weights(atlas):
    atlas.bundle()
    folder = atlas.bundled / "dcgan"
    for name in ("real.png", "samples.png", "neighbours.png", "holiday.png"):
        (folder / name).write_bytes(name.encode())
    hub.write_row("dcgan", {"repo": REPO, "revision": None, "files": hub.describe(folder)}, atlas.manifest)
    assert set(atlas.fetch().files) == {*FILES, "real.png", "samples.png", "neighbours.png"}
    (folder / "neighbours.png").write_bytes(b"another")
    assert "weights/dcgan/neighbours.png is refused" in atlas.refused()


def test_nothing_is_unpickled(atlas):
    pickled = b"\x80\x04cos\nsystem\n."
    atlas.bundle(generator=pickled)
    with pytest.raises(hub.WeightsError, match="is no safetensors file"):
        hub.from_folder("dcgan", atlas.bundled / "dcgan").state_dict("generator")


def test_a_write_that_fails_leaves_the_old_manifest(atlas, monkeypatch):
    before = atlas.manifest.read_bytes()
    row = hub.rows(atlas.manifest)["dcgan"]

    def full(*_):
        raise OSError("No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(hub.WeightsError, match="weights_manifest.json cannot be written .No space left"):
        hub.write_row("wgan", row, manifest=atlas.manifest)
    assert atlas.manifest.read_bytes() == before and not list(atlas.root.glob("*.tmp"))


def write_rows(manifest, name):
    row = {"repo": "a/b", "revision": None, "files": {"config.json": {"sha256": "0" * 64, "size": 1}}}
    for i in range(20):
        hub.write_row(f"{name}_{i}", row, manifest)


def test_two_processes_lose_no_row(atlas):
    processes = multiprocessing.get_context("fork")
    writers = [processes.Process(target=write_rows, args=(atlas.manifest, name)) for name in ("first", "second")]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(120)
    assert [writer.exitcode for writer in writers] == [0, 0]
    written = {f"{name}_{i}" for name in ("first", "second") for i in range(20)}
    assert set(hub.rows(atlas.manifest)) == {"dcgan"} | written


READER = """
import sys
from pathlib import Path
from models import hub
print(hub.fetch("dcgan", Path(sys.argv[1]), Path(sys.argv[2])).source)
"""


def test_the_clients_own_environment_variables_are_honoured(atlas, tmp_path):
    def source(**extra):
        env = {**environment(atlas.server, tmp_path / "other"), **extra}
        done = subprocess.run(
            [sys.executable, "-c", READER, str(atlas.manifest), str(atlas.bundled)],
            cwd=hub.ROOT,
            env=env,
            capture_output=True,
            text=True,
            timeout=120,
        )
        return done.stdout.strip() or done.stderr.splitlines()[-1]

    assert source() == "Hub"
    assert (Path(tmp_path) / "other" / "hub" / "models--gan-atlas--dcgan").is_dir()
    assert source(HF_HUB_OFFLINE="1") == "Hub cache"
