"""Images on this machine: folders, zip archives and MNIST's idx files."""

from __future__ import annotations

import gzip
import zipfile
import zlib
from functools import partial
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from models import picture_files
from training.data.class_folders import warn
from training.data.image_set import DataError, Entry, ImageSet, decode, from_entries
from training.data.preprocess import open_picture

ENTRY_LIMIT = 256 * 2**20  # bytes that one picture inside an archive may claim to unpack to


def read_folder(place: Path, resolution: int, channels: int) -> ImageSet:
    """A folder of images, of class folders, or of MNIST idx files."""
    for folder in (place, place / "raw", place / "MNIST" / "raw"):
        if _idx_file(folder, "images"):
            return _read_idx_folder(folder, place.resolve().name, resolution, channels)
    return from_entries(folder_entries(place), str(place), place.resolve().name, resolution, channels)


def folder_entries(place: Path) -> list[Entry]:
    """Every picture below a folder, named by its path from there."""
    found = [(path.relative_to(place).as_posix(), path) for path in picture_files.files(place)]
    return [(name, partial(open_picture, path)) for name, path in pictures_of(found, place)]


def zip_entries(path: Path, source: str, prefix: str = "") -> list[Entry]:
    """Every picture in a .zip, named by its path in there after `prefix`; source: for errors."""
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError) as error:
        raise DataError(f"--data {source!r}: {path} is no whole .zip ({error}): give a folder or .zip") from None
    found = [(info.filename.replace("\\", "/"), info) for info in archive.infolist() if not info.is_dir()]
    return [(prefix + name, partial(_unpack, archive, info)) for name, info in pictures_of(found, path)]


def pictures_of(found: list[tuple], place: Path) -> list[tuple]:
    """Those of [(name, ...)] that are named as pictures; a warning names what else is not hidden."""
    shown = [one for one in found if picture_files.is_visible(one[0])]
    others = [one[0] for one in shown if not picture_files.is_picture(one[0])]
    warn(others, len(shown), f"files in '{place}' are no pictures by their suffix and are passed over")
    return [one for one in shown if picture_files.is_picture(one[0])]


def _unpack(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Image.Image:
    if info.file_size > ENTRY_LIMIT:
        raise ValueError(f"claims to unpack to {info.file_size} bytes, over {ENTRY_LIMIT}")
    return open_picture(archive.read(info))


def read_idx(path: Path) -> np.ndarray:
    """An idx file, gzipped or not, as the uint8 array it declares; DataError for a wrong magic or length."""
    try:
        with (gzip.open if path.suffix == ".gz" else open)(path, "rb") as file:
            raw = file.read()
    except (OSError, EOFError, zlib.error) as error:
        raise DataError(f"{path} cannot be read ({error}): fetch it again") from None
    dims = raw[3] if raw[:3] == b"\0\0\x08" and len(raw) > 3 else 0
    start = 4 + 4 * dims
    if dims not in (1, 3) or len(raw) < start:
        raise DataError(f"{path} is no idx file of bytes (magic {raw[:4].hex() or 'missing'}): fetch it again")
    shape = tuple(int(size) for size in np.frombuffer(raw, ">u4", dims, 4))
    whole = start + int(np.prod(shape, dtype=object))
    if len(raw) != whole:
        raise DataError(f"{path} holds {len(raw)} bytes, not the {whole} it declares: fetch it again")
    return np.frombuffer(raw, np.uint8, offset=start).reshape(shape)


def _idx_file(folder: Path, kind: str) -> Path | None:
    return min(folder.glob(f"train-{kind}[-.]idx[13]-ubyte*"), default=None)


def _read_idx_folder(folder: Path, name: str, resolution: int, channels: int) -> ImageSet:
    pixels = read_idx(_idx_file(folder, "images"))
    label_file = _idx_file(folder, "labels")
    labels = torch.from_numpy(read_idx(label_file).astype(np.int64)) if label_file else None
    if pixels.ndim != 3 or not pixels.size or (labels is not None and labels.shape != pixels.shape[:1]):
        shapes = f"images {pixels.shape} and labels {'none' if labels is None else tuple(labels.shape)}"
        raise DataError(f"--data {str(folder)!r}: {shapes} do not belong together: fetch them again")
    entries = [(str(i), partial(Image.fromarray, picture)) for i, picture in enumerate(pixels)]
    images, _ = decode(entries, str(folder), resolution, channels)
    return ImageSet(images, labels, None if labels is None else [str(k) for k in range(int(labels.max()) + 1)], name)
