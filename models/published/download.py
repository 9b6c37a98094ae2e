"""A public checkpoint of the manifest on this machine: downloaded when asked for, checked, converted."""

import shutil
from contextlib import nullcontext
from pathlib import Path

import huggingface_hub
from filelock import FileLock, Timeout
from huggingface_hub import constants
from huggingface_hub.file_download import http_get
from huggingface_hub.utils import build_hf_headers

from models import hub
from models.published import convert, public

COPIES = 3  # of the file on the disk at once: the download, its tensors out of the pickle, the converted checkpoint
SECONDS = 10  # for the Hub's first answer
constants.DOWNLOAD_CHUNK_SIZE = 2**20  # bytes that the client writes, and tells of, at once; its own 10 MB are many


class Stopped(ValueError):
    """Raised by `told` to end a download; what came is kept."""


def folder():
    """Where converted checkpoints lie, each in a folder of its own name."""
    return hub.cache_folder() / "published"


def get(name, told=lambda done, total: None, most=None):
    """The folder of a pinned public checkpoint; what is not there is downloaded and converted first.

    told(done, total): bytes so far and in all; may raise Stopped. most: bytes that a file may have.
    What came of a download that was stopped or cut off is kept, and the next call goes on from there. ValueError in one
    line: not pinned, too large, no room on the disk, another sha256 than the pinned one, another download under way.
    """
    row, target = public.pinned(name), folder() / name
    if (target / "config.json").exists():
        return target
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(target.parent / ".lock", timeout=0):
            path = _file(name, row, told, most)
            _check(path, row)
            source = f"{row['repo']}@{row['revision']}"
            convert.convert([path], target, row["variant"], source=source, licence=row["licence"])
    except Timeout:
        raise ValueError("another checkpoint is being downloaded: try again when it is there") from None
    except OSError as error:
        raise ValueError(f"{name} cannot be kept in {target.parent}: {error.strerror or error}") from None
    shutil.rmtree(_part(name, row).parent, ignore_errors=True)
    return target


def begun(name):
    """Bytes of a download that was stopped or cut off; 0 without one."""
    part = _part(name, public.pinned(name))
    return part.stat().st_size if part.exists() else 0


def _part(name, row):
    """The file as far as it came; its folder is named after the content, since another revision's must not go on."""
    return folder() / f".{name}-{row['sha256'][:12]}" / Path(row["file"]).name


def _file(name, row, told, most):
    """The whole file: from the Hub's cache, which preloads and other programs fill, else downloaded."""
    cached = huggingface_hub.try_to_load_from_cache(row["repo"], row["file"], revision=row["revision"])
    if isinstance(cached, str):
        return Path(cached)
    url = huggingface_hub.hf_hub_url(row["repo"], row["file"], revision=row["revision"])
    part = _part(name, row)
    try:
        found = huggingface_hub.get_hf_file_metadata(url, timeout=SECONDS)
        _allow(row, found, part, most)
        _download(url, part, found.size, told)
    except ValueError:
        raise
    except Exception as error:  # also errors of its HTTP library, which differs between versions of the client
        raise ValueError(
            f"{row['repo']}: {row['file']} cannot be had: {hub.reason(error)}; check the network and try again"
        ) from None
    return part


def _allow(row, found, part, most):
    """ValueError if the Hub's file is another than the pinned one, too large, or larger than the disk has room for."""
    if found.etag != row["sha256"]:
        raise ValueError(
            f"{row['repo']}: {row['file']} is refused: expected sha256 {row['sha256'][:12]}, "
            f"the Hub has {str(found.etag)[:12]}"
        )
    if found.size is None or (most is not None and found.size > most):
        size = "of unknown size" if found.size is None else f"of {found.size / 1e6:.0f} MB"
        raise ValueError(f"{row['file']} is a file {size}; up to {(most or 0) / 1e6:.0f} MB are downloaded here")
    part.parent.mkdir(parents=True, exist_ok=True)
    free, needed = shutil.disk_usage(part.parent).free, COPIES * found.size
    if free < needed:
        raise ValueError(f"{part.parent.parent} has {free / 1e6:.0f} MB of room, {needed / 1e6:.0f} are needed")


def _download(url, part, size, told):
    class Bar(nullcontext):
        """What the client takes for its progress bar: it tells instead of printing."""

        def __init__(self, initial=0, **options):
            super().__init__(self)
            self.done = initial

        def update(self, n):
            self.done += n
            told(self.done, size)

    done = part.stat().st_size if part.exists() else 0
    if done > size:  # not the beginning of this file
        part.unlink()
        done = 0
    told(done, size)
    with part.open("ab") as file:
        http_get(url, file, resume_size=done, headers=build_hf_headers(), expected_size=size, tqdm_class=Bar)


def _check(path, row):
    """ValueError if the file's content is not the pinned one; it is deleted, so that the next download starts anew."""
    wrong = hub.mismatch(path, {"sha256": row["sha256"]})
    if wrong:
        path.resolve().unlink(missing_ok=True)
        path.unlink(missing_ok=True)
        raise ValueError(f"{row['repo']}: {row['file']} is refused: {wrong}")
