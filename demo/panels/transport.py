"""Plans that carry real points onto fake ones: their cost, the best one, and the critic that proves it best."""

from string import ascii_uppercase

import gradio as gr
import numpy as np

from demo.parts import plot
from demo.parts.panel import Guess, in_words
from demo.parts.panel import Panel as Base
from demo.words import say
from theory import transport as theory

UNIT, PROBABILITY = "unit", "probability"
MOST, FARTHEST = 40, 9.0  # points a side; of a coordinate
FEW = 6  # points a side up to which every mass is written
SPREAD = 0.8  # how far the lightest and the heaviest mass may be from the mean, as a share of it
AT_X, AT_Y = np.linspace(-1.6, 2.6, 72), np.linspace(-0.6, 1.6, 40)  # the map of the critic
LIMITS = (-0.5, 1.5)
EXAMPLE = {"real": "0,1;1,1", "fake": "0,0;1,0"}
CROWD = {
    "real": "-.4,1.3;-.1,1.1;.2,1.4;.5,1.2;.8,1.35;1.1,1.1;1.4,1.3;.3,.9;.7,.95",
    "fake": "-.3,-.2;0,.1;.3,-.3;.6,0;.9,-.25;1.2,.1;1.4,-.2;.1,.4;.5,.45;.9,.4;1.2,.5",
}
OUTLIER = {"real": "0,1;.2,1.2;.4,1;.6,1.2", "fake": "0,.9;.2,1.1;.4,.9;1.4,-.4"}


def parsed(text, name):
    """Points [n, 2] from "x,y;x,y"; ValueError in one line where it holds none."""
    try:
        points = np.array([[float(v) for v in pair.split(",")] for pair in text.split(";")])
    except ValueError:
        points = np.zeros(0)
    if points.ndim != 2 or points.shape[1] != 2 or not (np.abs(points) <= FARTHEST).all():
        raise ValueError(say("Points of {name} are no pairs of numbers up to 9: write x,y;x,y.", name=name))
    if len(points) > MOST:
        raise ValueError(
            say("{n} points of {name} are too many: give up to {most}.", n=len(points), name=name, most=MOST)
        )
    return points


def masses(n, uneven, total):
    """Masses of n points, all equal or the more unequal the nearer `uneven` is to 1."""
    weights = 1 + SPREAD * uneven * np.linspace(-1, 1, n) if n > 1 else np.ones(1)
    return total * weights / weights.sum()


class Panel(Base):
    title = say("Transport")
    about = "The plans that carry real points onto fake ones, the least cost (Wasserstein's distance) and its dual"
    claims = (44, 45, 46, 47, 48, 49, 50)
    lecture = say(
        "W is the least cost of all joint distributions of p and q: of all ways to carry one heap of earth onto the "
        "other. A and B are real, C and D are fakes; one plan costs 2\u221a2, another 2."
    )
    slip = say(
        "The lecture's 2 and 2\u221a2 count mass 1 a point. A distribution has mass 1 in all, \u00bd a point: then the "
        "costs are 1 and \u221a2, and W is 1."
    )
    guess = Guess(
        say("How many plans carry A and B onto C and D?"),
        (say("2"), say("4"), say("24"), say("Infinitely many")),
        3,
        say(
            "A point's mass may be split at any share. So the infimum cannot be found by trying plans; a linear "
            "program or its dual finds it."
        ),
    )
    presets = {
        "worst": (say("The lecture's plan of 2\u221a2"), {"share": 1.0}),
        "best": (say("The lecture's plan of 2"), {"share": 0.0}),
        "crowd": (say("More points, unequal masses"), {**CROWD, "share": 0.0, "mass": PROBABILITY, "uneven": 1.0}),
        "outlier": (say("One far point takes most of W"), {**OUTLIER, "share": 0.0, "mass": PROBABILITY}),
    }
    help = {
        "share": "the plan: 0 the best, 1 the worst, between them their mixture; of two points a side, every plan",
        "mass": "unit: mass 1 a real point, as the lecture counts; probability: 1 in all",
        "uneven": "how unequal the masses are, 0 to 1; at 1 the heaviest is 9 times the lightest",
        "real": "the real points as x,y;x,y, up to 40",
        "fake": "the fake points as x,y;x,y, up to 40",
    }

    def build_controls(self):
        choices = [(say("1 a point (as in the lecture)"), UNIT), (say("1 in all (probability)"), PROBABILITY)]
        return {
            "share": gr.Slider(
                0,
                1,
                1.0,
                step=0.01,
                label=say("Plan, from the best (0) to the worst (1)"),
                elem_id="lab-transport-share",
            ),
            "mass": gr.Radio(choices, value=UNIT, label=say("Mass"), elem_id="lab-transport-mass"),
            "uneven": gr.Slider(
                0, 1, 0.0, step=0.05, label=say("Masses, from equal (0) to unequal (1)"), elem_id="lab-transport-uneven"
            ),
            **{name: gr.Textbox(text, visible=False, label=name) for name, text in EXAMPLE.items()},
        }

    def answer(self, share, mass, uneven, real, fake):
        x, y = parsed(real, "real"), parsed(fake, "fake")
        total = len(x) if mass == UNIT else 1
        a, b = masses(len(x), uneven, total), masses(len(y), uneven, total)[::-1]
        best, worst = theory.best(x, y, a, b), theory.worst(x, y, a, b)
        plan = theory.between(best, worst, share)
        cost = float((plan * theory.distances(x, y)).sum())
        return {
            "view": self.figure(x, y, a, b, best, plan),
            "number": cost,
            "unit": say("cost of this plan: mass times way"),
            "ideal": say("the best plan costs W = {w}", w=in_words(best.cost)),
            "rows": self.rows(x, y, a, b, best, worst, plan),
            "note": self.note(real, fake, uneven, best),
            "formula": self.formula(x, y, best, plan, cost),
        }

    def rows(self, x, y, a, b, best, worst, plan):
        """The primal and the dual, the marginals, and how many plans there are."""
        off = max(np.abs(plan.sum(1) - a).max(), np.abs(plan.sum(0) - b).max())
        found = [
            (say("W, by the best plan"), f"{best.cost:.6f}"),
            (say("W, by the best critic (dual)"), f"{best.dual:.6f}"),
            (say("the worst plan"), in_words(worst.cost)),
            (say("marginals are off p and q by"), in_words(off if off > 1e-12 else 0.0)),
        ]
        if len(x) == len(y) and np.ptp(a) < 1e-12:
            ways = theory.matchings(len(x))
            found.append((say("plans that split no point"), str(ways) if ways < 1e5 else in_words(ways)))
        if len(x) <= 2 and len(y) <= 2:
            ways = theory.distances(x, y)
            found += [
                (say("{a} to {b}", a=p, b=q), in_words(float(ways[i, j])))
                for i, p in enumerate(letters(x)[0])
                for j, q in enumerate(letters(x, y)[1])
            ]
        return found

    def note(self, real, fake, uneven, best):
        if {"real": real, "fake": fake} == EXAMPLE and not uneven:
            return say(
                "At 0 A goes to C and B to D, at 1 they cross; between, each is split. Drag the points; a click on an "
                "empty place adds one to the smaller side."
            )
        most = float((best.plan * theory.distances(parsed(real, "real"), parsed(fake, "fake"))).max())
        if most > 0.5 * best.cost and best.plan.size > 2:
            return say(
                "A single arrow makes up {percent} % of W: W weighs every unit of way, so one far point outweighs many "
                "near ones.",
                percent=round(100 * most / best.cost),
            )
        return say(
            "The colours are the best critic: its slope is 1 along every arrow of the best plan and nowhere more, so "
            "its mean over p less that over q is W exactly."
        )

    def formula(self, x, y, best, plan, cost):
        (p, q), ways = letters(x, y), theory.distances(x, y)
        moved = [(i, j) for i, j in np.argwhere(plan > 1e-9)]
        terms = [f"{in_words(float(plan[i, j]))}\u00b7{in_words(float(ways[i, j]))}" for i, j in moved[:6]]
        more = " + \u2026" if len(moved) > 6 else ""
        names = ", ".join(f"{p[i]}\u2192{q[j]}" for i, j in moved[:6]) if max(len(x), len(y)) <= 13 else ""
        lines = (
            "W = min \u03a3 \u03b3(x, y) |x \u2212 y|,   \u03a3_y \u03b3 = p,   \u03a3_x \u03b3 = q,   \u03b3 \u2265 0",
            f"\u03a3 \u03b3 |x \u2212 y| = {' + '.join(terms)}{more} = {in_words(cost)}   {names}",
            "W = max \u03a3 p f(x) \u2212 \u03a3 q f(y),   |f(x) \u2212 f(y)| \u2264 |x \u2212 y|",
            f"  = {best.dual:.6f} = {best.cost:.6f}",
        )
        return "\n".join(lines)

    def figure(self, x, y, a, b, best, plan):
        """The points, the plan's arrows and the best critic; and the plan as a joint distribution."""
        grid = np.stack(np.meshgrid(AT_X, AT_Y), -1).reshape(-1, 2)
        critic = theory.potential(best, y, grid).reshape(len(AT_Y), len(AT_X))
        critic = critic - (critic.max() + critic.min()) / 2
        moved = np.argwhere(plan > 1e-9 * plan.max())
        width = [float(1 + 5 * plan[i, j] / plan.max()) for i, j in moved]
        p, q = letters(x, y)
        few = max(len(x), len(y)) <= 13
        place = [
            {**plot.heat(0.6 * critic, AT_X[[0, -1]], AT_Y[[0, -1]], (-critic.max(), critic.max())), "answer": True},
            plot.arrows(x[moved[:, 0]], y[moved[:, 1]], "strong", width=width, answer=True),
            points(x, a, "real", say("p, real"), "real", p if few else None),
            points(y, b, "fake", say("q, fake"), "fake", q if few else None),
        ]
        return plot.view(
            plot.plot(say("The points, the plan, and the best critic"), LIMITS, LIMITS, place, equal=True),
            plot.plot(
                say("The plan as a joint distribution"),
                (-1.3, len(x) - 0.4),
                (-1, len(y) - 0.4),
                joint(plan, a, b, p, q),
                bare=True,
                answer=True,
            ),
            height=330,
        )


def letters(x, y=()):
    """Names of the points: A, B ... of the real ones, and on from there of the fakes."""
    names = [ascii_uppercase[i % 26] for i in range(len(x) + len(y))]
    return names[: len(x)], names[len(x) :]


def points(at, masses, colour, label, parameter, names):
    """A layer of points to drag, their areas as their masses."""
    size = (3 + 4 * np.sqrt(masses / masses.max())).tolist()
    return plot.points(at, colour, label, size=size, drag=parameter, add=True, **({"text": names} if names else {}))


def joint(plan, a, b, p, q):
    """Layers of the plan's masses: a column for each point of p, a row for each of q, and the marginals in words."""
    n, m = plan.shape
    layers = [plot.heat(0.7 * plan.T, (-0.5, n - 0.5), (-0.5, m - 0.5), (-plan.max(), plan.max()), ("fake", "both"))]
    if max(n, m) > FEW:
        return layers
    cells = [(i - 0.2, j - 0.1) for i in range(n) for j in range(m)]
    below, beside = [(i - 0.3, -0.95) for i in range(n)], [(-1.25, j - 0.1) for j in range(m)]
    texts = [[f"{mass:.2f}" for mass in plan.ravel()], marginal(p, a), marginal(q, b)]
    hues = "strong", "real", "fake"
    return layers + [
        plot.points(at, hue, size=0.1, text=text) for at, hue, text in zip((cells, below, beside), hues, texts)
    ]


def marginal(names, masses):
    return [f"{name} {mass:.2f}" for name, mass in zip(names, masses)]
