"""Colorizers: how far their colours are from the true ones, and how colourful they are."""

import numpy as np
import torch

from models import cielab
from models.images import from_uint8, to_images
from training.data.image_set import evenly_spaced
from training.judge import photos as kinds
from training.judge import rounded
from training.judge.translations import each, stacked

PHOTOS = kinds.Photos(kinds.SCENES)


def chroma(image):
    """a and b of Lab of a PIL RGB image: float32 [h, w, 2]."""
    return cielab.from_rgb(np.asarray(image))[..., 1:]


def colourfulness(image) -> float:
    """Hasler and Suesstrunk 2003, "Measuring colourfulness in natural images", section 7, of a PIL RGB image."""
    red, green, blue = np.asarray(image).astype(np.float64).reshape(-1, 3).T
    rg, yb = red - green, (red + green) / 2 - blue
    return float(np.hypot(rg.std(), yb.std()) + 0.3 * np.hypot(rg.mean(), yb.mean()))


def error(planes, truth):
    """Mean distance between a and b [h, w, 2] and the true ones."""
    return np.linalg.norm(truth - planes, axis=2).mean()


def measure(t, kept, held, n, seed, device):
    """Mean error in a and b of every way to colour, beside grey's and the mean colour's, and its colourfulness."""
    some = kept.images[torch.randperm(len(kept), generator=torch.Generator().manual_seed(seed))[:500]]
    mean = np.mean([chroma(image).mean((0, 1)) for image in to_images(from_uint8(some))], 0)
    originals = to_images(from_uint8(held.images[:n]))
    truth = [chroma(image) for image in originals]
    colours = np.mean([colourfulness(image) for image in originals])
    row = {"grey": np.mean([error(0, x) for x in truth]), "mean_colour": np.mean([error(mean, x) for x in truth])}
    translations = []
    for title, how in t.ways.items():
        found = each(held.images[:n], lambda image, how=how: t.translate(image, **how))
        row[title] = np.mean([error(chroma(image), x) for image, x in zip(found, truth)])
        row[f"{title}_colourfulness"] = np.mean([colourfulness(image) for image in found]) / colours
        translations += found
    protocol = {"n": len(originals), "features": "mean distance in a, b of Lab; colourfulness over the originals'"}
    return {"colour": {**rounded(row), **protocol}}, stacked(translations)


def rows(t, held, n):
    """Grey, every way's colours, and the photo."""
    return [
        [
            ("grey", photo.convert("L")),
            *((title, t.translate(photo, **how)) for title, how in t.ways.items()),
            ("photo", photo),
        ]
        for photo in to_images(from_uint8(evenly_spaced(held.images, n)))
    ]


def photos(t, held, n):
    """Held-out photos, coloured by the first way."""
    how = next(iter(t.ways.values()))
    return [(how, photo) for photo in to_images(from_uint8(evenly_spaced(held.images, n)))]
