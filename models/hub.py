"""Trained weights: a row of weights_manifest.json -> verified files on this machine."""

from __future__ import annotations

import hashlib
import json
import os
import re
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import huggingface_hub
from filelock import FileLock, Timeout
from huggingface_hub import constants, errors
from safetensors import SafetensorError
from safetensors.torch import load_file

from models import atomic

ROOT = Path(__file__).resolve().parents[1]
MANIFEST = ROOT / "weights_manifest.json"
WEIGHTS = ROOT / "weights"
SOURCES = ("bundled copy", "folder", "Hub cache", "Hub")  # nearest first
LOCK_SECONDS = 30

_VARIANT = re.compile(r"[a-z0-9_]+")
_COMMIT = re.compile(r"[0-9a-f]{40}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_REPO = re.compile(r"[\w-][\w.-]*/[\w-][\w.-]*", re.ASCII)
# The only files that are accepted: no folder in the name, nothing that would be unpickled.
_FILE = re.compile(r"config\.json|(real|samples|neighbours)\.png|[\w-]+\.safetensors", re.ASCII)


class WeightsError(OSError):
    """Weights that are missing or do not match the manifest: one line that says what to do next."""


@dataclass(frozen=True)
class Weights:
    """The verified files of one variant.

    files: name -> path. source: the last of SOURCES that a file came from. repo, revision: where they are published
    ("" and None if nowhere). row: the manifest's row.
    """

    variant: str
    files: dict[str, Path]
    source: str
    repo: str = ""
    revision: str | None = None
    row: dict = field(default_factory=dict, compare=False)

    @property
    def config(self) -> dict:
        """config.json as a dict; WeightsError if it is missing or no JSON object."""
        return _read_json(self._path("config.json"))

    def state_dict(self, role: str) -> dict:
        """The network's tensors; floats are returned as float32, stored as fp16."""
        path = self._path(f"{role}.safetensors")
        try:
            tensors = load_file(path)
        except (SafetensorError, OSError) as error:
            raise WeightsError(f"{path} is no safetensors file ({_line(error)}); {_train(self.variant)}") from None
        return {key: t.float() if t.is_floating_point() else t for key, t in tensors.items()}

    def _path(self, name):
        if name not in self.files:
            raise WeightsError(
                f"{self.variant} has no file {name!r}, only {', '.join(sorted(self.files))}; {_train(self.variant)}"
            )
        return self.files[name]


def rows(manifest: Path | None = None) -> dict[str, dict]:
    """The manifest's rows by variant; empty if there is no manifest yet."""
    path = Path(manifest or MANIFEST)
    if not path.exists():
        return {}
    variants = _read_json(path).get("variants", {})
    if not isinstance(variants, dict):
        raise WeightsError(f'{path}: "variants" is no object; restore it: git checkout {path.name}')
    return variants


def write_row(variant: str, row: dict, manifest: Path | None = None) -> None:
    """Put one row into the manifest; rows that other processes write at the same time are kept."""
    path = Path(manifest or MANIFEST)
    _check(variant, row, path)
    try:
        with FileLock(f"{path}.lock", timeout=LOCK_SECONDS):
            content = _read_json(path) if path.exists() else {}
            content["variants"] = {**rows(path), variant: row}
            text = json.dumps(content, indent=2, ensure_ascii=False) + "\n"
            atomic.write(path, lambda temporary: temporary.write_text(text, "utf-8"))
    except Timeout:
        raise WeightsError(
            f"{path} has been locked for {LOCK_SECONDS} s; end the process that writes it, or "
            f"delete {path.name}.lock, and try again"
        ) from None
    except WeightsError:
        raise
    except OSError as error:
        raise WeightsError(
            f"{path} cannot be written ({_line(error)}); free or unlock its disk, and try again"
        ) from None


def describe(folder: Path) -> dict[str, dict]:
    """{"file": {"sha256", "size" in bytes}} of config.json, the known PNGs and every safetensors file in a folder."""
    paths = [path for path in sorted(Path(folder).glob("*")) if _FILE.fullmatch(path.name)]
    return {path.name: {"sha256": sha256(path), "size": path.stat().st_size} for path in paths}


def fetch(variant: str, manifest: Path | None = None, bundled: Path | None = None) -> Weights:
    """Verified weights, each file from the bundled copy, else the Hub cache, else the Hub at the pinned commit.

    WeightsError names a file whose size or sha256 is not the manifest's.
    """
    row = row_of(variant, manifest)
    folder = Path(bundled or WEIGHTS) / variant
    found = {name: _find(variant, row, name, folder) for name in row["files"]}
    source = max((source for _, source in found.values()), key=SOURCES.index)
    files = {name: path for name, (path, _) in found.items()}
    return Weights(variant, files, source, row.get("repo") or "", row.get("revision"), row)


def from_folder(variant: str, folder: Path) -> Weights:
    """The weights of an exported checkpoint, unverified; WeightsError if it is another variant's or none."""
    row = {"files": describe(folder)}
    if "config.json" not in row["files"]:
        raise WeightsError(f"{folder} holds no config.json; give a run's folder: runs/{variant}/export")
    weights = Weights(variant, {name: Path(folder) / name for name in row["files"]}, "folder", row=row)
    if weights.config.get("variant", variant) != variant:
        raise WeightsError(f"{folder} holds {weights.config['variant']!r}, not {variant!r}; give runs/{variant}/export")
    return weights


def row_of(variant: str, manifest: Path | None = None) -> dict:
    """One variant's row, checked before anything in it is used as a path or repo name."""
    path = Path(manifest or MANIFEST)
    found = rows(path)
    if variant not in found:
        raise WeightsError(f"{variant} has no row in {path.name}; {_train(variant)}")
    _check(variant, found[variant], path)
    return found[variant]


def sha256(path: Path) -> str:
    """Hex sha256 of a file, cached until its size or modification time changes."""
    stat = os.stat(path)
    return _sha256(str(path), stat.st_mtime_ns, stat.st_size)


@lru_cache(maxsize=512)
def _sha256(path, mtime_ns, size):
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()


def mismatch(path: Path, expected: dict) -> str | None:
    """How a file differs from its {"sha256", "size"}, in words; None if it does not."""
    try:
        size, digest = os.path.getsize(path), sha256(path)
    except OSError as error:
        return f"it cannot be read ({_line(error)})"
    if size != expected["size"]:
        return f"expected {expected['size']} bytes, found {size}"
    if digest != expected["sha256"]:
        return f"expected sha256 {expected['sha256'][:12]}, found {digest[:12]}"
    return None


def _find(variant, row, name, folder):
    """(path, source) of one file from the first source that has it."""
    path, expected = folder / name, row["files"][name]
    wrong = mismatch(path, expected) if os.path.exists(path) else "it is missing"
    if wrong is None:
        return path, "bundled copy"
    if row.get("revision") is None:
        where = row.get("repo") or variant
        raise WeightsError(
            f"weights/{variant}/{name} is refused: {wrong}; {where} is not published "
            f"yet, so there is no other copy: git checkout weights/{variant}, or {_train(variant)}"
        )
    try:
        return _find_on_hub(variant, row["repo"], row["revision"], name, expected)
    except WeightsError as error:
        note = f" (the bundled weights/{variant}/{name} is refused: {wrong})" if os.path.exists(path) else ""
        raise WeightsError(f"{error}{note}") from None


def _find_on_hub(variant, repo, revision, name, expected):
    cached = huggingface_hub.try_to_load_from_cache(repo, name, revision=revision)
    damaged = isinstance(cached, str) and mismatch(cached, expected)
    if isinstance(cached, str) and not damaged:
        return Path(cached), "Hub cache"
    try:
        path = _download(repo, revision, name, expected, force=bool(damaged))
    except Exception as error:  # also errors of its HTTP library, which differs between versions of the client
        note = f"; the copy in the Hub cache is refused ({damaged}): delete {cached}" if damaged else ""
        raise WeightsError(
            f"{repo}: {name} at commit {revision[:12]} cannot be downloaded: {reason(error)}{note}; "
            f"check the network and HF_ENDPOINT, or {_train(variant)}"
        ) from None
    wrong = mismatch(path, expected)
    if wrong:
        raise WeightsError(
            f"{repo}: {name} at commit {revision[:12]} is refused: {wrong}; update this copy: "
            f"git pull, or {_train(variant)}"
        )
    return path, "Hub"


def _download(repo, revision, name, expected, force):
    # Metadata first, in a request of its own: with nothing cached, hf_hub_download asks a server that is silent or
    # fails six more times, 60 seconds each.
    limit = constants.HF_HUB_ETAG_TIMEOUT
    url = huggingface_hub.hf_hub_url(repo, name, revision=revision)
    size = huggingface_hub.get_hf_file_metadata(url, timeout=limit).size
    if size not in (None, expected["size"]):
        raise OSError(f"expected {expected['size']} bytes, the Hub has {size}")
    return Path(
        huggingface_hub.hf_hub_download(repo, name, revision=revision, etag_timeout=limit, force_download=force)
    )


def reason(error):
    """Why the Hub did not answer, in one line."""
    known = {
        errors.OfflineModeIsEnabled: "offline mode is on (HF_HUB_OFFLINE)",
        errors.GatedRepoError: "the repo is gated, log in: hf auth login",
        errors.RepositoryNotFoundError: "there is no such repo, or it is private: hf auth login",
        errors.RevisionNotFoundError: "the repo has no such commit",
        errors.EntryNotFoundError: "the commit has no such file",
    }
    return next((text for kind, text in known.items() if isinstance(error, kind)), _line(error))


def _check(variant, row, path):
    """WeightsError unless the row names only plain files of one pinned commit."""

    def refuse(what):
        raise WeightsError(f"{path.name}: row {variant!r} is refused: {what}; correct it, or {_train(variant)}")

    if not _VARIANT.fullmatch(variant):
        refuse("a variant's name has only a-z, 0-9 and _")
    files = row.get("files") if isinstance(row, dict) else None
    if not isinstance(files, dict) or "config.json" not in files:
        refuse('it has no "files" with a config.json')
    revision, repo = row.get("revision"), row.get("repo")
    if revision is not None and not (isinstance(revision, str) and _COMMIT.fullmatch(revision)):
        refuse(f"revision {revision!r} is no full commit of 40 hex digits")
    if (repo or revision) and not (isinstance(repo, str) and _REPO.fullmatch(repo)):
        refuse(f"repo {repo!r} is no NAMESPACE/NAME")
    for name, expected in files.items():
        if not _FILE.fullmatch(name):
            refuse(f"file name {name!r} is neither config.json, a known PNG nor a plain NAME.safetensors")
        if (
            not isinstance(expected, dict)
            or type(expected.get("size")) is not int
            or not _SHA256.fullmatch(str(expected.get("sha256")))
        ):
            refuse(f"{name} has no sha256 and size")


def _read_json(path):
    try:
        content = json.loads(Path(path).read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise WeightsError(f"{path} cannot be read: {_line(error)}; restore it with git checkout") from None
    if not isinstance(content, dict):
        raise WeightsError(f"{path} is no JSON object; restore it with git checkout")
    return content


def _line(error):
    return (" ".join(str(error).split()) or type(error).__name__)[:200]


def _train(variant):
    return f"train it: python training/run.py {variant} --install"
