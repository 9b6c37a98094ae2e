"""A generator's samples: drawn with a progress bar, and written to a folder as PNGs."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import torch
from PIL import Image
from tqdm import tqdm

from models.images import from_uint8, grid, to_uint8

ROWS, ACROSS, MOST = 8, 8, 16  # of a sheet: rows, pictures a row at least, classes at most
NOTE = "samples.json"  # says what the folder holds, and that it is ours to replace


def labels_for(classes: list[str] | None, n: int) -> list[int] | None:
    """Balanced labels, round and round; None where there are no classes."""
    return None if classes is None else [i % len(classes) for i in range(n)]


def draw(g, n: int, seed: int, labels: list[int] | None = None, batch=128, **how) -> torch.Tensor:
    """Pictures of the seeds seed ... seed + n - 1: uint8 [n, C, H, W]. how: further arguments of `sample`."""
    parts = []
    with tqdm(total=n, desc="sampling", unit="img", leave=False, disable=None) as bar:
        for start in range(0, n, batch):
            count = min(batch, n - start)
            options = {} if labels is None else {"labels": labels[start : start + count]}
            parts.append(to_uint8(g.sample(n=count, seed=seed + start, **options, **how)).cpu())
            bar.update(count)
    return torch.cat(parts)


def sheet(g, seed: int) -> tuple[Image.Image, str]:
    """(ROWS rows of the pictures of seed, seed + 1, ..., what they are): one class a column where there are classes."""
    classes = (g.classes or [None])[:MOST]
    across = len(classes) * -(-ACROSS // len(classes))
    n = ROWS * across
    fake = draw(g, n, seed, labels_for(g.classes and classes, n))
    words = f"Uncurated and untruncated: seeds {seed} to {seed + n - 1}, every one."
    if g.classes:
        words += f" One class a column, in turn: {', '.join(classes)}."
    return grid(from_uint8(fake), across), words


def check_folder(folder: Path) -> None:
    """ValueError unless samples may be written there: a new, an empty, or an older folder of samples."""
    if not folder.exists():
        return
    if not folder.is_dir():
        raise ValueError(f"--export-samples {str(folder)!r} is a file: name a new folder")
    names = [path.name for path in folder.iterdir()]
    ours = NOTE in names and all(name == NOTE or re.fullmatch(r"\d{6,}\.png", name) for name in names)
    if names and not ours:
        raise ValueError(f"--export-samples {str(folder)!r} holds other files: name a new or empty folder")


def export(folder: Path, images: torch.Tensor, note: dict) -> None:
    """Write uint8 [n, C, H, W] as 000000.png, 000001.png, ... beside `note`; whole, or not at all."""
    check_folder(folder)
    folder = folder.absolute()
    folder.parent.mkdir(parents=True, exist_ok=True)
    fresh = folder.with_name(f".{folder.name}.partial")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir()
    rows = images.permute(0, 2, 3, 1).numpy()
    for i, pixels in enumerate(tqdm(rows, "writing", leave=False, disable=None)):
        Image.fromarray(pixels[..., 0] if pixels.shape[-1] == 1 else pixels).save(fresh / f"{i:06d}.png")
    (fresh / NOTE).write_text(json.dumps(note, indent=2) + "\n", encoding="utf-8")
    if folder.exists():
        shutil.rmtree(folder)
    fresh.rename(folder)
