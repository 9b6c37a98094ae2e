"""Translators that learned from pairs: how far translations are from the true photos, and whose photo is nearest."""

import torch
import torch.nn.functional as F

from training.judge import photos, rounded, translations
from training.judge.samples import distances_of
from training.judge.translations import each, some, stacked


class Figures(translations.Figures):
    """The figures of pairs, of which a file has the photo on the left and the input on the right."""

    changes, photo_scale, from_scratch = photos.LABEL_MAPS, 1, True

    def measure(self, n, seed, device):
        photo, inputs = pair(self.held.images[:n])
        options = next(iter(self.t.ways.values()))
        fake = stacked(each(inputs, lambda image: self.t.translate(image, **options)))
        figures = {
            "nearer_than_another": nearer_than_another(photo, fake),
            "l1": (fake.float() - photo).abs().mean() / 127.5,
        }
        features = "colours at 16 px, every held-out pair of pairs; L1 in [-1, 1]"
        own = {**rounded(figures), "n": len(photo), "features": features}
        return {"distances": distances_of(photo, fake, device), "own_photo": own}, fake

    def inputs(self, n):
        found = zip(*(some(part, n) for part in pair(self.held.images)))
        return [(image, self.t.ways, photo) for photo, image in found]


def pair(images):
    """(photos, inputs) of pairs uint8 [n, 6, S, S]."""
    return images.split(3, 1)


def nearer_than_another(photo, fake):
    """How often a translation is nearer to its own photo than to another, by colours at 16 px; uint8 [n, 3, S, S]."""
    distances = torch.cdist(*(F.adaptive_avg_pool2d(x.float(), 16).flatten(1) for x in (fake, photo)))
    return float((distances.diagonal()[:, None] < distances).sum() / (len(photo) * (len(photo) - 1)))
