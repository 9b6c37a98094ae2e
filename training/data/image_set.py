"""A set of training images: named pictures, decoded once into one uint8 tensor."""

from __future__ import annotations

import os
import zipfile
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

import torch
from PIL import Image
from tqdm import tqdm

from training.data import class_folders
from training.data.preprocess import to_array

UNREADABLE = (
    OSError, ValueError, SyntaxError, RuntimeError, NotImplementedError,
    zipfile.BadZipFile, zlib.error, Image.DecompressionBombError,
)  # fmt: skip

Entry = tuple[str, Callable[[], Image.Image]]  # a name, "class/picture.png", and how to get the picture


class DataError(ValueError):
    """A data source that cannot be used: one line that names it and says what to do."""


@dataclass
class ImageSet:
    """Images ready to train on.

    images: uint8 [N, C, H, W]; labels: int64 [N], indices into `classes`, or None where there are none; origin: int64
    [N], which of several concatenated sets each image comes from, in the order of `name`, or None for a single set;
    names: of the files, "class/picture.png", or None where the images come from no files of their own.
    """

    images: torch.Tensor
    labels: torch.Tensor | None
    classes: list[str] | None
    name: str
    origin: torch.Tensor | None = None
    names: list[str] | None = None

    def __len__(self) -> int:
        return len(self.images)

    def __str__(self) -> str:
        """The name, the number of images, and of the first twenty classes theirs."""
        counts = [] if self.labels is None else self.labels.bincount(minlength=len(self.classes)).tolist()
        each = [f"{name} {n:,}" for name, n in zip(self.classes or [], counts)]
        more = [f"and {len(each) - 20} more"] if len(each) > 20 else []
        classes = f"{len(each)} classes: {', '.join(each[:20] + more)}" if each else "no classes"
        return f"{self.name}: {len(self):,} images, {classes}"


def from_entries(entries, source: str, name: str, resolution: int, channels: int, only=None) -> ImageSet:
    """Decode entries in the order of their names; the first folder of a name is its class.

    entries: list[Entry]; source: what the user asked for, for errors; only: list of classes to keep, or None.
    """
    entries = sorted(class_folders.find(entries, source), key=lambda entry: entry[0])
    if only:
        kinds = {name.split("/")[0] for name, _ in entries if "/" in name}
        if missing := [kind for kind in only if kind not in kinds]:
            known = f"its classes are {', '.join(sorted(kinds))}" if kinds else "it has no classes"
            raise DataError(f"--data {source!r} has no class {missing[0]!r}: {known}")
        entries = [entry for entry in entries if entry[0].split("/")[0] in only and "/" in entry[0]]
    images, good = decode(entries, source, resolution, channels)
    names = [entries[i][0] for i in good]
    parts = [PurePosixPath(name).parts for name in names]
    if any(len(p) == 1 for p in parts):
        return ImageSet(images, None, None, name, names=names)
    classes = sorted({p[0] for p in parts})
    return ImageSet(images, torch.tensor([classes.index(p[0]) for p in parts]), classes, name, names=names)


def in_order(data: ImageSet, sets: list) -> ImageSet:
    """`data` with its labels numbered as a checkpoint learned them; DataError where it learned other names.

    sets: [[name, [classes]]], of a checkpoint that tells joined sets apart one for each of them; []: nothing is known.
    """
    if not sets:
        return data
    joined = len(sets) > 1 and data.origin is not None
    parts = [only_set(data, i) for i in range(data.name.count("+") + 1)] if joined else [data]
    here = [[part.name, part.classes] for part in parts]
    names, learned = ([name for name, _ in some] for some in (here, sets))
    swapped = sorted(names) == sorted(learned) and names != learned
    if swapped or [sorted(classes) for _, classes in here] != [sorted(classes) for _, classes in sets]:
        lists = ("; ".join(f"{name}: {', '.join(classes)}" for name, classes in some) for some in (here, sets))
        raise DataError("the classes are not those of the checkpoint: --data has {}, it learned {}".format(*lists))
    order = list(dict.fromkeys(name for _, classes in sets for name in classes))
    return replace(data, labels=torch.tensor([order.index(name) for name in data.classes])[data.labels], classes=order)


def concatenate(sets: list[ImageSet]) -> ImageSet:
    """Several sets as one; classes of the same name become one, a set without classes is a class by its own name."""
    if len(sets) == 1:
        return sets[0]
    names = [data.classes or [data.name] for data in sets]
    classes = list(dict.fromkeys(name for part in names for name in part))
    labels = []
    for data, part in zip(sets, names, strict=True):
        old = torch.zeros(len(data), dtype=torch.int64) if data.labels is None else data.labels
        labels.append(torch.tensor([classes.index(name) for name in part])[old])
    name = "+".join(data.name for data in sets)
    origin = torch.repeat_interleave(torch.arange(len(sets)), torch.tensor([len(data) for data in sets]))
    files = sum((data.names for data in sets), []) if all(data.names for data in sets) else None
    return ImageSet(torch.cat([data.images for data in sets]), torch.cat(labels), classes, name, origin, files)


def only_set(data: ImageSet, which: int) -> ImageSet:
    """One of several concatenated sets, with the classes that it has."""
    chosen = part(data, (data.origin == which).nonzero()[:, 0])
    present, labels = chosen.labels.unique(return_inverse=True)
    classes = [data.classes[k] for k in present.tolist()]
    return replace(chosen, labels=labels, classes=classes, name=data.name.split("+")[which], origin=None)


def split(data: ImageSet, share: float, seed=0) -> tuple[ImageSet, ImageSet]:
    """(training set, held-out set of about this share): the same images on every call, whatever their size.

    By file names where there are any, so that pictures of one name in several sets, such as one photo whole and
    cropped, are on the same side.
    """
    if share == 0:
        return data, part(data, torch.arange(0))
    if data.names:
        places = torch.tensor([zlib.crc32(f"{seed}/{name}".encode()) / 2**32 for name in data.names])
        return part(data, (places >= share).nonzero()[:, 0]), part(data, (places < share).nonzero()[:, 0])
    order = torch.randperm(len(data), generator=torch.Generator().manual_seed(seed))
    cut = round(share * len(data))
    return part(data, order[cut:].sort().values), part(data, order[:cut].sort().values)


def part(data: ImageSet, index: torch.Tensor) -> ImageSet:
    """The images of these indices."""
    labels, origin = (t if t is None else t[index] for t in (data.labels, data.origin))
    names = data.names and [data.names[i] for i in index.tolist()]
    return replace(data, images=data.images[index], labels=labels, origin=origin, names=names)


def evenly_spaced(images: torch.Tensor, n: int) -> torch.Tensor:
    """Up to n images, evenly spaced so that every class of a sorted set appears: [at most n, C, H, W]."""
    return images[torch.linspace(0, len(images) - 1, min(n, len(images))).long()]


def class_balanced(data: ImageSet, n: int, seed=0) -> torch.Tensor:
    """n random images, as many of each class where there are classes and enough of each: uint8 [at most n, C, H, W]."""
    order = torch.randperm(len(data), generator=torch.Generator().manual_seed(seed))
    if data.labels is not None:
        labels, each = data.labels[order], max(1, n // len(data.classes))
        order = torch.cat([order[labels == k][:each] for k in range(len(data.classes))])
    return data.images[order[:n]]


def decode(entries: list[Entry], source: str, resolution: int, channels: int) -> tuple[torch.Tensor, list[int]]:
    """Decode in a thread pool -> the images, and which of the entries they are; a warning names those left out."""
    if not entries:
        raise DataError(f"--data {source!r} holds no images: give a folder or .zip with images in it")
    images = torch.empty(len(entries), channels, resolution, resolution, dtype=torch.uint8)

    def read(i: int) -> str | None:
        try:
            images[i] = torch.from_numpy(to_array(entries[i][1](), resolution, channels).copy())
        except UNREADABLE as error:
            return str(error) or type(error).__name__
        return None

    with ThreadPoolExecutor(min(16, os.cpu_count() or 1)) as pool:
        hide = True if len(entries) < 2000 else None  # None: shown if there is a terminal
        reasons = list(
            tqdm(pool.map(read, range(len(entries))), "decoding", len(entries), leave=False, disable=hide, unit="img")
        )
    good = [i for i, reason in enumerate(reasons) if reason is None]
    bad = [f"{entries[i][0]} ({reason})" for i, reason in enumerate(reasons) if reason is not None]
    if not good:
        raise DataError(f"--data {source!r}: none of its {len(bad)} images can be used: {bad[0]}")
    class_folders.warn(bad, len(entries), f"images in {source!r} cannot be used and are left out")
    return images[good] if bad else images, good
