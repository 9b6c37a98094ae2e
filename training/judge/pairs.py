"""Translators that learned from pairs: how far translations are from the true photos, and whose photo is nearest."""

import torch
import torch.nn.functional as F

from models.images import from_uint8, to_images
from training.data.image_set import evenly_spaced
from training.judge import photos as kinds
from training.judge import rounded
from training.judge.sliced_wasserstein import SlicedWasserstein
from training.judge.translations import each, stacked

PHOTOS = kinds.Photos(kinds.LABEL_MAPS, scale=1, from_scratch=True)


def pair(images):
    """(photos, inputs) of pairs uint8 [n, 6, S, S]: a file has the photo on the left, its input on the right."""
    return images.split(3, 1)


def translated(t, inputs):
    """The first way's translations of uint8 [n, 3, S, S], of the same shape."""
    how = next(iter(t.ways.values()))
    return stacked(each(inputs, lambda image: t.translate(image, **how)))


def measure(t, kept, held, n, seed, device):
    """Distance of all translations from the photos, and how often a held-out one is nearest to its own photo."""
    shown = [pair(data.images[:n]) for data in (held, kept)]
    photo = torch.cat([real for real, _ in shown])
    fake = torch.cat([translated(t, x) for _, x in shown])
    count, held_out = min(n, len(photo)), min(n, len(held))  # the first are the held-out ones
    distances = SlicedWasserstein(photo, n=count, device="cuda" if device == "cuda" else "cpu")(fake)
    return {
        "sliced_wasserstein": {
            **rounded(distances),
            "n": count,
            "features": "7x7 patches of a Laplacian pyramid, x1000",
        },
        "own_photo": {
            "nearer_than_another": round(nearer_than_another(photo[:held_out], fake[:held_out]), 4),
            "n": held_out,
            "features": "colours at 16 px, every held-out pair of pairs",
        },
    }, fake


def nearer_than_another(photo, fake):
    """How often a translation is nearer to its own photo than to another, by colours at 16 px; uint8 [n, 3, S, S]."""
    distances = torch.cdist(*(F.adaptive_avg_pool2d(x.float(), 16).flatten(1) for x in (fake, photo)))
    return float((distances.diagonal()[:, None] < distances).sum() / (len(photo) * (len(photo) - 1)))


def rows(t, held, n):
    """Input, translation, photo."""
    found = []
    for x in from_uint8(evenly_spaced(held.images, n)).split(1):
        photo, given = (to_images(part)[0] for part in pair(x))
        translations = [(title, t.translate(given, **how)) for title, how in t.ways.items()]
        found.append([("input", given), *translations, ("photo", photo)])
    return found


def photos(t, held, n):
    """Held-out inputs."""
    how = next(iter(t.ways.values()))
    return [(how, image) for image in to_images(from_uint8(pair(evenly_spaced(held.images, n))[1]))]
