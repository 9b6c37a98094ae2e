"""The game's panel in the browser: its scripts, its controls, its words."""

import re
from pathlib import Path

import gradio as gr

from demo.parts import views
from demo.parts.panel import WORDS as FRAME
from demo.parts.panel import ranges
from demo.words import say
from theory import plane

HERE = Path(__file__).parent
WORKER = ("net.js", "losses.js", "data.js", "measures.js", "game.js", "pictures.js", "small.js", "worker.js")
PAGE = ("parts.js", "stage.js", "figures.js", "small_view.js", "film.js", "view.js")
REACH = 1.5  # the plane is shown from -1.5 to 1.5
LEAF = "i0i0"  # one point, until somebody draws
RATES = (0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3)
POINTS = re.compile(r"([0-9a-z]{4}){1,200}")
CHOICES = {
    "data": {
        "ring": say("Ring of eight"),
        "grid": say("Grid of 25"),
        "spiral": say("Spiral"),
        "moons": say("Two moons"),
        "brush": say("Your drawing"),
    },
    "loss": {
        "minimax": say("Minimax"),
        "nonsaturating": say("Non-saturating"),
        "least_squares": say("Least squares"),
        "hinge": say("Hinge"),
        "wasserstein": say("Wasserstein"),
    },
    "bound": {
        "none": say("no bound"),
        "clip": say("weight clipping"),
        "penalty": say("gradient penalty"),
        "spectral": say("spectral norm"),
    },
    "optimizer": {"adam": "Adam", "rmsprop": "RMSProp", "sgd": "SGD"},
    "prior": {"normal": say("normal"), "uniform": say("uniform")},
    "d_rate": {rate: str(rate) for rate in RATES},
    "g_rate": {rate: str(rate) for rate in RATES},
}
SPANS = {"n_d": (1, 10), "n_g": (1, 10), "z": (1, 8), "layers": (1, 4), "units": (4, 64), "seed": (0, 9999)}
SPANS["steps"] = (1, 5000)
LABELS = {
    "pair": say("What differs"),
    "data": say("Data"),
    "loss": say("Loss"),
    "bound": say("D is held by"),
    "n_d": say("Steps of D a round"),
    "n_g": say("Steps of G a round"),
    "d_rate": say("D's learning rate"),
    "g_rate": say("G's learning rate"),
    "optimizer": say("Optimizer"),
    "prior": say("Prior of z"),
    "z": say("Length of z"),
    "layers": say("Hidden layers"),
    "units": say("Units in each"),
    "seed": say("Seed"),
    "steps": say("Stop after so many rounds"),
}
FIRST = {
    **{"data": "ring", "loss": "nonsaturating", "bound": "none", "n_d": 1, "n_g": 1, "d_rate": 0.003, "g_rate": 0.003},
    **{"optimizer": "adam", "prior": "normal", "z": 2, "layers": 2, "units": 32, "seed": 1, "steps": 1000},
    "brush": LEAF,
}
LIVE = ("n_d", "n_g", "d_rate", "g_rate", "steps")  # may change while a game runs
WORDS = {
    **FRAME,
    "play": say("Play"),
    "pause": say("Pause"),
    "stepD": say("One step of D"),
    "stepG": say("One step of G"),
    "round": say("One round"),
    "newSeed": say("New seed"),
    "rewind": say("Rewind"),
    "step": say("Round {n}"),
    "steps": say("rounds"),
    "broken": say("Round {step}: {net} is no longer finite, so the game stopped. Smaller learning rates help."),
    "back": say("Rewind by 25 rounds"),
    "map": say("D's landscape"),
    "net": say("G's manifold"),
    "arrows": say("Gradients at fakes"),
    "star": "D*",
    "off": say("D is off D* by"),
    "slow": say("Slow motion"),
    "speed": say("Rounds a frame"),
    "draw": say("Draw the data on the plane with the mouse or a finger."),
    "clear": say("Clear"),
    "modes": say("modes covered"),
    "places": say("places covered"),
    "covered": say("covered"),
    "perfect": say("perfect G"),
    "now": say("now"),
    "good": say("good fakes"),
    "kl": say("KL on a grid"),
    "js": say("JS on a grid"),
    "w": say("W, exact"),
    "exact": say("exact"),
    "critic": say("D(real) \u2212 D(fake)"),
    "d_loss": say("D's loss"),
    "g_loss": say("G's loss"),
    "losses": say("Losses"),
    "slope": say("slope of G's loss at fakes"),
    "graph": say("Who learns from whom"),
    "curves": say("Losses and distances over the rounds"),
    "tenSeeds": say("Ten seeds at once"),
    "seedsEnd": say("{bad} of {n} seeds end with half the modes or fewer, after {steps} rounds. Modes covered:"),
    "wait": say("The first run is on its way."),
    "program": say("PyTorch program"),
    "film": say("Save the film"),
    "filming": say("Film: {n} %, click to stop"),
    "programIs": say("The program has the settings with which the run began; what was moved later is not in it."),
    "z": "z",
    "G": "G",
    "D": "D",
    "fake": say("fakes"),
    "real": say("data"),
    "loss": say("loss"),
}
NOTE = say(
    "The networks train here, in your browser. The figures are of 512 fakes (W: of 96 against 96 real points; KL and "
    "JS: on 20 \u00d7 20 cells); beside them stands what as many real points score. A mode is covered when it holds a "
    "tenth of its share. The cells of G's manifold are equally likely where z is normal: small cells are dense. D* is"
    " p / (p + q): p is the data's own density, q a kernel estimate from 256 fakes, both blurred by 0.1; the losses "
    "of hinge and Wasserstein have another best D."
)
SAME_RUN = say("The same seed gives the same run in the browser, in this call and in the program.")


def script(names):
    """The scripts of these names, one after the other."""
    return "\n".join((HERE / name).read_text("utf-8") for name in names)


def head():
    """What the page's head holds for the game: the scripts of the page, and as plain text those of its worker."""
    style = (HERE / "game.css").read_text("utf-8")
    worker = f'<script type="text/plain" id="game-worker">{script(WORKER)}</script>'
    return f"<style>{style}</style>{worker}<script>{script(PAGE)}</script>"


def control(key, first, choices=None):
    """A control as the browser lays it out."""
    limits = {"choices": [(text, value) for value, text in choices.items()]} if choices else {}
    if not choices:
        limits = dict(zip(("min", "max"), SPANS[key]))
    return {"key": key, "label": LABELS[key], "live": key in LIVE, "value": first, **limits}


def controls(first=FIRST, pairs=None):
    """The controls of a game, in their order. pairs: {name: text}, where two runs stand side by side."""
    choices = {**CHOICES, "pair": pairs}
    return [control(key, first[key], choices.get(key)) for key in LABELS if key in first]


def hidden(first=FIRST, pairs=None):
    """{parameter: component} of the endpoint, which checks its values; the browser has controls of its own."""
    found, every = {}, {**CHOICES, "pair": pairs}
    for key, value in first.items():
        if key in ("d_rate", "g_rate"):
            found[key] = gr.Slider(RATES[0], RATES[-1], value, step=RATES[0], label=LABELS[key], visible=False)
        elif key in every:
            choices = [(text, name) for name, text in every[key].items()]
            found[key] = gr.Dropdown(choices, value=value, label=LABELS[key], visible=False)
        elif key in SPANS:
            found[key] = gr.Slider(*SPANS[key], value, step=1, label=LABELS[key], visible=False)
        else:
            found[key] = gr.Textbox(value, label=key, visible=False)
    return found


def checked_brush(text):
    """A drawing as a link has it; ValueError where it is none."""
    if not POINTS.fullmatch(text):
        raise ValueError(say("A drawing takes one to 200 points of four digits or small letters each: draw it again."))
    return text


def program(module):
    """A game of theory/ as one file that runs alone: with it the lines of theory/plane.py."""
    (_, shared), (head, own) = (Path(part.__file__).read_text("utf-8").split("\n\n", 1) for part in (plane, module))
    lines = [*shared.splitlines(), "", "", *own.splitlines()]
    imports = [line for line in lines if line.startswith(("import ", "from ")) and "theory" not in line]
    code = "\n".join(line for line in lines if not line.startswith(("import ", "from ")))
    return (
        f"{head}\n\n"
        + "\n".join(sorted(set(imports), key=lambda line: (line.startswith("from"), line)))
        + re.sub("\n{3,}", "\n\n\n", f"\n\n{code}\n")
    )


def view(panel, laid_out, pairs):
    """The panel's view. laid_out: `controls`. pairs: {name: ((label, what is its own), the second run's)}."""
    value = {
        "key": panel.name,
        "kind": panel.kind,
        "title": panel.title,
        "lecture": panel.lecture,
        "numbers": ranges(panel.claims),
        "guess": vars(panel.guess) if panel.guess else None,
        "presets": panel.presets,
        "controls": laid_out,
        "first": panel.first,
        "pairs": {name: [{"label": run, "parameter": over} for run, over in runs] for name, runs in pairs.items()},
        "words": {**WORDS, **panel.words},
        "note": panel.note,
        "reach": REACH,
        "program": program(panel.theory),
    }
    js = "gamePanel(element, props)"
    return views.view('<div class="lab-home"></div>', js, value=value, elem_id=f"lab-{panel.name}-view")
