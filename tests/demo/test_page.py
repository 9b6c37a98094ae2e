"""The page through its API: all that a visitor can do, and one clear line where it cannot be done."""

from pathlib import Path

import gradio as gr
import httpx
import pytest
from gradio_client.exceptions import AppError
from PIL import Image

import demo
import models
from demo import link_values
from demo.noise_answers import CONTROLS
from demo.parts import checkpoint
from demo.parts.data_uri import png
from demo.tabs import tab_class
from demo.words import translate
from models import hub
from tests.demo import site, tiny
from tests.demo.site import call

NOISE_ENDPOINTS = ("open", "move", "choose", "grid", "reroll", "reset", "walk", "first_walk")
CATS = [name for name in tiny.NOISE if tab_class(name).shares_seed_with == "cats"]


def picture(value):
    return site.picture(value["src"])


def stage_of(answer):
    """The stage, where views that follow it come along."""
    return answer[0] if isinstance(answer, (list, tuple)) else answer


def test_every_event_is_named_and_documented(served):
    for function in served[1].fns.values():
        assert function.api_name and function.api_description, f"{function.name} has no documented endpoint"
        assert not function.api_name[-1].isdigit(), f"{function.api_name} stands twice"


def test_an_event_costs_the_browser_no_more_where_there_are_more_tabs(served):
    for function in served[1].fns.values():
        assert function.show_progress_on == [], f"{function.api_name} shows progress on all that it fills"


@pytest.fixture(scope="module")
def offered(client):
    return {name.removeprefix("/page_") for name in site.unlisted(client.src_prefixed)}


@pytest.mark.parametrize("name", models.names())
def test_all_that_a_tab_does_is_an_endpoint(offered, name):
    endpoints = NOISE_ENDPOINTS if name in tiny.NOISE else ("open", "translate")
    assert {f"{name}_{endpoint}" for endpoint in endpoints} <= offered
    assert (f"{name}_judge" in offered) == (name in CATS)
    assert (f"{name}_labels" in offered) == (name in tiny.NOISE and tiny.classes(name) is not None)


def test_what_single_tabs_add_is_one_too(offered):
    wanted = {f"{name}_{verb}" for name in ("colorize", "cyclegan", "stargan") for verb in ("photo", "full")}
    wanted |= {"pix2pix_map", "pix2pix_seed", "pix2pix_reroll", "stargan_faces"}
    wanted |= {"home", "open_tab", "reopen", "progan_stages", "sagan_attention", "sagan_clear", "biggan_sweep"}
    wanted |= {"colorize_first_levels", "colorize_photo_levels", "pix2pix_levels", "pix2pix_map_levels"}
    assert wanted | {"biggan_first_sweep", "biggan_reroll_sweep", "cgan_reroll_labels"} <= offered


@pytest.mark.parametrize("name", models.names())
def test_every_tab_opens_on_its_checkpoint(client, name):
    shown = str(call(client, f"{name}_open"))
    assert "ga-missing" not in shown and "data:image/png" in shown
    assert f"gan-atlas/{name}, not published yet (bundled copy)" in shown and "KID 147 (x 1000)" in shown


def test_parameters_carry_the_controls_names(client):
    info = site.unlisted(client.src_prefixed)["/page_dcgan_move"]
    assert [p["parameter_name"] for p in info["parameters"]] == list(CONTROLS)
    assert all(p["parameter_has_default"] for p in info["parameters"])


def test_home_tells_the_family_in_order(client):
    cards = call(client, "home")["cards"]
    assert [c["name"] for c in cards] == models.names()
    for card in cards:
        assert card["brought"] and card["year"] and card["url"].startswith("https://")
        assert len(card["pictures"]) == 4 and not card["note"]


def test_what_opening_changes_about_a_control_does_not_refuse_its_defaults(client):
    for name in ("progan", "biggan"):
        call(client, f"{name}_open")
        assert call(client, f"{name}_move")["score"] is not None, "the slider's end stays the full size"


@pytest.mark.parametrize("name", tiny.NOISE)
def test_move_returns_a_picture_with_its_verdict(client, name):
    rest, moved, again = (
        stage_of(call(client, f"{name}_move", seed=7, **more)) for more in ({}, {"direction_1": 5.0}, {})
    )
    assert picture(rest).format == "PNG" and rest["src"] == again["src"] != moved["src"]
    assert isinstance(rest["score"], float) and 0 <= rest["at"] <= 100
    assert rest["link"].startswith(f"?tab={name}&seed=7&n=16") and "d=5,0" in moved["link"]


def test_the_grid_comes_with_verdicts_and_as_one_png(client):
    *_, grid, file, stage, same_z = call(client, "dcgan_grid", seed=3, n=6, pick=0)
    assert len(grid["pictures"]) == 6 and all("score" in p for p in grid["pictures"])
    sheet = Image.open(file)
    assert sheet.format == "PNG" and sheet.size == (16 * 3, 16 * 2)
    first = sheet.crop((0, 0, 16, 16)).tobytes()
    assert first == picture(grid["pictures"][0]).tobytes() == picture(stage).tobytes()
    assert [p["name"] for p in same_z["pictures"]] == [models.entry(name).title for name in CATS]
    assert same_z["pictures"][0]["src"] == stage["src"] != same_z["pictures"][1]["src"]


def test_the_cat_tabs_share_one_seed(client):
    for name in CATS:
        assert list(call(client, f"{name}_grid", seed=11)[: len(CATS)]) == [11] * len(CATS)


def test_reroll_changes_the_seed(client):
    assert len({call(client, "gan_reroll", n=1)[0] for _ in range(4)}) > 1


def test_choose_takes_a_picture_of_the_grid(client):
    pick, stage, _ = call(client, "dcgan_choose", seed=5, pick=2)
    assert pick == 2 and stage["seed"] == 7 and stage["src"] == call(client, "dcgan_move", seed=7, pick=0)["src"]


def test_reset_puts_the_sliders_back(client):
    *sliders, stage, _ = call(client, "wgan_reset", seed=5, direction_2=4.0)
    assert not any(sliders) and stage["src"] == call(client, "wgan_move", seed=5)["src"]


def test_labels_steer_the_conditional_generator(client):
    glacier, sea = (call(client, "cgan_move", seed=1, label=label) for label in ("glacier", "sea"))
    assert glacier["src"] != sea["src"] and "label=glacier" in glacier["link"]
    table = call(client, "cgan_labels", seed=0)
    assert picture(table).size == (160, 160) and len(table["rows"]) == 10


def test_the_walk_is_an_animated_png(client):
    film = picture(call(client, "sngan_walk", seed=1, to=2))
    assert film.format == "PNG" and film.n_frames > 10


def test_opening_shows_the_evidence_and_names_the_checkpoint(client):
    shown = call(client, "wgan_open")
    text = str(shown)
    assert "Apache-2.0" in text and "Real pictures beside" in text
    assert "WGAN: " in text and "of ±0.01, where they are clipped" in text and "WGAN-GP: not clipped" in text
    assert "largest" in str(call(client, "sngan_open"))


def test_judge_takes_a_picture_and_refuses_what_is_none(client):
    strip = call(client, "dcgan_judge", png(Image.new("RGB", (50, 30), "red")))
    assert strip["pictures"][0]["score"] is not None and picture(strip["pictures"][0]).size == (16, 16)
    with pytest.raises(AppError, match="no picture"):
        call(client, "dcgan_judge", "data:image/png;base64,bm8gcGljdHVyZQ==")


@pytest.mark.parametrize(
    "name, bad, says",
    [
        ("dcgan_move", {"seed": 1.5}, "Seed 1.5"),
        ("dcgan_move", {"seed": "cat"}, "Seed cat"),
        ("dcgan_grid", {"seed": -3}, "Seed -3"),
        ("dcgan_grid", {"seed": 1e18}, "Seed 1e"),
        ("dcgan_grid", {"n": 1000}, "How many 1000"),
        ("dcgan_grid", {"n": 0}, "How many 0"),
        ("dcgan_move", {"direction_1": 1000}, "Slider 1 1000"),
        ("dcgan_move", {"coordinate_8": "far"}, "Slider 14 far"),
        ("cgan_move", {"label": "cat"}, "Label cat is unknown"),
        ("cgan_walk", {"label": "cat"}, "Label cat is unknown"),
        ("cgan_labels", {"seed": 0.5}, "Seed 0.5"),
        ("dcgan_walk", {"to": -1}, "Walk to seed -1"),
        ("open_tab", {"tab": "nowhere"}, "nowhere"),
        ("progan_move", {"level": -1}, "Growth -1"),
        ("sagan_attention", {"points": [[0.5, 1.5]]}, "Point 1.5"),
        ("sagan_attention", {"points": {"x": 1}}, "Points"),
        ("biggan_move", {"truncation": 3}, "Truncation 3"),
        ("biggan_move", {"blend": 0.5, "other": "dog"}, "Label dog is unknown"),
        ("biggan_sweep", {"label": "dog"}, "Label dog is unknown"),
    ],
)
def test_bad_input_is_one_clear_line(client, name, bad, says):
    with pytest.raises(AppError) as caught:
        call(client, name, **bad)
    line = str(caught.value)
    assert says in line and "\n" not in line and "Traceback" not in line


def test_too_few_slider_values_are_refused(served):
    calls = f"{served[0]}/gradio_api/call/page_dcgan_move"
    event = httpx.post(calls, json={"data": [0, 16, 0, "all", 1.0]}, timeout=60).json()["event_id"]
    answer = httpx.get(f"{calls}/{event}", timeout=60).text
    assert "event: error" in answer and "enough input values" in answer and "Traceback" not in answer


def test_a_variant_without_weights_says_so_in_one_line(weights, client):
    held = models._loaded.copy()
    missing = weights / site.LOST
    missing.rename(weights / "elsewhere")
    models._loaded.clear()
    try:
        notice = str(call(client, f"{site.LOST}_open")[0])
        assert site.LOST in notice and "training/run.py" in notice and "\\n" not in notice
        with pytest.raises(AppError, match="training/run.py"):
            call(client, f"{site.LOST}_grid")
        cards = {c["name"]: c for c in call(client, "home")["cards"]}
        assert site.LOST in cards[site.LOST]["note"] and len(cards["dcgan"]["pictures"]) == 4
        assert len(call(client, "dcgan_grid")[-1]["pictures"]) == len(CATS) - 1, "the others still stand together"
    finally:
        (weights / "elsewhere").rename(missing)
        models._loaded.clear()
        models._loaded.update(held)


def test_nothing_is_fetched_from_elsewhere():
    look = demo.look()
    styles = "".join(Path(path).read_text("utf-8") for path in look["css_paths"])
    assert "http" not in styles and "http" not in look["head"]
    assert "fonts.googleapis" not in look["theme"]._get_theme_css()


@pytest.mark.parametrize("name", models.names())
def test_a_bundled_checkpoint_plays_and_its_foot_is_in_words(name):
    if name not in hub.rows(hub.ROOT / "weights_manifest.json"):
        pytest.skip("not trained yet")
    member = models.load(name, device="cpu", folder=hub.ROOT / "weights" / name)
    pictures = tab_class(name).home_pictures(member, seed=1)
    assert len(pictures) == 4 and len({image.tobytes() for image in pictures}) == 4
    foot = translate(checkpoint.facts(member), "en")
    assert "M parameters" in foot and "{" not in foot and "None" not in foot


def test_a_link_fills_its_tab_and_the_seed_of_those_that_share_it():
    tabs = {name: tab_class(name)(name) for name in ("gan", "dcgan", "wgan")}
    with gr.Blocks():
        for tab in tabs.values():
            tab.build()
    tabs["dcgan"].same_seed_tabs = tabs["wgan"].same_seed_tabs = [tabs["dcgan"], tabs["wgan"]]
    query = {"tab": "dcgan", "seed": "7", "n": "4", "pick": "0", "d": "0,2.5"}
    selected, *values = link_values(tabs, list(tabs.values()), query)
    assert selected.selected == "dcgan"
    gan, dcgan, wgan = (values[i : i + len(CONTROLS)] for i in range(0, len(values), len(CONTROLS)))
    assert dcgan[:3] == [7, 4, 0] and dcgan[4:6] == [0, 2.5] and wgan[0] == 7
    assert all(value == gr.skip() for value in [*gan, *wgan[1:]])
