"""Parameters of fully connected and convolutional networks, what a doubling paints, and trials on the same cats."""

import gradio as gr
import numpy as np

from demo.parts import plot, trials
from demo.parts.panel import Guess
from demo.parts.panel import Panel as Base
from demo.words import say
from theory import counts as theory

SIDES = (16, 32, 64, 128, 256)
TRIALS = ("layers",)


class Panel(Base):
    title = say("Counts")
    about = "Parameters of fully connected and of convolutional G and D, and what a doubling paints on an even ground"
    claims = (31, 32, 33, 34, 35)
    lecture = say(
        "Fully connected networks need many parameters. DCGAN is built of convolutions, and transposed convolutions "
        "take the place of interpolation."
    )
    slip = say(
        "A convolution's count does not depend on the picture's side, but DCGAN adds a layer twice as wide for every "
        "doubling: all in all its count grows about fourfold, too. And interpolation has come back since: it paints "
        "no checkerboard (Odena 2016)."
    )
    guess = Guess(
        say(
            "One layer takes a colour picture of 64 px to another: fully connected, it has 150,994,944 weights. How "
            "many has a convolution of 4 px?"
        ),
        (say("144"), say("12,288"), say("589,824")),
        0,
        say("3 channels to 3 channels, 4 \u00d7 4 weights each: 144, since every place has the same kernel."),
    )
    presets = {
        "colour": (say("64 px in colour"), {}),
        "large": (say("256 px: both grow alike"), {"side": "256"}),
        "digits": (
            say("16 px in grey, wide: the convolutions have more"),
            {"side": "16", "channels": "1", "width": 128},
        ),
        "odd": (say("Kernels of 3 px: they overlap unevenly, too"), {"kernel": 3}),
    }
    help = {
        "side": "the side of the pictures in px: 16, 32, 64, 128 or 256",
        "channels": "1 for grey pictures, 3 for colour",
        "width": "the width of the convolutional networks' layer next to the picture, 8 to 128",
        "kernel": "the side of the convolutions' kernels in px, 2 to 6; DCGAN's is 4",
    }

    def build(self):
        super().build()
        trials.panel(TRIALS)

    def build_controls(self):
        sides, colours = [(f"{side} px", str(side)) for side in SIDES], [(say("grey"), "1"), (say("colour"), "3")]
        return {
            "side": gr.Radio(sides, value="64", label=say("Side of the pictures"), elem_id="lab-counts-side"),
            "channels": gr.Radio(colours, value="3", label=say("The pictures are in"), elem_id="lab-counts-channels"),
            "width": gr.Slider(8, 128, 32, step=8, label=say("Width of the convolutions"), elem_id="lab-counts-width"),
            "kernel": gr.Slider(
                2, 6, 4, step=1, label=say("Kernels of the convolutions, px"), elem_id="lab-counts-kernel"
            ),
        }

    def answer(self, side, channels, width, kernel):
        side, channels, width, kernel = int(side), int(channels), int(width), int(kernel)
        connected = theory.fully_connected(side, channels)
        convolutional = theory.convolutional(side, channels, width, kernel)
        ratio, grounds = sum(connected) / sum(convolutional), theory.even_ground(kernel)
        shares = [f"{100 * theory.unevenness(ground):.0f} %" for ground in grounds]
        return {
            "view": self.figure(side, channels, width, kernel, grounds),
            "number": ratio,
            "unit": say("times as many parameters, fully connected as by convolutions"),
            "ideal": say("below 1 the convolutions have more"),
            "rows": [
                (say("G, fully connected"), f"{connected[0]:,}"),
                (say("D, fully connected"), f"{connected[1]:,}"),
                (say("G, convolutions"), f"{convolutional[0]:,}"),
                (say("D, convolutions"), f"{convolutional[1]:,}"),
                (say("pattern on an even ground, transposed convolutions"), shares[0]),
                (say("the same, interpolation"), shares[1]),
            ],
            "note": self.note(side, kernel, ratio),
            "formula": self.formula(side, channels, width, kernel),
        }

    def note(self, side, kernel, ratio):
        if ratio < 1:
            return say(
                "On small pictures a fully connected layer is small as well, and wide convolutions have more "
                "parameters. What they gain is not the count but that a cat may sit anywhere."
            )
        if kernel % 2:
            return say(
                "Kernels of {n} px, set 2 px apart, overlap more often at some places than at others, so even equal "
                "weights paint a pattern. Interpolation first, and the ground stays even.",
                n=kernel,
            )
        if side > 64:
            return say(
                "Both grow about fourfold with every doubling of the side: what DCGAN saves is a factor. A convolution "
                "as wide everywhere would not grow at all."
            )
        return say(
            "Almost all fully connected parameters lie next to the picture: {n} for every pixel and channel, in G and "
            "in D. The convolutions' patterns above are of random weights: training has to unlearn them.",
            n=theory.HIDDEN,
        )

    def formula(self, side, channels, width, kernel):
        pixels, times, squared = channels * side**2, " \u00b7 ", f"{kernel}\u00b2"
        connected = f"{theory.HIDDEN}{times}{channels}{times}{side}\u00b2 = {theory.HIDDEN * pixels:,}"
        shared = f"{width}{times}{channels}{times}{squared} = {width * channels * kernel**2:,}"
        deeper = f"{width}{times}{2 * width}{times}{squared} = {2 * width**2 * kernel**2:,}"
        lines = (
            f"{say('fully connected')}: n{times}m   = {connected}",
            f"{say('convolutions')}: n{times}m{times}k\u00b2   = {shared}",
            f"{say('DCGAN, one doubling deeper')}: w{times}2w{times}k\u00b2   = {deeper}",
        )
        return "\n".join(lines)

    def figure(self, side, channels, width, kernel, grounds):
        """Parameters by side, and an even ground doubled in both ways."""
        kinds = {
            say("fully connected"): [sum(theory.fully_connected(s, channels)) for s in SIDES],
            say("convolutions"): [sum(theory.convolutional(s, channels, width, kernel)) for s in SIDES],
        }
        places, (connected, shared) = np.arange(len(SIDES)), kinds.values()
        hues, least, top = ("other", "d"), min(connected + shared), max(connected + shared)
        layers = [plot.curve(places, found, hue, kind) for (kind, found), hue in zip(kinds.items(), hues)]
        now = plot.rule(f"{side} px", x=SIDES.index(side))
        titles = say("Even ground by transposed convolutions"), say("Even ground by interpolation")
        return plot.view(
            plot.plot(
                say("Parameters of G and D, by side"),
                (-0.2, len(SIDES) - 0.6),
                (least / 2, 2 * top),
                [*layers, now],
                names=SIDES,
                xlabel="px",
                log=True,
                answer=True,
            ),
            *(ground(picture, title) for picture, title in zip(grounds, titles)),
            across=3,
        )


def ground(picture, title):
    """The plot of what became of an even ground, on the scale of its greatest value."""
    n, most = len(picture), max(abs(picture).max(), 1e-9)
    heat = plot.heat(picture, (0, n), (0, n), (-most, most), ("fake", "real"))
    return plot.plot(title, (0, n), (0, n), [heat], equal=True, xlabel="px", answer=True)
