"""The frame of every variant's tab: heading, controls and views, trials, the checkpoint it runs."""

import gradio as gr

import models
from demo.events import OPENINGS, Event, one_line_errors
from demo.parts import checkpoint, trials, views


class VariantTab:
    """Base of a variant's tab; where the weights cannot be had, one line stands in the place of its body.

    A subclass has `build_room()`, which lays out its controls and views; `inputs`, {parameter of its endpoints:
    component}, whose values every answer takes in this order; `filled`, components, and `fill(member, *values)`, which
    gives their values when the tab is opened; member: its Sampler or Translator; and `api()`, its Endpoints. trials:
    files of docs/claims to show. config: the bundled checkpoint's, for the choices that the API names; {} without it.
    """

    trials = ()

    def __init__(self, name):
        self.name, self.entry, self.config = name, models.entry(name), checkpoint.bundled_config(name)

    @property
    def about(self):
        """The variant and what it learned from, for a client of the API."""
        data = self.config.get("dataset") or {}
        learned = f", trained on {data.get('title') or data['name']}" if data else ""
        return f"{self.entry.title} ({self.entry.year}){learned}"

    def load(self):
        """The variant's Sampler or Translator; OSError in one line where its weights cannot be had."""
        return models.load(self.name)

    def build(self):
        """Lay the tab out."""
        views.head(self.entry)
        self.notice = gr.HTML(apply_default_css=False, visible=False)
        with gr.Column(elem_classes="ga-body") as self.body:
            self.build_room()
            trials.panel(self.trials)
            self.facts = gr.HTML(apply_default_css=False)

    def events(self, door):
        """The tab's Events; door: its gr.Tab."""
        views = [self.notice, self.body, self.facts, *self.filled]
        return [Event("open", [door.select], self.open, self.inputs, views, quick=True, limiter=OPENINGS)]

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
