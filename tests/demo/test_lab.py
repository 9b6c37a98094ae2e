"""The lab: every panel's answers, links and endpoints, and the index of the claims."""

import json
import os
import re
import threading
from urllib.parse import parse_qsl

import gradio as gr
import pytest
import torch

from demo import panels
from demo.parts.claims import CLAIMS
from demo.parts.panel import LEARNERS, in_words, ranges
from demo.parts.plot import COLOURS, numbers
from demo.tabs.lab import Lab
from theory import depth

KINDS = {"curve", "area", "bars", "points", "arrows", "map", "rule"}
SERVED = [name for name in panels.names() if not panels.load(name).live]  # the others' figures are the browser's
COMPUTED = [name for name in panels.names() if not panels.load(name).learns]


@pytest.fixture(scope="module")
def lab():
    with gr.Blocks():
        found = Lab()
        found.build()
    return found


@pytest.fixture(params=panels.names())
def panel(lab, request):
    return lab.panels[request.param]


def test_a_panel_says_what_it_settles(panel):
    assert panel.title and panel.lecture and panel.about and panel.claims
    visible = [box for box in panel.inputs.values() if box.visible]
    assert len(panel.presets) >= 2 and (not visible if panel.live else 1 <= len(visible) <= 4)
    assert all(len(panel.help.get(parameter, "")) > 10 for parameter in panel.inputs), "clients read what it means"
    if panel.guess:
        assert 0 <= panel.guess.right < len(panel.guess.choices) and panel.guess.why


@pytest.mark.parametrize("panel", SERVED, indirect=True)
def test_a_panel_answers_with_a_figure_and_a_number(panel):
    value = panel.show(*panel.first.values())
    json.dumps(value, allow_nan=False)
    assert re.search(r"\d|\u221e", value["text"]) and all(value[key] for key in ("unit", "ideal", "note", "formula"))
    for plot in value["view"]["plots"]:
        assert plot["x"][0] < plot["x"][1] and plot["y"][0] < plot["y"][1] and plot["layers"]
        for layer in plot["layers"]:
            hues = layer.get("colors") or layer.get("color") or [layer["low"], layer["high"]]
            assert (
                layer["kind"] in KINDS and {hues} <= set(COLOURS)
                if isinstance(hues, str)
                else set(hues) <= set(COLOURS)
            )


@pytest.mark.parametrize("panel", SERVED, indirect=True)
def test_presets_change_what_is_shown_and_reset_takes_it_back(panel):
    first = list(panel.first.values())
    shown = {name: panel.set(*first, click={"preset": name})[-1] for name in panel.presets}
    assert len({json.dumps([value["text"], value["rows"], value["link"]]) for value in shown.values()}) == len(shown)
    name = next(name for name, value in shown.items() if value["link"] != panel.link(panel.first))
    moved = {**panel.first, **panel.presets[name][1]}
    *values, back = panel.set(*moved.values(), click={"reset": True})
    assert back["link"] == panel.link({**panel.first, **({"seed": moved["seed"]} if "seed" in moved else {})})
    assert [v for v in values if v != gr.skip()] == [panel.first[k] for k in moved if moved[k] != panel.first[k]]


def test_a_link_reopens_a_panel_as_it_was(lab, panel):
    for name in panel.presets:
        values = {**panel.first, **panel.presets[name][1]}
        query = dict(parse_qsl(panel.link(values).lstrip("?")))
        assert query["tab"] == "lab" and query["panel"] == panel.name
        selected, *found = lab.link_values(query)
        assert selected.selected == panel.name and [v for v in found if v != gr.skip()] == list(values.values())


def test_a_spoilt_link_still_opens(lab, panel):
    bad = {parameter: "nonsense" for parameter, box in panel.inputs.items() if not isinstance(box, gr.Textbox)}
    assert panel.link_values(bad) == list(panel.first.values())
    assert all(v == gr.skip() for v in lab.link_values({"tab": "lab", "panel": "nonsense"}))


def test_bad_values_are_one_line_that_names_them(panel):
    for parameter, box in panel.inputs.items():
        if isinstance(box, (gr.Slider, gr.Radio, gr.Dropdown, gr.Checkbox)):
            for bad in ("nonsense", float("nan"), [1], 1e9):
                with pytest.raises(gr.Error) as error:
                    panel.figures(**{parameter: bad})
                assert str(box.label) in error.value.message and "\n" not in error.value.message


@pytest.mark.parametrize("name", COMPUTED)
def test_a_panel_that_computes_is_an_endpoint_of_the_api(client, name):
    info = client.view_api(return_format="dict", print_info=False)["named_endpoints"][f"/lab_{name}"]
    assert {p["parameter_name"] for p in info["parameters"]} == set(panels.load(name).build_controls())
    facts = client.predict(api_name=f"/lab_{name}")
    assert {"number", "unit", "ideal", "note", "formula"} <= set(facts) and "view" not in facts


def test_a_network_is_seen_to_learn_until_its_visitor_asks_for_something_else(client, monkeypatch):
    monkeypatch.setattr(depth, "STEPS", 80)
    at = {"api_name": "/page_lab_depth"}
    views = list(client.submit("8", 0.04, 7, **at))
    assert [dict(view["rows"])["training steps"] for view in views] == ["0", "20", "40", "60", "80"]
    again = client.predict("8", 0.04, 7, **at)
    assert {**again, "turn": 0, "order": 0} == {**views[-1], "turn": 0, "order": 0} and again["order"] > views[0][
        "order"
    ]
    first = client.submit("8", 0.06, 7, **at)
    next(first)
    newer = list(client.submit("8", 0.08, 7, **at))
    assert "rate=0.08" in newer[-1]["link"] and dict(newer[-1]["rows"])["training steps"] == "80"
    first.result()
    assert dict(first.outputs()[-1]["rows"])["training steps"] != "80", "the earlier one has ended"


def test_the_divergences_of_parted_boxes_over_the_api(client):
    facts = client.predict(shape="boxes", shift=3, api_name="/lab_divergences")
    assert facts["number"] == 0 and dict(facts["rows"])["JS"] == "0.693" and dict(facts["rows"])["W"] == "3.00"
    assert client.predict(shape="boxes", shift=1, api_name="/lab_divergences")["number"] == pytest.approx(
        0.3466, abs=1e-3
    )


@pytest.mark.parametrize("name, over", [("labels", {"wrong": 0}), ("cycle", {"weight": 2})])
def test_a_small_game_over_the_api_is_the_program_s(client, name, over):
    facts = client.predict(**over, seed=3, steps=20, api_name=f"/lab_{name}")
    panel = panels.load(name)
    run = panel.theory.Game({**over, "seed": 3})
    for _ in range(20):
        run.round()
    assert facts["number"] == pytest.approx(run.figures()[panel.number])
    assert {key: in_words(value) for key, value in run.figures().items()}.items() <= dict(facts["rows"]).items()


def test_a_density_drawn_by_hand_is_measured(client, lab):
    panel = lab.panels["divergences"]
    knots = "0" * 20 + "z" * 4 + "0" * 24
    *values, shown = panel.set(*{**panel.first, "shape": "draw_p"}.values(), click={"set": {"p": knots, "shift": 0}})
    assert knots in values and knots in shown["link"] and shown["view"]["plots"][0]["draw"]["knots"] == knots
    for bad in ("", "0" * 48, "?" * 48, "1" * 47):
        with pytest.raises(ValueError, match="draw it again|draw a line"):
            panel.figures(shape="draw_p", p=bad)


def test_the_index_has_every_claim_and_where_it_is_shown(lab):
    text = lab.index()
    assert len(CLAIMS) == 91 == text.count("<li>") and len({claim for claim, _ in CLAIMS}) == 91
    for name, panel in lab.panels.items():
        assert text.count(f"data-room='tab-lab lab-{name}'") == len(panel.claims) > 0
    claimed = [n for panel in lab.panels.values() for n in panel.claims]
    assert len(claimed) == len(set(claimed)) and set(claimed) <= set(range(1, 92))


def test_the_index_leads_to_tabs_that_there_are(served, lab):
    rooms = {id for found in re.findall("data-room='(.*?)'", lab.index()) for id in found.split()}
    ids = {block.elem_id for block in served[1].blocks.values() if isinstance(block, gr.Tab)}
    assert rooms <= ids


def test_what_learns_runs_nice_and_on_one_thread():
    before = torch.get_num_threads()
    nice = LEARNERS.submit(lambda: os.getpriority(os.PRIO_PROCESS, threading.get_native_id())).result()
    assert nice >= 10 and LEARNERS.submit(torch.get_num_threads).result() == 1
    assert torch.get_num_threads() == before and os.getpriority(os.PRIO_PROCESS, threading.get_native_id()) < 10


@pytest.mark.parametrize(
    "x, text",
    [
        (0, "0"),
        (0.6931, "0.693"),
        (-2.0, "\u22122.00"),
        (7e-13, "7.0 \u00d7 10\u207b\u00b9\u00b3"),
        (12345.6, "12346"),
        (7e6, "7.0 \u00d7 10\u2076"),
        (float("inf"), "\u221e"),
        (float("nan"), "\u2014"),
    ],
)
def test_numbers_are_written_as_people_read_them(x, text):
    assert in_words(x) == text


def test_claims_are_written_as_ranges_and_arrays_as_json():
    assert ranges((16, 17, 18, 21)) == "16\u201318, 21" and ranges((3,)) == "3"
    assert numbers([1 / 3, float("inf"), float("nan")]) == [0.333333, None, None]
