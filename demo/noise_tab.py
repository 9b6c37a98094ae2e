"""The tab of a variant that generates from noise: its layout and its events."""

from contextlib import nullcontext
from functools import partial

import gradio as gr

from demo import weights
from demo.events import Endpoint, Event
from demo.noise_answers import CONTROLS, NoiseAnswers
from demo.parts import neighbours, photo_card, views
from demo.state import ALL, COORDINATES, DIRECTIONS, MAX_MOVE, MAX_N, State, check
from demo.words import named, say
from models.images import to_images

MOST_BUTTONS = 40  # classes
# What takes longer than opening and rerolling themselves follows them.
OPENING_AND_REROLL = {"first": "open", "reroll": "reroll"}


class NoiseTab(NoiseAnswers):
    """Components and events of one variant's tab. What one tab has beyond the others, its subclass adds.

    shares_seed_with: tabs that give the same name share one seed, show it in each other's networks, and judge a
    visitor's picture. evidence: a figures.Evidence, or None. directions_title: stands above the direction sliders.
    painted_fields: those of `own_fields` that the API's endpoint takes. api_controls: components that stand in for
    the page's there. help: {parameter of the API: what it means}.

    Once built: inputs: {parameter: component} of all controls. stage_views: follow the sliders. picked_views: follow
    the picked picture's seed. seed_views: all that follow the seed.

    A subclass's build_own_controls may set own_controls, components for `own_fields`; own_moves and own_redraws,
    Gradio events on which the stage or the grid follows; own_stage_views and own_picked_views, whose values its
    stage_values and picked_values add.
    """

    shares_seed_with, evidence, directions_title = "", None, say("Its strongest directions")
    painted_fields, api_controls = (), {}
    help = {
        "seed": "a whole number from 0; picture i of a call has seed + i, and the same seed gives the same picture",
        "n": "how many pictures, 1 to 64",
        "label": "the class to paint; all: one class after the other",
        "to": "the seed whose picture the walk turns back at",
        "photo": f"{photo_card.HELP} the training pictures",
    }
    own_controls = own_moves = own_redraws = own_stage_views = own_picked_views = ()

    @classmethod
    def home_pictures(cls, member, seed):
        """Four PIL pictures for the home page, of four classes spread over the list where there are classes."""
        labels = None if member.classes is None else [i * len(member.classes) // 4 for i in range(4)]
        return to_images(member.sample(4, seed=seed, labels=labels))

    def build_own_controls(self):
        """Lay out the subclass's controls, above the direction sliders."""

    def build_own_row(self):
        """Lay out what takes the tab's full width, below the stage and the grid."""

    def own_values(self, state):
        """Values of `own_controls` in a state."""
        return []

    def build_room(self):
        with gr.Row(elem_classes=["ga-play", *(["ga-led"] if self.own_fields else [])]):
            with gr.Column(scale=9, min_width=300):
                self.stage_view = views.view(views.STAGE, views.STAGE_JS, elem_id=f"{self.name}-stage")
            with gr.Column(scale=7, min_width=280):
                self.build_sliders()
            with gr.Column(scale=10, min_width=320):
                self.build_grid()
        self.build_own_row()
        with gr.Row(elem_classes="ga-more"):
            with gr.Column(scale=3, min_width=260):
                self.film = views.view(views.PICTURE, views.SAVE_JS, elem_id=f"{self.name}-walk")
                with gr.Row(elem_classes="ga-controls"):
                    self.to = gr.Number(self.opening.seed + 1, precision=0, label=say("Walk to seed"))
                    self.walk_button = gr.Button(say("Walk"), elem_id=f"{self.name}-go")
            with gr.Column(scale=7, min_width=320):
                self.build_beside()
        self.evidence_views = self.evidence.build() if self.evidence else []
        self.neighbours = neighbours.panel(self.name)
        controls = [self.seed, self.n, self.pick, self.label, *self.sliders, *self.own_controls]
        self.inputs = dict(zip((*CONTROLS, *self.own_fields), controls))
        self.stage_views = [self.stage_view, *self.own_stage_views]
        self.picked_views = [*self.same_seed_views, *self.own_picked_views]
        self.seed_views = [self.grid, self.file, *self.stage_views, *self.picked_views]

    def build_sliders(self):
        views.summary(self.entry)
        self.build_own_controls()
        slider = partial(gr.Slider, -MAX_MOVE, MAX_MOVE, 0.0, step=0.05)
        # Beside controls of the tab's own they are one fold, which a phone finds closed.
        with gr.Accordion(self.directions_title, elem_classes="ga-fold") if self.own_fields else nullcontext():
            if not self.own_fields:
                views.heading(self.directions_title)
            self.sliders = [
                slider(label=say("Direction {i}", i=i), elem_id=f"{self.name}-d{i}") for i in range(1, DIRECTIONS + 1)
            ]
        with gr.Accordion(say("Raw coordinates of z"), open=False):
            self.sliders += [slider(label=f"z[{i}]", elem_id=f"{self.name}-z{i}") for i in range(COORDINATES)]
        self.reset_button = gr.Button(say("Sliders to zero"), size="sm", elem_id=f"{self.name}-reset")

    def build_grid(self):
        with gr.Row(elem_classes="ga-controls"):
            self.seed = gr.Number(self.opening.seed, precision=0, label=say("Seed"), elem_id=f"{self.name}-seed")
            self.reroll_button = gr.Button(say("Reroll"), variant="primary", elem_id=f"{self.name}-reroll")
            self.n = gr.Slider(1, MAX_N, self.opening.n, step=1, label=say("How many"), elem_id=f"{self.name}-n")
        self.pick = gr.Number(self.opening.pick, label=say("Picture"), visible=False)
        labels = named([ALL, *(self.config.get("classes") or [])])
        found = [len(config.get("classes") or []) for config in [self.config, *self.offered.values()]]
        many = max(*found, *(row.get("classes", 0) for row in self.downloadable.values()), 0) > MOST_BUTTONS
        self.label = (gr.Dropdown if many else gr.Radio)(  # a list has a box to search it
            labels, value=self.opening.label, label=say("Label"), visible=self.conditional, elem_id=f"{self.name}-label"
        )
        self.grid = views.view(views.GRID, views.GRID_JS, elem_id=f"{self.name}-grid")
        self.file = gr.DownloadButton(say("Download the grid as PNG"), size="sm", elem_id=f"{self.name}-download")

    def build_beside(self):
        self.same_seed_views = []
        if self.conditional:
            self.table = views.view(views.TABLE, views.SAVE_JS, elem_id=f"{self.name}-labels")
        if self.shares_seed_with:
            strip = views.view(views.STRIP, elem_id=f"{self.name}-same-seed", elem_classes="ga-same-seed")
            self.same_seed_views = [strip]
        self.real_view = views.view(views.STRIP, elem_id=f"{self.name}-real")
        if self.shares_seed_with:
            card = photo_card.value(say("Judge your own picture"))
            self.upload = photo_card.view(value=card, elem_id=f"{self.name}-upload")
            self.photo = photo_card.given()
            self.yours = views.view(views.STRIP, elem_id=f"{self.name}-yours")

    def link_values(self, state, opened):
        """Values of `inputs` for a link with this state to the tab `opened`: a tab that shares its seed follows."""
        if opened is not self:
            seed = state.seed if opened in self.same_seed_tabs else gr.skip()
            return [seed, *[gr.skip()] * (len(self.inputs) - 1)]
        label = type(self.label)(choices=named(dict.fromkeys([ALL, state.label])), value=state.label)
        return [state.seed, state.n, state.pick, label, *state.moves, *self.own_values(state)]

    @property
    def switched(self):
        return [self.n, self.pick, *self.followers]

    @property
    def followers(self):
        """Views that follow an opening, of many pictures: under other weights they are empty until asked for."""
        return [self.film, *([self.table] if self.conditional else [])]

    def switch(self, *values):
        """As open, with other weights: of every label, with fewer pictures where they are larger."""
        if weights.missing(self.name):
            return [gr.skip()] * len(self.switched) + self.open(*values)
        given = {**dict(zip(self.inputs, values)), "pick": 0, "label": ALL}
        side = self.load().resolution
        given["n"] = min(check(n=given["n"]).n, max(1, State.n * 64 * 64 // (side * side)))
        if "other" in given:
            given["other"] = ""
        return [given["n"], 0, *[{}] * len(self.followers), *self.open(*given.values())]

    @property
    def filled(self):
        label = [self.label] if self.conditional else []
        return [*self.seed_views, self.real_view, *label, *self.evidence_views, *self.neighbours]

    def fill(self, sampler, *values):
        return self.opening_values(*self.read(*values))

    def opening_values(self, sampler, state):
        """Values of `filled`."""
        found = [*self.seed_values(sampler, state), self.real(sampler)]
        if self.conditional:
            found.append(type(self.label)(choices=named([ALL, *(sampler.classes or [])]), value=state.label))
        found += self.evidence.values() if self.evidence else []
        return [*found, *neighbours.values(sampler)]

    def events(self, door):
        inputs, stage, label = self.inputs, self.stage_views, {"label": self.label} if self.conditional else {}
        picked = [*stage, *self.picked_views]
        seeds = [*(tab.seed for tab in self.same_seed_tabs), *self.seed_views]
        moves = [*(slider.input for slider in self.sliders), *self.own_moves]
        redraws = [*(control.input for control in (self.seed, self.n, *label.values())), *self.own_redraws]
        walk, ends = [self.walk_button.click, self.to.submit], {"seed": self.seed, "to": self.to, **label}
        found = [
            *super().events(door),
            Event("move", moves, self.move, inputs, stage, quick=True),
            Event("choose", [self.grid.select], self.choose, inputs, [self.pick, *picked], quick=True),
            Event("reset", [self.reset_button.click], self.reset, inputs, [*self.sliders, *picked], quick=True),
            Event("grid", redraws, self.redraw, inputs, seeds),
            Event("reroll", [self.reroll_button.click], self.reroll, inputs, seeds),
            Event("walk", walk, self.walk, ends, self.film, again={"first": "open"}),
        ]
        if self.conditional:
            given = {"seed": self.seed}
            found += [Event("labels", [self.seed.input], self.label_table, given, self.table, again=OPENING_AND_REROLL)]
        if self.shares_seed_with:
            found += [Event("judge", [self.upload.upload], self.judge_upload, {"photo": self.photo}, self.yours)]
        return found

    def api(self):
        label = {"label": self.label} if self.conditional else {}
        own = {field: self.api_controls.get(field, self.inputs[field]) for field in self.painted_fields}
        endpoints = {
            "": (self.paint, {"seed": self.seed, "n": self.n, **label, **own}),
            "walk": (self.walk, {"seed": self.seed, "to": self.to, **label}),
        }
        if self.conditional:
            endpoints["labels"] = (self.label_table, {"seed": self.seed})
        if self.shares_seed_with:
            endpoints["judge"] = (self.judge_photo, {"photo": self.photo})
        return [Endpoint(name, *what, self.help) for name, what in endpoints.items()]
