"""What the arms of a claim are measured by: distances of samples, or what a translator does with held-out pictures.

A judge is called with a `Run` and gives {key: figure}. columns: {title: key} of its table; curves: (x, key) of the two
plots; features: what it measures in, in words; n: pictures a side.
"""

import models
from models.images import to_uint8
from training.data.image_set import class_balanced, split
from training.judge import features, figures_of, inception, pairs, segmenter
from training.judge.sliced_wasserstein import SlicedWasserstein

N = 1000  # samples a side
HELD = 60  # held-out pictures, of each kind
ROWS = 4  # held-out pictures on the sheet


class Samples:
    """Generators from noise: distances of their samples from real pictures, held-out ones if there are any."""

    columns = {
        "FID": "fid",
        "KID x 1000": "kid",
        "precision": "precision",
        "recall": "recall",
        "sliced Wasserstein": "swd",
    }
    curves = (("images", "kid"), ("seconds", "kid"))

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
    """Translators, as exported; a subclass names the figures of its kind that count."""

    def __init__(self, claim, args, real, device):
        self.kept, self.held = split(real, claim.hold_out)
        self.seed, self.device = args.seed, device
        self.n = min(HELD, len(self.held))

    def load(self, run_folder, variant):
        """The translator that a run has exported last."""
        return models.load(variant, device=self.device, folder=run_folder / "last")

    def __call__(self, run):
        row = self.measure(self.load(run.out, run.settings.variant))
        return {key: row[key] for key in self.columns.values()}

    def measure(self, t):
        """{key: figure} of a translator."""
        groups, _ = self.figures(t).measure(HELD, self.seed, self.device)
        return next(iter(groups.values()))

    def figures(self, t):
        """The figures of its kind, on the held-out pictures."""
        return figures_of(t.name)(t, self.kept, self.held)


class Facades(Translations):
    """Pairs of label map and photo: is the map read off a translation again, and how near is the photo?"""

    columns = {
        "map read off again": "agreement",
        "nearer to its own photo": "own_photo",
        "L1 to the photo": "l1",
        "detail off by": "detail",
    }
    curves = (("images", "agreement"), ("images", "detail"))
    features = (
        "a segmenter of real photos; colours at 16 px; L1 in [-1, 1]; detail: sliced Wasserstein distance of "
        "the finest level"
    )

    def __init__(self, *args):
        super().__init__(*args)
        self.photo, self.label_map = pairs.pair(self.held.images[: self.n])
        self.distance = SlicedWasserstein(self.photo, n=self.n)
        self.segmenter = None

    def measure(self, t):
        figures = self.figures(t)
        self.segmenter = self.segmenter or figures.segmenter()
        fake = figures.translate(self.label_map)
        agreed = self.segmenter.predict(fake) == segmenter.labels(self.label_map, t.palette)
        return {
            "agreement": float(agreed.float().mean()),
            "own_photo": pairs.nearer_than_another(self.photo, fake),
            "l1": float((fake.float() - self.photo).abs().mean() / 127.5),
            "detail": next(iter(self.distance(fake).values())),
        }


class Colours(Translations):
    """Colorizers: the error in a and b, and colourfulness over the originals', of both generators."""

    columns = {
        "error": "U-Net",
        "the ResNet's error": "ResNet",
        "colourfulness": "U-Net_colourfulness",
        "the ResNet's": "ResNet_colourfulness",
        "error of the mean colour": "mean_colour",
    }
    curves = (("images", "U-Net"), ("images", "U-Net_colourfulness"))
    features = "mean distance in a, b of Lab; colourfulness over the originals'"


class Cycles(Translations):
    """Two domains: what a classifier of real pictures reads translations as, and whether they come back."""

    columns = {
        "horses read as zebras": "horse2zebra",
        "zebras read as horses": "zebra2horse",
        "L1 of the way back": "horse2zebra_cycle_l1",
        "zebra's": "zebra2horse_cycle_l1",
        "change of the background": "horse2zebra_change_of_background",
        "of the rest": "horse2zebra_change_of_the_rest",
    }
    curves = (("images", "horse2zebra"), ("images", "horse2zebra_cycle_l1"))
    features = "a classifier of the real images; L1 in [-1, 1]"


class Expressions(Translations):
    """Many domains, on the first set's faces: which expression is read, and whose face it still is."""

    columns = {
        "read as asked": "all",
        "distance to the own face": "identity_distance",
        "between two faces": "identity_distance_of_two_faces",
        "L1 between targets": "l1_between_targets",
    }
    curves = (("images", "all"), ("images", "identity_distance"))
    features = "a classifier of the first set's real faces; identity in oriented gradients; L1 in [-1, 1]"

    def measure(self, t):
        return self.figures(t).of_set(0, HELD, self.seed, self.device)[0]
