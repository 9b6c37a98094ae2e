"""How far an event has come, as a bar that its visitor sees: pictures painted, bytes downloaded."""

import time
from contextlib import contextmanager
from contextvars import ContextVar

import gradio as gr

from demo.languages import ASKED
from demo.words import say, translate
from models.runtime import batches

PATIENCE = 0.7  # seconds of painting before a bar appears
_bar = ContextVar("bar", default=None)


@contextmanager
def shown(bar):
    """Inside, `report` moves a gr.Progress, and what samplers paint is counted there."""
    begun, before = time.monotonic(), _bar.set(bar)

    def painted(done, of):
        if time.monotonic() - begun > PATIENCE:
            report(done / of, say("Picture {i} of {n}", i=min(done + 1, of), n=of))

    try:
        with batches.watched(painted):
            yield
    finally:
        _bar.reset(before)


def report(share, text):
    """Move the bar of the event under way to a share in [0, 1], with a text; nothing where it has none."""
    if (bar := _bar.get()) is not None:  # an idle gr.Progress is false
        bar(share, desc=translate(text, ASKED.get()))


def warn(text):
    """Tell the visitor of the event under way something in one line; the event goes on."""
    gr.Warning(translate(text, ASKED.get()), duration=6)


def tracked():
    """The default of a parameter by which Gradio knows that a function reports progress."""
    return gr.Progress()
