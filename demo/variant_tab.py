"""The frame of every variant's tab: heading, controls and views, trials, the checkpoint it runs."""

from contextlib import contextmanager
from html import escape

import gradio as gr

import models
from demo.events import SLOW, Event
from demo.parts import checkpoint, trials, views
from demo.state import refuse


@contextmanager
def one_line_errors():
    """Turn what a network refuses (ValueError, RuntimeError) into one line on the page; decorates answers."""
    try:
        yield
    except gr.Error:  # which is a ValueError, and one line already
        raise
    except (ValueError, RuntimeError) as error:
        raise refuse(escape(" ".join(str(error).split())[:300], quote=False)) from None


class VariantTab:
    """Base of a variant's tab; where the weights cannot be had, one line stands in the place of its body.

    A subclass has `build_room()`, which lays out its controls and views; `inputs`, {parameter of its endpoints:
    component}, whose values every answer takes in this order; `filled`, components, and `fill(member, *values)`, which
    gives their values when the tab is opened; member: its Sampler or Translator. trials: files of docs/claims to show.
    """

    trials = ()

    def __init__(self, name):
        self.name, self.entry = name, models.entry(name)

    def load(self):
        """The variant's Sampler or Translator; gr.Error in one line where its weights cannot be had."""
        return checkpoint.load(self.name)

    def build(self):
        """Lay the tab out."""
        views.head(self.entry)
        self.notice = gr.HTML(apply_default_css=False, visible=False)
        with gr.Column(elem_classes="ga-body") as self.body:
            self.build_room()
            trials.panel(self.trials)
            self.facts = gr.HTML(apply_default_css=False)

    def event(self, endpoint, triggers, function, outputs, description, how=SLOW, click=False):
        """An Event that takes all of `inputs`."""
        inputs, names = list(self.inputs.values()), tuple(self.inputs)
        return Event(endpoint, triggers, function, inputs, outputs, description, how, names, click)

    def events(self, door):
        """The tab's Events; door: its gr.Tab."""
        outputs = [self.notice, self.body, self.facts, *self.filled]
        text = "all that its tab shows on opening; or one line that says why its weights cannot be had."
        return [self.event("open", [door.select], self.open, outputs, text)]

    def open(self, *values):
        """Notice, body, facts and `filled`; where the weights cannot be had or a value is refused, the notice alone."""
        try:
            with one_line_errors():
                member = self.load()
                found = self.fill(member, *values)
                return [gr.HTML(visible=False), gr.Column(visible=True), checkpoint.facts(member), *found]
        except gr.Error as error:
            return checkpoint.missing(error, 1 + len(self.filled))
