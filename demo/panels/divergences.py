"""KL, JS and Wasserstein's distance as one density slides away from another."""

import math

import gradio as gr
import numpy as np

from demo.parts import plot
from demo.parts.panel import Guess, in_words
from demo.parts.panel import Panel as Base
from demo.words import say
from theory import divergences as theory

LOG_2 = math.log(2)
KNOTS, HIGHEST = 48, 35  # a drawn density as a link has it: heights from 0 to z in base 36
SHIFTS = np.linspace(0, 6, 61)
NAMES = {"kl": "KL(p\u2016q)", "reverse": "KL(q\u2016p)", "js": "JS", "w": "W"}
HUES = {"kl": "real", "reverse": "fake", "js": "both", "w": "d"}
PLACES = {theory.ONLY_P: "real", theory.ONLY_Q: "fake", theory.BOTH: "both", theory.NEITHER: "other"}
EDGES = (-4.0, 9.0)  # what is shown of the line


def knots(density):
    """A density as a link has it."""
    at = theory.DRAWN[0] + (np.arange(KNOTS) + 0.5) * (theory.DRAWN[1] - theory.DRAWN[0]) / KNOTS
    heights = np.interp(at, theory.CENTRES, density)
    return "".join(np.base_repr(round(HIGHEST * h / heights.max()), 36).lower() for h in heights)


def heights(text, name):
    """The heights that a link has; ValueError where it holds none."""
    if len(text) != KNOTS or not text.isascii() or not text.isalnum():
        raise ValueError(say("Drawn {name} takes {n} letters from 0 to z: draw it again.", name=name, n=KNOTS))
    return [int(letter, 36) for letter in text]


class Panel(Base):
    title = say("Divergences")
    about = "KL, JS and Wasserstein's distance of two densities on a line, and their slopes as q slides away from p"
    claims = (16, 17, 18, 21, 22, 38, 39, 40, 41, 42, 43)
    lecture = say(
        "The generator learns by JS. Where the densities do not overlap, each point adds a constant, JS stays at "
        "log 2, and the gradient dies."
    )
    slip = say(
        "The lecture says that such a point adds log 2. It adds p(x) / 2 times log 2; only the sum over both densities "
        "is log 2."
    )
    guess = Guess(
        say("Two boxes have just parted, and q slides on. What does JS do?"),
        (say("It grows"), say("It stays"), say("It falls")),
        1,
        say("JS stays at log 2 = 0.693 however far q is: its slope is 0. W goes on with slope 1."),
    )
    presets = {
        "parted": (say("Boxes, parted: JS is stuck"), {"shape": "boxes", "shift": 3.0}),
        "overlap": (say("Boxes that overlap"), {"shape": "boxes", "shift": 1.0}),
        "far": (say("Gaussians, far apart"), {"shape": "gaussians", "shift": 6.0}),
        "wide": (say("q wider than p: KL's two directions"), {"shape": "gaussians", "shift": 0.0, "width": 1.5}),
    }
    help = {
        "shape": "gaussians, mixtures, boxes; draw_p and draw_q: the drawn densities p and q below",
        "shift": "how far q lies to the right of where it is p, 0 to 6",
        "width": "how many times as wide as p q is, 0.5 to 1.5; a drawn density keeps its own",
        "p": "the drawn p: 48 heights from 0 to z, left to right from -4 to 6",
        "q": "the drawn q, as p; it is moved by shift",
    }

    def build_controls(self):
        shapes = [
            (say("Gaussians"), "gaussians"),
            (say("Mixtures"), "mixtures"),
            (say("Boxes"), "boxes"),
            (say("Draw p"), "draw_p"),
            (say("Draw q"), "draw_q"),
        ]
        first = {"p": theory.mixture(), "q": theory.gaussian(1.0, 0.7)}
        return {
            "shape": gr.Radio(shapes, value="boxes", label=say("The two densities"), elem_id="lab-divergences-shape"),
            "shift": gr.Slider(0, 6, 1.0, step=0.05, label=say("q slides right by"), elem_id="lab-divergences-shift"),
            "width": gr.Slider(
                0.5, 1.5, 1.0, step=0.05, label=say("q's width (p's is 1)"), elem_id="lab-divergences-width"
            ),
            **{name: gr.Textbox(knots(density), visible=False, label=name) for name, density in first.items()},
        }

    def answer(self, shape, shift, width, p, q):
        drawn = shape.startswith("draw")
        given = {"p": heights(p, "p"), "q": heights(q, "q")} if drawn else {}
        texts = {"p": p, "q": q}
        p, q_at = theory.pair("drawn" if drawn else shape, width, **given)
        q, slopes = q_at(shift), theory.slide(p, q_at, [shift])
        value, slope = ({name: float(found[i][0]) for name, found in slopes.items()} for i in (0, 1))
        slope = {name: round(v, 4) + 0.0 for name, v in slope.items()}  # as exact as differences are; no -0
        return {
            "view": self.figure(shift, p, q, q_at, self.pen(shape, shift, texts, q)),
            "number": slope["js"],
            "unit": say("slope of JS as q slides on"),
            "ideal": say("W's slope is {w}; where the slope is 0, G learns nothing", w=in_words(slope["w"])),
            "rows": [*((NAMES[name], in_words(v)) for name, v in value.items()), *self.shares(p, q)],
            "note": self.note(shape, shift, width, p, q),
            "formula": self.formula(value, p, q),
        }

    def shares(self, p, q):
        """What the places where one density lives, and where both do, add to JS."""
        parts, places = theory.js_parts(p, q), theory.regions(p, q)
        names = {
            theory.ONLY_P: say("of JS, where only p is"),
            theory.ONLY_Q: say("of JS, where only q is"),
            theory.BOTH: say("of JS, where both are"),
        }
        return [(text, in_words(float(parts[places == place].sum()))) for place, text in names.items()]

    def note(self, shape, shift, width, p, q):
        if width != 1 and shift < 0.5 and not shape.startswith("draw"):
            return say(
                "One is wider than the other: KL(p\u2016q) and KL(q\u2016p) differ, and JS and W are the same either "
                "way."
            )
        if shape in ("gaussians", "mixtures"):
            return say(
                "Gaussians never part wholly: far out both are thin, but not 0. Far apart JS comes near log 2 and its "
                "slope near 0, without reaching them; W grows on."
            )
        if not (theory.regions(p, q) == theory.BOTH).any():
            return say(
                "The densities have parted. JS is log 2 = 0.693 wherever q is, KL is infinite, and only W still says "
                "how far and which way."
            )
        return say(
            "Where one density lives alone, a point adds a constant share of its mass. JS changes only while the "
            "densities overlap."
        )

    def formula(self, value, p, q):
        m, shown = (p + q) / 2, {name: in_words(v) for name, v in value.items()}
        half_p, half_q = (in_words(float(theory.kl(density, m))) for density in (p, q))
        lines = (
            f"KL(p\u2016q) = \u03a3 p log(p / q) = {shown['kl']}",
            f"KL(q\u2016p) = \u03a3 q log(q / p) = {shown['reverse']}",
            "JS = \u00bd KL(p\u2016m) + \u00bd KL(q\u2016m), m = (p + q) / 2",
            f"   = \u00bd \u00b7 {half_p} + \u00bd \u00b7 {half_q} = {shown['js']}   (log 2 = {in_words(LOG_2)})",
            f"W = \u03a3 |P \u2212 Q| \u0394x = {shown['w']}",
        )
        return "\n".join(lines)

    def pen(self, shape, shift, texts, q):
        """What the plot of the densities needs to draw p or q by hand; q is drawn where it is shown."""
        if not shape.startswith("draw"):
            return {}
        parameter = shape[-1]
        drawn = knots(q) if parameter == "q" and shift else texts[parameter]
        return {"draw": {"parameter": parameter, "knots": drawn, "x": theory.DRAWN, "also": {"shift": 0}}}

    def figure(self, shift, p, q, q_at, pen):
        """The densities, JS's integrand, and the divergences over the shift."""
        x, parts, places = theory.CENTRES, theory.js_parts(p, q) / theory.STEP, theory.regions(p, q)
        top = 1.15 * max(p.max(), q.max()) / theory.STEP
        layers = [
            layer
            for density, hue, name in ((p, "real", "p"), (q, "fake", "q"))
            for layer in (
                plot.area(x, density / theory.STEP, hue, alpha=0.22),
                plot.curve(x, density / theory.STEP, hue, name),
            )
        ]
        colours = [PLACES[place] for place in places]
        added = plot.area(x, parts, "both", say("both densities"), colors=colours, alpha=0.75)
        slid = theory.slide(p, q_at, SHIFTS)
        curves = [plot.curve(SHIFTS[[0, -1]], slid[name][0], hue, NAMES[name]) for name, hue in HUES.items()]
        slopes = [plot.curve(SHIFTS[[0, -1]], slid[name][1], HUES[name]) for name in ("js", "w")]
        here, steep = plot.rule(x=shift), (-0.5, max(1.2, 1.1 * float(slid["js"][1].max())))
        return plot.view(
            plot.plot(say("The densities: p real, q fake"), EDGES, (0, top), layers, xlabel="x", **pen),
            plot.plot(say("What each place adds to JS"), EDGES, (0, max(0.2, 1.15 * parts.max())), [added], xlabel="x"),
            plot.plot(say("Divergences"), (0, 6), (0, 3), [*curves, here], xlabel=say("shift of q"), answer=True),
            plot.plot(say("Slopes of JS and W"), (0, 6), steep, [*slopes, here], xlabel=say("shift of q"), answer=True),
        )
