"""What checkpoints are measured by: one metric a file, and one file for each kind of translator."""

import importlib

from training import recipes


def figures_of(variant):
    """The class that measures a translator, `Figures` of the module that its recipe names (`Game.figures`)."""
    return importlib.import_module(f"training.judge.{recipes.load(variant).Game.figures}").Figures


def rounded(figures):
    """Numbers as config.json keeps them: whole ones as they are, others to four places."""
    return {key: value if isinstance(value, int) else round(float(value), 4) for key, value in figures.items()}
