"""One Gaussian for two modes: what each divergence prefers, and that likelihood prefers what KL does."""

import gradio as gr
import numpy as np

from demo.parts import plot
from demo.parts.panel import Guess, in_words
from demo.parts.panel import Panel as Base
from demo.words import say
from theory import fitting as theory

LIKELIHOOD = "likelihood"
BINS = np.linspace(-6, 6, 61)


class Panel(Base):
    title = say("Fitting")
    about = "One Gaussian fitted to a mixture of two by KL, reverse KL, JS, Wasserstein's distance or likelihood"
    claims = (19, 20)
    lecture = say(
        "KL is not symmetric, so its two directions prefer different models; and the likeliest model is the one with "
        "the least KL(p\u2016q)."
    )
    guess = Guess(
        say("One Gaussian q has to stand for two modes. Where does the least KL(q\u2016p) put it?"),
        (say("Over both modes"), say("Onto one mode"), say("Into the gap between")),
        1,
        say("KL(q\u2016p) seeks one mode, for it punishes q where p has nothing. KL(p\u2016q) covers both."),
    )
    presets = {
        "covers": (say("KL(p\u2016q) covers"), {"measure": "kl"}),
        "seeks": (say("KL(q\u2016p) seeks"), {"measure": "reverse"}),
        "near": (say("Modes near each other: all agree"), {"measure": "reverse", "apart": 1.0}),
        "few": (say("Ten samples: likelihood misses"), {"measure": LIKELIHOOD, "samples": 10, "seed": 9}),
    }

    help = {
        "measure": "kl: KL(p||q), reverse: KL(q||p), js, w, or likelihood: which of the five fits `number` is of",
        "apart": "the distance of the two modes, each of which has standard deviation 0.5",
        "samples": "how many samples the likelihood is of",
        "seed": "a whole number from 0; the same seed draws the same samples",
    }

    def build_controls(self):
        measures = {**self.names(), LIKELIHOOD: say("likelihood")}
        choices = [(title, name) for name, title in measures.items()]
        return {
            "measure": gr.Radio(
                choices, value="kl", label=say("q is the Gaussian with the best"), elem_id="lab-fitting-measure"
            ),
            "apart": gr.Slider(0, 6, 4.0, step=0.1, label=say("Distance of the modes"), elem_id="lab-fitting-apart"),
            "samples": gr.Slider(
                10, 5000, 1000, step=10, label=say("Samples for the likelihood"), elem_id="lab-fitting-samples"
            ),
            "seed": gr.Slider(0, 99, 0, step=1, label=say("Seed of the samples"), elem_id="lab-fitting-seed"),
        }

    @staticmethod
    def names():
        """The divergences as the page writes them."""
        return {"kl": "KL(p\u2016q)", "reverse": "KL(q\u2016p)", "js": "JS", "w": "W"}

    def answer(self, measure, apart, samples, seed):
        found = theory.samples(apart, samples, seed)
        fits = {**theory.fits(apart), LIKELIHOOD: theory.most_likely(found)}
        names = {**self.names(), LIKELIHOOD: say("likelihood")}
        misses = [abs(a - b) for a, b in zip(fits[LIKELIHOOD], fits["kl"])]
        pairs = [(names[name], at(pair)) for name, pair in fits.items()]
        return {
            "view": self.figure(measure, apart, found, fits),
            "number": fits[measure][1],
            "unit": say("\u03c3, the width of q"),
            "ideal": say(
                "one mode has \u03c3 {mode}, both together {both}",
                mode=in_words(theory.MODE),
                both=in_words(theory.moments(apart)[1]),
            ),
            "rows": [*pairs, (say("likelihood is off KL(p\u2016q) by"), at(misses))],
            "note": self.note(measure, apart, samples, fits),
            "formula": self.formula(apart, found, fits),
        }

    def note(self, measure, apart, samples, fits):
        if apart < 2:
            return say("The modes lie so near that they are nearly one: every measure finds nearly the same q.")
        if measure == LIKELIHOOD:
            return say(
                "The likeliest q has the samples' own mean and width. The more samples, the nearer it is to the least "
                "KL(p\u2016q): likelihood minimises KL, as far as {n} samples can tell.",
                n=samples,
            )
        if fits[measure][1] < (theory.MODE + theory.moments(apart)[1]) / 2:
            return say("This measure lets q take one mode and forget the other: as a generator that drops modes.")
        return say("This measure makes q cover both modes, and the gap between them too, where p has nothing.")

    def formula(self, apart, found, fits):
        least = float(theory.divergence("kl", theory.log_density(apart), *fits["kl"]))
        entropy, log_likelihood = theory.entropy(apart), theory.log_likelihood(found, *fits[LIKELIHOOD])
        likely = f"{in_words(-entropy)} + {in_words(-log_likelihood)} = {in_words(-entropy - log_likelihood)}"
        lines = (
            "KL(p\u2016q) = \u2212H(p) \u2212 E_p[log q]",
            f"min KL(p\u2016q) = {in_words(least)}: {at(fits['kl'])}",
            f"E_p[log q] \u2248 1/n \u03a3 log q(x\u1d62) = log L, n = {len(found)}",
            f"min (\u2212H(p) \u2212 log L) = {likely}: {at(fits[LIKELIHOOD])}",
        )
        return "\n".join(lines)

    def figure(self, measure, apart, found, fits):
        """The densities, and the loss over every mean and width of q."""
        density = np.exp(theory.log_density(apart))
        inside = np.abs(theory.X) <= BINS[-1]
        x = theory.X[inside]
        q = {name: np.exp(theory.log_normal(*pair))[inside] for name, pair in fits.items()}
        others = [plot.curve(x, y, "other", width=1, answer=True) for name, y in q.items() if name != measure]
        layers = [*others, plot.area(x, density[inside], "real", "p", alpha=0.4)]
        if measure == LIKELIHOOD:
            bars, width = np.histogram(found, BINS, density=True)[0], BINS[1] - BINS[0]
            layers.insert(0, plot.bars((BINS[1:] + BINS[:-1]) / 2, bars, "other", width, say("samples")))
        layers.append(plot.curve(x, q[measure], "fake", "q", width=2.5, answer=True))
        loss = theory.unlikelihood(found) if measure == LIKELIHOOD else theory.landscape(measure, apart)
        depth = np.exp(-9 * (loss - loss.min()) / (np.median(loss) - loss.min()))
        means, widths = theory.MEANS[[0, -1]], theory.WIDTHS[[0, -1]]
        rest = [pair for name, pair in fits.items() if name != measure]
        ground = [
            plot.heat(depth, means, widths, (-1, 1), ("fake", "other")),
            plot.points(rest, "other", say("the other measures"), size=4),
            plot.points([fits[measure]], "fake", "q", size=6),
        ]
        top = 1.1 * max(density.max(), q[measure].max())
        return plot.view(
            plot.plot(say("Two modes p, and one Gaussian q"), BINS[[0, -1]], (0, top), layers, xlabel="x"),
            plot.plot(
                say("The measure over every q: the stronger, the better"),
                means,
                widths,
                ground,
                xlabel=say("\u03bc of q (upwards: \u03c3)"),
                log=True,
                answer=True,
            ),
            height=300,
        )


def at(pair):
    """Mean and width of a Gaussian as the page writes them."""
    return "\u03bc {}, \u03c3 {}".format(*(f"{v + 0.0:.3f}".replace("-", "\u2212") for v in pair))
