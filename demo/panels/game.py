"""A GAN on points in the plane, trained in the visitor's own browser."""

from demo.parts import game
from demo.parts.panel import Guess, in_words
from demo.parts.panel import Panel as Base
from demo.words import say
from theory import game as theory

MOST_UPDATES = 2000  # of one call of the API; the browser has no limit


class Panel(Base):
    title = say("The game")
    about = "A GAN on points in the plane, trained from a seed: the lab's game as a PyTorch program"
    claims = (1, 2, 3, 4, 5, 11, 37)
    learns = live = True
    kind, words, note, theory = "plane", {}, game.NOTE, theory
    lecture = say(
        "G and D start at random and learn in turn: D to tell real points from fakes, G to fool D. Often it ends "
        "badly: G makes few kinds only."
    )
    guess = Guess(
        say("G takes five steps for each one of D. How many of the ring's eight modes does it hold in the end?"),
        (say("all eight"), say("one to three"), say("none at all")),
        1,
        say("G runs to wherever D is fooled just now, all z to the same few places. The second preset shows it."),
    )
    presets = {
        "plain": (say("One to one: all modes"), {"steps": 1500}),
        "collapse": (
            say("Five steps of G for one of D: collapse"),
            {"loss": "hinge", "n_g": 5, "g_rate": 0.001, "steps": 300},
        ),
        "line": (say("z is one number: G is a thread"), {"z": 1, "data": "grid", "steps": 1500}),
        "clip": (
            say("Wasserstein, clipped"),
            {"loss": "wasserstein", "bound": "clip", "optimizer": "rmsprop", "n_d": 3, "steps": 700},
        ),
        "penalty": (
            say("Wasserstein, penalty"),
            {"loss": "wasserstein", "bound": "penalty", "n_d": 5, "steps": 500},
        ),
    }
    help = {
        "data": "ring: eight modes; grid: 25; spiral; moons; brush: the points of `brush`",
        "loss": "minimax, nonsaturating, least_squares, hinge or wasserstein",
        "bound": "on D: none; clip: weights to [-0.1, 0.1]; penalty: WGAN-GP's, weight 1; spectral: spectral norm",
        "n_d": "updates of D in a round, 1 to 10",
        "n_g": "updates of G in a round, 1 to 10",
        "d_rate": "D's learning rate",
        "g_rate": "G's learning rate",
        "optimizer": "adam (beta 0.5, 0.999), rmsprop or sgd",
        "prior": "of z: normal, or uniform in -1 to 1",
        "z": "the length of z, 1 to 8",
        "layers": "hidden layers of G and of D, 1 to 4",
        "units": "in each hidden layer, 4 to 64",
        "seed": "a whole number from 0: of the first weights, the data and the noise",
        "steps": "rounds, 1 to 5000; rounds times updates are 2,000 at most here, and have no limit in the browser",
        "brush": "for data = brush: four digits to the base of 36 a point, two of x and two of y, from -1.5 to 1.5",
    }

    first, pairs = game.FIRST, {}

    def build(self):
        """Lay the panel out: its controls are the browser's, and the endpoint's own are hidden."""
        self.inputs = self.build_controls()
        runs = {name: runs for name, (_, *runs) in self.pairs.items()}
        self.view = game.view(self, game.controls(self.first, self.named_pairs()), runs)

    def build_controls(self):
        return game.hidden(self.first, self.named_pairs())

    def named_pairs(self):
        """{name: what the page calls it} of `pairs`."""
        return {name: title for name, (title, *_) in self.pairs.items()}

    def events(self, door):
        """None: the browser plays by itself."""
        return []

    def answer(self, **settings):
        runs = self.pairs[settings.pop("pair")][1:] if self.pairs else [("", {})]
        found = [trained({**settings, **over}) for _, over in runs]
        return {
            "number": float(found[-1]["modes"]),
            "unit": say("modes covered"),
            "ideal": say("{n} modes are there", n=found[-1]["of"]),
            "rows": [
                (f"{name} {key}".strip(), in_words(float(x)))
                for (name, _), run in zip(runs, found)
                for key, x in run.items()
            ],
            "note": game.SAME_RUN,
            "formula": "min_G max_D E log D(x) + E log(1 \u2212 D(G(z)))",
        }


def trained(s):
    """The losses and the coverage after a run. ValueError where it is too long for one call."""
    updates = s["steps"] * (s["n_d"] + s["n_g"])
    if updates > MOST_UPDATES:
        text = say(
            "{n} updates are too many for one call: {most} at most. Take fewer steps.", n=updates, most=MOST_UPDATES
        )
        raise ValueError(text)
    run = theory.Game({**s, "brush": game.checked_brush(s["brush"])})
    for _ in range(s["steps"]):
        losses = run.round()
    return {**losses, **run.coverage()}
