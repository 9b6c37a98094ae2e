"""The translators' tabs through their API: a photo in, pictures out, and one clear line where that cannot be."""

from importlib import import_module

import gradio as gr
import numpy as np
import pytest
import torch
from gradio_client.exceptions import AppError
from PIL import Image, ImageOps

import models
from demo.events import connect, publish
from demo.parts import compare, levels
from demo.parts.data_uri import png
from demo.parts.examples import bundled
from demo.tabs import pix2pix, stargan
from demo.translator_tab import PhotoTab
from demo.words import translate
from models import faces
from models.pix2pix import PALETTE
from tests.demo.site import call, picture

RAMP = Image.fromarray(np.linspace(0, 255, 90 * 60 * 3, dtype=np.uint8).reshape(60, 90, 3))
LARGE = RAMP.resize((1600, 900))
TRANSLATORS = models.names(translates=True)
TABS = {name: import_module(f"demo.tabs.{name}").Tab for name in TRANSLATORS}
PHOTO_TABS = [name for name, tab in TABS.items() if issubclass(tab, PhotoTab)]


def layer(view, i=-1):
    """A picture of a comparison."""
    return picture(view["layers"][i]["src"])


def difference(a, b):
    """Mean absolute difference of two pictures, in levels of 255."""
    return np.abs(np.asarray(a, float) - np.asarray(b, float)).mean()


def after_controls(values):
    """What comes back for a photo without the controls' values: the photo itself, its card, the views."""
    card = next(i for i, value in enumerate(values) if isinstance(value, dict) and "examples" in value)
    return values[card - 1 :]


@pytest.fixture
def found(monkeypatch):
    """found([box, ...]): the faces that the detector finds from now on."""
    return lambda boxes: monkeypatch.setattr(faces, "find", lambda image: list(boxes))


@pytest.mark.parametrize("name", PHOTO_TABS)
def test_an_example_is_taken_by_its_number_and_the_tab_s_own_where_none_is_given(weights, name):
    t, tab = models.load(name), TABS[name](name)
    taken = [tab.photo(t, given)[2] for given in (0, "0", "1", None, "")]
    assert taken == [0, 0, 1, tab.opening, tab.opening] and tab.opening < len(bundled(t))


@pytest.mark.parametrize("name", TRANSLATORS)
def test_the_home_page_shows_what_a_translator_makes_of_its_examples(weights, name):
    t = models.load(name)
    made, examples = TABS[name].home_pictures(t, 0), bundled(t)
    assert len({image.tobytes() for image in made}) == 4
    for image, example in zip(made, examples):
        assert image.size == example.size and difference(image, example) > 1


@pytest.mark.parametrize("name", PHOTO_TABS)
def test_a_photo_comes_back_as_a_preview_and_at_full_size(client, found, name):
    found([(100, 100, 500, 500)])
    given, card, *_ = after_controls(call(client, f"{name}_photo", png(LARGE)))
    assert picture(given).size == picture(card["own"]).size == (768, 432) and "1600 × 900" in card["size"]
    full_size = call(client, f"{name}_full", png(LARGE))
    assert picture(full_size["src"]).size == LARGE.size and picture(full_size["src"]).format == "PNG"
    assert difference(picture(full_size["src"]), LARGE) > 1, "it is a translation, not the photo"
    assert full_size["file"] == f"{name}-1600x900.png"


@pytest.mark.parametrize("name", PHOTO_TABS)
def test_an_example_is_a_photo_by_its_number(client, name):
    given, card, comparison, *_ = after_controls(call(client, f"{name}_photo", "3"))
    assert given == "3" and card["chosen"] == 3 and not card["own"] and len(card["examples"]) == 8
    assert layer(comparison, 0).tobytes() == bundled(models.load(name))[3].tobytes()


@pytest.mark.parametrize("name", PHOTO_TABS)
@pytest.mark.parametrize(
    "photo, says",
    [("99", "Example 99"), ("/etc/passwd", "Example ?etc?passwd"), ("data:image/png;base64,AAAA", "no picture")],
)
def test_a_photo_that_cannot_be_read_is_one_clear_line(client, name, photo, says):
    for endpoint in ("photo", "translate", "full"):
        with pytest.raises(AppError) as caught:
            call(client, f"{name}_{endpoint}", photo)
        line = str(caught.value)
        assert says in line and "\n" not in line and line[0] != "'"


class Negative(PhotoTab):
    """The least that a new translator's tab consists of."""

    def build_room(self):
        self.build_photo()
        self.results = [compare.view()]

    def answer(self, t, image, src):
        return [compare.value(image.size, [("Photo", src), ("Negative", png(ImageOps.invert(image)))])]


def test_a_new_translator_s_tab_needs_a_room_and_an_answer_alone(weights):
    with gr.Blocks() as page:
        with gr.Tab("Negative") as door:
            tab = Negative("cyclegan")
            tab.build()
        connect("negative", "Negative", tab.events(door))
        publish("negative", tab.about, tab.api(), [gr.Image(), gr.JSON()])
    endpoints = {event["api_name"] for event in page.config["dependencies"]}
    assert endpoints >= {f"page_negative_{verb}" for verb in ("open", "photo", "translate", "full")}
    assert list(page.get_api_info()["named_endpoints"]) == ["/negative"]
    assert layer(tab.translate(png(RAMP))[0]).tobytes() == ImageOps.invert(RAMP).tobytes()
    assert len(tab.open("0")) == 3 + len(tab.filled) and tab.take("2", click={})[0] == "2"
    assert picture(tab.save(png(LARGE), click={})["src"]).size == LARGE.size


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
    assert np.ptp(np.asarray(layer(none), int), axis=2).max() < 12, "a saturation of 0 is grey"
    unet, resnet = call(client, "colorize_translate", png(RAMP))
    cut, same = call(client, "colorize_translate", png(RAMP), skips=False)
    assert layer(cut).tobytes() != layer(unet).tobytes() and "trained without" in cut["note"]
    assert layer(cut).tobytes() == models.load("colorize").translate(RAMP, skips=False).tobytes()
    assert layer(same).tobytes() == layer(resnet).tobytes() and not same["note"]


def test_the_cycle_is_closed_and_its_error_printed(client):
    over, cycle = call(client, "cyclegan_translate", png(RAMP), direction="zebra2horse")
    there, back, error = models.load("cyclegan").cycle(RAMP, "zebra2horse")
    assert layer(over).tobytes() == there.tobytes() and f"{error:.3f}" in cycle["note"]
    assert picture(cycle["pictures"][2]["src"]).tobytes() == back.tobytes()


def test_an_example_of_a_zebra_turns_the_direction_and_a_photo_does_not(client):
    assert call(client, "cyclegan_photo", "1", direction="horse2zebra")[0] == "zebra2horse"
    assert call(client, "cyclegan_photo", "2", direction="zebra2horse")[0] == "horse2zebra"
    assert call(client, "cyclegan_photo", png(RAMP), direction="zebra2horse")[0] == "zebra2horse"


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
    assert other["src"] != building["src"]
    seed, again, _ = call(client, "pix2pix_reroll", sketch)
    assert picture(again["src"]).tobytes() == t.translate(picture(sketch), seed=seed).tobytes()


def test_heat_runs_from_blue_to_yellow():
    image = picture(pix2pix.heat(torch.tensor([[0.0, 1.0]])))
    assert [image.getpixel((x, 0)) for x in (0, 1)] == [pix2pix.COLD, pix2pix.WARM]


def test_the_house_to_start_from_has_the_palette_s_colours():
    colours = {colour for _, colour in pix2pix.house(PALETTE).getcolors()}
    assert colours < set(PALETTE.values()) and {PALETTE["window"], PALETTE["door"]} < colours


def test_no_face_leaves_the_photo_and_says_so(client, found):
    found([])
    over, cycle, bars, who, every = call(client, "stargan_photo", png(RAMP))[-5:]
    assert "No face was found" in who["note"] and who["choices"] == [{"faces": "whole", "text": "The whole picture"}]
    assert not cycle and not bars and not every
    with pytest.raises(AppError, match="No face was found"):
        call(client, "stargan_full", png(RAMP), faces="all")
    over, cycle, bars = call(client, "stargan_translate", png(RAMP), faces="whole")
    assert len(cycle["pictures"]) == 4 and len(bars["bars"]) == len(models.load("stargan").expressions)


def test_the_way_back_has_its_l1_by_the_right_label_and_by_a_wrong_one(client):
    shown = call(client, "stargan_translate", png(RAMP), expression="sad")[1]["pictures"]
    before, after = (picture(found["src"]) for found in shown[:2])
    t = models.load("stargan")
    read = t.classify(before, faces="whole")
    right = max(read, key=read.get)
    wrong = next(name for name in t.expressions if name not in ("sad", right))
    grey = np.asarray(before.convert("L"), np.float32)
    for way, label in zip(shown[2:], (right, wrong), strict=True):
        back = picture(way["src"])
        assert difference(back, t.translate(after, label, faces="whole")) == 0
        l1 = np.abs(np.asarray(back.convert("L"), np.float32) - grey).mean() / 127.5
        assert way["text"] == f"Back to {label}: L1 {l1:.3f}"


def test_the_bars_say_who_reads_them_and_how_well():
    before, after = {"happy": 0.25, "sad": 0.75}, {"happy": 0.9, "sad": 0.1}
    plain = translate(stargan.bars(before, after, None), "en")
    assert plain["bars"][0] == {"name": "happy", "before": 25, "after": 90, "text": "25 to 90 %"}
    assert "trained the generator" in plain["note"] and "classifier" not in plain["note"]
    judged = stargan.bars(before, after, {"all": 0.9495, "accuracy_on_held_out_real": 0.6944})
    note = translate(judged["note"], "en")
    assert "reads 95 % of translations" in note and "69 % of real faces" in note


def test_faces_move_all_or_one(client, found):
    found([(0, 0, 20, 20), (30, 5, 60, 35), (65, 0, 90, 25)])
    t = models.load("stargan")
    everybody = call(client, "stargan_photo", png(RAMP), expression="sad")
    assert everybody[3] == "all" and len(everybody[-2]["boxes"]) == 3
    faces_, over, *_ = call(client, "stargan_faces", png(RAMP), expression="sad", faces="1")
    blended = call(client, "stargan_translate", png(RAMP), expression="sad", other="happy", blend=0.5, faces="1")[0]
    assert faces_ == "1" and difference(layer(over), t.translate(RAMP, "sad", faces=[1])) < 1
    assert difference(layer(blended), t.translate(RAMP, "sad", "happy", 0.5, faces=[1])) < 1
    assert difference(layer(over), RAMP) > 1 < difference(layer(everybody[6]), layer(over))


@pytest.mark.parametrize(
    "name, bad, says",
    [
        ("colorize_translate", {"saturation": 3}, "Saturation 3"),
        ("cyclegan_translate", {"direction": "<b>"}, "Direction ?b?"),
        ("pix2pix_translate", {"sketch": "x"}, "Example x"),
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
    assert says in line and "\n" not in line and "Traceback" not in line and line[0] != "'"


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


@pytest.mark.parametrize("name, given", [("colorize", "photo"), ("pix2pix", "sketch")])
def test_each_level_of_a_u_net_is_shown_by_the_channels_that_vary_most(client, name, given):
    t = models.load(name)
    strips = call(client, f"{name}_levels", **{given: png(RAMP)})
    strips = strips if isinstance(strips, (list, tuple)) else [strips]
    image = RAMP if name == "colorize" else t.snap(RAMP.resize((256, 256), Image.Resampling.NEAREST))
    assert len(strips) == len(t.unets)
    for strip, role in zip(strips, t.unets.values()):
        encoded = t.levels(image, role)
        assert len(strip["pictures"]) == len(encoded) == len(t.networks[role].down)
        channel = max(encoded[0], key=lambda channel: channel.var(unbiased=False)).numpy()
        shown = np.asarray(picture(strip["pictures"][0]["src"]), float)
        scale = 64 / max(channel.shape)
        tile = shown[: round(channel.shape[0] * scale), : round(channel.shape[1] * scale)]
        corners = (channel[[0, 0, -1, -1], [0, -1, 0, -1]] - channel.min()) / np.ptp(channel) * 255
        assert np.allclose(tile[[0, 0, -1, -1], [0, -1, 0, -1]], corners, atol=0.51)


def test_a_level_s_figures_stand_beneath_it_where_they_were_measured(weights, monkeypatch):
    t = models.load("colorize")
    depth = len(t.networks["generator_unet"].down)
    measured = {"U-Net psnr": [60, 30, 20, 18, 16], "U-Net class": [0.2, 0.3, 0.4, 0.5, 0.6]}
    measured |= {"U-Net without skips psnr": [60, 30, 20, 18, 17.25], "mean psnr": [9] * 5}
    measured = {probe: figures[-depth:] for probe, figures in measured.items()}
    plain = translate(levels.values(t, RAMP)[0], "en")
    assert "dB" not in str(plain["pictures"][0]["text"]) + plain["note"]
    metrics = {"levels": {**measured, "chance": 0.125, "pixels class": 0.2, "n": 800}}
    monkeypatch.setitem(t.config, "metrics", metrics)
    unet, without = translate(levels.values(t, RAMP), "en")
    assert "picture 16 dB<br>class 60 %" in unet["pictures"][-1]["text"] and "one of 8" in unet["note"]
    assert "17.2 dB, with skips at 16.0 dB" in without["note"] and "class" not in without["pictures"][0]["text"]
