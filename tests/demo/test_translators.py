"""The translators' tabs through their API: a photo in, pictures out, and one clear line where that cannot be."""

import numpy as np
import pytest
import torch
from gradio_client.exceptions import AppError
from PIL import Image

import models
from demo.parts import examples
from demo.parts.pictures import png
from demo.tabs import pix2pix
from models import faces
from models.translator import TRANSLATORS
from tests.demo.site import call, picture

RAMP = Image.fromarray(np.linspace(0, 255, 90 * 60 * 3, dtype=np.uint8).reshape(60, 90, 3))
PHOTO_TABS = ("colorize", "cyclegan", "stargan")
LARGE = RAMP.resize((1600, 900))


def layer(view, i=-1):
    """A picture of a comparison."""
    return picture(view["layers"][i]["src"])


def far(a, b):
    """Mean absolute difference of two pictures, in levels of 255."""
    return np.abs(np.asarray(a, float) - np.asarray(b, float)).mean()


@pytest.fixture
def found(monkeypatch):
    """found([box, ...]): the faces that the detector finds from now on."""
    return lambda boxes: monkeypatch.setattr(faces, "find", lambda image: list(boxes))


def test_both_generators_paint_the_photo(client):
    unet, resnet = call(client, "colorize_translate", png(RAMP))
    assert [p["name"] for p in unet["layers"]] == ["Photo", "Grey", "U-Net"] and unet["at"] == 1.5
    assert layer(unet).tobytes() == models.load("colorize").translate(RAMP).tobytes()
    assert layer(resnet).tobytes() == models.load("colorize").translate(RAMP, "resnet").tobytes()
    grey = np.asarray(layer(unet, 1), int)
    assert np.ptp(grey, axis=2).max() < 12, "the second layer has lightness alone"


def test_saturation_and_skips_are_live(client):
    full, none = (call(client, "colorize_translate", png(RAMP), saturation=s)[0] for s in (1, 0))
    assert layer(full).tobytes() != layer(none).tobytes()
    cut = call(client, "colorize_translate", png(RAMP), skips=False)
    assert layer(cut[0]).tobytes() != layer(full).tobytes() and "cut" in cut[0]["note"] and not cut[1]["note"]


def test_the_cycle_is_closed_and_its_error_printed(client):
    over, cycle = call(client, "cyclegan_translate", png(RAMP), direction="zebra2horse")
    there, back, error = models.load("cyclegan").cycle(RAMP, "zebra2horse")
    assert layer(over).tobytes() == there.tobytes() and f"{error:.3f}" in cycle["note"]
    assert picture(cycle["pictures"][2]["src"]).tobytes() == back.tobytes()


@pytest.mark.parametrize("name", PHOTO_TABS)
def test_a_photo_comes_back_as_a_preview_and_at_full_size(client, name):
    *_, given, card, first = call(client, f"{name}_photo", png(LARGE))[: len(controls(name)) + 3]
    assert picture(given).size == picture(card["own"]).size == (768, 432) and "1600 × 900" in card["size"]
    whole = call(client, f"{name}_full", png(LARGE), **({"faces": "whole"} if name == "stargan" else {}))
    assert picture(whole["src"]).size == LARGE.size and picture(whole["src"]).format == "PNG"
    assert whole["file"] == f"{name}-1600x900.png"


def controls(name):
    return {
        "colorize": ("saturation", "skips"),
        "cyclegan": ("direction",),
        "stargan": ("expression", "other", "blend", "faces"),
    }[name]


@pytest.mark.parametrize("name", PHOTO_TABS)
def test_an_example_is_a_photo_by_its_number(client, name):
    *_, given, card, over = call(client, f"{name}_photo", "3")[: len(controls(name)) + 3]
    assert given == "3" and card["chosen"] == 3 and not card["own"] and len(card["examples"]) == 8
    assert layer(over, 0).tobytes() == examples.strip(models.load(name))[3].tobytes()


def test_a_label_map_is_snapped_built_and_judged(client):
    t = models.load("pix2pix")
    sketch, canvas, building, verdict = call(client, "pix2pix_map", png(RAMP))
    assert picture(sketch).size == (256, 256) and canvas["src"] == sketch
    assert {tuple(c) for c in np.asarray(picture(sketch)).reshape(-1, 3)} <= set(t.palette.values())
    assert [p["name"] for p in canvas["palette"]] == list(t.palette)
    drawn = picture(building["src"])
    assert drawn.tobytes() == t.translate(picture(sketch), seed=0).tobytes()
    judged = t.verdict(picture(sketch), drawn)
    assert picture(verdict["heat"]).size == tuple(judged.shape)[::-1]
    assert f"{judged.mean():.2f}"[:4] in verdict["text"]
    other = call(client, "pix2pix_seed", sketch, seed=1)[0]
    assert other["src"] != building["src"] or t.networks["generator"].dropout == 0


def test_heat_runs_from_blue_to_yellow():
    image = picture(pix2pix.heat(torch.tensor([[0.0, 1.0]])))
    assert [image.getpixel((x, 0)) for x in (0, 1)] == [pix2pix.COLD, pix2pix.WARM]


def test_the_house_to_start_from_has_the_palette_s_colours():
    palette = models.load("pix2pix").palette if "pix2pix" in models.hub.rows() else None
    palette = palette or TRANSLATORS["pix2pix"].palette
    assert {c for _, c in examples.facade(palette).getcolors()} < set(palette.values())


def test_no_face_leaves_the_photo_and_says_so(client, found):
    found([])
    over, cycle, bars, who, every = call(client, "stargan_photo", png(RAMP))[-5:]
    assert "No face was found" in who["note"] and who["choices"] == [{"faces": "whole", "text": "The whole picture"}]
    assert not cycle and not bars and not every
    with pytest.raises(AppError, match="No face was found"):
        call(client, "stargan_full", png(RAMP), faces="all")
    over, cycle, bars = call(client, "stargan_translate", png(RAMP), faces="whole")
    assert len(cycle["pictures"]) == 3 and len(bars["bars"]) == len(models.load("stargan").expressions)


def test_faces_move_all_or_one(client, found):
    found([(0, 0, 20, 20), (30, 5, 60, 35), (65, 0, 90, 25)])
    t = models.load("stargan")
    everybody = call(client, "stargan_photo", png(RAMP), expression="sad")
    assert everybody[3] == "all" and len(everybody[-2]["boxes"]) == 3
    faces_, over, *_ = call(client, "stargan_faces", png(RAMP), expression="sad", faces="1")
    blended = call(client, "stargan_translate", png(RAMP), expression="sad", other="happy", blend=0.5, faces="1")[0]
    assert faces_ == "1" and far(layer(over), t.translate(RAMP, "sad", faces=[1])) < 1
    assert far(layer(blended), t.translate(RAMP, "sad", "happy", 0.5, faces=[1])) < 1
    assert far(layer(over), RAMP) > 1 < far(layer(everybody[6]), layer(over))


@pytest.mark.parametrize(
    "name, bad, says",
    [
        ("colorize_translate", {"photo": "99"}, "Example 99"),
        ("colorize_translate", {"photo": "/etc/passwd"}, "Example ?etc?passwd"),
        ("colorize_translate", {"saturation": 3}, "Saturation 3"),
        ("colorize_photo", {"photo": "data:image/png;base64,AAAA"}, "no picture"),
        ("cyclegan_translate", {"direction": "<b>"}, "Direction ?b?"),
        ("pix2pix_translate", {"sketch": "x"}, "choose an image file"),
        ("pix2pix_translate", {"seed": -1}, "Seed -1"),
        ("stargan_translate", {"expression": "<b>"}, "Expression ?b?"),
        ("stargan_translate", {"blend": 2}, "Share 2"),
        ("stargan_translate", {"blend": 0.5, "other": "none"}, "Expression none"),
    ],
)
def test_bad_input_is_one_clear_line(client, name, bad, says):
    with pytest.raises(AppError) as caught:
        call(client, name, **bad)
    line = str(caught.value)
    assert says in line and "\n" not in line and "Traceback" not in line


def test_a_face_that_is_not_there_is_named(client, found):
    found([(0, 0, 20, 20)])
    with pytest.raises(AppError, match="Face 4 will not do"):
        call(client, "stargan_faces", png(RAMP), faces="4")


def test_a_checkpoint_without_examples_still_opens(client):
    files = models.load("cyclegan").weights.files
    kept = files.pop("real.png")
    try:
        shown = str(call(client, "cyclegan_open"))
        assert "gan-atlas/cyclegan" in shown and "'examples': []" in shown
        with pytest.raises(AppError, match="no examples"):
            call(client, "cyclegan_translate")
        assert {c["name"]: c for c in call(client, "home")["cards"]}["cyclegan"]["pictures"] == []
    finally:
        files["real.png"] = kept


@pytest.mark.parametrize("name", TRANSLATORS)
def test_missing_weights_are_one_line(weights, client, name):
    held = models._loaded.copy()
    (weights / name).rename(weights / "elsewhere")
    models._loaded.clear()
    try:
        notice = str(call(client, f"{name}_open")[0])
        assert name in notice and "training/run.py" in notice and "\\n" not in notice
        with pytest.raises(AppError, match="training/run.py"):
            call(client, f"{name}_translate")
    finally:
        (weights / "elsewhere").rename(weights / name)
        models._loaded.clear()
        models._loaded.update(held)
