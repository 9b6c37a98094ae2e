"""Links reopen what they were made from; bad values are named in one line."""

from urllib.parse import parse_qsl

import gradio as gr
import pytest

from demo.state import DIRECTIONS, LAST_SEED, MOVES, State, check, parse
from demo.words import translate

MOVES_OF_TWO = (1.5, *[0.0] * (DIRECTIONS - 1), -0.25, *[0.0] * (MOVES - DIRECTIONS - 1))
MOVED = State(seed=7, n=9, pick=4, label="3", moves=MOVES_OF_TWO)
OWN = State(level=2.35, truncation=0.5, blend=0.25, other="cat", points=((0.1, 0.9), (1.0, 0.0)), gate=0.3)

OPENING = State(seed=6, pick=11, truncation=0.6)


@pytest.mark.parametrize(
    "state", [State(), State(seed=LAST_SEED, n=64, pick=63), MOVED, OWN, State(level=0.0, points=())]
)
def test_links_round_trip(state):
    for opening in (State(), OPENING):
        query = dict(parse_qsl(state.link("cgan", opening).lstrip("?")))
        assert query["tab"] == "cgan" and parse(query, opening) == state


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"seed": "x", "n": "1e99", "pick": "-1"},
        {"d": "nan,inf,,a,99", "z": "," * 50},
        {"label": ""},
        {"seed": "<script>", "n": "0", "pick": "64"},
        {"level": "-1", "truncation": "9", "blend": "x", "points": "0.5,7", "gate": "2"},
    ],
)
def test_a_spoilt_link_still_opens(query):
    assert parse(query) == State() and parse(query, OPENING) == OPENING


def test_the_good_half_of_a_link_is_kept():
    assert parse({"seed": "7", "n": "many", "d": "1,x,2"}) == State(seed=7, moves=(1.0, 0.0, 2.0, *[0.0] * (MOVES - 3)))


@pytest.mark.parametrize(
    "bad, says",
    [
        ({"seed": 1.5}, "Seed 1.5"),
        ({"seed": -1}, "Seed -1"),
        ({"seed": 1e30}, "Seed 1e"),
        ({"seed": "cat"}, "Seed cat"),
        ({"seed": None}, "Seed is empty"),
        ({"seed": float("nan")}, "Seed nan"),
        ({"seed": True}, "Seed True"),
        ({"seed": [1]}, "Seed"),
        ({"seed": 10**400}, "Seed"),
        ({"n": 0}, "How many 0"),
        ({"n": 65}, "How many 65"),
        ({"n": 2.5}, "How many 2.5"),
        ({"pick": -1}, "Picture -1"),
        ({"label": "cat", "classes": ["0", "1"]}, "Label cat is unknown"),
        ({"moves": [9] + [0] * (MOVES - 1)}, "Slider 1 9"),
        ({"level": 99}, "Growth 99"),
        ({"truncation": 0}, "Truncation 0"),
        ({"truncation": "x"}, "Truncation x"),
        ({"blend": 1.1}, "Blend 1.1"),
        ({"gate": 1.5}, "Gate 1.5"),
        ({"other": "dog", "blend": 0.5, "classes": ["0", "1"]}, "Label dog is unknown"),
        ({"points": "all"}, "Points all"),
        ({"points": [[0, 0]] * 6}, "up to 5 pairs"),
        ({"points": [0.5]}, "Points ?0.5?"),
        ({"points": [[0.5, 2]]}, "Point 2"),
        ({"points": [[0, "<b>"]]}, "Point ?b?"),
        ({"moves": ["<b>"] + [0] * (MOVES - 1)}, "Slider 1 ?b?"),
    ],
)
def test_bad_values_are_named_in_one_line(bad, says):
    with pytest.raises(gr.Error) as caught:
        check(**bad)
    line = translate(caught.value.message, "en")
    assert says in line and "\n" not in line and "<" not in line


def test_the_picked_picture_stays_inside_the_grid():
    assert check(n=4, pick=20).pick == 3


def test_whole_floats_are_seeds():
    assert check(seed=7.0, n=4.0) == State(seed=7, n=4)
