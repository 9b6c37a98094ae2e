"""Translators that learned from pairs: how far translations are from the true photos, and whose photo is nearest."""

import torch
import torch.nn.functional as F

from training.judge import photos, rounded, translations
from training.judge.sliced_wasserstein import SlicedWasserstein
from training.judge.translations import each, some, stacked


class Figures(translations.Figures):
    """The figures of pairs, of which a file has the photo on the left and the input on the right."""

    changes, photo_scale, from_scratch = photos.LABEL_MAPS, 1, True

    def measure(self, n, seed, device):
        shown = [pair(data.images[:n]) for data in (self.held, self.kept)]
        photo = torch.cat([real for real, _ in shown])
        fake = torch.cat([self.translate(x) for _, x in shown])
        count, held_out = min(n, len(photo)), min(n, len(self.held))  # the first are the held-out ones
        distances = SlicedWasserstein(photo, n=count, device="cuda" if device == "cuda" else "cpu")(fake)
        figures = {
            "nearer_than_another": nearer_than_another(photo[:held_out], fake[:held_out]),
            "l1": (fake[:held_out].float() - photo[:held_out]).abs().mean() / 127.5,
        }
        return {
            "sliced_wasserstein": {
                **rounded(distances),
                "n": count,
                "features": "7x7 patches of a Laplacian pyramid, x1000",
            },
            "own_photo": {
                **rounded(figures),
                "n": held_out,
                "features": "colours at 16 px, every held-out pair of pairs; L1 in [-1, 1]",
            },
        }, fake

    def translate(self, inputs):
        """The first way's translations of uint8 [n, 3, S, S], of the same shape."""
        options = next(iter(self.t.ways.values()))
        return stacked(each(inputs, lambda image: self.t.translate(image, **options)))

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
