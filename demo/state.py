"""The values of one tab's controls: checked once, and written into a link that reopens the tab."""

import math
import re
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from urllib.parse import urlencode

import gradio as gr

from demo.words import say

DIRECTIONS, COORDINATES = 6, 8
MOVES = DIRECTIONS + COORDINATES
MAX_MOVE = 6.0
MAX_N = 64
ALL = "all"
LAST_SEED = 2**31 - 1 - MAX_N
MAX_LEVEL = 8  # 1024 px
THRESHOLDS, UNTRUNCATED = (0.04, 2.0), 2.02  # the slider's right end, beyond the last threshold, means no truncation
MAX_POINTS = 5
MOST_NAMED = 40  # choices in an error
START_POINTS = ((0.5, 0.5), (0.2, 0.2), (0.8, 0.2), (0.2, 0.8), (0.8, 0.8))


@dataclass(frozen=True)
class State:
    """The controls of one variant's tab.

    seed: picture i of the grid has seed + i. n: pictures in the grid. pick: the one that the sliders move. label: a
    class name, or "all" for one class after the other. moves: steps along the strongest directions, then along raw
    coordinates of z.

    Of single variants: level: how far Progressive GAN has grown, None: full size. truncation: the threshold of z, None:
    none. blend: the share of class `other` ("": the last) in the picked picture. points: (x, y) in [0, 1] whose
    attention is shown. gate: the share of the attention's learned factor.
    """

    seed: int = 0
    n: int = 16
    pick: int = 0
    label: str = ALL
    moves: tuple = (0.0,) * MOVES
    level: float | None = None
    truncation: float | None = None
    blend: float = 0.0
    other: str = ""
    points: tuple = START_POINTS
    gate: float = 1.0

    def link(self, tab, opening=None):
        """The query string that reopens `tab` in this state; values as in `opening`, its first state, are left out."""
        texts, at_first = self._texts(), (opening or State())._texts()
        changed = {key: text for key, text in texts.items() if text != at_first[key] or key in ("seed", "n")}
        return "?" + urlencode({"tab": tab, **changed}, safe=",")

    def _texts(self):
        """Every value as text, by its key in a link."""
        found = {
            **vars(self),
            "d": self.moves[:DIRECTIONS],
            "z": self.moves[DIRECTIONS:],
            "other": self.other if self.blend else "",
            "truncation": self.truncation or UNTRUNCATED,
            "points": [v for point in self.points for v in point] or "none",
        }
        del found["moves"]
        return {key: in_link(value) for key, value in found.items()}


def in_link(value):
    """A value of a control as a link has it."""
    if isinstance(value, (tuple, list)):
        return ",".join(map(in_link, value))
    return f"{value:g}" if isinstance(value, float) else str(value)


def refuse(line):
    """The error that the page and the API show as one line, without a traceback."""
    return gr.Error(line, duration=6, print_exception=False)


def quoted(value):
    """A bad value as it may stand in an error line, which the page renders as HTML."""
    return re.sub(r"[^\w .,+-]", "?", str(value))[:40] or say("nothing")


def number(value, what, low, high, whole=False):
    """A finite number from `low` to `high`, as int if it must be whole; else gr.Error in one line."""
    ends = {"low": f"{low:.10g}", "high": f"{high:.10g}"}
    rule = say("give a whole number from {low} to {high}" if whole else "give a number from {low} to {high}", **ends)
    if value is None or value == "":
        raise refuse(say("{what} is empty: {rule}.", what=what, rule=rule))
    try:
        found = float(value)
    except (TypeError, ValueError, OverflowError):
        found = math.nan
    if not (math.isfinite(found) and low <= found <= high) or isinstance(value, bool) or whole and found % 1:
        raise refuse(say("{what} {value} will not do: {rule}.", what=what, value=quoted(value), rule=rule))
    return int(found) if whole else found


def choice(value, what, choices):
    """`value` if it is one of `choices`; else gr.Error in one line that names them, MOST_NAMED at most."""
    if value not in choices:
        names = ", ".join(list(choices)[:MOST_NAMED]) + (" \u2026" if len(choices) > MOST_NAMED else "")
        raise refuse(say("{what} {value} is unknown: choose {names}.", what=what, value=quoted(value), names=names))
    return value


def checked_moves(values):
    """The sliders' values as a tuple of numbers; else gr.Error in one line."""
    return tuple(number(value, say("Slider {i}", i=i + 1), -MAX_MOVE, MAX_MOVE) for i, value in enumerate(values))


def checked_points(value):
    """((x, y), ...) with both numbers in [0, 1]; else gr.Error in one line."""
    points = value if isinstance(value, (list, tuple)) and len(value) <= MAX_POINTS else [None]
    if not all(isinstance(point, (list, tuple)) and len(point) == 2 for point in points):
        line = "Points {value} will not do: give a list of up to {most} pairs [x, y]."
        raise refuse(say(line, value=quoted(value), most=MAX_POINTS))
    return tuple(tuple(round(number(v, say("Point"), 0, 1), 3) for v in point) for point in points)


# How each field of State is checked; a field whose default is None may be None.
RULES = {
    "seed": partial(number, what=say("Seed"), low=0, high=LAST_SEED, whole=True),
    "n": partial(number, what=say("How many"), low=1, high=MAX_N, whole=True),
    "pick": partial(number, what=say("Picture"), low=0, high=MAX_N - 1, whole=True),
    "label": lambda name: str(name or ALL),
    "moves": checked_moves,
    "level": partial(number, what=say("Growth"), low=0, high=MAX_LEVEL),
    "truncation": partial(number, what=say("Truncation"), low=THRESHOLDS[0], high=UNTRUNCATED),
    "blend": partial(number, what=say("Blend"), low=0, high=1),
    "other": lambda name: str(name or ""),
    "points": checked_points,
    "gate": partial(number, what=say("Gate"), low=0, high=1),
}


def check(classes=None, **values):
    """A State from any of its fields as a page, a client or a link sends them; gr.Error names the first bad value.

    classes: names that `label` and `other` must be among; None: not checked.
    """
    state = State(**{k: v if v is None and getattr(State, k) is None else RULES[k](v) for k, v in values.items()})
    if classes is not None:
        choice(state.label, say("Label"), [ALL, *classes])
        if state.blend:
            choice(state.other or classes[0], say("Label"), classes)
        elif state.other not in classes:  # another checkpoint's
            state = replace(state, other="")
    untruncated = state.truncation is None or state.truncation > THRESHOLDS[1]
    return replace(state, pick=min(state.pick, state.n - 1), truncation=None if untruncated else state.truncation)


def parse(query, opening=None):
    """The State in a link's query (a dict of strings). It always opens: a missing or bad value is as in `opening`."""
    state = opening or State()
    moves = list(state.moves)
    for key, start, end in (("d", 0, DIRECTIONS), ("z", DIRECTIONS, MOVES)):
        for i, text in zip(range(start, end), query.get(key, "").split(",")):
            with suppress(gr.Error):
                moves[i] = number(text, say("Slider"), -MAX_MOVE, MAX_MOVE)
    given = {**query, "moves": moves}
    if "points" in query:
        numbers = query["points"].replace("none", "").split(",")
        given["points"] = list(zip(numbers[::2], numbers[1::2]))
    for field in [field for field in RULES if field in given]:
        with suppress(gr.Error):
            state = check(**{**vars(state), field: given[field]})
    return state
