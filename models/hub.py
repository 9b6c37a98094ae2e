"""Trained weights: a row of weights_manifest.json -> verified files on this machine."""

from __future__ import annotations

import hashlib
import json
import os
import re
from dataclasses import dataclass
from pathlib import Path

import huggingface_hub
from filelock import FileLock
from huggingface_hub import constants, errors
from safetensors import SafetensorError
from safetensors.torch import load_file

from models import atomic

ROOT = Path(__file__).resolve().parents[1]
MANIFEST = ROOT / "weights_manifest.json"
WEIGHTS = ROOT / "weights"
SOURCES = ("bundled copy", "folder", "Hub cache", "Hub")  # nearest first

# The only files that are accepted: no folder in the name, nothing that would be unpickled.
_FILE = re.compile(r"config\.json|(real|samples|neighbours)\.png|[\w-]+\.safetensors", re.ASCII)


class WeightsError(OSError):
    """Weights that are missing or do not match the manifest: one line that says what to do next."""


@dataclass(frozen=True)
class Weights:
    """The verified files of one variant.

    files: name -> path. source: the last of SOURCES that a file came from. repo, revision: where they are published
    ("" and None if nowhere).
    """

    variant: str
    files: dict[str, Path]
    source: str
    repo: str = ""
    revision: str | None = None

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


def cache_folder() -> Path:
    """Where this project keeps what it downloads or measures: $GAN_ATLAS_DATA, or ~/.cache/gan-atlas.

    RuntimeError where there is no home.
    """
    return Path(os.environ.get("GAN_ATLAS_DATA") or Path.home() / ".cache" / "gan-atlas").expanduser()


def rows(manifest: Path | None = None) -> dict[str, dict]:
    """The manifest's rows by variant; empty if there is no manifest yet."""
    return section("variants", manifest)


def section(name: str, manifest: Path | None = None) -> dict[str, dict]:
    """The rows of one section of the manifest; empty where there is none."""
    path = Path(manifest or MANIFEST)
    found = _read_json(path).get(name, {}) if path.exists() else {}
    if not isinstance(found, dict):
        raise WeightsError(f'{path}: "{name}" is no object; restore it: git checkout {path.name}')
    return found


def write_row(variant: str, row: dict, manifest: Path | None = None) -> None:
    """Put one row into the manifest; rows that other processes write at the same time are kept."""
    _check(variant, row, Path(manifest or MANIFEST))
    put("variants", variant, row, manifest)


def put(name: str, key: str, row: dict, manifest: Path | None = None) -> None:
    """Put one row into a section of the manifest, unchecked; what other processes write at the same time is kept."""
    path = Path(manifest or MANIFEST)
    try:
        with FileLock(f"{path}.lock", timeout=30):
            found = _read_json(path) if path.exists() else {}
            found[name] = {**section(name, path), key: row}
            text = json.dumps(found, indent=2, ensure_ascii=False) + "\n"
            atomic.write(path, lambda temporary: temporary.write_text(text, "utf-8"))
    except WeightsError:
        raise
    except OSError as error:
        raise WeightsError(
            f"{path} cannot be written ({_line(error)}); free its disk, end what else writes it, and try again"
        ) from None


def describe(folder: Path) -> dict[str, dict]:
    """{"file": {"sha256", "size" in bytes}} of config.json, the known PNGs and every safetensors file in a folder."""
    return {path.name: _facts(path) for path in sorted(Path(folder).glob("*")) if _FILE.fullmatch(path.name)}


def fetch(variant: str, manifest: Path | None = None, bundled: Path | None = None) -> Weights:
    """Verified weights, each file from the bundled copy, else the Hub cache, else the Hub at the pinned commit.

    WeightsError names a file whose size or sha256 is not the manifest's.
    """
    row = row_of(variant, manifest)
    folder = Path(bundled or WEIGHTS) / variant
    found = {name: _find(variant, row, name, folder) for name in row["files"]}
    source = max((source for _, source in found.values()), key=SOURCES.index)
    files = {name: path for name, (path, _) in found.items()}
    return Weights(variant, files, source, row.get("repo") or "", row.get("revision"))


def from_folder(variant: str, folder: Path) -> Weights:
    """The weights of an exported checkpoint, unverified; WeightsError if it is another variant's or none."""
    files = {path.name: path for path in sorted(Path(folder).glob("*")) if _FILE.fullmatch(path.name)}
    if "config.json" not in files:
        raise WeightsError(f"{folder} holds no config.json; give a run's folder: runs/{variant}/export")
    weights = Weights(variant, files, "folder")
    if weights.config.get("variant", variant) != variant:
        raise WeightsError(f"{folder} holds {weights.config['variant']!r}, not {variant!r}; give runs/{variant}/export")
    return weights


def row_of(variant: str, manifest: Path | None = None) -> dict:
    """One variant's row, checked before anything in it is used as a path or repo name."""
    path = Path(manifest or MANIFEST)
    row = rows(path).get(variant)
    if row is None:
        raise WeightsError(f"{variant} has no row in {path.name}; {_train(variant)}")
    _check(variant, row, path)
    return row


def _facts(path):
    data = Path(path).read_bytes()
    return {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data)}


def mismatch(path: Path, expected: dict) -> str | None:
    """How a file differs from its {"sha256", "size"}, in words without its folder; None if it does not.

    A size that is not known is left out.
    """
    try:
        found = _facts(path)
    except OSError as error:
        return "it is missing" if isinstance(error, FileNotFoundError) else f"it cannot be read ({error.strerror})"
    if found["size"] != expected.get("size", found["size"]):
        return f"expected {expected['size']} bytes, found {found['size']}"
    if found["sha256"] != expected["sha256"]:
        return f"expected sha256 {expected['sha256'][:12]}, found {found['sha256'][:12]}"
    return None


def _find(variant, row, name, folder):
    """(path, source) of one file from the first source whose copy is the manifest's."""
    repo, revision, expected = row.get("repo"), row.get("revision"), row["files"][name]
    wrong = mismatch(folder / name, expected)
    if wrong is None:
        return folder / name, "bundled copy"
    refused = f"weights/{variant}/{name} is refused: {wrong}"
    if revision is None:
        raise WeightsError(
            f"{refused}; {repo or variant} is not published yet, so there is no other copy: "
            f"git checkout weights/{variant}, or {_train(variant)}"
        )
    cached = huggingface_hub.try_to_load_from_cache(repo, name, revision=revision)
    if isinstance(cached, str):
        wrong = mismatch(cached, expected)
        if wrong is None:
            return Path(cached), "Hub cache"
        refused += f"; the copy in the Hub cache is refused ({wrong}): delete {cached}"
    try:
        return _download(repo, revision, name, expected, force=isinstance(cached, str)), "Hub"
    except Exception as error:  # also errors of its HTTP library, which differs between versions of the client
        raise WeightsError(
            f"{repo}: {name} at commit {revision[:12]} cannot be had: {reason(error)} ({refused}); "
            f"check the network and HF_ENDPOINT, update this copy (git pull), or {_train(variant)}"
        ) from None


def _download(repo, revision, name, expected, force):
    # Metadata first, in a request of its own: with nothing cached, hf_hub_download asks a server that is silent or
    # fails six more times, 60 seconds each.
    limit = constants.HF_HUB_ETAG_TIMEOUT
    url = huggingface_hub.hf_hub_url(repo, name, revision=revision)
    size = huggingface_hub.get_hf_file_metadata(url, timeout=limit).size
    if size not in (None, expected["size"]):
        raise OSError(f"expected {expected['size']} bytes, the Hub has {size}")
    path = huggingface_hub.hf_hub_download(repo, name, revision=revision, etag_timeout=limit, force_download=force)
    wrong = mismatch(path, expected)
    if wrong:
        raise OSError(wrong)
    return Path(path)


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
    row = row if isinstance(row, dict) else {}
    repo, revision = row.get("repo"), row.get("revision")
    files = row["files"] if isinstance(row.get("files"), dict) else {}
    rules = [
        (_matches("[a-z0-9_]+", variant), "a variant's name has only a-z, 0-9 and _"),
        ("config.json" in files, 'it has no "files" with a config.json'),
        (
            revision is None or _matches("[0-9a-f]{40}", revision),
            f"revision {revision!r} is no full commit of 40 hex digits",
        ),
        (
            not (repo or revision) or _matches(r"[\w-][\w.-]*/[\w-][\w.-]*", repo),
            f"repo {repo!r} is no NAMESPACE/NAME",
        ),
    ]
    for name, expected in files.items():
        expected = expected if isinstance(expected, dict) else {}
        whole = type(expected.get("size")) is int and _matches("[0-9a-f]{64}", expected.get("sha256"))
        rules += [
            (
                _FILE.fullmatch(name),
                f"file name {name!r} is neither config.json, a known PNG nor a plain NAME.safetensors",
            ),
            (whole, f"{name} has no sha256 and size"),
        ]
    for holds, complaint in rules:
        if not holds:
            raise WeightsError(
                f"{path.name}: row {variant!r} is refused: {complaint}; correct it, or {_train(variant)}"
            )


def _matches(pattern, value):
    return isinstance(value, str) and re.fullmatch(pattern, value, re.ASCII)


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
