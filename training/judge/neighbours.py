"""Does a generator copy? How near samples are to training pictures, beside how near other real pictures are."""

from dataclasses import dataclass

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image

from models.images import from_uint8, grid
from training.data.image_set import ImageSet, split

SAMPLES, REAL = 64, 500  # pictures whose nearest neighbour is sought
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
    """Training pictures uint8 [N, C, S, S], among which neighbours are sought. flip: and among their mirror images.

    Features have their mean subtracted and length 1, so distances are 0 to 2: otherwise a blurred picture or noise,
    like none of them, would be nearer to all of them than they are to each other.
    """

    def __init__(self, images: torch.Tensor, flip: bool):
        raw = features(images)
        self.flip, self.mean = flip, raw.mean(0)
        self.known = F.normalize(raw - self.mean, dim=1)

    def nearest(self, images: torch.Tensor, itself: torch.Tensor | None = None) -> Nearest:
        """itself: int64 [n], the index among the training pictures of each of `images`, left out where it is given."""
        found = []
        for queries in (images, images.flip(-1)) if self.flip else (images,):
            queries = F.normalize(features(queries) - self.mean, dim=1)
            distances = torch.cdist(queries, self.known)
            if itself is not None:
                distances.scatter_(1, itself[:, None], torch.inf)
            index = distances.argmin(1)
            found.append(((queries - self.known[index]).norm(dim=1), index))  # cdist is too coarse near zero
        distances, indices = (torch.stack(t) for t in zip(*found))
        side = distances.argmin(0, keepdim=True)
        return Nearest(distances.gather(0, side)[0], indices.gather(0, side)[0], side[0] == 1)

    def distances_in_order(self, images: torch.Tensor) -> torch.Tensor:
        """The distance of each of uint8 [N, C, S, S] from the training picture of the same index: float32 [N]."""
        return (F.normalize(features(images) - self.mean, dim=1) - self.known).norm(dim=1)


def features(images: torch.Tensor) -> torch.Tensor:
    """uint8 [n, C, S, S] -> float32 [n, 324 + 64 C]: shapes and colours.

    Shapes: histograms of oriented gradients (Dalal 2005, section 6) of the grey picture in cells of 8 px. Colours: an
    8 x 8 thumbnail. Both are scaled so that a distance is a root mean square over blocks, and over the thumbnail.
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
    """({figures}, (PIL sheet of the samples nearest to a training picture, its caption)) of `fake`'s first SAMPLES.

    real: the set that was trained on, split again as the settings in the checkpoint's `config` say. Held-out pictures
    give the distances to compare with; where nothing was held out, each training picture's nearest other one does.
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
