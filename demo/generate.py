"""The tab of a variant that draws from noise: one class for all of them, nothing copied per variant."""
import inspect
import random
import tempfile
from functools import partial
from html import escape
from pathlib import Path

import gradio as gr
import torch

import models
from demo import figures, pictures, uploads, views
from demo.state import ALL, COORDINATES, DIRECTIONS, LAST_SEED, MOST, REACH, State, check, number, refuse
from models.images import to_images

CATS = ("dcgan", "wgan", "wgan_gp", "sngan")
EVIDENCE = {  # variant -> the variants compared, the figure, its axes, what it shows
    "wgan": (("wgan", "wgan_gp"), figures.histogram, ("weight", "percent")),
    "wgan_gp": (("wgan", "wgan_gp"), figures.histogram, ("weight", "percent")),
    "sngan": (("sngan", "dcgan"), figures.spectrum, ("layer", "largest singular value")),
}
SAVED = Path(tempfile.mkdtemp(prefix="gan-atlas-"))
KEEP = 100
CONTROLS = ["seed", "n", "pick", "label", *(f"direction_{i + 1}" for i in range(DIRECTIONS)),
            *(f"coordinate_{i + 1}" for i in range(COORDINATES))]
# Queued work shares the device; the sliders' event skips the queue, which would cost it half of its speed.
DEVICE = {"concurrency_id": "device", "concurrency_limit": 2}
QUICK = {"queue": False, "trigger_mode": "always_last", "show_progress": "hidden"}


def sampler_of(name):
    """The variant's Sampler; gr.Error with the one line that says why its weights cannot be had."""
    try:
        return models.load(name)
    except OSError as error:
        raise refuse(escape(str(error), quote=False)) from None


def with_names(function, names, **special):
    """`function` with its values' names, which the API shows to clients; special: annotated extras at the end."""
    def call(*values):
        return function(*values)
    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    call.__signature__ = inspect.Signature([inspect.Parameter(name, kind) for name in [*names, *special]])
    call.__annotations__ = special
    return call


class NoiseTab:
    """Components and events of one variant's tab.

    controls: what State is made of, in CONTROLS' order. shown: what opening the tab fills.
    """

    def __init__(self, name):
        self.name, self.entry = name, models.entry(name)

    # What the events do.

    def state(self, *values):
        """Sampler and checked State from the controls' values."""
        sampler = sampler_of(self.name)
        seed, n, pick, label, *moves = values
        return sampler, check(seed, n, pick, label, moves, sampler.classes)

    def stage(self, sampler, state):
        """The picture under the sliders, its verdict, and the link that reopens it all."""
        labels = pictures.labels_of(sampler, state)
        label = None if labels is None else [labels[state.pick]]
        drawn = sampler.sample(z=pictures.latent(sampler, state), labels=label)
        score = pictures.verdicts(sampler, drawn, label)[0]
        seed = state.seed + state.pick
        return {"src": pictures.png(to_images(drawn)[0]), "score": round(score, 4), "seed": seed,
                "file": f"{self.name}-seed{seed}.png", "link": state.link(self.name),
                **views.meter(score, pictures.scale(sampler), pictures.is_probability(sampler))}

    def grid(self, sampler, state):
        """The grid with its verdicts, and the same pictures as one PNG file."""
        labels = pictures.labels_of(sampler, state)
        drawn = sampler.sample(state.n, seed=state.seed, labels=labels)
        items = pictures.judged(sampler, drawn, labels)
        for i, item in enumerate(items):
            item |= {"name": f"Seed {state.seed + i}", "text": views.number(item["score"])}
        words = "the probability of being real" if pictures.is_probability(sampler) else "the critic's score"
        value = {"pictures": items, "across": pictures.columns(state.n), "pick": state.pick,
                 "note": f"On each picture {words}. Click one to take it under the sliders."}
        return value, self.save(pictures.sheet(drawn), f"{self.name}-seed{state.seed}-n{state.n}")

    def save(self, image, stem):
        """A PNG file for the browser to fetch; the oldest go, so that a long-lived page fills no disk."""
        kept = sorted(SAVED.glob("*.png"), key=lambda path: path.stat().st_mtime)
        for path in kept[:-KEEP]:
            path.unlink(missing_ok=True)
        path = SAVED / f"{stem}.png"
        image.save(path)
        return str(path)

    def move(self, *values):
        return self.stage(*self.state(*values))

    def choose(self, *values):
        *values, event = values
        values[2] = getattr(event, "index", values[2])
        sampler, state = self.state(*values)
        return [state.pick, self.stage(sampler, state), *self.compare(state)]

    def redraw(self, *values):
        sampler, state = self.state(*values)
        return [*[state.seed] * len(self.kin), *self.grid(sampler, state), self.stage(sampler, state),
                *self.compare(state)]

    def reroll(self, seed, *values):
        return self.redraw(random.randint(0, 99_999), *values)

    def reset(self, *values):
        values = [*values[:4], *[0.0] * (DIRECTIONS + COORDINATES)]
        return *values[4:], self.move(*values)

    def open(self, *values):
        """Everything a tab shows first; where the weights cannot be had, the one line that says so instead."""
        try:
            sampler, state = self.state(*values)
        except gr.Error as error:
            blank = [gr.skip()] * (len(self.shown) - 2)
            return f"<p class='ga-missing'>{error.message}</p>", gr.Column(visible=False), *blank
        found = ["", gr.Column(visible=True), *self.grid(sampler, state), self.stage(sampler, state),
                 *self.compare(state), self.real(sampler), facts(sampler)]
        if self.name == "cgan":
            found += [gr.Radio(choices=[ALL, *sampler.classes], value=state.label), self.table(state.seed)]
        if self.name in EVIDENCE:
            found += self.evidence()
        return found

    def compare(self, state):
        """The picked z under every objective that shares the seed: a list of one strip, empty for a lone tab."""
        found = []
        for other in self.kin if len(self.kin) > 1 else []:
            try:
                drawn = models.load(other.name).sample(1, seed=state.seed + state.pick)
            except OSError:
                continue
            found.append({"src": pictures.png(to_images(drawn)[0]), "name": other.entry.title,
                          "text": other.entry.title})
        note = f"Seed {state.seed + state.pick} in each network: the same z, a different objective."
        return [{"title": "One z, four objectives", "pictures": found, "note": note}] if len(self.kin) > 1 else []

    def real(self, sampler):
        """The shipped training pictures, judged as the drawn ones are."""
        items = pictures.judged_real(sampler)
        for item in items:
            as_label = f" as {item['label']}" if "label" in item else ""
            item |= {"name": "Training picture", "text": views.number(item["score"]) + as_label}
        note = "The same network's verdict on pictures it was trained with."
        if any("label" in item for item in items):
            note += " Each is judged under the label that the network finds most convincing."
        return {"title": "Real pictures beside", "pictures": items, "note": note}

    def walk(self, seed, to, label=None):
        """From the picture of one seed to another's and back."""
        sampler = sampler_of(self.name)
        seed, to = (number(v, what, 0, LAST_SEED, whole=True) for v, what in ((seed, "Seed"), (to, "Walk to seed")))
        index = None
        if sampler.classes is not None:
            label = check(label=label, classes=sampler.classes).label
            index = 0 if label == ALL else sampler.classes.index(label)
        return {"src": pictures.walk(sampler, seed, to, index), "file": f"{self.name}-walk-{seed}-{to}.png",
                "alt": f"Walk from seed {seed} to seed {to}", "note": f"Seed {seed} to {to} and back, on the sphere."}

    def first_walk(self, *values):
        try:
            return self.walk(*values)
        except gr.Error:
            return gr.skip()  # the tab has said so already

    def table(self, seed):
        """cGAN's classes by ten seeds, in one picture."""
        sampler = sampler_of(self.name)
        seed = number(seed, "Seed", 0, LAST_SEED, whole=True)
        k = len(sampler.classes)
        z = sampler.latents(10, seed)
        drawn = sampler.sample(z=z.repeat(k, 1), labels=torch.arange(k).repeat_interleave(10))
        return {"src": pictures.png(pictures.sheet(drawn, 10)), "rows": [escape(c) for c in sampler.classes],
                "title": "Every label, ten seeds", "file": f"{self.name}-labels-seed{seed}.png",
                "note": "One row a label, one column a seed: a column keeps its hand, a row keeps its digit."}

    def judge(self, path):
        """The discriminator's verdict on a visitor's picture."""
        sampler = sampler_of(self.name)
        picture = uploads.square(uploads.read(path), sampler.resolution)
        item = pictures.judged(sampler, pictures.tensor(picture))[0]
        item |= {"name": "Your picture", "text": views.number(item["score"])}
        return {"title": "Your picture", "pictures": [item],
                "note": f"Its middle square, at the {sampler.resolution} px that the network sees."}

    def evidence(self):
        """Figures of the compared networks' weights, one plot a variant; a variant without weights stays empty."""
        names, figure, _ = EVIDENCE[self.name]
        found, notes = [], []
        for name in names:
            try:
                sampler = models.load(name)
            except OSError:
                found.append(None)
                continue
            found.append(figure(sampler))
            if figure is figures.histogram:
                notes.append(f"{models.entry(name).title}: {figures.at_the_ends(sampler):.0f} % of the weights "
                             f"lie within 5 % of ±0.01.")
            else:
                notes.append(f"{models.entry(name).title}: largest {found[-1].iloc[:, 1].max():.2f}.")
        return [*found, f"<p class='ga-note'>{' '.join(notes)}</p>"]

    # What the tab is made of.

    def build(self):
        """Lay the tab out."""
        entry, first = self.entry, State()
        gr.HTML(f"<header class='ga-head'><h2>{entry.title}</h2><p><a href='{entry.url}' target='_blank' "
                f"rel='noopener'>{escape(entry.paper)}</a>, {escape(entry.authors)}, {entry.year}</p></header>",
                apply_default_css=False)
        self.notice = gr.HTML(apply_default_css=False)
        with gr.Column(elem_classes="ga-body") as self.body:
            with gr.Row(elem_classes="ga-play"):
                with gr.Column(scale=9, min_width=300):
                    self.picture = views.view(views.STAGE, views.STAGE_JS, elem_id=f"{self.name}-stage")
                with gr.Column(scale=7, min_width=280):
                    gr.HTML(f"<p class='ga-brought'>{escape(entry.brought)}</p>", apply_default_css=False)
                    self.build_sliders()
                with gr.Column(scale=10, min_width=320):
                    self.build_grid(first)
            with gr.Row(elem_classes="ga-more"):
                with gr.Column(scale=3, min_width=260):
                    self.build_walk(first)
                with gr.Column(scale=7, min_width=320):
                    self.build_beside()
            if self.name in EVIDENCE:
                self.build_evidence()
            self.facts = gr.HTML(apply_default_css=False, elem_classes="ga-more")
        self.controls = [self.seed, self.n, self.pick, self.label, *self.sliders]
        for component in [*self.controls, self.to]:
            component.preprocess = lambda value: value  # state.check says in one line what Gradio's own checks trip over

    def build_sliders(self):
        made = partial(gr.Slider, -REACH, REACH, 0.0, step=0.05)
        gr.HTML("<h3 class='ga-h'>The generator's strongest directions</h3>", apply_default_css=False)
        self.sliders = [made(label=f"Direction {i + 1}", elem_id=f"{self.name}-d{i + 1}") for i in range(DIRECTIONS)]
        with gr.Accordion("Raw coordinates of z", open=False):
            self.sliders += [made(label=f"z[{i}]", elem_id=f"{self.name}-z{i}") for i in range(COORDINATES)]
        self.back = gr.Button("Sliders to zero", size="sm")

    def build_grid(self, first):
        with gr.Row(elem_classes="ga-controls"):
            self.seed = gr.Number(first.seed, label="Seed", min_width=90, elem_id=f"{self.name}-seed")
            self.dice = gr.Button("Reroll", variant="primary", min_width=90, elem_id=f"{self.name}-reroll")
            self.n = gr.Slider(1, MOST, first.n, step=1, label="How many", min_width=140)
            self.pick = gr.Number(first.pick, label="Picture", visible=False)
        conditional = self.name == "cgan"
        self.label = gr.Radio([ALL], value=ALL, label="Label", visible=conditional, elem_id=f"{self.name}-label")
        self.pictures = views.view(views.GRID, views.GRID_JS, elem_id=f"{self.name}-grid")
        self.file = gr.DownloadButton("Download the grid as PNG", size="sm", elem_id=f"{self.name}-download")

    def build_walk(self, first):
        gr.HTML("<h3 class='ga-h'>A walk between two seeds</h3>", apply_default_css=False)
        self.film = views.view(views.PICTURE, views.SAVE_JS, elem_id=f"{self.name}-walk")
        with gr.Row(elem_classes="ga-controls"):
            self.to = gr.Number(first.seed + 1, label="Walk to seed", min_width=100)
            self.go = gr.Button("Walk", min_width=80)

    def build_beside(self):
        if self.name == "cgan":
            self.labels = views.view(views.TABLE, views.SAVE_JS, elem_id="cgan-labels")
        if self.name in CATS:
            self.same_z = views.view(views.STRIP, elem_id=f"{self.name}-kin", elem_classes="ga-kin")
        self.real_strip = views.view(views.STRIP, elem_id=f"{self.name}-real")
        if self.name in CATS:
            self.upload = gr.UploadButton("Judge your own picture", file_types=["image"], size="sm",
                                          elem_id=f"{self.name}-upload")
            self.yours = views.view(views.STRIP, elem_id=f"{self.name}-yours")

    def build_evidence(self):
        names, figure, axes = EVIDENCE[self.name]
        heading = ("The critic's weights, clipped and penalised" if figure is figures.histogram
                   else "The largest singular value of each discriminator layer")
        gr.HTML(f"<h3 class='ga-h'>{heading}</h3>", apply_default_css=False, elem_classes="ga-more")
        with gr.Row():
            self.plots = [figures.plot(*axes, models.entry(name).title) for name in names]
        self.plot_note = gr.HTML(apply_default_css=False)

    # What happens when.

    def wire(self, tab, kin):
        """Connect the events. kin: the tabs that share one seed with this one, itself first."""
        self.kin, name, title = kin, self.name, self.entry.title
        seeds = [other.seed for other in kin]
        drawn = [self.pictures, self.file, self.picture] + ([self.same_z] if name in CATS else [])
        self.shown = [self.notice, self.body, *drawn, self.real_strip, self.facts]
        self.shown += [self.label, self.labels] if name == "cgan" else []
        self.shown += [*self.plots, self.plot_note] if name in EVIDENCE else []
        slow = {"show_progress": "hidden", "trigger_mode": "always_last", **DEVICE}
        drawn = [*seeds, *drawn]
        chosen = [self.pick, self.picture] + ([self.same_z] if name in CATS else [])

        def api(verb, text):
            return {"api_name": f"{name}_{verb}", "api_description": f"{title}: {text}"}

        filled = tab.select(
            with_names(self.open, CONTROLS), self.controls, self.shown, **slow,
            **api("open", "all that its tab shows on opening: grid, picture, real pictures, checkpoint, evidence."))
        gr.on([s.input for s in self.sliders], with_names(self.move, CONTROLS), self.controls, self.picture, **QUICK,
              **api("move", "the picture of seed + pick, moved along the generator's strongest directions and raw "
                            "coordinates of z, with the discriminator's verdict. Returns a lossless data URI."))
        self.pictures.select(
            with_names(self.choose, CONTROLS, event=gr.EventData), self.controls, chosen, **QUICK,
            **api("choose", "take picture number `pick` of the grid under the sliders."))
        changed = [self.seed.input, self.n.input] + ([self.label.input] if name == "cgan" else [])
        gr.on(changed, with_names(self.redraw, CONTROLS), self.controls, drawn, **slow,
              **api("grid", "n pictures from a seed, each with its verdict, and all of them as one PNG file."))
        self.dice.click(with_names(self.reroll, CONTROLS), self.controls, drawn, **slow,
                        **api("reroll", "as grid, from a new random seed."))
        self.back.click(with_names(self.reset, CONTROLS), self.controls, [*self.sliders, self.picture], **QUICK,
                        **api("reset", "all sliders to zero: the picture of the seed itself."))
        walking = [self.seed, self.to] + ([self.label] if name == "cgan" else [])
        gr.on([self.go.click, self.to.submit], self.walk, walking, self.film, **slow,
              **api("walk", "a looping lossless animation (APNG data URI) from one seed's picture to another's."))
        filled.then(self.first_walk, walking, self.film, **slow,
                    **api("first_walk", "as walk, and nothing at all where the weights cannot be had."))
        if name == "cgan":
            gr.on([self.seed.input, self.dice.click], self.table, self.seed, self.labels, **slow,
                  **api("labels", "every label by ten seeds, as one PNG data URI."))
        if name in CATS:
            self.upload.upload(self.judge, self.upload, self.yours, **slow,
                               **api("judge", "the discriminator's verdict on a picture of yours."))


def facts(sampler):
    """Which checkpoint this is: where from, trained on what, its terms and its figures, as HTML."""
    weights, config = sampler.weights, sampler.config
    dataset = config.get("dataset", {})
    dataset = dataset if isinstance(dataset, dict) else {"name": dataset}
    commit = f" at commit {weights.revision[:12]}" if weights.revision else ", not published yet"
    rows = {
        "Checkpoint": (weights.repo + commit if weights.repo else "") + f" ({weights.source})",
        "Data set": dataset.get("name", "unknown"),
        "Licence": config.get("license") or "unknown",
        "Learned for": f"{config['steps']:,} generator steps" if config.get("steps") else "",
        **{key: _figure(value) for key, value in config.get("metrics", {}).items()},
        "Device": str(sampler.device),
    }
    items = "".join(f"<div><dt>{escape(str(k))}</dt><dd>{escape(str(v))}</dd></div>" for k, v in rows.items() if v)
    return f"<h3 class='ga-h'>The checkpoint behind this tab</h3><dl class='ga-facts'>{items}</dl>"


def _figure(value):
    """A metric in words: a bare number, or a number with its protocol."""
    if isinstance(value, dict):
        main = value.get("value", value.get("mean"))
        rest = ", ".join(f"{k} {_figure(v)}" for k, v in value.items() if k not in ("value", "mean"))
        return f"{_figure(main)} ({rest})" if main is not None and rest else _figure(main) if main is not None else rest
    return f"{value:.4g}" if isinstance(value, float) else str(value)


