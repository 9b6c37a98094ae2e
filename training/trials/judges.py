"""What the arms of a claim are measured by: distances of samples, or what a translator does with held-out pictures.

A judge is called with a `Run` and gives {key: figure}. features: what it measures in, in words; n: pictures a side.
"""

from collections import ChainMap

import torch

import models
from models.images import from_uint8, to_images, to_uint8
from training.data.image_set import class_balanced, split
from training.judge import checkerboard, distances, features, figures_of

N = 1000  # samples a side
HELD = 60  # held-out pictures, of each kind
ROWS = 4  # held-out pictures on the sheet
SHEET = 6  # samples of each arm on the sheet


class Samples:
    """Generators from noise: distances of their samples from real pictures, held-out ones if there are any."""

    caption, sides = "Real pictures, and samples of every arm", "samples a side"

    def __init__(self, claim, args, real, device):
        self.claim, self.device = claim, device
        pictures = class_balanced(split(real, claim.hold_out)[1] if claim.hold_out else real, N)
        self.extract, self.features = features.extractor(device)
        self.n, self.pictures, self.real = N, pictures, self.extract(pictures)

    def __call__(self, run):
        fakes = to_uint8(run.game.samples(N))
        board = checkerboard.measure(self.pictures, fakes)
        return {**distances.measure(self.real, self.extract(fakes)), "checkerboard": board}

    def rows(self, folders):
        """SHEET rows: a real picture, and a sample of every arm as exported."""
        apart = torch.linspace(0, len(self.pictures) - 1, SHEET).long()
        columns = {"real": to_images(from_uint8(self.pictures[apart]))}
        for label, arm in self.claim.arms.items():
            with arm.substituted():
                found = models.load(arm.variant, device=self.device, folder=folders[label] / "last")
            columns[label] = to_images(found.sample(SHEET))
        return [[(label, images[i]) for label, images in columns.items()] for i in range(SHEET)]


class Translations:
    """Translators, as exported: the figures of their kind on held-out pictures."""

    caption, sides = "Held-out inputs and what becomes of them", "held-out pictures"

    def __init__(self, claim, args, real, device):
        self.claim, self.features, self.seed, self.device = claim, claim.table.features, args.seed, device
        self.figures = figures_of(claim.variant)(None, *split(real, claim.hold_out))
        self.n = min(HELD, len(self.figures.held))

    def __call__(self, run):
        groups, _ = self.of(run.out).measure(HELD, self.seed, self.device)
        found = ChainMap(*groups.values())  # of several sets the first one's figures count
        return {key: found[key] for key in self.claim.table.columns.values()}

    def of(self, folder):
        """The figures of the translator that the run in this folder has exported last."""
        self.figures.t = models.load(self.claim.variant, device=self.device, folder=folder / "last")
        return self.figures

    def rows(self, folders):
        """ROWS held-out inputs, the true photo where there is one, and what every arm's translator makes of them."""
        rows = [{"input": None, "photo": None} for _ in range(ROWS)]
        for label, arm in self.claim.arms.items():
            with arm.substituted():
                for row, cells in zip(rows, self.of(folders[label]).rows(ROWS)):
                    row |= {title if title in row else f"{label}: {title}": image for title, image in cells}
        return [[cell for cell in row.items() if cell[1]] for row in rows if row["input"]]
