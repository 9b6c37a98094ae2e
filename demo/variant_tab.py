"""The frame of every variant's tab: heading, controls and views, trials, the checkpoint it runs."""

from dataclasses import replace

import gradio as gr

import models
from demo import weights
from demo.events import OPENINGS, Event, one_line_errors
from demo.parts import checkpoint, trials, views
from demo.words import say


class VariantTab:
    """Base of a variant's tab; where the weights cannot be had, one line stands in the place of its body.

    A subclass has `build_room()`, which lays out its controls and views; `inputs`, {parameter of its endpoints:
    component}, whose values every answer takes in this order; `filled`, components, and `fill(member, *values)`, which
    gives their values when the tab is opened; member: its Sampler or Translator; and `api()`, its Endpoints. trials:
    files of docs/claims to show. switched: components that `switch` fills beside the views. config: the bundled
    checkpoint's, for the choices that the API names; {} without it. offered: the other checkpoints, as `weights` has
    them.
    """

    trials = switched = ()

    def __init__(self, name):
        self.name, self.entry, self.config = name, models.entry(name), checkpoint.bundled_config(name)
        self.offered = weights.offered(name)

    @property
    def about(self):
        """The variant and what it learned from, for a client of the API."""
        data = self.config.get("dataset") or {}
        learned = f", trained on {data.get('title') or data['name']}" if data else ""
        return f"{self.entry.title} ({self.entry.year}){learned}"

    def load(self):
        """The variant's Sampler or Translator; OSError in one line where its weights cannot be had."""
        return weights.load(self.name)

    def build(self):
        """Lay the tab out."""
        views.head(self.entry)
        if self.offered:
            choices = [(say("The page's own"), weights.OWN), *self.offered]
            with gr.Row(elem_classes="ga-weights"):
                self.weights = gr.Dropdown(
                    choices, value=weights.OWN, label=say("Weights"), elem_id=f"{self.name}-weights"
                )
        self.notice = gr.HTML(apply_default_css=False, visible=False)
        with gr.Column(elem_classes="ga-body") as self.body:
            self.build_room()
            trials.panel(self.trials)
            self.facts = gr.HTML(apply_default_css=False)

    def events(self, door):
        """The tab's Events; door: its gr.Tab."""
        opened = Event("open", [door.select], self.open, self.inputs, self.opened, quick=True, limiter=OPENINGS)
        if not self.offered:
            return [opened]
        views, shown_on = [*self.switched, *self.opened], (self.weights,)
        return [opened, Event("switch", [self.weights.input], self.switch, self.inputs, views, shown_on=shown_on)]

    @property
    def opened(self):
        """The views that `open` fills."""
        return [self.notice, self.body, self.facts, *self.filled]

    def weighed(self, calls):
        """Events or Endpoints; where weights are offered, with the choice of them as one more input, `weights`."""
        if not self.offered:
            return calls
        return [
            replace(
                call,
                function=weights.chosen(self.name, call.function),
                inputs={**call.inputs, "weights": self.weights},
            )
            for call in calls
        ]

    def switch(self, *values):
        """As open, with other weights; controls that these do not have start anew."""
        return self.open(*values)

    def open(self, *values):
        """All that its tab shows on opening; or one line that says why its weights cannot be had."""
        try:
            with one_line_errors():
                member = self.load()
                found = self.fill(member, *values)
                return [gr.HTML(visible=False), gr.Column(visible=True), checkpoint.facts(member), *found]
        except gr.Error as error:
            notice = gr.HTML(f"<p class='ga-missing'>{error.message}</p>", visible=True)
            return [notice, gr.Column(visible=False), *[gr.skip()] * (1 + len(self.filled))]
