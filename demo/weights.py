"""Which weights a tab runs: its variant's own or, by a choice at the tab's top, a checkpoint in a folder."""

import json
import os
import threading
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from functools import lru_cache, wraps

import models
from demo.state import choice, refuse
from demo.words import say
from models import hub
from models.published import download, public

OWN = "own"
LOADED = 3  # checkpoints from folders held at once; BigGAN-deep has 0.2 GB
VARIABLE, MEGABYTES = "GAN_ATLAS_DOWNLOADS", 1000  # how large a public checkpoint may be; 0: none is downloaded
folders = []  # where checkpoints lie, each in a folder of its own, beside those in weights/ and what was downloaded
_chosen, _lock = ContextVar("chosen", default=("", OWN)), threading.Lock()


def offered(variant):
    """{name: config.json as a dict} of a variant's checkpoints in weights/, `folders` and what was downloaded."""
    return {name: config for name, (_, config) in _found(variant).items()}


def downloadable(variant):
    """{name: row} of the manifest's public checkpoints of a variant that are not on this machine."""
    here, rows = _found(variant), public.rows().items()
    return {name: row for name, row in rows if row.get("variant") == variant and name not in here}


def missing(variant):
    """The name of the chosen weights where they are public and not on this machine, else None."""
    tab, name = _chosen.get()
    return name if tab == variant and isinstance(name, str) and name in downloadable(variant) else None


def most_bytes():
    """Bytes that a public checkpoint may have to be downloaded by the page; 0: it downloads none."""
    try:
        return int(os.environ.get(VARIABLE) or MEGABYTES) * 1_000_000
    except ValueError:
        return 0


def _found(variant):
    found, places = {}, [hub.WEIGHTS, *folders]
    with suppress(RuntimeError):  # no home
        places.append(download.folder())
    for path in [path for folder in places for path in sorted(folder.glob("[!.]*/config.json"))]:
        with suppress(OSError, ValueError):  # what is no checkpoint is not offered
            config = _config(path, path.stat().st_mtime_ns)
            if config.get("variant") == variant and path.parent != hub.WEIGHTS / variant:
                name = path.parent.name
                found[str(path.parent) if name in (*found, OWN) else name] = path.parent, config
    return found


@lru_cache(maxsize=1024)
def _config(path, _written):
    """A config.json, read once as it is written: every tab asks for all of them, and so does every move of a slider."""
    return json.loads(path.read_text("utf-8"))


def load(variant):
    """The Sampler or Translator with the weights that were chosen; gr.Error if they are not offered."""
    tab, name = _chosen.get()
    if tab != variant or name in (OWN, None):
        return models.load(variant)
    if missing(variant):
        raise refuse(say("{name} is not downloaded yet: see the top of this tab.", name=name))
    found = _found(variant)
    folder, _ = found[choice(name, say("Weights"), [OWN, *found])]
    with _lock:
        return _load(variant, folder, (folder / "config.json").stat().st_mtime_ns)


@lru_cache(maxsize=LOADED)
def _load(variant, folder, _written):
    return models.load(variant, folder=folder)


def chosen(variant, function):
    """The function with one more argument, the last or `weights`: the name of the weights that it runs."""

    @wraps(function)
    def call(*values, **named):
        if "weights" not in named:
            *values, named["weights"] = values
        with _choosing(variant, named.pop("weights")):
            return function(*values, **named)

    return call


@contextmanager
def _choosing(variant, name):
    before = _chosen.set((variant, name))
    try:
        yield
    finally:
        _chosen.reset(before)
