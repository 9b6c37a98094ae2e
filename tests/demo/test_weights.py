"""The choice of weights at a tab's top: what is offered, what it shows, and what stays the variant's own."""

import json
import time

import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError
from safetensors.torch import save_file

import models
from demo import progress
from demo import weights as choice
from demo.state import UNTRUNCATED
from models.images import to_images
from models.published import convert
from models.published.biggan_deep import PARTS
from models.runtime import batches
from tests.demo import site
from tests.models.published import theirs

CLASSES = [f"kind {i}" for i in range(60)]
SIZES = {"latent_dim": 8, "width": 8, "widths": [32, 32, 16, 16, 8], "attention": 2, "classes": 60, "rows": 4}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder of four published checkpoints and one that is broken."""
    deep, root = theirs.random(PARTS[0].build(SIZES)), tmp_path_factory.mktemp("offered")
    published = {
        "deep": ("pytorch_model", PARTS[0].export(SIZES, deep.state_dict())),
        "one-way": ("latest_net_G_B", theirs.random(theirs.ResNet(4, 1)).state_dict()),
        "celeba": ("1-G", theirs.random(theirs.StarG(4, 3, 1)).state_dict()),
        "cats": ("netG", theirs.random(theirs.ExampleG(12, 4)).state_dict()),
    }
    for name, (file, tensors) in published.items():
        source = root / f"{file}.safetensors"
        save_file(tensors, source)
        convert.convert(source, root / name, classes=CLASSES if name == "deep" else None)
    (root / "broken").mkdir()
    (root / "broken" / "config.json").write_text("{")
    return root


@pytest.fixture(scope="module")
def page(weights, folder):
    choice.folders.append(folder)
    try:
        with site.served() as (url, _):
            yield Client(url, verbose=False, analytics_enabled=False, httpx_kwargs={"timeout": 120})
    finally:
        choice.folders.remove(folder)


def test_a_tab_offers_what_is_its_own_and_no_other(page):
    offered = {name: list(choice.offered(name)) for name in models.names()}
    assert {name: found for name, found in offered.items() if found} == {
        "biggan": ["deep"],
        "cyclegan": ["one-way"],
        "stargan": ["celeba"],
        "dcgan": ["cats"],
    }
    shown = {c["props"].get("elem_id"): c for c in page.config["components"]}
    assert [name for name in models.names() if f"{name}-weights" in shown] == list(filter(offered.get, models.names()))
    assert shown["biggan-label"]["type"] == "dropdown" and shown["cgan-label"]["type"] == "radio"


def test_other_weights_bring_their_classes_and_facts(page):
    found = json.dumps(site.call(page, "biggan_switch", label="daisy", other="cat", n=64, weights="deep"))
    assert "kind 59" in found and "pytorch_model" in found and "without a discriminator" in found
    assert "Direction 1" in found and "4 px" not in found
    assert "daisy" not in found
    own = json.dumps(site.call(page, "biggan_switch", n=1, weights="own"))
    assert "daisy" in own and "kind 59" not in own


def test_each_call_runs_the_weights_that_it_names(page, folder):
    deep = models.load("biggan", folder=folder / "deep", device="cpu")
    stage = site.call(page, "biggan_move", seed=3, pick=0, label="kind 7", truncation=UNTRUNCATED, weights="deep")
    expected = deep.sample(1, seed=3, labels=["kind 7"])
    assert site.picture(stage["src"]).tobytes() == to_images(expected)[0].tobytes()
    assert stage["score"] is None
    own = site.call(page, "biggan_move", seed=3, pick=0, label="daisy", truncation=UNTRUNCATED, weights="own")
    expected = models.load("biggan").sample(1, seed=3, labels=["daisy"])
    assert site.picture(own["src"]).tobytes() == to_images(expected)[0].tobytes()


@pytest.mark.parametrize("name", ["../own", "cats", 3, ["deep"]])
def test_weights_that_are_not_offered_are_refused(page, name):
    with pytest.raises(AppError, match="Weights .* is unknown: choose own, deep"):
        site.call(page, "biggan_move", weights=name)


def test_a_translator_without_its_other_networks_shows_what_it_has(page):
    found = site.call(page, "cyclegan_switch", weights="one-way")
    assert found[2]["choices"] == [["Zebra to horse", "zebra2horse"]]
    assert found[-1] == {}, "no way back was published"
    found = site.call(page, "stargan_switch", weights="celeba")
    assert [name for _, name in found[2]["choices"]] == ["label 0", "label 1", "label 2"]
    assert {} in found, "there is no discriminator to read the face"


def test_large_pictures_are_counted_while_they_are_painted(page, monkeypatch):
    run = batches.Batches._run
    monkeypatch.setattr(progress, "PATIENCE", 0)
    monkeypatch.setattr(batches.Batches, "_run", lambda own, parts: (time.sleep(0.06), run(own, parts))[1])
    job, told = page.submit(0, "all", "deep", api_name="/page_biggan_sweep"), {}
    while not job.done():
        told |= {unit.desc: unit.progress for unit in job.status().progress_data or []}
        time.sleep(0.02)
    assert job.result()["rows"] and len(told) > 3
    assert all(told[f"Picture {i} of 36"] == (i - 1) / 36 for i in range(2, 36) if f"Picture {i} of 36" in told)


def test_the_api_takes_weights_where_there_is_a_choice(page):
    picture, facts = page.predict(n=2, label="kind 59", weights="deep", api_name="/biggan")
    assert [p["verdict"] for p in facts["pictures"]] == [None, None] and facts["side"] == 16
    assert {p["label"] for p in facts["pictures"]} == {"kind 59"}
    listed = page.view_api(return_format="dict")["named_endpoints"]
    assert "weights" in {p["parameter_name"] for p in listed["/dcgan"]["parameters"]}
    assert "weights" not in {p["parameter_name"] for p in listed["/sngan"]["parameters"]}
