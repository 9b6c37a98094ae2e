"""What a noise variant's tab answers to its events: JSON values and files, from the controls' values."""

import random
import tempfile
from dataclasses import replace
from html import escape
from pathlib import Path

import gradio as gr
import torch

import models
from demo import uploads
from demo.idea import Idea
from demo.parts import checkpoint, figures, neighbours, pictures, views
from demo.state import ALL, LAST_SEED, MOVES, check, number, refuse
from models.images import to_images

SEEDS = 10
SAVED = Path(tempfile.mkdtemp(prefix="gan-atlas-"))
KEEP = 100
EVIDENCE = {  # variant -> the variants compared, the figure, its axes
    "wgan": (("wgan", "wgan_gp"), figures.histogram, ("weight", "percent")),
    "wgan_gp": (("wgan", "wgan_gp"), figures.histogram, ("weight", "percent")),
    "sngan": (("sngan", "dcgan"), figures.spectrum, ("layer", "largest singular value")),
}


def load(name):
    """The variant's Sampler or Translator; gr.Error with the one line that says why its weights cannot be had."""
    try:
        return models.load(name)
    except OSError as error:
        raise refuse(escape(" ".join(str(error).split()), quote=False)) from None


def save(image, stem):
    """A PNG file for the browser to fetch; the oldest go, so that a long-lived page fills no disk."""
    kept = sorted(SAVED.glob("*.png"), key=lambda path: path.stat().st_mtime)
    for path in kept[:-KEEP]:
        path.unlink(missing_ok=True)
    path = SAVED / f"{stem}.png"
    image.save(path)
    return str(path)


class Answers:
    """The answers of one variant's tab. kin: the variants that share one seed with it, itself first.

    Methods of *values take the controls' values: seed, n, pick, label, the sliders, then the idea's own.
    """

    def __init__(self, name, kin, idea=None):
        self.name, self.kin, self.idea = name, kin, idea or Idea(name)

    def sampler(self):
        return load(self.name)

    def read(self, *values):
        """Sampler and checked State from the controls' values; a level at the top is no level."""
        sampler = self.sampler()
        (seed, n, pick, label), moves, own = values[:4], values[4 : 4 + MOVES], values[4 + MOVES :]
        state = check(seed, n, pick, label, moves, classes=sampler.classes, **dict(zip(self.idea.names, own)))
        grown = state.level is None or state.level >= sampler.top_level
        return sampler, replace(state, level=None) if grown else state

    def stage(self, sampler, state):
        """The picture under the sliders, its verdict, and the link that reopens it all."""
        label = pictures.label_of(sampler, state)
        drawn = sampler.sample(z=pictures.latent(sampler, state), labels=label, level=state.level)
        score = pictures.verdicts(sampler, drawn, label)[0] if state.level is None else None
        seed = state.seed + state.pick
        return {
            "src": pictures.png(to_images(drawn)[0]),
            "seed": seed,
            "score": None if score is None else round(score, 4),
            "file": f"{self.name}-seed{seed}.png",
            "link": state.link(self.name),
            **views.meter(score, pictures.scale(sampler), pictures.is_probability(sampler), pictures.judge(sampler)),
            **self.idea.stage(sampler, state),
        }

    def shown(self, sampler, state):
        """The stage and what follows it."""
        stage = self.stage(sampler, state)
        return [stage, *self.idea.follow(sampler, state, stage)]

    def drawn(self, sampler, state):
        """All that follows the seed: the grid, its PNG file, the stage, the z under its kin's objectives."""
        labels = pictures.labels_of(sampler, state)
        batch = sampler.sample(state.n, seed=state.seed, labels=labels, truncation=state.truncation)
        items = pictures.judged(sampler, batch, labels)
        for i, item in enumerate(items):
            item |= {"name": f"Seed {state.seed + i}", "text": views.number(item["score"])}
        probable = pictures.is_probability(sampler)
        words = "the probability of being real" if probable else f"the {pictures.judge(sampler)}'s score"
        value = {
            "pictures": items,
            "across": pictures.columns(state.n),
            "pick": state.pick,
            "note": f"On each picture {words}. Click one to take it under the sliders.",
        }
        file = save(pictures.sheet(batch), f"{self.name}-seed{state.seed}-n{state.n}")
        return [value, file, *self.shown(sampler, state), *self.settled(sampler, state)]

    def settled(self, sampler, state):
        """What follows the grid and its pick: the picked z under kin's objectives, and the idea's own."""
        return [*self.compare(state), *self.idea.settle(sampler, state)]

    def compare(self, state):
        """The picked z under every objective that shares the seed: one strip in a list, [] for a lone tab."""
        if len(self.kin) == 1:
            return []
        found, seed = [], state.seed + state.pick
        for name in sorted(self.kin, key=models.names().index):
            try:
                one = models.load(name).sample(1, seed=seed)
            except OSError:
                continue
            title = models.entry(name).title
            found.append({"src": pictures.png(to_images(one)[0]), "name": title, "text": title})
        return [
            {
                "title": "One z, four objectives",
                "pictures": found,
                "note": f"Seed {seed} in each network: the same z, trained under a different objective.",
            }
        ]

    def move(self, *values):
        stage, *more = self.shown(*self.read(*values))
        return [stage, *more] if more else stage

    def choose(self, *values):
        *values, event = values
        values[2] = views.told(event, "index", values[2])
        sampler, state = self.read(*values)
        return [state.pick, *self.shown(sampler, state), *self.settled(sampler, state)]

    def redraw(self, *values):
        sampler, state = self.read(*values)
        return [*[state.seed] * len(self.kin), *self.drawn(sampler, state)]

    def reroll(self, _, *values):
        return self.redraw(random.randint(0, 99_999), *values)

    def reset(self, *values):
        still = [0.0] * MOVES
        sampler, state = self.read(*values[:4], *still, *values[4 + MOVES :])
        return [*still, *self.shown(sampler, state), *self.idea.settle(sampler, state)]

    def open(self, *values):
        """Everything a tab shows first: notice, body's visibility, drawn, real, facts, label, told, evidence, panel."""
        sampler, state = self.read(*values)
        found = [
            gr.HTML(visible=False),
            gr.Column(visible=True),
            *self.drawn(sampler, state),
            self.real(sampler),
            checkpoint.facts(sampler),
        ]
        if sampler.classes is not None:
            found.append(gr.Radio(choices=[ALL, *sampler.classes], value=state.label))
        return [*found, *self.idea.tell(sampler, state), *self.evidence(), *neighbours.tell(sampler)]

    def real(self, sampler):
        """The shipped training pictures, judged as the drawn ones are."""
        items = pictures.judged_real(sampler)
        for item in items:
            label = f" as {item['label']}" if "label" in item else ""
            item |= {"name": "Training picture", "text": views.number(item["score"]) + escape(label)}
        return {
            "title": "Real pictures beside",
            "pictures": items,
            "note": "The same network's verdict on pictures it was trained with.",
        }

    def walk(self, seed, to, label=None):
        """From the picture of one seed to another's and back."""
        sampler = self.sampler()
        seed = number(seed, "Seed", 0, LAST_SEED, whole=True)
        to = number(to, "Walk to seed", 0, LAST_SEED, whole=True)
        index = None
        if sampler.classes is not None:
            label = check(label=label, classes=sampler.classes).label
            index = 0 if label == ALL else sampler.classes.index(label)
        return {
            "src": pictures.walk(sampler, seed, to, index),
            "file": f"{self.name}-walk-{seed}-{to}.png",
            "alt": f"Walk from seed {seed} to seed {to}",
            "note": f"Seed {seed} to seed {to} and back, along the sphere.",
        }

    def table(self, seed):
        """Every class by SEEDS seeds, in one picture."""
        sampler = self.sampler()
        seed = number(seed, "Seed", 0, LAST_SEED, whole=True)
        k = len(sampler.classes)
        z = sampler.latents(SEEDS, seed).repeat(k, 1)
        drawn = sampler.sample(z=z, labels=torch.arange(k).repeat_interleave(SEEDS))
        return {
            "src": pictures.png(pictures.sheet(drawn, SEEDS)),
            "rows": [escape(c) for c in sampler.classes],
            "title": "Every label, ten seeds",
            "file": f"{self.name}-labels-seed{seed}.png",
            "note": "One row a label, one column a seed: a row shares its label, a column its z.",
        }

    def judge(self, photo, event: gr.EventData):
        """The discriminator's verdict on a visitor's picture."""
        sampler = self.sampler()
        picture = uploads.square(uploads.read(views.told(event, "photo", photo)), sampler.resolution)
        item = pictures.judged(sampler, pictures.tensor(picture))[0]
        item |= {"name": "Your picture", "text": views.number(item["score"])}
        return {
            "title": "Your picture",
            "pictures": [item],
            "note": f"Its middle square, at the {sampler.resolution} px that the network sees.",
        }

    def evidence(self):
        """A table for each compared variant's plot and a line beneath; [] for a tab without such evidence."""
        if self.name not in EVIDENCE:
            return []
        names, figure, _ = EVIDENCE[self.name]
        tables, notes = [], []
        for name in names:
            try:
                sampler = models.load(name)
            except OSError:
                tables.append(None)
                continue
            tables.append(figure(sampler))
            notes.append(f"{models.entry(name).title}: {figures.in_words(figure, sampler, tables[-1])}")
        return [*figures.filled(figure, tables), f"<p class='ga-note'>{' '.join(notes)}</p>"]
