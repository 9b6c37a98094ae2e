"""Images fetched from elsewhere: torchvision's data sets by name and data sets on the Hugging Face Hub."""

from __future__ import annotations

import inspect
import json
import os
import zipfile
from functools import partial
from pathlib import Path

import torch
from PIL import Image

from training.data.folders import folder_entries, zip_entries
from training.data.image_set import DataError, Entry, ImageSet, decode, from_entries
from training.data.preprocess import SUFFIXES, open_picture

HUB_FILES = [f"*{case}" for kind in (*sorted(SUFFIXES), ".zip", ".parquet") for case in (kind, kind.upper())]


def cache_folder() -> Path:
    """Where downloads and small trained helpers live: $GAN_ATLAS_DATA, or ~/.cache/gan-atlas."""
    return Path(os.environ.get("GAN_ATLAS_DATA") or Path.home() / ".cache" / "gan-atlas").expanduser()


def read_torchvision(source: str, resolution: int, channels: int) -> ImageSet:
    """The training part of "torchvision:NAME", downloaded once into the cache folder."""
    dataset, labels = _open_torchvision(source), {}

    def read(i: int) -> Image.Image:
        image, labels[i] = dataset[i]
        return image

    entries = [(str(i), partial(read, i)) for i in range(len(dataset))]
    images, good = decode(entries, source, resolution, channels)
    name, kept = type(dataset).__name__, [labels[i] for i in good]
    if not all(isinstance(label, int) for label in kept):
        return ImageSet(images, None, None, name)
    classes = [str(c) for c in getattr(dataset, "classes", None) or range(max(kept) + 1)]
    return ImageSet(images, torch.tensor(kept), classes, name)


def _open_torchvision(source: str):
    try:
        from torchvision import datasets
    except ImportError:
        raise DataError(f"--data {source!r} needs torchvision: pip install torchvision") from None
    kind = getattr(datasets, source.partition(":")[2], None)
    if not inspect.isclass(kind):
        raise DataError(f"--data {source!r} is no data set of torchvision; try torchvision:MNIST")
    options = {"root": str(cache_folder()), "train": True, "split": "train", "download": True}
    known = inspect.signature(kind).parameters
    try:
        return kind(**{key: value for key, value in options.items() if key in known})
    except Exception as error:  # mirrors, archives and checksums: it raises whatever they raise
        reason = " ".join(str(error).split())[:160]
        line = f"--data {source!r} cannot be fetched ({reason}): give a folder or .zip instead"
        raise DataError(line) from None


def read_hub(source: str, resolution: int, channels: int, only: list[str] | None = None) -> ImageSet:
    """A Hub data set, "owner/name": its image files, else its zips, else its parquet; `only` some classes."""
    from huggingface_hub import snapshot_download

    try:
        folder = snapshot_download(source, repo_type="dataset", allow_patterns=HUB_FILES, etag_timeout=5)
    except (OSError, ValueError) as error:
        reason = " ".join(str(error).split())[:120]
        raise DataError(
            f"--data {source!r} is no folder here, and the Hub did not give it ({reason}): "
            "check the name and the network, or give a folder or .zip of images"
        ) from None
    folder = Path(folder)
    zips, tables = (sorted(p for p in folder.rglob("*") if p.suffix == kind) for kind in (".zip", ".parquet"))
    entries = folder_entries(folder) or _many_zips(source, zips) or _parquet_entries(source, tables)
    return from_entries(entries, source, source, resolution, channels, only)


def _many_zips(source: str, zips: list[Path]) -> list[Entry]:
    """One zip as it is laid out; of several, each is a class (or a split) of its file's name."""
    entries: list[Entry] = []
    for path in zips:
        try:
            archive = zipfile.ZipFile(path)
        except zipfile.BadZipFile:
            raise DataError(f"--data {source!r}: {path} is no whole .zip: delete it and run again") from None
        entries += zip_entries(archive, f"{path.stem}/" if len(zips) > 1 else "")
    return entries


def _parquet_entries(source: str, tables: list[Path]) -> list[Entry]:
    """The image column of a Hub data set's parquet files, its train split alone where it has one."""
    if not tables:
        return []
    try:
        from pyarrow import parquet
    except ImportError:
        raise DataError(f"--data {source!r} is kept as parquet files: pip install pyarrow") from None
    tables = [path for path in tables if "train" in (path.parent.name, path.name.split("-")[0])] or tables
    return [entry for path in tables for entry in _table_entries(source, path.stem, parquet.read_table(path))]


def _table_entries(source: str, stem: str, table) -> list[Entry]:
    """Rows of one table, named "class/stem-row"; its metadata is what the `datasets` library writes."""
    features = json.loads((table.schema.metadata or {}).get(b"huggingface", b"{}")).get("info", {})
    features = {key: value for key, value in features.get("features", {}).items() if isinstance(value, dict)}

    def column(kind: str, *names: str) -> str | None:
        typed = [key for key in table.column_names if features.get(key, {}).get("_type") == kind]
        return next(iter(typed + [key for key in names if key in table.column_names]), None)

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
        entries.append((f"{folder}{stem}-{row:07d}", lambda raw=raw: open_picture(raw)))
    return entries
