"""The lab's panels: one module a panel, whose class `Panel` is found by its name."""

import importlib
from pathlib import Path

# In the order of the lecture; what is not named here follows.
ORDER = (
    "divergences",
    "fitting",
    "optimal_d",
    "transport",
    "lipschitz",
    "game",
    "two_runs",
    "labels",
    "counts",
    "cycle",
)


def names():
    """The panels that there are, in the order of the lecture."""
    found = {path.stem for path in Path(__file__).parent.glob("*.py")} - {"__init__"}
    return sorted(found, key=lambda name: (ORDER.index(name) if name in ORDER else len(ORDER), name))


def load(name):
    """An instance of the class `Panel` of demo/panels/NAME.py."""
    return importlib.import_module(f"demo.panels.{name}").Panel(name)
