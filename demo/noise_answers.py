"""What the tab of a variant that generates from noise answers to its events: JSON values and files."""

import inspect
import math
import random
from html import escape

import torch

import models
from demo import uploads
from demo.parts import checkpoint, data_uri, latents, verdict, views
from demo.parts.examples import bundled
from demo.state import COORDINATES, DIRECTIONS, LAST_SEED, MOVES, State, check, number
from demo.variant_tab import VariantTab
from demo.words import known, say
from models.images import grid, to_images
from models.translator import to_tensor

TABLE_SEEDS, MOST_ROWS, FEW_ROWS = 10, 20, 8  # of the table of labels
MOVE_CONTROLS = [f"direction_{i + 1}" for i in range(DIRECTIONS)] + [f"coordinate_{i + 1}" for i in range(COORDINATES)]
CONTROLS = ("seed", "n", "pick", "label", *MOVE_CONTROLS)


class NoiseAnswers(VariantTab):
    """The answers of one variant's tab; `NoiseTab` shows them.

    Methods of *values take the values of all controls: CONTROLS, then `own_fields`. stage_values, picked_values and
    seed_values come in the order of NoiseTab's components stage_views, picked_views and seed_views.

    own_fields: the fields of State that a subclass has controls for. judge: the paper's word for the discriminator.
    opening: the State that the tab opens in, whose picked picture is one of the good ones.
    """

    own_fields, judge, opening = (), "discriminator", State()

    def __init__(self, name):
        super().__init__(name)
        self.conditional = "classes" in inspect.signature(self.entry.networks["generator"]).parameters
        self.same_seed_tabs = [self]  # with the other tabs whose seed follows this one's

    def read(self, *values):
        """Sampler and checked State from the controls' values."""
        seed, n, pick, label, *more = values
        own = dict(zip(self.own_fields, more[MOVES:]))
        return self.check(seed=seed, n=n, pick=pick, label=label, moves=tuple(more[:MOVES]), **own)

    def check(self, **fields):
        """Sampler and checked State from any of its fields."""
        sampler = self.load()
        return sampler, check(sampler.classes, **fields)

    def stage(self, sampler, state):
        """The picked picture, moved as the sliders say, its verdict, and the link that reopens the state."""
        label = latents.picked_label(sampler, state)
        z = latents.latent(sampler, state)
        picture = sampler.sample(z=z, labels=label, truncation=state.truncation, level=state.level, gate=state.gate)
        score = verdict.verdicts(sampler, picture, label)[0] if state.level is None else None
        seed = state.seed + state.pick
        meter = verdict.meter(score, verdict.scale(sampler), verdict.is_probability(sampler), self.judge)
        if sampler.discriminator is None:
            meter["meaning"] = say("no verdict: this checkpoint came without a discriminator")
        return {
            "src": data_uri.png(to_images(picture)[0]),
            "seed": seed,
            "score": verdict.rounded(score),
            "caption": latents.label_in_words(sampler, state),
            "file": f"{self.name}-seed{seed}.png",
            "link": state.link(self.name, self.opening),
            **meter,
        }

    def stage_values(self, sampler, state):
        """The stage and the views that follow it."""
        return [self.stage(sampler, state)]

    def picked_values(self, sampler, state):
        """What follows the seed of the picked picture: the pictures of the same seed in `same_seed_tabs`."""
        return [] if len(self.same_seed_tabs) == 1 else [self.same_seed(state)]

    def seed_values(self, sampler, state):
        """All that follows the seed: the grid, its PNG file, the stage, the views of the picked picture."""
        labels = latents.grid_labels(sampler, state)
        batch = sampler.sample(state.n, state.seed, labels, truncation=state.truncation, gate=state.gate)
        across = min(8, math.ceil(math.sqrt(state.n)))
        value = {
            "pictures": verdict.judged(
                sampler, batch, [say("Seed {seed}", seed=state.seed + i) for i in range(state.n)], labels
            ),
            "across": across,
            "pick": state.pick,
            "note": say("Click one to take it under the sliders.")
            if sampler.discriminator is None
            else say(
                "On each picture {verdict}. Click one to take it under the sliders.",
                verdict=self.verdict_in_words(sampler),
            ),
        }
        name = f"{self.name}-seed{state.seed}-n{state.n}.png"
        file = data_uri.cached(data_uri.encoded(grid(batch, across)), name)
        return [value, file, *self.stage_values(sampler, state), *self.picked_values(sampler, state)]

    def same_seed(self, state):
        """The picked seed in every network of `same_seed_tabs`."""
        seed = state.seed + state.pick
        pictures = [
            (models.entry(sampler.name).title, data_uri.png(to_images(sampler.sample(1, seed=seed))[0]))
            for sampler in checkpoint.available(tab.name for tab in self.same_seed_tabs)
        ]
        note = say(
            "Seed {seed} in each. The networks were trained separately, so the same z means something else to each.",
            seed=seed,
        )
        return views.strip(say("The same z in {n} networks", n=len(pictures)), pictures, note)

    def move(self, *values):
        """The picture of seed + pick, moved along the generator's strongest directions and along raw coordinates of z,
        with the discriminator's verdict. The picture is a lossless data URI.
        """
        return self.stage_values(*self.read(*values))

    def choose(self, *values, click):
        """Picture number `pick` of the grid, to be moved."""
        seed, n, pick, *others = values
        sampler, state = self.read(seed, n, click.get("index", pick), *others)
        return [state.pick, *self.stage_values(sampler, state), *self.picked_values(sampler, state)]

    def redraw(self, *values):
        """`n` pictures from a seed, each with its verdict, and all of them in one PNG file."""
        sampler, state = self.read(*values)
        return [*[state.seed] * len(self.same_seed_tabs), *self.seed_values(sampler, state)]

    def reroll(self, _, *values):
        """As grid, from a new random seed."""
        return self.redraw(random.randint(0, 99_999), *values)

    def reset(self, *values):
        """All sliders to zero: the picture of the seed itself."""
        zeros, first = [0.0] * MOVES, len(CONTROLS) - MOVES
        sampler, state = self.read(*values[:first], *zeros, *values[len(CONTROLS) :])
        return [*zeros, *self.stage_values(sampler, state), *self.picked_values(sampler, state)]

    def real(self, sampler):
        """The checkpoint's training pictures with the discriminator's verdict."""
        note = say("The same network's verdict on pictures it was trained with.")
        if parts := sampler.config.get("batch_statistics"):
            text = " In training it judged by the statistics of a whole batch; here by those of {parts}."
            note += say(text, parts=known(escape(str(parts))))
        return {"title": say("Real pictures beside"), "pictures": verdict.judged_real(sampler), "note": note}

    def walk(self, seed, to, label=None):
        """A looping lossless animation (APNG) from one seed's picture to another's and back."""
        sampler, state = self.check(seed=seed, label=label, n=1)
        to = number(to, say("Walk to seed"), 0, LAST_SEED, whole=True)
        return {
            "src": latents.walk(sampler, state.seed, to, latents.grid_labels(sampler, state)),
            "file": f"{self.name}-walk-{state.seed}-{to}.png",
            "alt": say("Walk from seed {start} to seed {end}", start=state.seed, end=to),
            "note": say("Seed {start} to seed {end} and back, along the sphere.", start=state.seed, end=to),
        }

    def label_table(self, seed):
        """Every label by ten seeds, one lossless PNG: a row shares its label, a column its z. Of more than 20 labels
        eight, by one seed.
        """
        sampler, seed = self.load(), check(seed=seed).seed
        k, whole = len(sampler.classes), len(sampler.classes) <= MOST_ROWS
        labels = range(k) if whole else range(0, k, -(-k // FEW_ROWS))
        seeds = TABLE_SEEDS if whole else 1
        z = sampler.latents(seeds, seed).repeat(len(labels), 1)
        pictures = sampler.sample(z=z, labels=torch.tensor(labels).repeat_interleave(seeds))
        return {
            "src": data_uri.png(grid(pictures, seeds)),
            "rows": [say(escape(sampler.classes[i])) for i in labels],
            "title": say("Every label, ten seeds") if whole else say("{n} of {k} labels", n=len(labels), k=k),
            "file": f"{self.name}-labels-seed{seed}.png",
            "note": say("One row a label, one column a seed: a row shares its label, a column its z."),
        }

    def judge_upload(self, photo, click):
        """The discriminator's verdict on a picture of yours, a data URI."""
        sampler = self.load()
        image, _ = uploads.chosen(click.get("photo", photo), bundled(sampler))
        items = verdict.judged(sampler, to_tensor(uploads.square(image, sampler.resolution)), [say("Your picture")])
        note = say("Its middle square, at the {px} px that the network sees.", px=sampler.resolution)
        return {"title": say("Your picture"), "pictures": items, "note": note}

    def judge_photo(self, photo):
        """The discriminator's verdict on the middle square of a photo, which comes back as the network saw it; with its
        verdicts on pictures that it was trained with, to compare.
        """
        sampler, answer = self.load(), self.judge_upload(photo, click={})
        item = answer["pictures"][0]
        facts = {
            "verdict": item["score"],
            "verdict_is": self.verdict_in_words(sampler),
            "real": verdict.scale(sampler)["real"],
        }
        return {"src": item["src"], "file": f"{self.name}-judged.png", **facts}

    def paint(self, **fields):
        """n pictures from noise, side by side on one lossless PNG; of each its seed, its label where there are classes,
        and the discriminator's verdict.
        """
        sampler, state = self.check(**fields)
        labels = latents.grid_labels(sampler, state)
        shares = latents.blended(sampler, state, labels)
        options = {"truncation": state.truncation, "level": state.level, "gate": state.gate}
        batch = sampler.sample(state.n, state.seed, shares, **options)
        scores = [None] * state.n
        if state.level is None:
            scores = [verdict.rounded(score) for score in verdict.verdicts(sampler, batch, shares)]
        across = min(8, math.ceil(math.sqrt(state.n)))
        pictures = [{"seed": state.seed + i, "verdict": score} for i, score in enumerate(scores)]
        for picture, label in zip(pictures, labels or []):
            picture["label"] = sampler.classes[label]
        return {
            "src": data_uri.png(grid(batch, across)),
            "file": f"{self.name}-seed{state.seed}-n{state.n}.png",
            "pictures": pictures,
            "across": across,
            "side": batch.shape[-1],
            "verdict_is": self.verdict_in_words(sampler),
        }

    def verdict_in_words(self, sampler):
        if verdict.is_probability(sampler):
            return say("the probability of being real")
        return say("the {judge}'s score", judge=say(self.judge))
