"""Translators measured on held-out pictures.

What is measured depends on the kind of game: the module that `training.judge.figures_of` names has
  measure(t, kept, held, n, seed, device) -> ({group: figures}, translations uint8 [m, C, h, w]): t translates up to n
    pictures of the `ImageSet` held; classifiers and segmenters learn from kept, the rest;
  rows(t, held, n) -> [[(title, PIL image), ...], ...]: n inputs of each kind, and what becomes of each;
  photos(t, held, n) -> [(keywords of t.translate, PIL image), ...]: n inputs as a visitor would give them;
  PHOTOS: how `training.report.photo_sheet` changes and measures those.
"""

import numpy as np
import torch
from tqdm import tqdm

from models.images import from_uint8, grid, to_images
from models.translator import to_tensor
from training import judge
from training.data.image_set import split

ROWS = 16  # of each kind of input, on a card's sheet


def parts(t, real):
    """(kept, held) of the set that t was trained on, split as its training split it; ValueError if nothing was held."""
    kept, held = split(real, t.config["settings"]["hold_out"])
    if not len(held):
        raise ValueError(
            f"{t.name} was trained with nothing held out: there is no picture that it has not learned from"
        )
    return kept, held


def measure(t, real, n, seed, device):
    """({group: figures}, translations uint8 [m, C, h, w]) of a translator on up to n held-out pictures of `real`."""
    return judge.figures_of(t.name).measure(t, *parts(t, real), n, seed, device)


def sheet(t, real):
    """(PIL image of ROWS held-out inputs of each kind and their translations, what its columns are)."""
    rows = judge.figures_of(t.name).rows(t, parts(t, real)[1], ROWS)
    cells = torch.stack([to_tensor(image.convert("RGB"))[0] for row in rows for _, image in row])
    titles = ", ".join(title for title, _ in rows[0])
    words = f"Held out, uncurated, evenly spaced over what was held out. Each picture in a row: {titles}."
    return grid(cells, len(rows[0]) * (2 if len(rows) % 2 == 0 else 1)), words


def each(images, function):
    """[function(PIL image)] of uint8 [n, C, H, W], with a progress bar."""
    bar = tqdm(images.split(1), "translating", leave=False, disable=None)
    return [function(to_images(from_uint8(x))[0]) for x in bar]


def stacked(images):
    """PIL images of mode L or RGB and one size -> uint8 [n, C, h, w]."""
    return torch.stack([torch.from_numpy(np.atleast_3d(image).copy()).permute(2, 0, 1) for image in images])
