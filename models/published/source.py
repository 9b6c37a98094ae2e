"""Published files from the Hub: one pinned commit, each file checked against its sha256."""

import hashlib
import re
from pathlib import Path

import huggingface_hub

from models import hub

REPO = r"(?P<repo>[\w-][\w.-]*/[\w-][\w.-]*)@(?P<commit>[0-9a-f]{40})"
FILE = r"(?P<name>[\w-][\w./-]*?)(:(?P<sha256>[0-9a-f]{64}))?"


def fetch(repo, files):
    """Paths in the Hub's cache of files, each NAME or NAME:SHA256, of OWNER/NAME@COMMIT.

    What the cache has is not asked for again; a download that was cut off goes on where it stopped. ValueError in one
    line: no pinned commit, no file named, a file that cannot be had or has another sha256.
    """
    found = re.fullmatch(REPO, repo, re.ASCII)
    if not found:
        raise ValueError(f"{repo} is neither a file, a folder nor OWNER/NAME@COMMIT with the commit's 40 hex digits")
    if not files:
        raise ValueError(f"{repo}: name its files: --file pytorch_model.bin")
    wanted = {text: re.fullmatch(FILE, text, re.ASCII) for text in files}
    for text, parts in wanted.items():
        if not parts or ".." in text:
            raise ValueError(f"--file {text!r} is no NAME or NAME:SHA256")
    return [_file(found["repo"], found["commit"], part["name"], part["sha256"]) for part in wanted.values()]


def _file(repo, commit, name, expected):
    try:
        path = Path(huggingface_hub.hf_hub_download(repo, name, revision=commit))
    except Exception as error:  # also errors of its HTTP library, which differs between versions of the client
        raise ValueError(f"{repo}: {name} at commit {commit[:12]} cannot be had: {hub.reason(error)}") from None
    if expected:
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        if digest != expected:
            raise ValueError(f"{repo}: {name} is refused: expected sha256 {expected[:12]}, found {digest[:12]}")
    return path
