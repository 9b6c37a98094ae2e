"""Write a file whole or not at all."""

import os
import threading
from pathlib import Path


def write(path, save):
    """Call save(temporary path), then put that file in the place of `path` in one step.

    A reader sees the old file or the new one, also after a power cut. On any failure the temporary file is removed and
    the old one stays: OSError, or whatever `save` raises.
    """
    path = Path(path)
    temporary = path.with_name(f".{os.getpid()}-{threading.get_ident()}.tmp")
    try:
        save(temporary)
        with open(temporary, "rb+") as file:
            os.fsync(file.fileno())
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
