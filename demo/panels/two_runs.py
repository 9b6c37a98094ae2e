"""Two games from one seed, side by side: the same data and the same noise, one difference."""

from demo.panels.game import Panel as Game
from demo.parts import game
from demo.parts.panel import Guess
from demo.words import say

FIRST = {
    "pair": "js_w",
    **{key: value for key, value in game.FIRST.items() if key not in ("loss", "bound")},
    **{"n_d": 3, "units": 16, "steps": 600},
}
PENALTY = (say("W: with the penalty"), {"loss": "wasserstein", "bound": "penalty"})
# {name: (what it is called, (the first run's name, what is its own), the same of the second)}
PAIRS = {
    "js_w": (say("JS against W"), (say("JS: non-saturating"), {"loss": "nonsaturating", "bound": "none"}), PENALTY),
    "clip_penalty": (
        say("Clipping against penalty"),
        (say("W: clipped"), {"loss": "wasserstein", "bound": "clip"}),
        PENALTY,
    ),
    "spectral": (
        say("Without and with spectral norm"),
        (say("Without spectral norm"), {"loss": "nonsaturating", "bound": "none"}),
        (say("With spectral norm"), {"loss": "nonsaturating", "bound": "spectral"}),
    ),
    "turns": (
        say("One step of G against ten"),
        (say("One step of G"), {"loss": "nonsaturating", "bound": "none", "n_g": 1}),
        (say("Ten steps of G"), {"loss": "nonsaturating", "bound": "none", "n_g": 10}),
    ),
}


class Panel(Game):
    title = say("Two runs")
    about = "Two GANs on points in the plane, trained from one seed: the same data and noise, one difference"
    claims = (36,)
    lecture = say(
        "GANs are hard to train. Two runs start from the same seed, the same data and the same noise; only one thing "
        "differs."
    )
    guess = Guess(
        say(
            "One critic's weights are clipped, the other's slopes are held by the penalty. Which G covers more of the "
            "eight modes after 600 rounds?"
        ),
        (say("the clipped critic's"), say("the penalised critic's"), say("both cover the same")),
        1,
        say(
            "A clipped critic is too simple to tell all the modes from what lies between them, so G gets few of them. "
            "With the penalty it gets nearly all. The second preset shows it."
        ),
    )
    presets = {
        "js_w": (PAIRS["js_w"][0], {}),
        "clip_penalty": (PAIRS["clip_penalty"][0], {"pair": "clip_penalty"}),
        "spectral": (PAIRS["spectral"][0], {"pair": "spectral"}),
        "turns": (PAIRS["turns"][0], {"pair": "turns", "n_d": 1, "steps": 300}),
    }
    help = {**Game.help, "pair": "what differs: js_w, clip_penalty, spectral, or turns: one step of G against ten"}
    first, pairs = FIRST, PAIRS
