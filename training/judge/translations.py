"""Translators measured on held-out pictures, each by the figures of its kind of game (`training.judge.figures_of`)."""

import numpy as np
import torch
from tqdm import tqdm

from models.images import from_uint8, grid, to_images
from models.translator import to_tensor
from training import judge
from training.data.image_set import evenly_spaced, split
from training.judge import photos

ROWS = 16  # on a card's sheet


class Figures:
    """Base class of the figures of one kind: `measure`, inputs for sheets, and how photos are tried.

    t: the translator; held: the `ImageSet` it is measured on; kept: what classifiers and segmenters learn from.
    A subclass adds measure(n, seed, device) -> ({group: figures}, translations uint8 [m, C, h, w]) of n pictures.
    """

    changes = photos.SCENES  # how photos are changed
    photo_scale = 2  # photos are read at this times the network's size
    from_scratch = False  # a translation holds nothing of the photo itself
    background_stays = False  # a moved colour at the photo's edge is a fault

    def __init__(self, t, kept, held):
        self.t, self.kept, self.held = t, kept, held

    def inputs(self, n):
        """n held-out inputs: [(PIL image, {title: options of t.translate}, the true output or None)]."""
        return [(image, self.t.ways, None) for image in some(self.held.images, n)]

    def rows(self, n):
        """n inputs and what becomes of them: [[(title, PIL image), ...], ...]."""
        rows = []
        for image, ways, truth in self.inputs(n):
            outputs = [(title, self.t.translate(image, **options)) for title, options in ways.items()]
            rows.append([("input", image), *outputs, *([("photo", truth)] if truth else [])])
        return rows

    def sheet(self):
        """(PIL image of ROWS rows, its caption)."""
        rows = self.rows(ROWS)
        cells = torch.stack([to_tensor(image.convert("RGB"))[0] for row in rows for _, image in row])
        titles = ", ".join(title for title, _ in rows[0])
        words = f"Held out, uncurated, evenly spaced over what was held out. Each picture in a row: {titles}."
        return grid(cells, len(rows[0]) * (2 if len(rows) % 2 == 0 else 1)), words


def held_out(t, real):
    """The `Figures` of a translator on the share of `real`, its training data, that was held out of its training."""
    kept, held = split(real, t.config["settings"]["hold_out"])
    if not len(held):
        raise ValueError(
            f"{t.name} was trained with nothing held out: there is no picture that it has not learned from"
        )
    return judge.figures_of(t.name)(t, kept, held)


def some(images, n):
    """Up to n of uint8 [N, C, H, W], evenly spaced: PIL images."""
    return to_images(from_uint8(evenly_spaced(images, n)))


def each(images, function):
    """[function(PIL image)] of uint8 [n, C, H, W], with a progress bar."""
    bar = tqdm(images.split(1), "translating", leave=False, disable=None)
    return [function(to_images(from_uint8(x))[0]) for x in bar]


def stacked(images):
    """PIL images of mode L or RGB and one size -> uint8 [n, C, h, w]."""
    return torch.stack([torch.from_numpy(np.atleast_3d(image).copy()).permute(2, 0, 1) for image in images])
