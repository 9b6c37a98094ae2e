"""The sets that shipped weights learned from: from the cache, from a Hub on the loopback address, else a stand-in."""

import json

import pytest
import torch
from PIL import Image

import models
from tests.hub_server import TOKEN, HubServer, connect, sha256
from tests.training.data.test_sources import zipped
from training import publish, recipes
from training.data import named_sets, sources
from training.data.image_set import DataError


@pytest.fixture
def house(tmp_path, monkeypatch):
    """An index of one set, cats128, that lies in a folder of its own; an empty cache; a Hub with a loopback address."""
    for i in range(5):
        (tmp_path / "own" / "cat").mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (8, 8), (40 * i, 0, 0)).save(tmp_path / "own" / "cat" / f"{i}.png")
    zipped(tmp_path / "own", tmp_path / "own.zip")
    row = {"repo": "nobody/nothing", "revision": None, "files": {"cats128.zip": sha256(content(tmp_path))}}
    public = {"cats128": str(tmp_path / "own"), "scenes64+cats128": str(tmp_path / "own")}
    index = {"sets": {"cats128": row, "scenes64": {**row, "files": {"scenes64.zip": "0" * 64}}}, "public": public}
    (tmp_path / "sets.json").write_text(json.dumps(index))
    monkeypatch.setattr(named_sets, "INDEX", tmp_path / "sets.json")
    monkeypatch.setenv("GAN_ATLAS_DATA", str(tmp_path / "cache"))
    server = HubServer()
    connect(monkeypatch, server, tmp_path / "home")
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    yield server
    server.stop()


def content(tmp_path):
    return (tmp_path / "own.zip").read_bytes()


def lay_in_cache(tmp_path, data=None):
    place = named_sets.folder("cats128")
    place.mkdir(parents=True, exist_ok=True)
    (place / "cats128.zip").write_bytes(content(tmp_path) if data is None else data)


def read(source="atlas:cats128"):
    return sources.load(source, 8, 3)


def test_a_whole_copy_in_the_cache_asks_nobody(house, tmp_path, capsys):
    lay_in_cache(tmp_path)
    found = read()
    assert (found.name, len(found), found.classes) == ("cats128", 5, ["cat"])
    assert house.requests == [] and capsys.readouterr().err == ""


def test_a_published_set_is_fetched_by_name_once(house, tmp_path, monkeypatch, capsys):
    lay_in_cache(tmp_path)
    assert publish.main(["--namespace", "someone", "--data"]) == 0
    repo = house.repos["someone/gan-atlas-cats128"]
    row = named_sets.index()["sets"]["cats128"]
    assert (row["repo"], row["revision"]) == ("someone/gan-atlas-cats128", repo.head)
    card = repo.commits[repo.head]["README.md"].decode()
    assert card.startswith("---\nlicense: cc-by-nc-4.0\n") and row["files"]["cats128.zip"] in card
    monkeypatch.setenv("GAN_ATLAS_DATA", str(tmp_path / "another machine"))
    found, asked = read(), len(house.requests)
    assert found.name == "cats128" and torch.equal(found.images, sources.load(tmp_path / "own.zip", 8, 3).images)
    read()
    assert len(house.requests) == asked and "differ" not in capsys.readouterr().err


def test_without_the_set_its_public_stand_in_is_taken_and_said(house, tmp_path, capsys):
    lay_in_cache(tmp_path, b"another file")
    assert read().name == "own"
    assert "learning from" in (said := capsys.readouterr().err) and "figures will differ" in said
    lay_in_cache(tmp_path)
    assert read("atlas:scenes64+cats128").name == "own" and "scenes64 is neither in" in capsys.readouterr().err
    assert house.requests == [], "a set that was never published is not looked for"


def test_another_file_in_its_place_is_refused(house, tmp_path):
    named_sets.pin("cats128", "someone/cats", house.push("someone/cats", {"cats128.zip": b"another file"}))
    with pytest.raises(DataError, match=r"cats128.zip is not the file of cats128 that sets.json names by sha256"):
        read()


def test_a_hub_that_does_not_answer_leaves_the_stand_in(house, capsys):
    named_sets.pin("cats128", "someone/gone", "1" * 40)
    assert read().name == "own" and "the Hub did not give cats128" in capsys.readouterr().err


def test_names_that_there_are_not(house):
    with pytest.raises(DataError, match="no set 'dogs'; there are cats128, scenes64"):
        read("atlas:dogs")
    with pytest.raises(DataError, match="scenes64 is neither in"):
        read("atlas:scenes64")


@pytest.mark.parametrize(
    "names, complaint",
    [
        (["facades256"], "facades256 is not published: For research"),
        (["dogs"], "no set 'dogs': there are cats128"),
        (["cats128"], "cats128 is not whole: put cats128.zip into"),
    ],
)
def test_what_may_not_or_cannot_be_published_is_one_line(names, complaint, house, capsys):
    assert publish.main(["--namespace", "someone", "--data", *names]) == 1
    assert complaint in capsys.readouterr().err and house.repos == {}


def test_every_recipe_s_set_has_a_licence_and_a_public_stand_in():
    index = named_sets.index()
    sources_of_recipes = {recipes.load(name).SETTINGS.data for name in models.names(translates=False)}
    for source in sources_of_recipes:
        names = named_sets.names_of(source)
        assert names and "+".join(names) in index["public"]
        assert all(publish.card_of_set(name).startswith("---\nlicense: cc") for name in names)
