"""Plain against residual networks of 2 to 32 layers: their training errors, while they learn."""

import gradio as gr
import numpy as np

from demo.parts import plot
from demo.parts.panel import Guess, in_words
from demo.parts.panel import Panel as Base
from demo.words import say
from theory import depth as theory

AT_ONCE = 20  # steps between two views
HUES = {"plain": "fake", "residual": "real"}


class Panel(Base):
    title = say("Depth")
    about = "Plain and residual networks of 2 to 32 layers learn two spirals: their training errors"
    claims = (75, 76)
    learns = streams = True
    lecture = say(
        "A residual connection adds a block's input to its output. Plain networks get worse as they get deeper, on the "
        "very data that they learn from; residual connections cure this degradation."
    )
    slip = say(
        "Degradation is not overfitting: it is the training error that rises. He et al. saw it under batch norm, on "
        "photographs, from 20 to 56 layers. These networks have batch norm too, but 12 units a layer: here it begins "
        "at about 16 layers."
    )
    guess = Guess(
        say("A plain network of 8 layers learns all points. What does one of 32 layers do with these same points?"),
        (
            say("It learns them all too: more layers cannot harm"),
            say("It gets many of them wrong"),
            say("It learns them all, but fails on new ones"),
        ),
        1,
        say("About a third is wrong. The 32 layers could copy what 8 do, but gradient descent does not find that."),
    )
    presets = {
        "deep": (say("32 layers: the plain one fails"), {"layers": "32"}),
        "middle": (say("16 layers: the plain one begins to fail"), {"layers": "16"}),
        "shallow": (say("8 layers: both learn"), {"layers": "8"}),
    }
    help = {
        "layers": "how many layers the two networks have whose error `number` and the rows tell",
        "rate": "the learning rate of all, 0.01 to 0.2; momentum is 0.9",
        "seed": "a whole number from 0: of the first weights",
    }

    def build_controls(self):
        layers = [str(n) for n in theory.DEPTHS]
        return {
            "layers": gr.Radio(layers, value="32", label=say("Layers"), elem_id="lab-depth-layers"),
            "rate": gr.Slider(0.01, 0.2, 0.05, step=0.01, label=say("Learning rate"), elem_id="lab-depth-rate"),
            "seed": gr.Slider(0, 99, 0, step=1, label=say("Seed"), elem_id="lab-depth-seed"),
        }

    @staticmethod
    def names():
        """Both kinds of network as the page writes them."""
        return {"plain": say("plain"), "residual": say("residual")}

    def progress(self, layers, rate, seed):
        race = theory.race(float(rate), seed)
        while not race.done:
            yield self.told(race, int(layers))
            race.advance(AT_ONCE)

    def answer(self, layers, rate, seed):
        return self.told(theory.race(float(rate), seed).advance(theory.STEPS), int(layers))

    def told(self, race, layers):
        """The answer as far as the networks of a race have learned."""
        curves, errors = race.curves(layers), race.by_depth()
        steps, names = len(curves["plain"]) - 1, self.names()
        plain, residual = (100 * curves[kind][-1] for kind in theory.KINDS)
        return {
            "view": self.figure(race, layers, curves, errors),
            "number": float(plain),
            "unit": say("% of the points that it learns from the plain network of {n} layers gets wrong", n=layers),
            "ideal": say("the residual one of {n} layers: {error} %", n=layers, error=in_words(float(residual))),
            "rows": [
                (say("training steps"), f"{steps}"),
                *(
                    (say("{kind}, {n} layers", kind=names[kind], n=n), f"{100 * found:.0f} %")
                    for kind in theory.KINDS
                    for n, found in ((8, errors[kind][theory.DEPTHS.index(8)]), (32, errors[kind][-1]))
                ),
            ],
            "note": self.note(layers, plain, residual, race.done),
            "formula": self.formula(layers, plain, residual),
        }

    def note(self, layers, plain, residual, done):
        if not done:
            return say("All twenty networks learn at once, on the same points, at the same rate.")
        if plain > residual + 2:
            return say(
                "A solution exists: 8 of the {n} layers could do the work and the others pass their input on. Gradient "
                "descent does not find it for the plain network. A residual block passes its input on where F = 0.",
                n=layers,
            )
        if max(plain, residual) > 2:
            return say("Too slow or too shallow: not even the residual network has learned all points by now.")
        return say("At this depth both networks learn the points: nothing degrades yet.")

    def formula(self, layers, plain, residual):
        lines = (
            say("plain") + ":  h \u2190 relu(F(h)),   F(h) = BN(W\u2082 relu(BN(W\u2081 h)))",
            say("residual") + ":  h \u2190 relu(F(h) + h)",
            say("{n} layers: {blocks} blocks of {width} units", n=layers, blocks=layers // 2, width=theory.WIDTH),
            f"E(plain) = {in_words(float(plain))} %,   E(residual) = {in_words(float(residual))} %",
        )
        return "\n".join(lines)

    def figure(self, race, layers, curves, errors):
        """Errors by step and by depth, and what both networks decide in the plane."""
        names, decisions, depths = self.names(), race.decisions(layers), np.array(theory.DEPTHS)
        by_step = [
            plot.curve(np.arange(len(curve)), 100 * curve, HUES[kind], names[kind], width=2)
            for kind, curve in curves.items()
        ]
        by_depth = [
            layer
            for kind, found in errors.items()
            for layer in (
                plot.curve(depths, 100 * found, HUES[kind], names[kind], width=2),
                plot.points(np.stack([depths, 100 * found], 1), HUES[kind], size=3),
            )
        ]
        title = say("Training error of both, % ({n} layers)", n=layers)
        return plot.view(
            plot.plot(title, (0, theory.STEPS), (-2, 60), by_step, xlabel=say("step"), answer=True),
            plot.plot(
                say("Training error by depth, %"),
                (0, depths[-1] + 1),
                (-2, 60),
                [plot.rule(x=layers), *by_depth],
                xlabel=say("layers"),
                answer=True,
            ),
            *(
                decision(say("What the {kind} network of {n} layers decides", kind=names[kind], n=layers), race, values)
                for kind, values in decisions.items()
            ),
            across=2,
        )


def decision(title, race, values):
    """The plot of the points over what a network says of every place."""
    side, points = (-theory.SIDE, theory.SIDE), race.x.T.numpy()
    classes = race.classes.numpy() > 0.5
    layers = [
        {**plot.heat(2 * values.round(2) - 1, side, side, (-1, 1)), "answer": True},
        plot.points(points[classes], "real", size=2.5),
        plot.points(points[~classes], "fake", size=2.5),
    ]
    return plot.plot(title, side, side, layers, equal=True, bare=True)
