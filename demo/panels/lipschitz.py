"""A critic of nine layers under clipping, penalty, spectral norm or no bound: its slope, its weights, its estimate."""

import gradio as gr
import numpy as np

from demo.parts import plot
from demo.parts.panel import Guess, in_words
from demo.parts.panel import Panel as Base
from demo.words import say
from theory import divergences
from theory import lipschitz as theory

EDGES = (-4.0, 10.0)
LEAST = 1e-26  # the lowest end of an axis in decades
BARS = 41


class Panel(Base):
    title = say("Lipschitz")
    about = "A critic of nine layers learns W under clipping, gradient penalty, spectral norm or no bound"
    claims = (51, 52, 53, 54, 55, 56, 58, 59)
    learns = True
    lecture = say(
        "A critic whose slope is 1 at most replaces the infimum. Clipping its weights lets gradients vanish or explode "
        "with the threshold c and piles the weights up at both ends; a penalty or spectral norm holds the slope."
    )
    slip = say(
        "A penalty is a price, no bound: slope above 1 is paid for where it earns more. And the largest singular value "
        "bounds a fully connected layer; for a convolution the kernel's matrix gives another number than the layer's "
        "norm."
    )
    guess = Guess(
        say("The threshold c grows from 0.01 to 0.3, thirty times. By how much does the critic's gradient grow?"),
        (say("About 30 times"), say("About 1,000 times"), say("More than 10\u00b9\u2075 times")),
        2,
        say(
            "Nine layers multiply: from about 10\u207b\u00b9\u00b2 to about 10\u2077. A threshold fits one depth alone."
        ),
    )
    presets = {
        "vanishes": (say("c = 0.001: the gradient vanishes"), {"c": 0.001}),
        "fits": (say("c = 0.05: near 1, by chance"), {"c": 0.05}),
        "explodes": (say("c = 0.3: it explodes"), {"c": 0.3}),
        "penalty": (say("Gradient penalty"), {"bound": "penalty"}),
        "spectral": (say("Spectral norm"), {"bound": "spectral"}),
    }
    help = {
        "bound": "clip: every weight to [-c, c]; penalty: WGAN-GP's, weight 10; spectral: spectral norm; none",
        "c": "the threshold of clipping, 0.001 to 0.3; without clipping it has no effect",
        "shift": "how far q lies from p, both Gaussians: the true W, 0 to 6",
        "seed": "a whole number from 0: of the critic's first weights and of the samples",
    }

    def build_controls(self):
        choices = [(title, name) for name, title in self.names().items()]
        return {
            "bound": gr.Radio(choices, value="clip", label=say("The critic is held by"), elem_id="lab-lipschitz-bound"),
            "c": gr.Slider(
                0.001, 0.3, 0.01, step=0.001, label=say("Threshold c of clipping"), elem_id="lab-lipschitz-c"
            ),
            "shift": gr.Slider(
                0, 6, 3.0, step=0.5, label=say("q lies right by: the true W"), elem_id="lab-lipschitz-shift"
            ),
            "seed": gr.Slider(0, 99, 0, step=1, label=say("Seed"), elem_id="lab-lipschitz-seed"),
        }

    @staticmethod
    def names():
        """What holds the critic, as the page writes it."""
        return {
            "clip": say("weight clipping"),
            "penalty": say("gradient penalty"),
            "spectral": say("spectral norm"),
            "none": say("no bound"),
        }

    def answer(self, bound, c, shift, seed):
        p, q_at = divergences.pair("gaussians")
        q = q_at(shift)
        found = theory.learn(bound, float(c) if bound == "clip" else 0.0, float(shift), seed)
        w = float(divergences.wasserstein(p, q))
        return {
            "view": self.figure(p, q, found),
            "number": found.slope,
            "unit": say("mean slope of the critic between real and fake"),
            "ideal": say("the best critic has 1 there, and 1 at most anywhere"),
            "rows": [
                (say("W, the critic's estimate"), in_words(found.estimate)),
                (say("W, true"), in_words(w)),
                (say("the greatest slope"), in_words(float(np.abs(found.slopes).max()))),
                (say("weights at the ends"), f"{100 * found.at_ends:.0f} %"),
                (say("gradient at the first layer"), in_words(float(found.layers[0]))),
                (say("at the last"), in_words(float(found.layers[-1]))),
            ],
            "note": self.note(bound, c, found, w),
            "formula": self.formula(bound, c, found, w),
        }

    def note(self, bound, c, found, w):
        share = round(100 * found.at_ends)
        if bound == "clip" and found.slope < 0.1:
            return say(
                "Each of nine layers shrinks what passes: nothing reaches G. {n} % of the weights sit at \u00b1c, so "
                "most of the network is wasted.",
                n=share,
            )
        if bound == "clip" and found.slope > 10:
            return say(
                "Each of nine layers enlarges what passes: the gradient explodes, and the estimate of W with it."
            )
        if bound == "clip":
            return say("This c happens to suit nine layers of this width; a little less or more, and it does not.")
        if bound == "penalty":
            return say(
                "With a weight of 10 the mean slope is best at 1 + W / 20 = {best}. The weight rises from 0 as the "
                "critic learns: with all of it at once the critic may keep the wrong sign, for slope 0 lies between.",
                best=in_words(1 + w / (2 * theory.PENALTY)),
            )
        if bound == "spectral":
            return say("Each layer's largest singular value is 1, so the slope is 1 at most, everywhere, at any depth.")
        return say("Nothing holds the critic: the longer it learns, the larger it grows. Its estimate is no distance.")

    def formula(self, bound, c, found, w):
        rules = {
            "clip": f"w \u2190 clip(w, \u2212c, c), c = {c:g}, "
            + say("{n} layers of {width}", n=theory.LAYERS, width=theory.WIDTH),
            "penalty": f"+ {theory.PENALTY:g} E[(|f'(x)| \u2212 1)\u00b2], " + say("x between real and fake"),
            "spectral": "W \u2190 W / \u03c3(W) in every layer: |f'| \u2264 \u220f 1 = 1",
            "none": say("no bound"),
        }
        lines = (
            f"W(p, q) = max E_p[f] \u2212 E_q[f], |f'| \u2264 1   = {in_words(w)}",
            f"E_p[f] \u2212 E_q[f] = {in_words(found.estimate)},   E|f'| = {in_words(found.slope)}",
            rules[bound],
        )
        return "\n".join(lines)

    def figure(self, p, q, found):
        """The critic on the exact one's scale, its slope, its gradients by layer and its weights."""
        x, slope, layers = divergences.CENTRES, np.abs(found.slopes), found.layers
        return plot.view(
            critic(x, p, q, found),
            plot.plot(
                say("Its slope at x"),
                EDGES,
                decades(slope, 1.0),
                [plot.curve(x, slope, "d"), plot.rule(say("the best: 1"), y=1.0)],
                xlabel="x",
                log=True,
                answer=True,
            ),
            plot.plot(
                say("Gradient of the loss, by layer"),
                (0.4, theory.LAYERS + 0.6),
                decades(layers),
                [plot.bars(np.arange(1, theory.LAYERS + 1), layers, "gradient", 0.8)],
                xlabel=say("layer"),
                log=True,
                answer=True,
            ),
            histogram(found.weights),
        )


def critic(x, p, q, found):
    """The plot of the learned critic over the exact one, and of both densities."""
    exact = theory.potential(p, q)
    exact = exact - exact @ (p + q) / 2
    high = 1.15 * max(abs(exact).max(), 1)
    densities = [
        plot.area(x, high * (masses / p.max() / 2 - 1), hue, name, base=-high, alpha=0.25)
        for masses, hue, name in ((p, "real", "p"), (q, "fake", "q"))
    ]
    learned = scaled(np.cumsum(found.slopes.astype(float)), exact, p + q)
    critics = [
        plot.curve(x, exact, "text", say("exact"), dash=True),
        plot.curve(x, learned, "d", say("learned, to its scale"), width=2.5),
    ]
    title = say("The critic, on the exact one's scale")
    return plot.plot(title, EDGES, (-high, high), [*densities, *critics], xlabel="x")


def histogram(weights):
    """The plot of how often each size of weight occurs."""
    peak = np.abs(weights).max()
    counts, ends = np.histogram(weights, BARS, (-1.02 * peak, 1.02 * peak))
    middle, width = (ends[1:] + ends[:-1]) / 2, float(ends[1] - ends[0])
    bars, top = plot.bars(middle, counts, "d", width), (0, 1.1 * counts.max())
    return plot.plot(say("All weights"), ends[[0, -1]], top, [bars], xlabel=say("weight"), answer=True)


def scaled(shape, exact, masses):
    """A critic moved and stretched to the exact one's mean and spread over where data lie."""
    mean, spread = shape @ masses / 2, np.sqrt(masses @ (shape - shape @ masses / 2) ** 2)
    target = np.sqrt(masses @ (exact - exact @ masses / 2) ** 2)
    return (shape - mean) * (target / spread if spread else 0)


def decades(values, *also):
    """The ends of an axis in decades on which all values above 0 lie."""
    shown = [v for v in (*values, *also) if v > LEAST] or [1.0]
    return 10.0 ** (np.floor(np.log10(min(shown))) - 0.5), 10.0 ** (np.ceil(np.log10(max(shown))) + 0.5)
