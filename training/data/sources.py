"""Training data by name: a folder, a .zip, MNIST's idx files, a torchvision data set or one on the Hub."""

from __future__ import annotations

import re
from pathlib import Path

from training.data import named_sets
from training.data.downloads import read_hub, read_torchvision
from training.data.folders import read_folder, zip_entries
from training.data.image_set import DataError, ImageSet, concatenate, from_entries


def load(source: str | Path, resolution: int, channels: int, labelled: bool = False) -> ImageSet:
    """Read `source` as uint8 [N, channels, resolution, resolution]; DataError in one line.

    source: a folder or .zip of images, where class sub-folders become labels; a folder of MNIST idx files;
    "torchvision:NAME"; a Hub data set id "owner/name" ("owner/name:cat,dog" for those classes); or "atlas:NAME", a set
    that shipped weights learned from (`named_sets`). Several joined by "+" are one set: classes of one name become one,
    a source without classes is a class of its own name. labelled: refuse a source that has no classes.
    """
    source = named_sets.resolve(str(source))
    parts = [source] if Path(source).exists() else source.split("+")
    data = concatenate([_read(part, resolution, channels) for part in parts])
    if labelled and data.labels is None:
        raise DataError(
            f"--data {source!r} carries no classes, and this variant learns with labels: "
            "put every image into a sub-folder named after its class"
        )
    return data


def _read(source: str, resolution: int, channels: int) -> ImageSet:
    place = Path(source).expanduser()
    if source.startswith("torchvision:"):
        return read_torchvision(source, resolution, channels)
    if source and place.is_dir():
        return read_folder(place, resolution, channels)
    if place.is_file():
        return from_entries(zip_entries(place, source), source, place.stem, resolution, channels)
    hub = re.fullmatch(r"([A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*)(?::(.+))?", source)  # owner/name:class,class
    if hub and place.suffix != ".zip":
        return read_hub(hub[1], resolution, channels, only=hub[2].split(",") if hub[2] else None)
    raise DataError(
        f"--data {source!r} does not exist: give a folder or .zip of images, "
        "torchvision:NAME, or a Hub data set id owner/name"
    )
