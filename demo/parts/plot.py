"""The lab's canvas and its colours; plot.js draws it in the browser, whose code the page holds once."""

from pathlib import Path

import numpy as np

# The same thing has the same colour in every panel: (light, dark), each legible on its background.
COLOURS = {
    "real": ("#2563eb", "#7fb0ff"),
    "fake": ("#c2570c", "#fb9a4b"),
    "both": ("#7c3aed", "#b79cff"),
    "d": ("#0f766e", "#2dd4bf"),
    "gradient": ("#be185d", "#f779b6"),
    "other": ("#64748b", "#a3b1c6"),
    "text": ("#5f5a54", "#b0aaa3"),
    "strong": ("#3b3834", "#ded9d2"),
    "axis": ("#a8a29a", "#6b665f"),
    "grid": ("#e9e6e0", "#2b2926"),
}
HERE = Path(__file__).parent


def head():
    """What the page's head holds for the lab: the colours and the scripts."""
    light, dark = (" ".join(f"--lab-{name}: {pair[i]};" for name, pair in COLOURS.items()) for i in (0, 1))
    scripts = "".join((HERE / name).read_text("utf-8") for name in ("plot.js", "hand.js", "panel.js"))
    return f"<style>body {{ {light} }} body.dark, .dark body {{ {dark} }}</style><script>{scripts}</script>"


def numbers(values):
    """An array as JSON has it: six digits are more than a screen shows; what is not finite is a gap (None)."""
    values = np.asarray(values, float)
    rounded = np.where(np.isfinite(values), values, 0)
    texts = np.vectorize(lambda v: float(f"{v:.6g}"), otypes=[object])(rounded)
    return np.where(np.isfinite(values), texts, None).tolist()


def curve(x, y, colour, label="", **more):
    """A line through (x, y). x: as long as y, or its two ends. more: width in px, dash; answer=True as in `plot`."""
    return {"kind": "curve", "x": numbers(x), "y": numbers(y), "color": colour, "label": label, **more}


def area(x, y, colour, label="", **more):
    """The area between y and `base` (0). more: colors, one of COLOURS for each value, which are then bins; alpha."""
    return {"kind": "area", "x": numbers(x), "y": numbers(y), "color": colour, "label": label, **more}


def bars(x, y, colour, width, label=""):
    """Bars of a width around x; colour: one, or one each."""
    return {"kind": "bars", "x": numbers(x), "y": numbers(y), "color": colour, "width": width, "label": label}


def points(at, colour, label="", **more):
    """Points [n, 2]. more: size in px, text of each, drag: the parameter that takes them as "x,y;x,y" when they are
    moved by hand, by touch or by arrow keys, add: True if a click on an empty place adds one and the chosen one can
    be removed.
    """
    return {"kind": "points", "at": numbers(at), "color": colour, "label": label, **more}


def arrows(start, end, colour, label="", **more):
    """Arrows from [n, 2] to [n, 2]. more: width in px, one or each; head=False: lines."""
    return {"kind": "arrows", "from": numbers(start), "to": numbers(end), "color": colour, "label": label, **more}


def heat(values, x, y, limits, colours=("fake", "real")):
    """A heat map. values: [rows, columns], rows from the lowest y; x, y: its ends; limits: those of the values, shown
    in the two colours; the middle is transparent.
    """
    low, high = colours
    ends = {"x": numbers(x), "y": numbers(y), "range": list(limits)}
    return {"kind": "map", "values": numbers(values), **ends, "low": low, "high": high}


def rule(text="", colour="text", **at):
    """A dashed line across the plot at x=... or y=..., with a word beside it."""
    return {"kind": "rule", "text": text, "color": colour, "dash": True, **at}


def plot(title, x, y, layers, **more):
    """One plot. x, y: its limits. more: xlabel; log=True: y in decades; equal=True: one unit as long in x as in y;
    bare=True: no ticks; names: of x = 0, 1, 2 ...; answer=True: hidden until the guess is made; draw={"parameter",
    "knots", "x", "also"}: a density drawn by hand from x[0] to x[1], its heights from 0 to z in base 36; what else the
    pen sets.
    """
    return {"title": title, "x": numbers(x), "y": numbers(y), "layers": layers, **more}


def view(*plots, **more):
    """The view of an answer: plots beside each other. more: across, how many in a row; height of a row in px."""
    return {"plots": list(plots), **more}
