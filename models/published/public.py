"""The field's public checkpoints that the manifest names; none is downloaded before somebody has pinned it."""

import re

import huggingface_hub

from models import hub

NAME = re.compile(r"[a-z0-9][a-z0-9-]*", re.ASCII)  # it becomes a folder's


def rows():
    """{name: row} of the manifest's section "public".

    A row: repo, file, variant, format, licence ("" where none is named), megabytes (about), classes (where it has
    any), and what `pin` finds: revision, sha256, size in bytes, null until then or where it is not known.
    """
    return {name: row for name, row in hub.section("public").items() if NAME.fullmatch(name)}


def is_pinned(row):
    """Whether a row names one commit and one content, without which nothing is downloaded."""
    return bool(row.get("revision") and row.get("sha256"))


def pinned(name):
    """A row that is pinned; ValueError in one line where it is not, or where there is none of that name."""
    row = _row(name)
    if not is_pinned(row):
        raise ValueError(f"{name} is not pinned to a commit: python -m models.published --pin {name}")
    return row


def pin(name):
    """The row, with the commit, size and sha256 that the Hub gives its file now, as it now stands in the manifest.

    ValueError in one line: no such name, no answer, or a file whose sha256 the Hub does not name.
    """
    row = _row(name)
    try:
        url = huggingface_hub.hf_hub_url(row["repo"], row["file"])
        found = huggingface_hub.get_hf_file_metadata(url, timeout=30)
    except Exception as error:  # also errors of its HTTP library, which differs between versions of the client
        raise ValueError(f"{row['repo']}: {row['file']} cannot be had: {hub.reason(error)}") from None
    if not re.fullmatch("[0-9a-f]{64}", found.etag or ""):
        raise ValueError(f"{row['repo']}: the Hub names no sha256 of {row['file']}: take its commit and --file by hand")
    row = {**row, "revision": found.commit_hash, "sha256": found.etag, "size": found.size}
    hub.put("public", name, row)
    return row


def wanted(name):
    """(OWNER/NAME@COMMIT, NAME:SHA256, licence) of a pinned row; ValueError where it is not pinned."""
    row = pinned(name)
    return f"{row['repo']}@{row['revision']}", f"{row['file']}:{row['sha256']}", row["licence"]


def _row(name):
    found = rows()
    if name not in found:
        raise ValueError(f"{name} is no public checkpoint: choose {', '.join(found) or 'a repo by hand'}")
    return found[name]
