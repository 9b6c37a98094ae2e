"""The API as a stranger calls it: by README's own lines, from Python, from JavaScript and as tools of an MCP server."""

import asyncio
import base64
import io
import json
import re
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
import torch
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError
from PIL import Image, ImageChops, ImageDraw

import models
from demo import panels
from demo.parts.data_uri import png
from demo.parts.examples import bundled
from demo.tabs import tab_class
from models.images import grid
from tests.demo import site, tiny

README = (Path(__file__).resolve().parents[2] / "README.md").read_text("utf-8")
PHOTO = Image.radial_gradient("L").resize((90, 60)).convert("RGB")
CATS = [name for name in tiny.NOISE if tab_class(name).shares_seed_with == "cats"]
CONDITIONAL = [name for name in tiny.NOISE if tiny.classes(name)]
TRANSLATORS = [name for name in tiny.TRANSLATORS if name != "pix2pix"]


def readme(language):
    """README's block in a language."""
    return re.search(rf"```{language}\n(.*?)```", README.split("## Call it from a program")[1], re.DOTALL)[1]


@pytest.fixture(scope="module")
def api(weights):
    """The address of a page whose MCP server is on, on the room's tiny weights."""
    with site.served(mcp_server=find_spec("mcp") is not None) as (url, _):
        yield url


@pytest.fixture(scope="module")
def atlas(api):
    return Client(api, verbose=False, analytics_enabled=False, httpx_kwargs={"timeout": 120})


@pytest.fixture(scope="module")
def listed(atlas):
    return atlas.view_api(return_format="dict", print_info=False)["named_endpoints"]


@pytest.fixture(scope="module")
def photo(tmp_path_factory):
    path = tmp_path_factory.mktemp("photo") / "horse.png"
    PHOTO.save(path)
    return path


def opened(path):
    """The picture of an answer, which is a PNG file."""
    image = Image.open(path)
    assert image.format == "PNG"
    return image


def same(one, other):
    return one.size == other.size and not ImageChops.difference(one.convert("RGB"), other.convert("RGB")).getbbox()


def test_the_listing_has_what_a_person_would_call_and_nothing_else(listed):
    wanted = {*models.names(), *(f"{name}_walk" for name in tiny.NOISE), *(f"{name}_judge" for name in CATS)}
    wanted |= {"biggan_sweep", *(f"{name}_labels" for name in CONDITIONAL), *(f"lab_{name}" for name in panels.names())}
    assert {name.lstrip("/") for name in listed} == wanted


def test_every_parameter_has_a_default_and_its_real_choices(listed):
    choices = {}
    for name, endpoint in listed.items():
        for p in endpoint["parameters"]:
            assert p["parameter_has_default"], f"{name} needs {p['parameter_name']}"
            choices[name, p["parameter_name"]] = p["type"].get("enum")
    assert choices["/biggan", "label"] == ["all", *tiny.CLASSES] and choices["/biggan", "other"] == tiny.CLASSES
    assert choices["/stargan", "expression"] == models.load("stargan").expressions
    assert choices["/cyclegan", "direction"] == ["horse2zebra", "zebra2horse"]
    assert choices["/colorize", "generator"] == ["unet", "resnet"]


@pytest.mark.parametrize("name", tiny.NOISE)
def test_a_noise_endpoint_paints_what_the_library_samples(atlas, name):
    picture, facts = atlas.predict(seed=7, n=4, api_name=f"/{name}")
    sampler = models.load(name)
    pictures = sampler.sample(4, seed=7)
    assert same(opened(picture), grid(pictures, 2)) and facts["across"] == 2 and facts["side"] == sampler.resolution
    assert [p["seed"] for p in facts["pictures"]] == [7, 8, 9, 10] and Path(picture).name == f"{name}-seed7-n4.png"
    assert [p.get("label") for p in facts["pictures"]] == (sampler.classes or [None] * 4)[:4]
    raw = sampler.verdict(pictures)
    expected = torch.sigmoid(raw) if facts["verdict_is"] == "the probability of being real" else raw
    assert [p["verdict"] for p in facts["pictures"]] == pytest.approx(expected.tolist(), abs=1e-4)


@pytest.mark.parametrize("name", models.names())
def test_every_endpoint_answers_without_arguments(atlas, listed, name):
    for endpoint in (found for found in listed if found == f"/{name}" or found.startswith(f"/{name}_")):
        if name != "wgan" or "gp" not in endpoint:
            picture, facts = atlas.predict(api_name=endpoint)
            assert opened(picture).size >= (16, 16) and isinstance(facts, dict)


def test_what_one_variant_has_beyond_the_others(atlas):
    sampler = models.load("biggan")
    picture, facts = atlas.predict(n=3, label="daisy", truncation=0.5, api_name="/biggan")
    assert same(opened(picture), grid(sampler.sample(3, labels=["daisy"], truncation=0.5), 2))
    assert [p["label"] for p in facts["pictures"]] == ["daisy"] * 3
    half = torch.zeros(1, len(sampler.classes))
    half[0, [sampler.classes.index("daisy"), sampler.classes.index("sea")]] = 0.5
    picture, _ = atlas.predict(n=1, label="daisy", blend=0.5, other="sea", api_name="/biggan")
    assert same(opened(picture), grid(sampler.sample(1, labels=half), 1))
    picture, facts = atlas.predict(n=1, level=0, api_name="/progan")
    assert facts["pictures"][0]["verdict"] is None and opened(picture).size == (4, 4)
    assert same(opened(picture), grid(models.load("progan").sample(1, level=0), 1))
    assert opened(atlas.predict(seed=2, to=9, api_name="/dcgan_walk")[0]).n_frames > 20
    picture, facts = atlas.predict(seed=5, api_name="/biggan_sweep")
    assert opened(picture).size == (16 * 6, 16 * 6) and facts["rows"] == ["5", "6", "7", "8", "9", "10"]


@pytest.mark.parametrize("name", TRANSLATORS)
def test_a_photo_is_a_file_a_data_uri_or_the_number_of_an_example(atlas, name, photo):
    options = {"faces": "whole"} if name == "stargan" else {}
    translator = models.load(name)
    expected = translator.translate(PHOTO, **options)
    for given in (handle_file(photo), png(PHOTO)):
        picture, _ = atlas.predict(photo=given, **options, api_name=f"/{name}")
        assert same(opened(picture), expected) and opened(picture).size == PHOTO.size
    expected = translator.translate(bundled(translator)[3], **options)
    for given in (3, "3"):
        assert same(opened(atlas.predict(photo=given, **options, api_name=f"/{name}")[0]), expected)


def test_the_page_s_own_endpoints_take_files_too(atlas, photo):
    for name in TRANSLATORS:
        given, *_ = [v for v in site.call(atlas, f"{name}_photo", handle_file(photo)) if str(v).startswith("data:")]
        assert site.picture(given).size == PHOTO.size
    judged = [site.call(atlas, "dcgan_judge", given)["pictures"][0] for given in (handle_file(photo), png(PHOTO))]
    assert judged[0] == judged[1]


def test_a_label_map_is_a_file_too(atlas, tmp_path):
    t = models.load("pix2pix")
    sketch = Image.new("RGB", (256, 256), t.palette["facade"])
    ImageDraw.Draw(sketch).rectangle((40, 40, 120, 120), fill=t.palette["window"])
    sketch.save(tmp_path / "map.png")
    picture, facts = atlas.predict(sketch=handle_file(tmp_path / "map.png"), seed=3, api_name="/pix2pix")
    building = t.translate(sketch, seed=3)
    assert same(opened(picture), building)
    assert facts["verdict"] == pytest.approx(t.verdict(sketch, building).mean().item(), abs=1e-3)


@pytest.mark.parametrize(
    "name, bad, says",
    [
        ("dcgan", {"n": 65}, "How many 65"),
        ("dcgan", {"seed": -1}, "Seed -1"),
        ("cgan", {"label": "zebra"}, "Label zebra is unknown"),
        ("biggan", {"truncation": 0}, "Truncation 0"),
        ("stargan", {"expression": "bored"}, "Expression bored is unknown"),
        ("cyclegan", {"direction": "back"}, "Direction back is unknown"),
        ("colorize", {"photo": "horse.jpg"}, "give a file, a data URI or a number from 0 to 7"),
        ("colorize", {"photo": 8}, "a number from 0 to 7"),
        ("colorize", {"photo": {"path": "/etc/passwd"}}, "give a file, a data URI or a number"),
        ("colorize", {"photo": {"path": "/etc/passwd", "meta": {"_type": "gradio.FileData"}}}, ""),
        ("colorize", {"photo": "data:image/png;base64,AAAA"}, "no picture"),
    ],
)
def test_bad_input_is_one_line(atlas, monkeypatch, name, bad, says):
    monkeypatch.setattr("gradio_client.client.Endpoint.process_input_files", lambda self, *data: data)
    with pytest.raises(AppError) as caught:
        atlas.predict(**bad, api_name=f"/{name}")
    line = str(caught.value)
    assert says in line and "\n" not in line and "root:" not in line


@pytest.mark.parametrize(
    "name, kind, mode",
    [
        ("photo.jpg", "JPEG", "RGB"),
        ("photo.jpeg", "JPEG", "CMYK"),
        ("grey.png", "PNG", "L"),
        ("clear.png", "PNG", "RGBA"),
        ("palette.gif", "GIF", "P"),
        ("photo.webp", "WEBP", "RGB"),
        ("photo.bmp", "BMP", "RGB"),
        ("scan.tif", "TIFF", "RGB"),
        ("no suffix", "PNG", "RGB"),
        ("Stra\u00dfe \u99ac #1.png", "PNG", "RGB"),
        ("a lie.jpg", "PNG", "RGB"),
    ],
)
def test_files_of_every_kind_are_read(atlas, tmp_path, name, kind, mode):
    PHOTO.convert(mode).save(tmp_path / name, kind)
    assert opened(atlas.predict(handle_file(tmp_path / name), api_name="/cyclegan")[0]).size == PHOTO.size


@pytest.mark.parametrize("data, says", [(b"", "empty"), (b"no picture", "no picture"), (None, "cut short")])
def test_a_file_that_is_no_picture_is_refused_in_one_line(atlas, tmp_path, photo, data, says):
    path = tmp_path / "photo.png"
    path.write_bytes(photo.read_bytes()[:80] if data is None else data)
    with pytest.raises(AppError, match=says) as caught:
        atlas.predict(handle_file(path), api_name="/cyclegan")
    assert "\n" not in str(caught.value)


def test_readme_s_python(api, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    PHOTO.save("horse.jpg")
    found = {}
    exec(readme("python").replace("http://127.0.0.1:7860", api), found)
    assert same(opened(found["cats"]), grid(models.load("dcgan").sample(4, seed=7), 2))
    assert opened(found["zebra"]).size == PHOTO.size and len(found["facts"]["pictures"]) == 4


def test_readme_s_javascript(api, tmp_path):
    if not (shutil.which("node") and shutil.which("npm")):
        pytest.skip("no node and npm on this machine: apt install nodejs npm")
    install = ["npm", "install", "--no-audit", "--no-fund", "@gradio/client"]
    done = subprocess.run(install, cwd=tmp_path, capture_output=True, text=True, timeout=120)
    if done.returncode:
        pytest.skip(f"npm cannot install @gradio/client: {done.stderr.strip()[-200:]}")
    (tmp_path / "atlas.mjs").write_text(readme("js").replace("http://127.0.0.1:7860", api) + "process.exit(0);\n")
    ran = subprocess.run(["node", "atlas.mjs"], cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert ran.returncode == 0 and f"{api}/gradio_api/file=" in ran.stdout and "label: 'daisy'" in ran.stdout, ran


def mcp(api, *calls):
    """The tools of the page's MCP server, and the results of calls (name, arguments), by the client over HTTP."""
    pytest.importorskip("mcp", reason="the MCP extra is not here: pip install -r requirements.txt")
    from mcp import ClientSession
    from mcp.client.streamable_http import streamablehttp_client

    address = json.loads(readme("json"))["mcpServers"]["gan-atlas"]["url"].replace("http://127.0.0.1:7860", api)

    async def session():
        async with streamablehttp_client(address) as (read, write, _), ClientSession(read, write) as session:
            await session.initialize()
            tools = {tool.name: tool for tool in (await session.list_tools()).tools}
            return tools, [await session.call_tool(*call) for call in calls]

    return asyncio.run(session())


def about(tool):
    """How the description of a variant's tool, or a panel's, begins."""
    if tool.startswith("lab_"):
        return panels.load(tool.removeprefix("lab_")).about
    variant = models.entry(max((v for v in models.names() if tool.startswith(v)), key=len))
    return f"{variant.title} ({variant.year})"


def test_the_endpoints_are_the_tools_of_the_mcp_server(api, listed):
    tools, _ = mcp(api)
    assert {f"/{name}" for name in tools} == set(listed)
    for name, tool in tools.items():
        assert tool.description.startswith(about(name)), tool.description
        for parameter, schema in tool.inputSchema["properties"].items():
            assert len(schema["description"]) > 10, f"{name} does not say what {parameter} is"
        assert "required" not in tool.inputSchema
    assert tools["biggan"].inputSchema["properties"]["label"]["enum"] == ["all", *tiny.CLASSES]


def test_an_agent_gets_pictures_as_pictures_and_errors_as_errors(api):
    _, (flower, sad, wrong, unknown) = mcp(
        api,
        ("biggan", {"label": "daisy", "n": 1, "truncation": 0.5}),
        ("stargan", {"photo": png(PHOTO), "expression": "sad", "faces": "whole"}),
        ("dcgan", {"n": 100}),
        ("biggan", {"label": "zebra"}),
    )
    images = [[c for c in result.content if c.type == "image"] for result in (flower, sad)]
    pictures = [Image.open(io.BytesIO(base64.b64decode(found.data))) for (found,) in images]
    assert same(pictures[0], grid(models.load("biggan").sample(1, labels=["daisy"], truncation=0.5), 1))
    assert same(pictures[1], models.load("stargan").translate(PHOTO, "sad", faces="whole"))
    assert np.ptp(np.asarray(pictures[0])) > 0 and images[0][0].mimeType == "image/png"
    assert "'label': 'daisy'" in flower.content[-1].text and "root=" not in flower.content[-1].text
    assert wrong.isError and "How many 100" in wrong.content[0].text
    assert unknown.isError and "zebra" in unknown.content[0].text and "daisy" in unknown.content[0].text
