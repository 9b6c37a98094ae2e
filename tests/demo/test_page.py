"""The page through its API: all that a visitor can do, and one clear line where it cannot be done."""

import ast
from pathlib import Path

import httpx
import pytest
from gradio_client.exceptions import AppError
from PIL import Image

import demo
import models
from demo.noise_tab import CATS, CONTROLS
from demo.parts import checkpoint
from demo.parts.pictures import png
from models.translator import TRANSLATORS
from tests.demo import site, tiny
from tests.demo.site import call

ROOT = Path(__file__).resolve().parents[2]
VERBS = {"open", "move", "choose", "grid", "reroll", "reset", "walk", "first_walk"}


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


def test_the_api_offers_all_that_the_page_does(client):
    offered = {name.lstrip("/") for name in client.view_api(return_format="dict")["named_endpoints"]}
    wanted = {f"{name}_{verb}" for name in tiny.NOISE for verb in VERBS}
    wanted |= {f"{name}_{verb}" for name in TRANSLATORS for verb in ("open", "translate")}
    wanted |= {f"{name}_{verb}" for name in ("colorize", "cyclegan", "stargan") for verb in ("photo", "full")}
    wanted |= {"pix2pix_map", "pix2pix_seed", "pix2pix_reroll", "stargan_faces"}
    wanted |= {f"{name}_judge" for name in CATS} | {f"{name}_labels" for name in ("cgan", "sagan", "biggan")}
    wanted |= {"home", "open_tab", "progan_stages", "sagan_attention", "sagan_clear", "biggan_sweep"}
    assert wanted <= offered


def test_parameters_carry_the_controls_names(client):
    info = client.view_api(return_format="dict")["named_endpoints"]["/dcgan_move"]
    assert [p["parameter_name"] for p in info["parameters"]] == CONTROLS
    assert all(p["parameter_has_default"] for p in info["parameters"])


def test_home_tells_the_family_in_order(client):
    cards = call(client, "home")["cards"]
    assert [c["name"] for c in cards] == models.names()
    for card in cards:
        assert card["brought"] and card["year"] and card["url"].startswith("https://")
        assert len(card["pictures"]) == 4 and not card["note"]


@pytest.mark.parametrize("name", tiny.NOISE)
def test_move_returns_a_picture_with_its_verdict(client, name):
    rest, moved, again = (
        stage_of(call(client, f"{name}_move", seed=7, **more)) for more in ({}, {"direction_1": 5.0}, {})
    )
    assert picture(rest).format == "PNG" and rest["src"] == again["src"] != moved["src"]
    assert isinstance(rest["score"], float) and 0 <= rest["at"] <= 100
    assert rest["link"].startswith(f"?tab={name}&seed=7&n=16") and "d=5,0" in moved["link"]


def test_the_grid_comes_with_verdicts_and_as_one_png(client):
    *_, grid, file, stage, same_z = call(client, "dcgan_grid", seed=3, n=6)
    assert len(grid["pictures"]) == 6 and all("score" in p for p in grid["pictures"])
    sheet = Image.open(file)
    assert sheet.format == "PNG" and sheet.size == (16 * 3, 16 * 2)
    first = sheet.crop((0, 0, 16, 16)).tobytes()
    assert first == picture(grid["pictures"][0]).tobytes() == picture(stage).tobytes()
    assert [p["name"] for p in same_z["pictures"]] == ["DCGAN", "WGAN", "WGAN-GP", "SN-GAN"]


def test_the_four_cat_tabs_share_one_seed(client):
    shared = [call(client, f"{name}_grid", seed=11)[:4] for name in CATS]
    assert shared == [[11] * 4 if isinstance(s, list) else (11,) * 4 for s in shared]


def test_reroll_changes_the_seed(client):
    assert len({call(client, "gan_reroll", n=1)[0] for _ in range(4)}) > 1


def test_choose_takes_a_picture_of_the_grid(client):
    pick, stage, _ = call(client, "dcgan_choose", seed=5, pick=2)
    assert pick == 2 and stage["seed"] == 7 and stage["src"] == call(client, "dcgan_move", seed=7)["src"]


def test_reset_puts_the_sliders_back(client):
    *sliders, stage = call(client, "wgan_reset", seed=5, direction_2=4.0)
    assert not any(sliders) and stage["src"] == call(client, "wgan_move", seed=5)["src"]


def test_labels_steer_the_conditional_generator(client):
    three, four = (call(client, "cgan_move", seed=1, label=label) for label in "34")
    assert three["src"] != four["src"] and "label=3" in three["link"]
    table = call(client, "cgan_labels", seed=0)
    assert picture(table).size == (280, 280) and len(table["rows"]) == 10


def test_the_walk_is_an_animated_png(client):
    film = picture(call(client, "sngan_walk", seed=1, to=2))
    assert film.format == "PNG" and film.n_frames > 10


def test_opening_shows_the_evidence_and_names_the_checkpoint(client):
    shown = call(client, "wgan_open")
    text = str(shown)
    assert "gan-atlas/wgan" in text and "bundled copy" in text and "Apache-2.0" in text and "123.4" in text
    assert "Real pictures beside" in text and "within 5 %" in text
    assert "largest" in str(call(client, "sngan_open"))


def test_a_temperature_is_told_beside_its_checkpoint(weights):
    sampler = models.load("dcgan", device="cpu", folder=weights / "dcgan")
    assert "Temperature" not in checkpoint.facts(sampler)
    sampler.config["temperature"] = 1.2
    assert "<dt>Temperature</dt><dd>1.2: z is stretched" in checkpoint.facts(sampler)


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
    calls = f"{served[0]}/gradio_api/call/dcgan_move"
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
        assert len(call(client, "dcgan_grid")[-1]["pictures"]) == 3, "the other three still stand together"
    finally:
        (weights / "elsewhere").rename(missing)
        models._loaded.clear()
        models._loaded.update(held)


def test_the_page_never_imports_training():
    for path in (ROOT / "demo").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            found = (
                [a.name for a in node.names]
                if isinstance(node, ast.Import)
                else [node.module or ""]
                if isinstance(node, ast.ImportFrom)
                else []
            )
            assert not any(name.split(".")[0] in ("training", "app") for name in found), path.name


def test_nothing_is_fetched_from_elsewhere():
    look = demo.look()
    assert "http" not in Path(look["css_paths"]).read_text("utf-8") and "http" not in look["head"]
    assert "fonts.googleapis" not in look["theme"]._get_theme_css()


def test_bundled_checkpoints_play():
    if not models.hub.rows():
        pytest.skip("no bundled checkpoints yet")
    for name in models.hub.rows():
        if name in tiny.NOISE:
            assert models.load(name).sample(1, seed=0).abs().max() <= 1
