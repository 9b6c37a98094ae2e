"""Images fetched from elsewhere: torchvision's data sets by name and data sets on the Hugging Face Hub."""

from __future__ import annotations

import inspect
import json
from functools import partial
from pathlib import Path

import huggingface_hub
import torch
from PIL import Image
from torchvision import datasets

from models.hub import cache_folder
from models.picture_files import SUFFIXES
from training.data.folders import folder_entries, zip_entries
from training.data.image_set import DataError, Entry, ImageSet, decode, from_entries
from training.data.preprocess import open_picture


def read_torchvision(source: str, resolution: int, channels: int) -> ImageSet:
    """The training part of "torchvision:NAME", downloaded once into the cache folder."""
    kind = getattr(datasets, source.partition(":")[2], None)
    if not inspect.isclass(kind):
        raise DataError(f"--data {source!r} is no data set of torchvision; try torchvision:MNIST")
    options = {"root": str(cache_folder()), "train": True, "split": "train", "download": True}
    known = inspect.signature(kind).parameters
    try:
        dataset = kind(**{key: value for key, value in options.items() if key in known})
    except Exception as error:  # mirrors, archives and checksums: it raises whatever they raise
        reason = " ".join(str(error).split())[:160]
        raise DataError(f"--data {source!r} cannot be fetched ({reason}): give a folder or .zip instead") from None
    labels = {}

    def read(i: int) -> Image.Image:
        image, labels[i] = dataset[i]
        return image

    entries = [(str(i), partial(read, i)) for i in range(len(dataset))]
    images, good = decode(entries, source, resolution, channels)
    name, kept = kind.__name__, [labels[i] for i in good]
    if not all(isinstance(label, int) for label in kept):
        return ImageSet(images, None, None, name)
    classes = [str(c) for c in getattr(dataset, "classes", None) or range(max(kept) + 1)]
    return ImageSet(images, torch.tensor(kept), classes, name)


def read_hub(source: str, resolution: int, channels: int, only: list[str] | None = None) -> ImageSet:
    """A Hub data set, "owner/name": its image files, else its zips, else its parquet; `only` some classes."""
    endings = [f"*{case}" for kind in (*SUFFIXES, ".zip", ".parquet") for case in (kind, kind.upper())]
    try:
        folder = huggingface_hub.snapshot_download(source, repo_type="dataset", allow_patterns=endings, etag_timeout=5)
    except (OSError, ValueError) as error:
        reason = " ".join(str(error).split())[:120]
        raise DataError(
            f"--data {source!r} is no folder here, and the Hub did not give it ({reason}): "
            "check the name and the network, or give a folder or .zip of images"
        ) from None
    zips, tables = (sorted(p for p in Path(folder).rglob("*") if p.suffix == kind) for kind in (".zip", ".parquet"))
    tables = [path for path in tables if "train" in (path.parent.name, path.name.split("-")[0])] or tables
    entries = folder_entries(Path(folder))
    for path in zips if not entries else ():  # of several, each is a class (or a split) of its file's name
        entries += zip_entries(path, source, f"{path.stem}/" if len(zips) > 1 else "")
    for path in tables if not entries else ():
        entries += _table_entries(path, source)
    return from_entries(entries, source, source, resolution, channels, only)


def _table_entries(path: Path, source: str) -> list[Entry]:
    """Rows of a parquet file, named "class/file-row"; its metadata is what the `datasets` library writes."""
    from pyarrow import parquet

    table = parquet.read_table(path)
    features = json.loads((table.schema.metadata or {}).get(b"huggingface", b"{}")).get("info", {}).get("features", {})
    features = {key: value for key, value in features.items() if isinstance(value, dict)}

    def column(kind: str, *names: str) -> str | None:
        typed = [key for key, value in features.items() if value.get("_type") == kind]
        return next((key for key in (*typed, *names) if key in table.column_names), None)

    image, label = column("Image", "image", "img"), column("ClassLabel", "label")
    if image is None:
        raise DataError(f"--data {source!r} has no image column, only {', '.join(table.column_names)}")
    kinds = table[label].to_pylist() if label else [None] * len(table)
    names = features.get(label, {}).get("names")
    entries: list[Entry] = []
    for row, (cell, kind) in enumerate(zip(table[image].to_pylist(), kinds, strict=True)):
        kind = names[kind] if names and kind is not None else kind
        folder = "" if kind is None else str(kind).replace("/", "_") + "/"
        raw = (cell.get("bytes") if isinstance(cell, dict) else cell) or b""
        entries.append((f"{folder}{path.stem}-{row:07d}", lambda raw=raw: open_picture(raw)))
    return entries
