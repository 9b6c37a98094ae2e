"""A claim of the lecture or a paper, as data: arms that differ in one thing, trained on equal budgets."""

from dataclasses import dataclass, field
from unittest.mock import patch

import models


@dataclass(frozen=True)
class Arm:
    """A variant with changed settings.

    game: a Game class in place of the recipe's. networks: {role: class} in place of the variant's. first_set: it learns
    from the first of several joined sets alone.
    """

    variant: str
    changes: dict = field(default_factory=dict)
    game: type | None = None
    networks: dict = field(default_factory=dict)
    first_set: bool = False

    def substituted(self):
        """A context in which the variant's networks are this arm's."""
        return patch.dict(models.entry(self.variant).networks, self.networks)


@dataclass(frozen=True)
class Table:
    """Which of a judge's figures count: {title: key}, (x, key) of the two plots, and what they are measured in."""

    columns: dict
    curves: tuple
    features: str = ""


SAMPLES = Table(
    {"FID": "fid", "KID x 1000": "kid", "precision": "precision", "recall": "recall"},
    (("images", "kid"), ("seconds", "kid")),
)


@dataclass(frozen=True)
class Claim:
    """Arms {label: Arm} and what they are measured by.

    budget: what all arms have as much of: "images_seen" by the discriminator, or "seconds" of training. hold_out: the
    share of the pictures that no arm learns from, and that all are measured against.
    """

    title: str
    arms: dict
    table: Table = SAMPLES
    hold_out: float = 0.0
    budget: str = "images_seen"

    @property
    def variant(self):
        """That of the first arm; all make pictures of one kind."""
        return next(iter(self.arms.values())).variant
