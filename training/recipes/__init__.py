"""How each variant learns: a module of its name with its SETTINGS and its Game."""

import dataclasses
import importlib

import models


def load(name):
    """The recipe of a variant, a module with SETTINGS and Game; UnknownVariant names the value and the names."""
    models.entry(name)
    return importlib.import_module(f"{__name__}.{name}")


def overlay(settings, **changes):
    """A copy of `settings` with `changes`; dictionaries, or their items, are merged key by key."""
    for name, value in changes.items():
        if isinstance(getattr(settings, name, None), dict):
            changes[name] = getattr(settings, name) | dict(value)
    return dataclasses.replace(settings, **changes)


def is_recipe(settings):
    """True if these are the settings of the variant's recipe, whatever precision the machine computed in."""
    return overlay(settings, precision="") == overlay(load(settings.variant).SETTINGS, precision="")


def from_saved(name, saved):
    """A variant's settings from config.json's dictionary; keys that its recipe does not have are left out."""
    base = load(name).SETTINGS
    return dataclasses.replace(base, **{key: value for key, value in saved.items() if hasattr(base, key)})
