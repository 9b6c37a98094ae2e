"""The sets that shipped weights learned from: found by name, known by sha256, in the cache or on the Hub.

sets.json holds each set's Hub repo, pinned commit (null: not published) and files, and the public data set to learn
from where a set cannot be had. A recipe names its set as "atlas:NAME", or several as "atlas:NAME+NAME".
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path

import huggingface_hub
from filelock import FileLock

from models import atomic
from training.data.downloads import cache_folder
from training.data.image_set import DataError

PREFIX = "atlas:"
INDEX = Path(__file__).with_name("sets.json")


def index() -> dict:
    """{"sets": {name: {"repo", "revision", "files": {name: sha256}}}, "public": {names joined by +: source}}."""
    return json.loads(INDEX.read_text("utf-8"))


def names_of(source: str) -> list[str]:
    """The names in "atlas:NAME+NAME"; [] for any other source; DataError for a name that no set has."""
    names, known = source.removeprefix(PREFIX).split("+") if source.startswith(PREFIX) else [], index()["sets"]
    if unknown := [name for name in names if name not in known]:
        raise DataError(f"--data {source!r}: no set {unknown[0]!r}; there are {', '.join(known)}")
    return names


def resolve(source: str) -> str:
    """A source that can be read: of "atlas:NAME" the set's files or, where there are none, its public stand-in.

    Any other source is returned as it is. DataError where a file that was fetched is not the set's.
    """
    names = names_of(source)
    places = [place(name) for name in names]
    if not names or None not in places:
        return "+".join(map(str, places)) if names else source
    joined, missing = "+".join(names), names[places.index(None)]
    public = index()["public"].get(joined)
    if public is None:
        raise DataError(f"--data {source!r}: {missing} is neither in {folder(missing)} nor on the Hub: put it there")
    print(
        f"{missing} is neither in {folder(missing)} nor on the Hub: learning from {public} instead; "
        "figures will differ from those of the shipped weights",
        file=sys.stderr,
    )
    return public


def folder(name: str) -> Path:
    """Where a set's files lie in the cache: a single .zip in sets/, several files in sets/NAME/."""
    several = len(index()["sets"][name]["files"]) > 1
    return cache_folder() / "sets" / (name if several else "")


def place(name: str) -> Path | None:
    """The set's .zip, or the folder of its files, in the cache or fetched into it; None where it cannot be had."""
    row, here = index()["sets"][name], folder(name)
    if not complete(name) and (row["revision"] is None or not fetch(name, row, here)):
        return None
    files = list(row["files"])
    return here / files[0] if len(files) == 1 else here


def complete(name: str) -> bool:
    """True if every file of the set lies in the cache as it should be."""
    return all(is_set_file(folder(name) / file, digest) for file, digest in index()["sets"][name]["files"].items())


def fetch(name: str, row: dict, here: Path) -> bool:
    """Download a set's files at the pinned commit; False where the Hub does not give them."""
    for file, digest in row["files"].items():
        options = {"repo_type": "dataset", "revision": row["revision"], "local_dir": here, "etag_timeout": 5}
        try:
            huggingface_hub.hf_hub_download(row["repo"], file, **options)
        except (OSError, ValueError) as error:
            print(f"warning: the Hub did not give {name}: {' '.join(str(error).split())[:120]}", file=sys.stderr)
            return False
        if not is_set_file(here / file, digest):
            raise DataError(f"{here / file} is not the file of {name} that {INDEX.name} names by sha256: delete it")
    return True


def is_set_file(path: Path, digest: str) -> bool:
    """True for a whole file with this sha256."""
    return path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == digest


def pin(name: str, repo: str, revision: str) -> None:
    """Write down where a set has been published."""
    with FileLock(f"{INDEX}.lock", timeout=30):
        found = index()
        found["sets"][name] |= {"repo": repo, "revision": revision}
        text = json.dumps(found, indent=2) + "\n"
        atomic.write(INDEX, lambda path: path.write_text(text, "utf-8"))
