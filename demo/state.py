"""The values of one tab's controls: checked once, and written into a link that reopens the tab."""

import math
import re
from dataclasses import dataclass
from urllib.parse import urlencode

import gradio as gr

DIRECTIONS, COORDINATES = 6, 8
MOVES = DIRECTIONS + COORDINATES
MAX_MOVE = 6.0
MAX_N = 64
ALL = "all"
LAST_SEED = 2**31 - 1 - MAX_N
MAX_LEVEL = 8  # 1024 px
THRESHOLDS, UNTRUNCATED = (0.04, 2.0), 2.02  # the slider's right end, beyond the last threshold, means no truncation
MAX_POINTS = 5
START_POINTS = ((0.5, 0.5), (0.2, 0.2), (0.8, 0.2), (0.2, 0.8), (0.8, 0.8))


@dataclass(frozen=True)
class State:
    """The controls of one variant's tab.

    seed: picture i of the grid has seed + i. n: pictures in the grid. pick: the one that the sliders move. label: a
    class name, or "all" for one class after the other. moves: steps along the strongest directions, then along raw
    coordinates of z.

    Of single variants: level: how far Progressive GAN has grown, None: full size. truncation: the threshold of z, None:
    none. blend: the share of class `other` ("": the last) in the picked picture. points: (x, y) in [0, 1] whose
    attention is shown.
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

    def link(self, tab):
        """The query string that reopens `tab` in this state; values as on opening are left out."""
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
        if self.points != START_POINTS:
            query["points"] = ",".join(f"{v:g}" for point in self.points for v in point) or "none"
        return "?" + urlencode(query, safe=",")


def refuse(line):
    """The error that the page and the API show as one line, without a traceback."""
    return gr.Error(line, duration=6, print_exception=False)


def quoted(value):
    """A bad value as it may stand in an error line, which the page renders as HTML."""
    return re.sub(r"[^\w .,+-]", "?", str(value))[:40] or "nothing"


def number(value, what, low, high, whole=False):
    """A finite number from `low` to `high`, as int if it must be whole; else gr.Error in one line."""
    kind = "a whole number" if whole else "a number"
    rule = f"give {kind} from {low:g} to {high:g}" if high < 1e6 else f"give {kind} from {low} to {high}"
    if value is None or value == "":
        raise refuse(f"{what} is empty: {rule}.")
    try:
        found = float(value)
    except (TypeError, ValueError, OverflowError):
        found = math.nan
    if not (math.isfinite(found) and low <= found <= high) or isinstance(value, bool) or whole and found % 1:
        raise refuse(f"{what} {quoted(value)} will not do: {rule}.")
    return int(found) if whole else found


def choice(value, what, choices):
    """`value` if it is one of `choices`; else gr.Error in one line that names them."""
    if value not in choices:
        raise refuse(f"{what} {quoted(value)} is unknown: choose {', '.join(choices)}.")
    return value


def checked_points(value):
    """((x, y), ...) with both numbers in [0, 1]; else gr.Error in one line."""
    rule = f"give a list of up to {MAX_POINTS} pairs [x, y]"
    if not isinstance(value, (list, tuple)) or len(value) > MAX_POINTS:
        raise refuse(f"Points {quoted(value)} will not do: {rule}.")
    for point in value:
        if not isinstance(point, (list, tuple)) or len(point) != 2:
            raise refuse(f"Point {quoted(point)} will not do: {rule}.")
    return tuple(tuple(round(number(v, "Point", 0, 1), 3) for v in point) for point in value)


def check(classes=None, **values):
    """A State from any of its fields as a page, a client or a link sends them; gr.Error names the first bad value.

    classes: names that `label` and `other` must be among; None: not checked.
    """
    given = State(**values)
    moves = State.moves if given.moves is None else given.moves
    if len(moves) != MOVES:
        raise refuse(
            f"{len(moves)} slider values came, not {MOVES}: {DIRECTIONS} directions, then {COORDINATES} coordinates."
        )
    n = number(given.n, "How many", 1, MAX_N, whole=True)
    label, other = str(given.label or ALL), str(given.other or "")
    if classes is not None:
        choice(label, "Label", [ALL, *classes])
        choice(other or classes[0], "Label", classes)
    truncation = given.truncation
    if truncation is not None:
        truncation = number(truncation, "Truncation", THRESHOLDS[0], UNTRUNCATED)
    return State(
        seed=number(given.seed, "Seed", 0, LAST_SEED, whole=True),
        n=n,
        pick=min(number(given.pick, "Picture", 0, MAX_N - 1, whole=True), n - 1),
        label=label,
        moves=tuple(number(v, f"Slider {i + 1}", -MAX_MOVE, MAX_MOVE) for i, v in enumerate(moves)),
        level=None if given.level is None else number(given.level, "Growth", 0, MAX_LEVEL),
        truncation=None if truncation is None or truncation > THRESHOLDS[1] else truncation,
        blend=number(given.blend, "Blend", 0, 1),
        other=other,
        points=checked_points(given.points),
    )


def parse(query):
    """The State in a link's query (a dict of strings). A link always opens: a missing or bad value is as at first."""
    state = State()
    for key in ("n", "seed", "pick", "label", "level", "truncation", "blend", "other"):
        state = _accept(state, **{key: query.get(key, getattr(state, key))})
    if "points" in query:
        flat = [v for v in str(query["points"]).split(",") if v != "none"]
        state = _accept(state, points=list(zip(flat[::2], flat[1::2])))
    moves = []
    for key, length in (("d", DIRECTIONS), ("z", COORDINATES)):
        values = str(query.get(key, "")).split(",")[:length]
        moves += [*values, *["0"] * (length - len(values))]
    for i, value in enumerate(moves):
        state = _accept(state, moves=(*state.moves[:i], value or 0, *state.moves[i + 1 :]))
    return state


def _accept(state, **change):
    """`state` with the change, or as it was where the change is refused."""
    try:
        return check(**{**vars(state), **change})
    except gr.Error:
        return state
