"""The frame of every variant's tab: heading, controls and views, trials, the checkpoint it runs."""

from dataclasses import replace

import gradio as gr

import models
from demo import progress, weights
from demo.events import OPENINGS, Event, one_line_errors
from demo.parts import checkpoint, offer, trials, views
from demo.words import say


class VariantTab:
    """Base of a variant's tab; where the weights cannot be had, one line stands in the place of its body.

    A subclass has `build_room()`, which lays out its controls and views; `inputs`, {parameter of its endpoints:
    component}, whose values every answer takes in this order; `filled`, components, and `fill(member, *values)`, which
    gives their values when the tab is opened; member: its Sampler or Translator; and `api()`, its Endpoints. trials:
    files of docs/claims to show. switched: components that `switch` fills beside the views. config: the bundled
    checkpoint's, for the choices that the API names; {} without it. offered: the other checkpoints, as `weights` has
    them; downloadable: the public ones that are not here. With any of either the tab has a choice of weights.
    """

    trials = switched = ()

    def __init__(self, name):
        self.name, self.entry, self.config = name, models.entry(name), checkpoint.bundled_config(name)
        self.offered, self.downloadable = weights.offered(name), weights.downloadable(name)
        self.has_choice = bool(self.offered or self.downloadable)
        self.offer = []  # what shows a public checkpoint that is not here

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
        if self.has_choice:
            with gr.Row(elem_classes="ga-weights"):
                self.weights = gr.Dropdown(
                    self.choices(), value=weights.OWN, label=say("Weights"), elem_id=f"{self.name}-weights"
                )
            self.progress = gr.HTML(
                apply_default_css=False, elem_id=f"{self.name}-progress", elem_classes="ga-progress"
            )
        self.notice = gr.HTML(apply_default_css=False, visible=False)
        if self.downloadable:
            self.offer = offer.buttons(self.name)
        with gr.Column(elem_classes="ga-body") as self.body:
            self.build_room()
            trials.panel(self.trials)
            with views.section(say("The checkpoint of this tab")):
                self.facts = gr.HTML(apply_default_css=False)

    def choices(self):
        """The weights to choose from: (what is shown, name) each."""
        more = [
            (say("{name} (not downloaded, {size} MB)", name=name, size=offer.megabytes(row)), name)
            for name, row in weights.downloadable(self.name).items()
        ]
        return [(say("The page's own"), weights.OWN), *((name, name) for name in weights.offered(self.name)), *more]

    def events(self, door):
        """The tab's Events; door: its gr.Tab."""
        found = [Event("open", [door.select], self.open, self.inputs, self.opened, quick=True, limiter=OPENINGS)]
        if self.offer:
            _, get, stop = self.offer
            found += [
                Event("begin", [get.click], self.begin, {}, self.offer, quick=True),
                Event("download", [get.click], self.download, {}, get, concurrency="download"),
                Event("stop", [stop.click], self.stop, {}, stop, quick=True),
            ]
        if self.has_choice:
            again = {"downloaded": "download"} if self.offer else {}
            views, triggers = [*self.switched, *self.opened], [self.weights.input]
            found.append(Event("switch", triggers, self.switch, self.inputs, views, again=again))
        return found

    @property
    def opened(self):
        """The views that `open` fills."""
        return [self.notice, self.body, self.facts, *([self.weights] if self.offer else []), *self.offer, *self.filled]

    def weighed(self, calls):
        """Events or Endpoints; where weights are offered, with the choice of them as one more input, `weights`."""
        if not self.has_choice:
            return calls
        found = []
        for call in calls:
            bar = {}
            if isinstance(call, Event) and not call.quick:  # weights of others may take seconds a picture
                alone = isinstance(call.outputs, gr.HTML)
                bar = {"shown_on": (call.outputs if alone else self.progress,), "progress": True}
            function, inputs = weights.chosen(self.name, call.function), {**call.inputs, "weights": self.weights}
            found.append(replace(call, function=function, inputs=inputs, **bar))
        return found

    def switch(self, *values):
        """As open, with other weights; controls that these do not have start anew."""
        return self.open(*values)

    def begin(self):
        """A button that stops the download in the place of the one that begins it."""
        return offer.running()

    def download(self):
        """The chosen weights, downloaded and converted: public ones that the page does not have yet."""
        if name := weights.missing(self.name):
            try:
                offer.fetch(name)
            except gr.Error as error:  # what follows an error is not run: the tab would not say what came so far
                progress.warn(error.message)
        return gr.skip()

    def stop(self):
        """Stop the download of weights; what came of them is kept for the next."""
        offer.stop()
        return gr.skip()

    def open(self, *values):
        """All that its tab shows on opening; or, in its place, why its weights cannot be had or how to get them."""
        name = weights.missing(self.name)
        row = weights.downloadable(self.name).get(name)
        offered = [gr.Dropdown(choices=self.choices()), *offer.values(row)] if self.offer else []
        if row:
            return self.closed(offer.card(name, row), offered)
        try:
            with one_line_errors():
                progress.report(0, say("Loading the weights"))
                member = self.load()
                found = self.fill(member, *values)
                return [gr.HTML(visible=False), gr.Column(visible=True), checkpoint.facts(member), *offered, *found]
        except gr.Error as error:
            return self.closed(f"<p class='ga-missing'>{error.message}</p>", offered)

    def closed(self, notice, offered):
        """The tab with a notice, HTML, in the place of its body."""
        notice = gr.HTML(notice, visible=True)
        return [notice, gr.Column(visible=False), gr.skip(), *offered, *[gr.skip()] * len(self.filled)]
