"""Write a file, or a folder, whole or not at all."""

import os
import shutil
import threading
from pathlib import Path


def write(path, save, durable=True):
    """Call save(temporary path), then put that file in the place of `path` in one step.

    A reader sees the old file or the new one; if durable, also after a power cut. On any failure the temporary file is
    removed and the old one stays: OSError, or whatever `save` raises.
    """
    path = Path(path)
    temporary = path.with_name(f".{os.getpid()}-{threading.get_ident()}.tmp")
    try:
        save(temporary)
        if durable:
            with open(temporary, "rb+") as file:
                os.fsync(file.fileno())
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def write_folder(path, fill):
    """Call fill(a new folder beside `path`), then put that folder in the place of `path`, whatever lay in there.

    On any failure the new folder is removed and the old one stays: OSError, or whatever `fill` raises.
    """
    path = Path(path).absolute()
    new, old = (path.with_name(f".{path.name}.{age}") for age in ("new", "old"))

    def settle():
        if old.exists() and not path.exists():  # cut off between the two renames
            old.rename(path)
        shutil.rmtree(new, ignore_errors=True)
        shutil.rmtree(old, ignore_errors=True)

    settle()
    try:
        new.mkdir(parents=True)
        fill(new)
        if path.exists():
            path.rename(old)
        new.rename(path)
    finally:
        settle()
