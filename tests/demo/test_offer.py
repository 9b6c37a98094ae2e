"""Public weights on the page: named before they are downloaded, downloaded when asked for, then in the choice."""

import json
import time

import httpx
import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError
from huggingface_hub import constants

import demo.weights
from models import hub
from models.published import download
from tests.demo import site
from tests.hub_server import HubServer, connect, sha256
from tests.models.published import theirs
from tests.models.published.test_convert import save

REPO, FILE = "someone/cats", "netG.safetensors"


@pytest.fixture(scope="module")
def server(weights, tmp_path_factory):
    """A Hub with a DCGAN that the page's manifest pins as "cats"; "dogs" is not pinned."""
    root, server = tmp_path_factory.mktemp("public"), HubServer()
    data, kept = save(theirs.random(theirs.ExampleG(12, 4)).state_dict()), hub.MANIFEST
    row = {"repo": REPO, "file": FILE, "variant": "dcgan", "format": "pytorch-dcgan", "licence": "mit", "megabytes": 7}
    pinned = {**row, "revision": server.push(REPO, {FILE: data}), "sha256": sha256(data), "size": len(data)}
    with pytest.MonkeyPatch.context() as patch:
        connect(patch, server, root)
        patch.setenv("GAN_ATLAS_DATA", str(root / "data"))
        patch.setattr(constants, "DOWNLOAD_CHUNK_SIZE", 4096)
        hub.MANIFEST = root / "manifest.json"
        unpinned = {**row, "revision": None, "sha256": None, "size": None}
        manifest = {**json.loads(kept.read_text()), "public": {"cats": pinned, "dogs": unpinned}}
        hub.MANIFEST.write_text(json.dumps(manifest))
        try:
            yield server
        finally:
            hub.MANIFEST = kept
            server.stop()


@pytest.fixture(scope="module")
def page(server):
    with site.served() as (url, _):
        yield Client(url, verbose=False, analytics_enabled=False, httpx_kwargs={"timeout": 120})


def asked(server):
    """What was asked of the Hub about this repository; its client asks other things by itself."""
    return [request for request in server.requests if REPO in request]


def opened(page, name):
    """(notice, whether the body shows, the download button) of the tab that is opened with weights chosen."""
    event = next(e for e in page.config["dependencies"] if e["api_name"] == "page_dcgan_open")
    values = {part["id"]: part["props"].get("value") for part in page.config["components"]}
    body = {"data": [*(values[i] for i in event["inputs"][:-1]), name], "fn_index": event["id"], "session_hash": name}
    answer = httpx.post(f"{page.src_prefixed}run/predict", json=body, timeout=60).json()
    notice, body, _, _, _, button, *_ = answer["data"]
    return notice.get("value", ""), body["visible"], button


def test_public_weights_are_in_the_choice_of_their_tab_alone(page):
    shown = {c["props"].get("elem_id"): c["props"] for c in page.config["components"]}
    named = [text for text, _ in shown["dcgan-weights"]["choices"]]
    assert named == ["The page's own", "cats (not downloaded, 0.1 MB)", "dogs (not downloaded, 7.0 MB)"]
    assert "wgan-weights" not in shown


def test_source_size_and_licence_stand_before_the_download_and_nothing_is_asked_for(page, server):
    notice, body, button = opened(page, "cats")
    assert REPO in notice and "MB" in notice and "mit" in notice and "until you ask for it" in notice
    assert not body and button["visible"] and button["value"] == "Download (0.1 MB)"
    with pytest.raises(AppError, match="cats is not downloaded yet"):
        site.call(page, "dcgan_move", weights="cats")
    assert not asked(server)


def test_what_is_not_pinned_says_what_to_run(page, server):
    notice, body, button = opened(page, "dogs")
    assert "python -m models.published --pin dogs" in notice and not body and not button["visible"]
    site.call(page, "dcgan_download", weights="dogs")
    assert not asked(server)


def test_the_page_s_own_weights_are_offered_nothing(page):
    notice, body, button = opened(page, "own")
    assert not notice and body and not button["visible"]


def test_whoever_runs_the_page_can_forbid_downloads(page, server, monkeypatch):
    monkeypatch.setenv(demo.weights.VARIABLE, "0")
    notice, _, button = opened(page, "cats")
    assert "This page downloads nothing (GAN_ATLAS_DOWNLOADS=0)." in notice and not button["visible"]
    site.call(page, "dcgan_download", weights="cats")
    assert not asked(server)


def test_a_download_stops_when_asked_goes_on_and_is_then_in_the_choice(page, server):
    server.pause = 0.05
    values = {"api_name": "/page_dcgan_download"}
    job, told, until = page.submit("cats", **values), set(), time.monotonic() + 20
    while not told and time.monotonic() < until:
        told = {unit.desc for unit in job.status().progress_data or [] if unit.progress}
        time.sleep(0.02)
    assert all(text.startswith("Downloading cats: 0.0 of 0.1 MB") for text in told) and told
    site.call(page, "dcgan_stop", weights="cats")
    job.result(timeout=20)
    kept, server.pause = download.begun("cats"), 0
    notice, _, _ = opened(page, "cats")
    assert kept and "MB of it came before; the download goes on from there" in notice
    page.predict("cats", **values)
    assert server.starts[0] == 0 and server.starts[-1] == kept
    found = site.call(page, "dcgan_downloaded_switch", n=1, weights="cats")
    assert f"{REPO}@" in json.dumps(found) and "cats (not downloaded" not in json.dumps(found)
    assert site.call(page, "dcgan_move", weights="cats")["src"].startswith("data:image/png")
