"""A generator's samples: made with a progress bar, and written to a folder as PNGs."""

import json
import re
import shutil
from pathlib import Path

import torch
from PIL import Image
from tqdm import tqdm

from models.images import from_uint8, grid, to_uint8

ROWS, COLUMNS, MOST_CLASSES = 8, 8, 16  # of a sheet; with classes there may be more columns
NOTE = "samples.json"  # marks a folder of samples, which may be replaced


def labels_for(classes: list[str] | None, n: int) -> list[int] | None:
    """n labels, the classes by turns; None without classes."""
    return None if classes is None else [i % len(classes) for i in range(n)]


def generate(g, n: int, seed: int, labels: list[int] | None = None, batch=128, **options) -> torch.Tensor:
    """The samples of seeds seed ... seed + n - 1: uint8 [n, C, H, W]. options: further arguments of `g.sample`."""
    parts = []
    with tqdm(total=n, desc="sampling", unit="img", leave=False, disable=None) as bar:
        for start in range(0, n, batch):
            count = min(batch, n - start)
            if labels is not None:
                options["labels"] = labels[start : start + count]
            parts.append(to_uint8(g.sample(n=count, seed=seed + start, **options)).cpu())
            bar.update(count)
    return torch.cat(parts)


def sheet(g, seed: int) -> tuple[Image.Image, str]:
    """(PIL image of ROWS rows of samples, its caption): seeds from `seed` on, one class a column if there are any."""
    classes = (g.classes or [None])[:MOST_CLASSES]
    columns = len(classes) * -(-COLUMNS // len(classes))
    n = ROWS * columns
    fake = generate(g, n, seed, labels_for(g.classes and classes, n))
    words = f"Uncurated and untruncated: seeds {seed} to {seed + n - 1}, every one."
    if g.classes:
        words += f" One class a column, in turn: {', '.join(classes)}."
    return grid(from_uint8(fake), columns), words


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
