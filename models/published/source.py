"""Published files from the Hub: one pinned commit, each file checked against its sha256."""

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
    repo, commit, wanted = _read(repo, files)
    return [_checked(_had(repo, commit, part["name"]), repo, part) for part in wanted]


def facts(repo, files):
    """(bytes of the files in all, the licence that the repo's card names or ""), before any is downloaded.

    Errors as `fetch`, but a card that cannot be had names no licence.
    """
    repo, commit, wanted = _read(repo, files)
    size = sum(_had(repo, commit, part["name"], dry_run=True).file_size or 0 for part in wanted)
    try:
        card = huggingface_hub.HfApi().model_info(repo, revision=commit, timeout=10).card_data
    except Exception:  # offline, or the Hub is silent: the files may be in the cache
        card = None
    return size, str((card or {}).get("license") or "")


def _read(repo, files):
    """(OWNER/NAME, commit, [match of FILE])."""
    found = re.fullmatch(REPO, repo, re.ASCII)
    if not found:
        raise ValueError(f"{repo} is neither a file, a folder nor OWNER/NAME@COMMIT with the commit's 40 hex digits")
    if not files:
        raise ValueError(f"{repo}: name its files: --file pytorch_model.bin")
    wanted = [re.fullmatch(FILE, text, re.ASCII) for text in files]
    for text, parts in zip(files, wanted):
        if not parts or ".." in text:
            raise ValueError(f"--file {text!r} is no NAME or NAME:SHA256")
    return found["repo"], found["commit"], wanted


def _had(repo, commit, name, **how):
    try:
        return huggingface_hub.hf_hub_download(repo, name, revision=commit, **how)
    except Exception as error:  # also errors of its HTTP library, which differs between versions of the client
        raise ValueError(f"{repo}: {name} at commit {commit[:12]} cannot be had: {hub.reason(error)}") from None


def _checked(path, repo, part):
    wrong = part["sha256"] and hub.mismatch(path, {"sha256": part["sha256"]})
    if wrong:
        raise ValueError(f"{repo}: {part['name']} is refused: {wrong}")
    return Path(path)
