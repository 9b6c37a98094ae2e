"""What the arms of a claim are measured by: the distance of samples, or what a translator does with pictures held out.

A judge is called with a `Run` and gives {key: figure}. columns: {title: key} of its table; curves: (x, key) of the two
plots; features: how it sees, in words; n: pictures a side.
"""

import models
from models.images import from_uint8, to_uint8
from training.data.image_set import only_set, spaced, split, spread
from training.judge import inception, segmenter, translated
from training.judge.features import reader
from training.judge.sliced_wasserstein import SlicedWasserstein

N = 1000  # samples a side
HELD = 60  # held-out pictures, of each kind
ROWS = 4  # held-out pictures that are shown


class Samples:
    """Generators from noise: how far their samples are from `against`, real pictures, of all `real` ones."""

    columns = {
        "FID": "fid",
        "KID x 1000": "kid",
        "precision": "precision",
        "recall": "recall",
        "sliced Wasserstein": "swd",
    }
    curves = (("images", "kid"), ("seconds", "kid"))

    def __init__(self, claim, args, real, device):
        look, self.features = reader(args.reader, real, device)
        against = split(real, claim.hold_out)[1] if claim.hold_out else real
        pictures = spread(against, N)
        self.n, self.look, self.truth = N, look, look(pictures)
        self.distance = SlicedWasserstein(pictures, n=len(pictures))

    def __call__(self, run):
        made = to_uint8(run.game.samples(N))
        found = inception.distances(self.truth, self.look(made))
        return {**found, "swd": self.distance(made[: len(self.distance.real)])["mean"]}


class Translations:
    """Translators, as exported: a subclass measures one variant on `held` pictures, the rest being `kept`."""

    def __init__(self, claim, args, real, device):
        self.kept, self.held = split(real, claim.hold_out)
        self.seed, self.device = args.seed, device
        self.n = min(HELD, len(self.held))

    def load(self, folder):
        """The translator that a run has exported last."""
        return models.load(self.variant, device=self.device, folder=folder / "last")

    def __call__(self, run):
        return self.measured(self.load(run.out))

    def measured(self, t):
        """{key: figure} of a translator, of those that `evaluate.py` has."""
        groups, _ = translated.KINDS[self.variant](t, self.kept, self.held, HELD, self.seed, self.device)
        (row,) = groups.values()
        return {key: row[key] for key in self.columns.values()}

    def inputs(self):
        """Held-out inputs that are shown: [(direction or None, uint8 [1, C, H, W])]."""
        return [(None, x) for x in spaced(self.held.images, ROWS).split(1)]

    def row(self, t, way, x):
        """[(name, PIL picture)]: an input and what becomes of it, as in a card."""
        return translated.shown(t, way, from_uint8(x))


class Facades(Translations):
    """Pix2Pix: whether a segmenter of photos reads the label map off a translation, and how near the photo is."""

    variant = "pix2pix"
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
        self.photo, self.sketch = (x[: self.n] for x in self.held.images.split(3, 1))
        self.distance = SlicedWasserstein(self.photo, n=self.n)
        self.read = None

    def measured(self, t):
        asked = segmenter.labels(self.sketch, t.palette)
        if self.read is None:
            photo, drawn = self.kept.images.split(3, 1)
            self.read = segmenter.fit(photo, segmenter.labels(drawn, t.palette), len(t.palette))
        made = translated.facades(t, self.sketch, self.seed)
        return {
            "agreement": float((self.read(made) == asked).float().mean()),
            "own_photo": translated.nearer_than_another(self.photo, made),
            "l1": float((made.float() - self.photo).abs().mean() / 127.5),
            "detail": next(iter(self.distance(made).values())),
        }


class Colours(Translations):
    """Colorization: the mean error in a and b, and colourfulness over the originals', of both generators."""

    variant = "colorize"
    columns = {
        "error": "unet",
        "the ResNet's error": "resnet",
        "colourfulness": "unet_colourfulness",
        "the ResNet's": "resnet_colourfulness",
        "error of the mean colour": "mean_colour",
    }
    curves = (("images", "unet"), ("images", "unet_colourfulness"))
    features = "mean distance in a, b of Lab; colourfulness over the originals'"


class Cycles(Translations):
    """CycleGAN: what a classifier of real pictures reads translations as, and whether they come home."""

    variant = "cyclegan"
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

    def inputs(self):
        some = [spaced(self.held.images[self.held.labels == k], ROWS // 2).split(1) for k in (0, 1)]
        return [(way, x) for way, pictures in zip(("horse2zebra", "zebra2horse"), some) for x in pictures]


class Expressions(Translations):
    """StarGAN, on the first set's faces: which expression is read, and whose face it still is."""

    variant = "stargan"
    columns = {
        "read as asked": "all",
        "distance to the own face": "identity_distance",
        "between two faces": "identity_distance_of_two_faces",
        "L1 between targets": "l1_between_targets",
    }
    curves = (("images", "all"), ("images", "identity_distance"))
    features = "a classifier of the first set's real faces; identity in oriented gradients; L1 in [-1, 1]"

    def __init__(self, *args):
        super().__init__(*args)
        if self.held.origin is not None:
            self.kept, self.held = (only_set(part, 0) for part in (self.kept, self.held))
            self.n = min(HELD, len(self.held))

    def measured(self, t):
        row, _ = translated.expressions(t, self.kept, self.held, HELD, self.seed, self.device)
        return {key: row[key] for key in self.columns.values()}


JUDGES = {judge.variant: judge for judge in (Facades, Colours, Cycles, Expressions)}


def judge_of(claim, args, real, device):
    """The judge of a claim's variants; real: all that its arms may learn from."""
    variant = next(iter(claim.arms.values())).variant
    return JUDGES.get(variant, Samples)(claim, args, real, device)
