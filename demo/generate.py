"""The tab of a variant that draws from noise: one class lays out and wires all of them."""
import inspect
from functools import partial
from html import escape

import gradio as gr

import models
from demo import figures, views
from demo.answers import EVIDENCE, Answers
from demo.state import ALL, COORDINATES, DIRECTIONS, MOST, REACH, State

CATS = ("dcgan", "wgan", "wgan_gp", "sngan")
CONTROLS = ["seed", "n", "pick", "label", *(f"direction_{i + 1}" for i in range(DIRECTIONS)),
            *(f"coordinate_{i + 1}" for i in range(COORDINATES))]
# Queued work shares the device. The sliders skip the queue, which would take longer than their picture does.
DEVICE = {"concurrency_id": "device", "concurrency_limit": 2, "show_progress": "hidden"}
SLOW = {"trigger_mode": "always_last", **DEVICE}
QUICK = {"trigger_mode": "always_last", "queue": False, "show_progress": "hidden"}
# A number being typed beside a slider may lie outside for a moment; without a queue no toast would say so.
INSIDE = f"(...v) => v.map((x, i) => i < 4 ? x : Math.max(-{REACH}, Math.min({REACH}, Number(x) || 0)))"


def with_names(function, **special):
    """`function` of the controls' values by their names, which the API shows; special: annotated extras."""
    def call(*values):
        return function(*values)
    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    call.__signature__ = inspect.Signature([inspect.Parameter(name, kind) for name in [*CONTROLS, *special]])
    call.__annotations__ = special
    return call


def heading(text, more=""):
    return gr.HTML(f"<h3 class='ga-h {more}'>{text}</h3>", apply_default_css=False)


class NoiseTab:
    """Components and events of one variant's tab.

    controls: the components that State is made of, in CONTROLS' order. drawn: those that follow the seed.
    """

    def __init__(self, name):
        self.name, self.entry = name, models.entry(name)
        self.conditional, self.cat = name == "cgan", name in CATS

    def build(self):
        """Lay the tab out."""
        entry, first = self.entry, State()
        gr.HTML(f"<header class='ga-head'><h2>{entry.title}</h2><p><a href='{entry.url}' target='_blank' "
                f"rel='noopener'>{escape(entry.paper)}</a>, {escape(entry.authors)}, {entry.year}</p>"
                "</header>", apply_default_css=False)
        self.notice = gr.HTML(apply_default_css=False, visible=False)
        with gr.Column(elem_classes="ga-body") as self.body:
            with gr.Row(elem_classes="ga-play"):
                with gr.Column(scale=9, min_width=300):
                    self.stage = views.view(views.STAGE, views.STAGE_JS, elem_id=f"{self.name}-stage")
                with gr.Column(scale=7, min_width=280):
                    self.build_sliders()
                with gr.Column(scale=10, min_width=320):
                    self.build_grid(first)
            with gr.Row(elem_classes="ga-more"):
                with gr.Column(scale=3, min_width=260):
                    self.build_walk(first)
                with gr.Column(scale=7, min_width=320):
                    self.build_beside()
            self.build_evidence()
            self.facts = gr.HTML(apply_default_css=False)
        self.controls = [self.seed, self.n, self.pick, self.label, *self.sliders]
        self.drawn = [self.grid, self.file, self.stage, *self.same_z]
        for component in [*self.controls, self.to]:
            # state.check answers bad values in one line; Gradio's own checks trip over some of them.
            component.preprocess = lambda value: value

    def build_sliders(self):
        gr.HTML(f"<p class='ga-brought'>{escape(self.entry.brought)}</p>", apply_default_css=False)
        heading("Its strongest directions")
        made = partial(gr.Slider, -REACH, REACH, 0.0, step=0.05)
        self.sliders = [made(label=f"Direction {i}", elem_id=f"{self.name}-d{i}")
                        for i in range(1, DIRECTIONS + 1)]
        with gr.Accordion("Raw coordinates of z", open=False):
            self.sliders += [made(label=f"z[{i}]", elem_id=f"{self.name}-z{i}") for i in range(COORDINATES)]
        self.back = gr.Button("Sliders to zero", size="sm", elem_id=f"{self.name}-reset")

    def build_grid(self, first):
        with gr.Row(elem_classes="ga-controls"):
            self.seed = gr.Number(first.seed, label="Seed", elem_id=f"{self.name}-seed")
            self.dice = gr.Button("Reroll", variant="primary", elem_id=f"{self.name}-reroll")
            self.n = gr.Slider(1, MOST, first.n, step=1, label="How many", elem_id=f"{self.name}-n")
        self.pick = gr.Number(first.pick, label="Picture", visible=False)
        self.label = gr.Radio([ALL], value=ALL, label="Label", visible=self.conditional,
                              elem_id=f"{self.name}-label")
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
            self.upload = gr.UploadButton("Judge your own picture", file_types=["image"], size="sm",
                                          elem_id=f"{self.name}-upload")
            self.yours = views.view(views.STRIP, elem_id=f"{self.name}-yours")

    def build_evidence(self):
        self.evidence = []
        if self.name not in EVIDENCE:
            return
        names, figure, axes = EVIDENCE[self.name]
        heading(figures.TITLES[figure], "ga-more")
        with gr.Row():
            self.evidence = [figures.plot(*axes, models.entry(name).title) for name in names]
        self.evidence.append(gr.HTML(apply_default_css=False))

    def wire(self, tab, kin):
        """Connect the events. kin: the tabs that share one seed with this one, itself first."""
        self.kin = kin
        answers = Answers(self.name, [other.name for other in kin])
        followers = [*(other.seed for other in kin), *self.drawn]
        shown = [self.notice, self.body, *self.drawn, self.real, self.facts]
        shown += [self.label, self.table] if self.conditional else []
        shown += self.evidence

        def opened(*values):
            try:
                return answers.open(*values)
            except gr.Error as error:
                notice = gr.HTML(f"<p class='ga-missing'>{error.message}</p>", visible=True)
                return [notice, gr.Column(visible=False), *[gr.skip()] * (len(shown) - 2)]

        def on(triggers, verb, function, inputs, outputs, how, text):
            return gr.on(triggers, function, inputs, outputs, **how, api_name=f"{self.name}_{verb}",
                         api_description=f"{self.entry.title}: {text}")

        first = on([tab.select], "open", with_names(opened), self.controls, shown, SLOW,
                   "all that its tab shows on opening: grid, stage, real pictures, checkpoint, evidence; "
                   "or one line that says why its weights cannot be had.")
        on([slider.input for slider in self.sliders], "move", with_names(answers.move), self.controls,
           self.stage, {**QUICK, "js": INSIDE},
           "the picture of seed + pick, moved along the generator's strongest directions and along raw "
           "coordinates of z, with the discriminator's verdict. The picture is a lossless data URI.")
        on([self.grid.select], "choose", with_names(answers.choose, event=gr.EventData), self.controls,
           [self.pick, self.stage, *self.same_z], QUICK, "picture number `pick` of the grid, to be moved.")
        changed = [self.seed.input, self.n.input] + ([self.label.input] if self.conditional else [])
        on(changed, "grid", with_names(answers.redraw), self.controls, followers, SLOW,
           "n pictures from a seed, each with its verdict, and all of them in one PNG file.")
        on([self.dice.click], "reroll", with_names(answers.reroll), self.controls, followers, SLOW,
           "as grid, from a new random seed.")
        on([self.back.click], "reset", with_names(answers.reset), self.controls, [*self.sliders, self.stage],
           QUICK, "all sliders to zero: the picture of the seed itself.")
        ends = [self.seed, self.to] + ([self.label] if self.conditional else [])
        on([self.go.click, self.to.submit], "walk", answers.walk, ends, self.film, SLOW,
           "a looping lossless animation (APNG as a data URI) from one seed's picture to another's and back.")
        first.then(answers.first_walk, ends, self.film, **SLOW, api_name=f"{self.name}_first_walk",
                   api_description=f"{self.entry.title}: as walk; nothing where the weights cannot be had.")
        if self.conditional:
            on([self.seed.input, self.dice.click], "labels", answers.table, self.seed, self.table, SLOW,
               "every label by ten seeds, one PNG as a data URI.")
        if self.cat:
            on([self.upload.upload], "judge", answers.judge, self.upload, self.yours, SLOW,
               "the discriminator's verdict on a picture of yours.")
