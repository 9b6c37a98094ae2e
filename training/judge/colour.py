"""Colorizers: how far their colours are from the true ones, and how colourful they are."""

import numpy as np
import torch

from models import cielab
from models.images import from_uint8, to_images
from training.judge import rounded, translations
from training.judge.translations import each, stacked


class Figures(translations.Figures):
    """The figures of a colorizer: each way's colours beside grey and the mean colour."""

    def measure(self, n, seed, device):
        held, kept = self.held.images[:n], self.kept.images
        order = torch.randperm(len(kept), generator=torch.Generator().manual_seed(seed))
        mean = np.mean([chroma(image).mean((0, 1)) for image in to_images(from_uint8(kept[order[:500]]))], 0)
        truth = to_images(from_uint8(held))
        colours = np.mean([colourfulness(x) for x in truth])
        row = {
            "grey": np.mean([error(painted(x, (0, 0)), x) for x in truth]),
            "mean_colour": np.mean([error(painted(x, mean), x) for x in truth]),
        }
        outputs = []
        for title, options in self.t.ways.items():
            found = each(held, lambda image, options=options: self.t.translate(image, **options))
            row[title] = np.mean([error(image, x) for image, x in zip(found, truth)])
            row[f"{title}_colourfulness"] = np.mean([colourfulness(image) for image in found]) / colours
            outputs += found
        features = "mean absolute error in R, G, B of 0 to 255; colourfulness over the originals'"
        return {"colour": {**rounded(row), "n": len(held), "features": features}}, stacked(outputs)


def chroma(image):
    """a and b of Lab of a PIL RGB image: float32 [h, w, 2]."""
    return cielab.from_rgb(np.asarray(image))[..., 1:]


def painted(image, colour):
    """A PIL RGB image with these a and b everywhere, its lightness as it is."""
    lab = cielab.from_rgb(np.asarray(image))
    lab[..., 1:] = colour
    return cielab.to_rgb(lab)


def error(image, truth):
    """Mean absolute difference of two RGB images, 0 to 255."""
    return np.abs(np.asarray(image, np.float32) - np.asarray(truth, np.float32)).mean()


def colourfulness(image):
    """Hasler and Suesstrunk 2003, "Measuring colourfulness in natural images", section 7, of a PIL RGB image."""
    red, green, blue = np.asarray(image).astype(np.float64).reshape(-1, 3).T
    rg, yb = red - green, (red + green) / 2 - blue
    return np.hypot(rg.std(), yb.std()) + 0.3 * np.hypot(rg.mean(), yb.mean())
