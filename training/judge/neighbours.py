"""Does it copy? How near samples come to training pictures, against how near other real pictures come."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image

from models.images import from_uint8, grid
from training.data.image_set import ImageSet, split

SAMPLES, REAL = 64, 500  # pictures whose nearest neighbour is looked for
SHOWN, ACROSS = 16, 8
SIDE, COLOURS = 32, 8  # px; coarse, for a blurred or shifted copy is a copy
FEATURES = "oriented gradients at 32 px and colours at 8 px, less the training pictures' mean, to length 1"


@dataclass
class Nearest:
    """The nearest training picture of each of n: its distance, its index, and whether its mirror image is nearer."""

    distance: torch.Tensor
    index: torch.Tensor
    mirrored: torch.Tensor


class Training:
    """The training pictures uint8 [N, C, S, S], and how near others come. flip: to their mirror images, too.

    Features are taken less their mean and to length 1, distances are 0 to 2: else a picture like none of them, a
    blurred one or noise, would be nearer to all of them than they are to each other.
    """

    def __init__(self, images: torch.Tensor, flip: bool):
        raw = features(images)
        self.flip, self.mean = flip, raw.mean(0)
        self.known = F.normalize(raw - self.mean, dim=1)

    def nearest(self, images: torch.Tensor, own: torch.Tensor | None = None) -> Nearest:
        """own: int64 [n], the training picture that each of `images` is itself, left out."""
        found = []
        for queries in (images, images.flip(-1)) if self.flip else (images,):
            queries = F.normalize(features(queries) - self.mean, dim=1)
            apart = torch.cdist(queries, self.known)
            if own is not None:
                apart.scatter_(1, own[:, None], torch.inf)
            index = apart.argmin(1)
            found.append(((queries - self.known[index]).norm(dim=1), index))  # cdist is too coarse near zero
        distances, indices = (torch.stack(t) for t in zip(*found))
        side = distances.argmin(0, keepdim=True)
        return Nearest(distances.gather(0, side)[0], indices.gather(0, side)[0], side[0] == 1)

    def apart(self, images: torch.Tensor) -> torch.Tensor:
        """How far each of uint8 [N, C, S, S] is from the training picture of the same place: float32 [N]."""
        return (F.normalize(features(images) - self.mean, dim=1) - self.known).norm(dim=1)


def features(images: torch.Tensor) -> torch.Tensor:
    """uint8 [n, C, S, S] -> float32 [n, 324 + 64 C]: shapes, and which colour is where.

    Shapes are histograms of oriented gradients (Dalal 2005, section 6) of the grey picture in cells of 8 px; distances
    are root mean squares over their blocks, and over the places of the colours.
    """
    hog = cv2.HOGDescriptor((SIDE, SIDE), (16, 16), (8, 8), (8, 8), 9)
    blocks, parts = hog.getDescriptorSize() / 36, []
    for batch in images.split(512):
        x = batch.float()
        grey = F.interpolate(x.mean(1, keepdim=True), (SIDE, SIDE), mode="bilinear", antialias=True)
        grey = grey.round().clamp(0, 255).to(torch.uint8)[:, 0].numpy()
        shapes = torch.from_numpy(np.stack([hog.compute(picture).ravel() for picture in grey])) / blocks**0.5
        parts.append(torch.cat([shapes, F.adaptive_avg_pool2d(x / 255, COLOURS).flatten(1) / COLOURS], 1))
    return torch.cat(parts)


def measure(real: ImageSet, fake: torch.Tensor, config: dict) -> tuple[dict, tuple[Image.Image, str]]:
    """({figures}, (the samples nearest to a training picture, what they are)) of the first SAMPLES of `fake`.

    real: the set that was trained on; what the settings in the checkpoint's `config` held out of it is found again.
    Where that is nothing, each real picture is set against the nearest other one.
    """
    settings = config.get("settings", {})
    kept, held = split(real, settings.get("hold_out", 0.0))
    flip, pool = settings.get("flip", False), held if len(held) else kept
    training, fake = Training(kept.images, flip), fake[:SAMPLES]
    chosen = torch.randperm(len(pool), generator=torch.Generator().manual_seed(0))[:REAL]
    ours = training.nearest(fake)
    theirs = training.nearest(pool.images[chosen], None if len(held) else chosen)
    near = {
        f"nearer_than_{percent}_percent": float(
            (ours.distance <= theirs.distance.quantile(percent / 100)).float().mean()
        )
        for percent in (1, 5)
    }
    figures = {"median": float(ours.distance.median()), "median_real": float(theirs.distance.median()), **near}
    row = {key: round(value, 4) for key, value in figures.items()}
    row |= {
        "n": len(fake),
        "n_real": len(chosen),
        "features": FEATURES,
        "real": "held out" if len(held) else "training pictures, each to the nearest other one",
    }
    lists = {"distances": ours.distance, "distances_real": theirs.distance}
    row |= {key: [round(value, 4) for value in t.sort().values.tolist()] for key, t in lists.items()}
    words = (
        f"The {min(SHOWN, len(fake))} of {len(fake)} samples that lie nearest to a training picture, the nearest "
        f"first, each above that picture{' or its mirror image' if flip else ''}."
    )
    return row, (sheet(fake, kept.images, ours), words)


def sheet(fake: torch.Tensor, training: torch.Tensor, found: Nearest) -> Image.Image:
    """The SHOWN samples nearest to a training picture, each above it, in rows of ACROSS with white between them."""
    order = found.distance.argsort()[:SHOWN]
    theirs = training[found.index[order]]
    theirs = torch.where(found.mirrored[order][:, None, None, None], theirs.flip(-1), theirs)
    gap = max(1, fake.shape[-1] // 16)
    pairs = F.pad(torch.cat([fake[order], theirs], 2), (0, gap, 0, gap), value=255)
    image = grid(from_uint8(pairs), min(ACROSS, len(pairs)))
    return image.crop((0, 0, image.width - gap, image.height - gap))
