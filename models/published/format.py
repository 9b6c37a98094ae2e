"""What a published format is: its parts, the roles of its files, and what config.json says of them."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Format:
    """A format of published checkpoints.

    variants: that it can be, the usual one first. roles(part, file name) -> the roles that a file of this part can
    have, likeliest first. needs: one role at least must be there. facts(networks, told) -> what config.json says beyond
    the networks; networks: {role: constructor arguments}, told: what the person says of the checkpoint, {"classes":
    names or None, "resolution": px or None}. usual: part names -> the variant that they tell, or None.
    """

    name: str
    title: str
    variants: tuple
    parts: tuple
    roles: Callable
    needs: tuple
    facts: Callable
    usual: Callable = lambda parts: None

    @property
    def classes(self):
        """{part's name: network class}."""
        return {part.name: part.network for part in self.parts}


def named(n, what, told):
    """n names: those told, else `what` with a number; ValueError if another number of names is told."""
    names = told.get("classes") or [f"{what} {i}" for i in range(n)]
    if len(names) != n or len(set(names)) != n:
        raise ValueError(f"{len(names)} names are given, the network has {n}: give {n} different ones")
    return names
