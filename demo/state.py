"""What a tab shows, as plain values: checked once, and written into a link that reopens it."""

import math
import re
from dataclasses import dataclass, fields
from urllib.parse import urlencode

import gradio as gr

DIRECTIONS, COORDINATES = 6, 8
MOVES = DIRECTIONS + COORDINATES
MOST = 64
REACH = 6.0
ALL = "all"
LAST_SEED = 2**31 - 1 - MOST
MOST_LEVEL = 8  # 1024 px
THRESHOLDS, UNTRUNCATED = (0.04, 2.0), 2.02  # beyond the last threshold, a slider's right end, z is left whole
MOST_POINTS = 5
POINTS = ((0.5, 0.5), (0.2, 0.2), (0.8, 0.2), (0.2, 0.8), (0.8, 0.8))


@dataclass(frozen=True)
class State:
    """One variant's tab.

    seed: picture i of the grid is that of seed + i. n: how many. pick: which of them the sliders move.
    label: a class name, or "all" for one class after the other. moves: steps along the strongest directions,
    then along raw coordinates.

    Of single variants: level: how far it has grown, None: to the top. truncation: the threshold of z, None: none.
    blend: the share of class `other` ("": the last) in the picked picture. points: (x, y) of the picture, whose look
    is shown.
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
    points: tuple = POINTS

    def link(self, tab):
        """The query string that reopens `tab` in this state; what is as on opening is left out."""
        query = {"tab": tab, "seed": self.seed, "n": self.n}
        if self.pick:
            query["pick"] = self.pick
        if self.label != ALL:
            query["label"] = self.label
        for key, values in (("d", self.moves[:DIRECTIONS]), ("z", self.moves[DIRECTIONS:])):
            if any(values):
                query[key] = ",".join(f"{v:g}" for v in values)
        for key in ("level", "truncation"):
            if getattr(self, key) is not None:
                query[key] = f"{getattr(self, key):g}"
        if self.blend:
            query |= {"blend": f"{self.blend:g}", "other": self.other}
        if self.points != POINTS:
            query["points"] = ",".join(f"{v:g}" for point in self.points for v in point) or "none"
        return "?" + urlencode(query, safe=",")


def refuse(line):
    """The one line a visitor or a client gets instead of a traceback."""
    return gr.Error(line, duration=6, print_exception=False)


def shown(value):
    """A bad value as it may appear in an error line, which the page renders as HTML."""
    return re.sub(r"[^\w .,+-]", "?", str(value))[:40] or "nothing"


def number(value, what, low, high, whole=False):
    """A finite number from `low` to `high`, or one clear line."""
    kind = "a whole number" if whole else "a number"
    rule = f"give {kind} from {low:g} to {high:g}" if high < 1e6 else f"give {kind} from {low} to {high}"
    if value is None or value == "":
        raise refuse(f"{what} is empty: {rule}.")
    try:
        found = float(value)
    except (TypeError, ValueError, OverflowError):
        found = math.nan
    if not (math.isfinite(found) and low <= found <= high) or isinstance(value, bool) or whole and found % 1:
        raise refuse(f"{what} {shown(value)} will not do: {rule}.")
    return int(found) if whole else found


def choice(value, what, choices):
    """`value`, or one clear line with the choices there are."""
    if value not in choices:
        raise refuse(f"{what} {shown(value)} is unknown: choose {', '.join(choices)}.")
    return value


def pairs(value):
    """Points [x, y] with both numbers from 0 to 1, or one clear line."""
    rule = f"give a list of up to {MOST_POINTS} pairs [x, y]"
    if not isinstance(value, (list, tuple)) or len(value) > MOST_POINTS:
        raise refuse(f"Points {shown(value)} will not do: {rule}.")
    for point in value:
        if not isinstance(point, (list, tuple)) or len(point) != 2:
            raise refuse(f"Point {shown(point)} will not do: {rule}.")
    return tuple(tuple(round(number(v, "Point", 0, 1), 3) for v in point) for point in value)


def check(
    seed=0,
    n=16,
    pick=0,
    label=ALL,
    moves=None,
    level=None,
    truncation=None,
    blend=0.0,
    other="",
    points=POINTS,
    classes=None,
):
    """A State from whatever a page, client or link sends; gr.Error names the first value that will not do."""
    moves = (0.0,) * MOVES if moves is None else moves
    if len(moves) != MOVES:
        raise refuse(
            f"{len(moves)} slider values came, not {MOVES}: {DIRECTIONS} directions, then {COORDINATES} coordinates."
        )
    n = number(n, "How many", 1, MOST, whole=True)
    label = ALL if label in (None, "") else str(label)
    if classes is not None and label != ALL and label not in classes:
        raise refuse(f"Label {shown(label)} is unknown: choose all, {', '.join(classes)}.")
    other = str(other or "")
    if classes is not None and other and other not in classes:
        raise refuse(f"Label {shown(other)} is unknown: choose {', '.join(classes)}.")
    if truncation is not None:
        truncation = number(truncation, "Truncation", THRESHOLDS[0], UNTRUNCATED)
    return State(
        number(seed, "Seed", 0, LAST_SEED, whole=True),
        n,
        min(number(pick, "Picture", 0, MOST - 1, whole=True), n - 1),
        label,
        tuple(number(v, f"Slider {i + 1}", -REACH, REACH) for i, v in enumerate(moves)),
        None if level is None else number(level, "Growth", 0, MOST_LEVEL),
        None if truncation is None or truncation > THRESHOLDS[1] else truncation,
        number(blend, "Blend", 0, 1),
        other,
        pairs(points),
    )


def parse(query):
    """The State in a link's query; a link always opens, so what is missing or will not do is as at first."""
    state = State()
    for key in ("n", "seed", "pick", "label", "level", "truncation", "blend", "other"):
        state = _accept(state, **{key: query.get(key, getattr(state, key))})
    if "points" in query:
        flat = [v for v in str(query["points"]).split(",") if v != "none"]
        state = _accept(state, points=list(zip(flat[::2], flat[1::2])))
    lists = []
    for key, length in (("d", DIRECTIONS), ("z", COORDINATES)):
        values = str(query.get(key, "")).split(",")[:length]
        lists += [*values, *["0"] * (length - len(values))]
    for i, value in enumerate(lists):
        state = _accept(state, moves=(*state.moves[:i], value or 0, *state.moves[i + 1 :]))
    return state


def _accept(state, **change):
    values = {field.name: getattr(state, field.name) for field in fields(State)}
    try:
        return check(**{**values, **change})
    except gr.Error:
        return state
