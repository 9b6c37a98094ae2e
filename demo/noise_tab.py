"""The tab of a variant that draws from noise: one class lays out and wires all of them."""

import inspect
from functools import partial

import gradio as gr

import models
from demo import events
from demo.events import QUICK, SLOW, quiet
from demo.idea import Idea
from demo.noise_answers import EVIDENCE, SEEDS, Answers
from demo.parts import figures, neighbours, views
from demo.parts import photo_card as photo
from demo.parts import trials as claims
from demo.state import ALL, COORDINATES, DIRECTIONS, MOST, MOVES, REACH, State
from demo.tabs.biggan import Truncation
from demo.tabs.progan import Growth
from demo.tabs.sagan import Attention

IDEAS = {"progan": Growth, "sagan": Attention, "biggan": Truncation}
CATS = ("dcgan", "wgan", "wgan_gp", "sngan")
CONTROLS = [
    "seed",
    "n",
    "pick",
    "label",
    *(f"direction_{i + 1}" for i in range(DIRECTIONS)),
    *(f"coordinate_{i + 1}" for i in range(COORDINATES)),
]


class NoiseTab:
    """Components and events of one variant's tab.

    idea: what it has beyond the others. controls: the components that State is made of, in the order of CONTROLS and
    then the idea's own. drawn: those that follow the seed.
    """

    SLOW, QUICK = SLOW, QUICK

    def __init__(self, name):
        self.name, self.entry = name, models.entry(name)
        self.idea = IDEAS.get(name, Idea)(name)
        self.conditional = "classes" in inspect.signature(self.entry.networks["generator"]).parameters
        self.cat = name in CATS

    def named(self, function, **special):
        """`function` of the controls' values by their names, which the API shows; special: annotated extras."""
        return events.named(function, *CONTROLS, *self.idea.names, **special)

    def build(self):
        """Lay the tab out."""
        first = State()
        views.head(self.entry)
        self.notice = gr.HTML(apply_default_css=False, visible=False)
        with gr.Column(elem_classes="ga-body") as self.body:
            with gr.Row(elem_classes=["ga-play", *(["ga-led"] if self.idea.names else [])]):
                with gr.Column(scale=9, min_width=300):
                    self.stage = views.view(views.STAGE, views.STAGE_JS, elem_id=f"{self.name}-stage")
                with gr.Column(scale=7, min_width=280):
                    self.build_sliders()
                with gr.Column(scale=10, min_width=320):
                    self.build_grid(first)
            self.idea.build_below(self)
            with gr.Row(elem_classes="ga-more"):
                with gr.Column(scale=3, min_width=260):
                    self.build_walk(first)
                with gr.Column(scale=7, min_width=320):
                    self.build_beside()
            self.build_evidence()
            claims.panel(self.name)
            self.neighbours = neighbours.panel(self.name)
            self.facts = gr.HTML(apply_default_css=False)
        self.controls = [self.seed, self.n, self.pick, self.label, *self.sliders, *self.idea.controls]
        self.shown = [self.stage, *self.idea.live]
        self.settled = [*self.same_z, *self.idea.settled]
        self.drawn = [self.grid, self.file, *self.shown, *self.settled]
        for component in [*self.controls, self.to]:
            if not isinstance(component, gr.JSON):
                # state.check answers bad values in one line; Gradio's own checks trip over some of them.
                component.preprocess = lambda value: value

    def build_sliders(self):
        views.brought(self.entry)
        self.idea.build()
        views.heading(self.idea.directions)
        made = partial(gr.Slider, -REACH, REACH, 0.0, step=0.05)
        self.sliders = [made(label=f"Direction {i}", elem_id=f"{self.name}-d{i}") for i in range(1, DIRECTIONS + 1)]
        with gr.Accordion("Raw coordinates of z", open=False):
            self.sliders += [made(label=f"z[{i}]", elem_id=f"{self.name}-z{i}") for i in range(COORDINATES)]
        self.back = gr.Button("Sliders to zero", size="sm", elem_id=f"{self.name}-reset")

    def build_grid(self, first):
        with gr.Row(elem_classes="ga-controls"):
            self.seed = gr.Number(first.seed, label="Seed", elem_id=f"{self.name}-seed")
            self.dice = gr.Button("Reroll", variant="primary", elem_id=f"{self.name}-reroll")
            self.n = gr.Slider(1, MOST, first.n, step=1, label="How many", elem_id=f"{self.name}-n")
        self.pick = gr.Number(first.pick, label="Picture", visible=False)
        self.label = gr.Radio([ALL], value=ALL, label="Label", visible=self.conditional, elem_id=f"{self.name}-label")
        self.grid = views.view(views.GRID, views.GRID_JS, elem_id=f"{self.name}-grid")
        self.file = gr.DownloadButton("Download the grid as PNG", size="sm", elem_id=f"{self.name}-download")

    def build_walk(self, first):
        self.film = views.view(views.PICTURE, views.SAVE_JS, elem_id=f"{self.name}-walk")
        with gr.Row(elem_classes="ga-controls"):
            self.to = gr.Number(first.seed + 1, label="Walk to seed")
            self.go = gr.Button("Walk", elem_id=f"{self.name}-go")

    def build_beside(self):
        self.same_z, self.table = [], None
        if self.conditional:
            self.table = views.view(views.TABLE, views.SAVE_JS, elem_id=f"{self.name}-labels")
        if self.cat:
            self.same_z = [views.view(views.STRIP, elem_id=f"{self.name}-kin", elem_classes="ga-kin")]
        self.real = views.view(views.STRIP, elem_id=f"{self.name}-real")
        if self.cat:
            self.upload = photo.view(photo.alone("Judge your own picture"), elem_id=f"{self.name}-upload")
            self.given = gr.Textbox("", visible=False, label="photo")
            self.yours = views.view(views.STRIP, elem_id=f"{self.name}-yours")

    def build_evidence(self):
        self.evidence = []
        if self.name not in EVIDENCE:
            return
        names, figure, axes = EVIDENCE[self.name]
        views.heading(figures.TITLES[figure], "ga-more")
        with gr.Row():
            self.evidence = [figures.plot(*axes, models.entry(name).title) for name in names]
        self.evidence.append(gr.HTML(apply_default_css=False))

    def wire(self, tab, kin):
        """Connect the events. kin: the tabs that share one seed with this one, itself first."""
        self.kin = kin
        answers = Answers(self.name, [other.name for other in kin], self.idea)
        followers = [*(other.seed for other in kin), *self.drawn]
        shown = [self.notice, self.body, *self.drawn, self.real, self.facts]
        shown += [self.label] if self.conditional else []
        shown += [*self.idea.told, *self.evidence, *self.neighbours]
        limits = [None] * 4 + [(-REACH, REACH)] * MOVES + [self.idea.limits.get(name) for name in self.idea.names]

        def opened(*values):
            try:
                return answers.open(*values)
            except gr.Error as error:
                notice = gr.HTML(f"<p class='ga-missing'>{error.message}</p>", visible=True)
                return [notice, gr.Column(visible=False), *[gr.skip()] * (len(shown) - 2)]

        def on(triggers, verb, function, inputs, outputs, how, text):
            return gr.on(
                triggers,
                function,
                inputs,
                outputs,
                **how,
                api_name=f"{self.name}_{verb}",
                api_description=f"{self.entry.title}: {text}",
            )

        def behind(verb, function, inputs, view, triggers, text, after=("first", "reroll")):
            """A picture that takes longer: on its own triggers, and after opening and reroll."""
            on(triggers, verb, function, inputs, view, SLOW, text)
            for when in after:
                {"first": first, "reroll": rerolled}[when].then(
                    quiet(function),
                    inputs,
                    view,
                    **SLOW,
                    api_name=f"{self.name}_{when}_{verb}",
                    api_description=f"{self.entry.title}: as {verb}; nothing where the weights cannot be had.",
                )

        first = on(
            [tab.select],
            "open",
            self.named(opened),
            self.controls,
            shown,
            SLOW,
            "all that its tab shows on opening: grid, stage, real pictures, checkpoint, evidence; "
            "or one line that says why its weights cannot be had.",
        )
        on(
            [*(slider.input for slider in self.sliders), *self.idea.moves],
            "move",
            self.named(answers.move),
            self.controls,
            self.shown,
            {**QUICK, "js": events.inside(limits)},
            "the picture of seed + pick, moved along the generator's strongest directions and along raw "
            "coordinates of z, with the discriminator's verdict. The picture is a lossless data URI.",
        )
        on(
            [self.grid.select],
            "choose",
            self.named(answers.choose, event=gr.EventData),
            self.controls,
            [self.pick, *self.shown, *self.settled],
            QUICK,
            "picture number `pick` of the grid, to be moved.",
        )
        changed = [self.seed.input, self.n.input, *self.idea.redraws]
        changed += [self.label.input] if self.conditional else []
        on(
            changed,
            "grid",
            self.named(answers.redraw),
            self.controls,
            followers,
            SLOW,
            "n pictures from a seed, each with its verdict, and all of them in one PNG file.",
        )
        rerolled = on(
            [self.dice.click],
            "reroll",
            self.named(answers.reroll),
            self.controls,
            followers,
            SLOW,
            "as grid, from a new random seed.",
        )
        on(
            [self.back.click],
            "reset",
            self.named(answers.reset),
            self.controls,
            [*self.sliders, *self.shown, *self.idea.settled],
            QUICK,
            "all sliders to zero: the picture of the seed itself.",
        )
        ends = [self.seed, self.to] + ([self.label] if self.conditional else [])
        behind(
            "walk",
            answers.walk,
            ends,
            self.film,
            [self.go.click, self.to.submit],
            "a looping lossless animation (APNG as a data URI) from one seed's picture to another's and back.",
            after=("first",),
        )
        if self.conditional:
            behind(
                "labels",
                answers.table,
                [self.seed],
                self.table,
                [self.seed.input],
                f"every label by {SEEDS} seeds, one PNG as a data URI.",
            )
        self.idea.wire(self, answers, on, behind)
        if self.cat:
            on(
                [self.upload.upload],
                "judge",
                answers.judge,
                self.given,
                self.yours,
                SLOW,
                "the discriminator's verdict on a picture of yours, a data URI.",
            )
