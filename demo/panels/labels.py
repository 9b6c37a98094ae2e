"""A cGAN on four labelled places of the plane, with and without real points that carry a wrong label."""

from demo.parts import small
from demo.parts.panel import Guess
from demo.words import say
from theory import labels as theory


class Panel(small.Panel):
    title = say("Labels")
    about = "A cGAN on four labelled places, with and without real points that carry a wrong label"
    kind, theory = "pairs", theory
    claims = (28, 29, 30)
    lecture = say(
        "D's targets: 1 for a real point with its right label, 0 for a real point with a wrong label, 0 for a fake, "
        "whatever its label."
    )
    guess = Guess(
        say(
            "D is shown wrong labels too, and G has become perfect. What does D say of a real point with its right "
            "label?"
        ),
        ("1", "2/3", "1/2"),
        1,
        say(
            "It is half as often a fake's target 0 as it is a real one's target 1, for the wrong labels take the other "
            "half of the zeros: 1 / (1 + 1/2) = 2/3."
        ),
    )
    presets = {
        "without": (say("D sees no wrong labels"), {"wrong": 0}),
        "with": (say("D sees wrong labels"), {}),
    }
    help = {
        "wrong": "1: D sees real points with wrong labels too; 0: it does not",
        **small.HELP,
    }
    spans = {
        "wrong": (say("Show D wrong labels"), 0, 1, 1),
        **small.SPANS,
    }
    words = {
        "wrongUnit": say("D's verdict on real points with a wrong label"),
        "wrongIdeal": say("the target is 0"),
        "shown": say("shown to D"),
        "target": say("target"),
        "found": say("now"),
        "balance": say("in equilibrium"),
        "rightPair": say("real, right label"),
        "wrongPair": say("real, wrong label"),
        "own": say("fake, own label"),
        "other": say("fake, other label"),
        "placed": say("fakes at their label's place"),
        "realPlane": say("Data, coloured by label"),
        "fakePlane": say("Fakes, coloured by label"),
        "verdicts": say("D's four verdicts"),
    }
    number, unit, ideal = "wrong", words["wrongUnit"], words["wrongIdeal"]
    note = say(
        "1 / 0 / 0 are targets, and no trained D can meet them: a perfect fake with its own label is a real point with "
        "its right label, so both get the same verdict. Without wrong labels that is 1/2; with them, half of the zeros "
        "go to wrong pairs (Reed et al. 2016), and it is 2/3. Without wrong labels nothing in equilibrium tells D what "
        "to say of them. The verdicts are means over 512 points."
    )

    def formula(self, wrong, **_):
        fake = "E log(1 \u2212 D(G(z, y), y))"
        zeros = f"1/2 {fake} + 1/2 E log(1 \u2212 D(x, wrong y))" if wrong else fake
        return f"max_D E log D(x, y) + {zeros}; max_G E log D(G(z, y), y)"
