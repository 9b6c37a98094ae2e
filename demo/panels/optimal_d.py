"""A small discriminator learns from samples, under the optimal one, and its objective computes JS."""

import math

import gradio as gr
import numpy as np

from demo.parts import plot
from demo.parts.panel import Guess, in_words
from demo.parts.panel import Panel as Base
from demo.words import say
from theory import divergences
from theory import optimal_d as theory

LOG_2 = math.log(2)
SHIFTS = np.linspace(0, 4, 81)
EDGES = (-4.0, 8.0)
WEAK = 0.05  # a gradient below it is one that G hardly learns from


class Panel(Base):
    title = say("The best D")
    about = (
        "A discriminator learns from samples alone: its objective against 2 JS - 2 log 2, and the generator's gradient"
    )
    claims = (8, 9, 10, 12, 13, 14, 15, 23, 24, 25)
    learns = True
    lecture = say(
        "Neither density is known. But the best D is p / (p + q), and with it the objective is 2 JS \u2212 2 log 2: "
        "the maximum over D computes JS, and the minimum over G minimises it."
    )
    slip = say(
        "The lecture's generator minimises log(1 \u2212 D). In practice it minimises \u2212log D, which has the same "
        "fixed point and whose gradient does not die (Goodfellow 2014, section 3)."
    )
    guess = Guess(
        say("At some x real data are three times as likely as fakes: p = 3 q. What does the best D say there?"),
        (say("1"), say("3/4"), say("1/2"), say("1/3")),
        1,
        say("D* = p / (p + q) = 3q / (3q + q) = 3/4."),
    )
    presets = {
        "learned": (say("Two Gaussians: D finds D*"), {}),
        "untrained": (say("D before it has learned"), {"steps": 0}),
        "parted": (say("Boxes, parted: G's gradient dies"), {"shape": "boxes", "shift": 3.0}),
        "raw": (say("No sigmoid: V has no bound"), {"shape": "boxes", "shift": 3.0, "sigmoid": False}),
    }
    help = {
        "shape": "the two densities: gaussians, mixtures or boxes; boxes part at a shift of 2",
        "shift": "how far q, which G makes, lies from p, 0 to 4",
        "steps": "how many steps D has learned, 0 to 400, each on 1024 new samples of p and of q",
        "sigmoid": "whether D ends in a sigmoid; without it D is any number, 1/2 at first",
    }

    def build_controls(self):
        shapes = [(say("Gaussians"), "gaussians"), (say("Mixtures"), "mixtures"), (say("Boxes"), "boxes")]
        return {
            "shape": gr.Radio(shapes, value="gaussians", label=say("The two densities"), elem_id="lab-optimal_d-shape"),
            "shift": gr.Slider(0, 4, 1.5, step=0.25, label=say("q lies right by"), elem_id="lab-optimal_d-shift"),
            "steps": gr.Slider(
                0,
                theory.STEPS,
                theory.STEPS,
                step=theory.EVERY,
                label=say("Steps that D has learned"),
                elem_id="lab-optimal_d-steps",
            ),
            "sigmoid": gr.Checkbox(True, label=say("Sigmoid at D's end"), elem_id="lab-optimal_d-sigmoid"),
        }

    def answer(self, shape, shift, steps, sigmoid):
        p, q_at = divergences.pair(shape)
        q, at = q_at(shift), round(steps / theory.EVERY)
        found = theory.learn(shape, float(shift), sigmoid)
        course = [theory.value(p, q, *logs) for logs in zip(found.log_d, found.log_not_d)]
        v, best, pushes = course[at], theory.best_value(p, q), found.gradients(at, q)
        error = theory.error(p, q, found.d[at])
        return {
            "view": self.figure(p, q, q_at, shift, at, found, course, sigmoid),
            "number": v,
            "unit": say("V(D), after {n} steps on samples alone", n=at * theory.EVERY),
            "ideal": say("the best D has 2 JS \u2212 2 log 2 = {best}", best=in_words(best)),
            "rows": [
                (say("JS, read off V"), in_words(v / 2 + LOG_2)),
                (say("JS, from the densities"), in_words(best / 2 + LOG_2)),
                (say("D is off D* by at most"), in_words(error)),
                (say("G's gradient by log(1 \u2212 D)"), in_words(pushes[0])),
                (say("G's gradient by \u2212log D"), in_words(pushes[1])),
            ],
            "note": self.note(shape, shift, at, sigmoid, v, best, pushes),
            "formula": self.formula(v, best, found, at, p, q, pushes),
        }

    def note(self, shape, shift, at, sigmoid, v, best, pushes):
        if not sigmoid and not v <= best + 1e-3:
            if math.isnan(v):
                return say("D has left [0, 1], where log D or log(1 \u2212 D) is no number: hence the sigmoid.")
            return say(
                "Without the sigmoid D passes 1 and V passes its bound: it has no maximum and tells nothing of JS."
            )
        if not at:
            return say("D has learned nothing yet: V is below its maximum, and G's gradient means nothing.")
        if shift == 0:
            return say(
                "q is p: D can only say 1/2, V is \u22122 log 2, the least that its maximum can be, and G may rest."
            )
        if pushes[0] < WEAK:
            return say(
                "D is sure of every fake, and log(1 \u2212 D) is flat where D is 0: G's gradient is {a}. By \u2212log "
                "D it is {b}.",
                a=in_words(pushes[0]),
                b=in_words(pushes[1]),
            )
        if shape == "boxes":
            return say(
                "D* jumps where a box ends. A network of finite slope cannot, so V stays a little below its bound."
            )
        return say(
            "D has seen samples and no density, yet its V is JS but for a factor and a constant. Slide q to 0: the "
            "maximum falls to \u22122 log 2, which is what G is after."
        )

    def formula(self, v, best, found, at, p, q, pushes):
        real, fake = (
            in_words(float(theory.expected(masses, logs[at])))
            for masses, logs in ((p, found.log_d), (q, found.log_not_d))
        )
        js = in_words(best / 2 + LOG_2)
        lines = (
            "min_G max_D V,   V(D) = E_p[log D(x)] + E_q[log(1 \u2212 D(x))]",
            f"V(D) = {real} + {fake} = {in_words(v)}",
            "D*(x) = p(x) / (p(x) + q(x));   " + say("1 where q is 0, 0 where p is 0"),
            f"V(D*) = 2 JS \u2212 2 log 2 = 2 \u00b7 {js} \u2212 {in_words(2 * LOG_2)} = {in_words(best)}",
            f"|E_q[d/dx log(1 \u2212 D)]| = {in_words(pushes[0])}   |E_q[d/dx log D]| = {in_words(pushes[1])}",
        )
        return "\n".join(lines)

    def figure(self, p, q, q_at, shift, at, found, course, sigmoid):
        """D under D*; V by steps; its greatest value as q slides; what each loss says to a fake at x."""
        top, highest = 0.3 if sigmoid else 4.0, theory.best_value(p, q)
        steps = np.arange(len(course)) * theory.EVERY
        low = max(-3, min(-1.5, *(v for v in course if math.isfinite(v))) - 0.1)
        learning = [
            plot.curve(steps, course, "d"),
            plot.rule("2 JS \u2212 2 log 2", y=highest),
            plot.points([[at * theory.EVERY, course[at]]], "d", size=5),
        ]
        sliding = [
            plot.curve(SHIFTS[[0, -1]], [theory.best_value(p, q) for q in q_at(SHIFTS)], "both", "2 JS \u2212 2 log 2"),
            plot.points([[shift, course[at]]], "d", say("V(D), learned"), size=5),
        ]
        slid = say("The greatest V as q slides: least where q is p")
        return plot.view(
            densities(p, q, found.d[at], (-0.02, 1.05) if sigmoid else (-1.0, 2.0)),
            plot.plot(say("V as D learns"), (0, theory.STEPS), (low, top), learning, xlabel=say("steps"), answer=True),
            plot.plot(slid, (0, 4), (-1.6, top), sliding, xlabel=say("shift of q"), answer=True),
            pushes(q, found, at),
        )


def densities(p, q, verdicts, tall):
    """The plot of both densities, D* and the learned D."""
    x, step = divergences.CENTRES, divergences.STEP
    layers = [
        plot.area(x, p / step, "real", "p", alpha=0.3),
        plot.area(x, q / step, "fake", "q", alpha=0.3),
        plot.curve(x, theory.optimal(p, q), "text", "D*", dash=True, answer=True),
        plot.curve(x, verdicts, "d", "D", width=2.5, answer=True),
    ]
    return plot.plot(say("The densities, D* and D"), EDGES, tall, layers, xlabel="x")


def pushes(q, found, at):
    """The plot of either loss's slope where fakes are."""
    lives, x = q > 1e-3 * q.max(), divergences.CENTRES
    fall, rise = (np.where(lives, np.abs(values[at]), np.nan) for values in (found.fall, found.rise))
    curves = [
        plot.curve(x, fall, "gradient", "log(1 \u2212 D)"),
        plot.curve(x, rise, "other", "\u2212log D"),
    ]
    title = say("How hard a fake at x is pushed")
    return plot.plot(title, EDGES, (1e-4, 100), curves, xlabel="x", log=True, answer=True)
