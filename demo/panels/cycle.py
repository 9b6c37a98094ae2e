"""The cycle on two rings: what becomes of a point that goes there and back, by the weight of the cycle's loss."""

from demo.parts import small
from demo.parts.panel import Guess
from demo.words import say
from theory import cycle as theory


class Panel(small.Panel):
    title = say("The cycle")
    about = "CycleGAN on two rings without pairs, by the weight of the cycle's loss"
    kind, theory = "cycle", theory
    claims = (83, 86)
    lecture = say(
        "Without the cycle, positions get lost: every point lands on the other ring, but not where it belongs. The "
        "cycle's loss compares what comes back with what went in."
    )
    guess = Guess(
        say("Only the discriminators teach G and F, without the cycle's loss. What becomes of a point of ring A?"),
        (
            say("It misses ring B."),
            say("It lands on ring B and comes back to where it was."),
            say("It lands on ring B and comes back to another place."),
        ),
        2,
        say(
            "D sees whether G(a) lies on ring B, never which a it came from: any turn of the ring fools it, and F may "
            "turn the ring by another angle. The first preset shows it."
        ),
    )
    presets = {
        "without": (say("Without the cycle"), {"weight": 0}),
        "with": (say("With the cycle"), {}),
    }
    help = {
        "weight": "the weight of the cycle's L1 beside the adversarial loss, 0 to 10",
        **small.HELP,
    }
    spans = {
        "weight": (say("Weight of the cycle"), 0, 10, 3),
        **small.SPANS,
    }
    words = {
        "l1": say("L1 of the way back"),
        "l1Short": say("L1 back"),
        "l1Ideal": say("0: everything comes back to where it was"),
        "found": say("now"),
        "balance": say("ideal"),
        "kept": say("positions kept"),
        "off": say("G(a) is off ring B by"),
        "from": say("Ring A: a"),
        "there": say("There: G(a)"),
        "home": say("And back: F(G(a))"),
        "overTime": say("The way back over the rounds"),
    }
    number, unit, ideal = "l1", words["l1"], words["l1Ideal"]
    note = say(
        "A point keeps its colour on its way. G and F train here, in your browser, with least squares; ring A has "
        "radius 1, ring B 0.7, and nobody says which point belongs to which. A position is kept when the point comes "
        "back to within an eighth of a turn."
    )

    def formula(self, weight, **_):
        adversarial = "1/2 E (D_B(G(a)) \u2212 1)\u00b2 + 1/2 E (D_A(F(b)) \u2212 1)\u00b2"
        return f"min_G,F {adversarial} + {weight} (L1(F(G(a)), a) + L1(G(F(b)), b))"
