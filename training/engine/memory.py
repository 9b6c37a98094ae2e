"""Memory that a step frees, kept for the next one."""

import ctypes
import sys

TRIM_THRESHOLD, MMAP_MAX = -1, -4  # as malloc.h numbers them


def keep_freed():
    """Have glibc keep freed memory; True where there is a glibc.

    By default it gives the large blocks of every step back to the system, which clears each page before it hands the
    same ones out again.
    """
    libc = ctypes.CDLL(None) if sys.platform == "linux" else None
    mallopt = getattr(libc, "mallopt", None)  # musl has none
    return bool(mallopt and mallopt(TRIM_THRESHOLD, -1) and mallopt(MMAP_MAX, 0))
