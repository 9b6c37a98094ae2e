"""Tensors out of a file that somebody else wrote: safetensors, or a pickle read by another process with limits."""

import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file

ROOT = Path(__file__).resolve().parents[2]
LARGEST = 4 * 2**30  # bytes of a file; BigGAN-deep at 512 px has 0.2 GB
SECONDS = 120  # for a pickle


def read(path):
    """{name: tensor on the CPU} of a checkpoint; a prefix "module." that all names share is taken off.

    ValueError in one line if it is no checkpoint, holds more than tensors, needs more memory than its size explains,
    or has a value that is not finite.
    """
    path = Path(path)
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            start = file.read(10)
    except OSError as error:
        raise ValueError(f"{path} cannot be read: {error.strerror or error}") from None
    if size > LARGEST:
        raise ValueError(f"{path.name} has {size / 2**30:.1f} GB; files up to {LARGEST // 2**30} GB are read")
    # A safetensors file begins with its header's length in eight bytes, the last of them zero, and then a brace.
    whole = path.suffix == ".safetensors" or start[5:9] == b"\0\0\0{"
    tensors = _safetensors(path, path.name) if whole else _pickle(path)
    return _checked(tensors, path.name)


def _safetensors(path, name):
    try:
        return load_file(path)
    except (SafetensorError, OSError, ValueError, RuntimeError, MemoryError) as error:
        raise ValueError(f"{name} is no safetensors file: {' '.join(str(error).split())[:200]}") from None


def _pickle(path):
    """The tensors of a file of torch.save, by `models.published.worker`, which runs no code of the file's."""
    _refuse_bombs(path)
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "tensors.safetensors"
        command = [sys.executable, "-m", "models.published.worker", str(path.resolve()), str(out)]
        try:
            done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=SECONDS, check=False)
        except subprocess.TimeoutExpired:
            raise ValueError(f"{path.name} took longer than {SECONDS} s to read; convert it to safetensors") from None
        if done.returncode or not out.exists():
            lines = done.stderr.strip().splitlines()
            told = [line for line in lines if line.startswith("refused: ")]
            why = told[-1].removeprefix("refused: ") if told else "reading it ran out of memory or time"
            raise ValueError(f"{path.name} is refused: {why}")
        return {name: tensor.clone() for name, tensor in _safetensors(out, path.name).items()}


def _refuse_bombs(path):
    """ValueError if a zip file's entries are compressed or overlap: torch.save stores them as they are."""
    if not zipfile.is_zipfile(path):
        return
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise ValueError(f"{path.name} is refused: a damaged zip file ({error})") from None
    total = sum(entry.file_size for entry in entries)
    if any(entry.compress_type != zipfile.ZIP_STORED for entry in entries) or total > path.stat().st_size:
        raise ValueError(
            f"{path.name} is refused: its entries unpack to {total / 2**20:.0f} MB from a file of "
            f"{path.stat().st_size / 2**20:.1f} MB, which torch.save never writes"
        )


def _checked(tensors, name):
    if not tensors:
        raise ValueError(f"{name} holds no tensors")
    for key, tensor in tensors.items():
        if tensor.is_floating_point() and not torch.isfinite(tensor).all():
            raise ValueError(f"{name}: {key} has values that are not finite")
    if all(key.startswith("module.") for key in tensors):
        tensors = {key.removeprefix("module."): tensor for key, tensor in tensors.items()}
    return tensors
