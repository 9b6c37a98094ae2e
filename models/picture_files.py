"""Which files are pictures, by their names, and which lie in a folder."""

import os
from pathlib import Path, PurePosixPath

from PIL import Image

SUFFIXES = {suffix for suffix, kind in Image.registered_extensions().items() if kind in Image.OPEN}  # lower case
SUFFIXES |= {".heic", ".heif", ".hif", ".avif"}  # where Pillow does not open them, a line says what to do


def is_visible(name):
    """False for a path with a hidden part or a Mac's archive litter."""
    return not any(part.startswith((".", "__MACOSX")) for part in name.replace("\\", "/").split("/"))


def is_picture(name):
    """True for a path whose suffix is that of a picture which Pillow opens."""
    return PurePosixPath(name).suffix.lower() in SUFFIXES


def files(folder):
    """Visible files below a folder, sorted. Links are followed, but not to a folder that they lie in; OSError."""

    def refuse(error):
        raise error

    found = []
    for place, folders, names in os.walk(folder, onerror=refuse, followlinks=True):
        real = [Path(os.path.realpath(path)) for path in (Path(place), *Path(place).parents)]
        around = {above for path in real for above in (path, *path.parents)}
        folders[:] = [name for name in folders if is_visible(name) and Path(place, name).resolve() not in around]
        found += [Path(place, name) for name in names if is_visible(name)]
    return sorted(path for path in found if path.is_file() or not path.exists())  # a broken link is named later
