"""What the arms of a claim are measured by: distances of samples, or what a translator does with held-out pictures.

A judge is called with a `Run` and gives {key: figure}. features: what it measures in, in words; n: pictures a side.
"""

import models
from models.images import to_uint8
from training.data.image_set import class_balanced, split
from training.judge import features, figures_of, inception
from training.judge.sliced_wasserstein import SlicedWasserstein

N = 1000  # samples a side
HELD = 60  # held-out pictures, of each kind
ROWS = 4  # held-out pictures on the sheet


class Samples:
    """Generators from noise: distances of their samples from real pictures, held-out ones if there are any."""

    def __init__(self, claim, args, real, device):
        self.extract, self.features = features.extractor(args.reader, real, device)
        pictures = class_balanced(split(real, claim.hold_out)[1] if claim.hold_out else real, N)
        self.n, self.real = N, self.extract(pictures)
        self.distance = SlicedWasserstein(pictures, n=len(pictures))

    def __call__(self, run):
        fake = to_uint8(run.game.samples(N))
        figures = inception.distances(self.real, self.extract(fake))
        return {**figures, "swd": self.distance(fake[: len(self.distance.real)])["mean"]}


class Translations:
    """Translators, as exported: the figures of their kind on held-out pictures."""

    def __init__(self, claim, args, real, device):
        self.claim, self.features, self.seed, self.device = claim, claim.table.features, args.seed, device
        self.figures = figures_of(claim.variant)(None, *split(real, claim.hold_out))
        self.n = min(HELD, len(self.figures.held))

    def __call__(self, run):
        groups, _ = self.of(run.out).measure(HELD, self.seed, self.device)
        found = {}
        for row in reversed(groups.values()):  # of several sets the first one's figures count
            found |= row
        return {key: found[key] for key in self.claim.table.columns.values()}

    def of(self, folder):
        """The figures of the translator that the run in this folder has exported last."""
        self.figures.t = models.load(self.claim.variant, device=self.device, folder=folder / "last")
        return self.figures
