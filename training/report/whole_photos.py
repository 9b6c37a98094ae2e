"""Twenty whole photos, unlike those that a translator learned from: python training/whole.py VARIANT --data SOURCE.

Held-out pictures as they are, cut wide and tall, without colour, large: writes docs/whole/VARIANT.jpg, each photo
beside its translation, and VARIANT.md with what can be measured of casts and grids; its last part, the words, is kept.
"""

import argparse
import io
import shlex
import sys
from pathlib import Path

if __package__ in (None, ""):
    sys.path[0] = str(Path(__file__).resolve().parents[1])

import numpy as np
import torch
from PIL import Image, ImageFilter, ImageOps

import models
from models import cielab as lab
from models import hub
from models.image_files import plain
from models.images import from_uint8, to_images
from training.data import sources as data
from training.data.image_set import only_set, spaced, split
from training.engine.checkpoint import write
from training.recipes.settings import VARIANTS
from training.report.card import kept_words, markdown_table

PLACE = hub.ROOT / "docs" / "whole"
PHOTOS, LARGE, CELL = 20, 1600, 180  # px: the long side of large photos, and a picture on the sheet


def cut(image, across, down):
    """The upper left part of a picture, `across` x `down` of its sides."""
    return image.crop((0, 0, round(across * image.width), round(down * image.height)))


def enlarged(image, longest=LARGE, resample=Image.Resampling.LANCZOS):
    """The same picture, its long side `longest` px."""
    scale = longest / max(image.size)
    return image.resize([round(side * scale) for side in image.size], resample)


def compressed(image):
    """What remains after a JPEG of low quality."""
    file = io.BytesIO()
    image.save(file, "JPEG", quality=30)
    return Image.open(file).convert("RGB")


def in_a_room(image):
    """A portrait off the middle of a wider photo, whose surroundings are its own, blurred."""
    wide = image.resize((640, 480), Image.Resampling.LANCZOS).filter(ImageFilter.GaussianBlur(24))
    wide.paste(image.resize((240, 240), Image.Resampling.LANCZOS), (330, 60))
    return wide


PHOTO_KINDS = {
    "as it is": lambda image: image,
    "cut wide": lambda image: cut(image, 1, 0.55),
    "cut tall": lambda image: cut(image, 0.45, 1),
    "without colour": lambda image: image.convert("L"),
    f"{LARGE} px": enlarged,
}
KINDS = {
    "colorize": PHOTO_KINDS,
    "cyclegan": PHOTO_KINDS,
    "pix2pix": {
        **PHOTO_KINDS,
        "without colour": None,
        f"{LARGE} px": lambda image: enlarged(image, LARGE, 0),
        "a poor JPEG": compressed,
    },
    "stargan": {
        "as it is": lambda image: image,
        "in a room": in_a_room,
        "toned": lambda image: ImageOps.colorize(image.convert("L"), "#1c120a", "#fff1d8"),
        "dim": lambda image: image.point(lambda v: v * 0.45),
        f"{LARGE} px": enlarged,
    },
}


def photos(variant, pictures):
    """[(kind, PIL picture)]: twenty of uint8 [n, 3, S, S], spaced evenly, the kinds by turns."""
    kinds = [(kind, change) for kind, change in KINDS[variant].items() if change]
    turns = [kinds[i % len(kinds)] for i in range(PHOTOS)]
    chosen = to_images(from_uint8(spaced(pictures, PHOTOS)))
    return [(kind, change(image)) for (kind, change), image in zip(turns, chosen)]


def translated(t, image, i):
    """What the page makes of the i-th photo; None where no face is found."""
    if t.name == "cyclegan":  # the set lies class by class
        return t.translate(image, t.directions[i >= PHOTOS // 2])
    if t.name == "stargan":
        targets = t.sets[0][1]
        try:
            return t.translate(image, targets[i % len(targets)])
        except ValueError:
            return None
    return t.translate(image)


def grid(t, before, after):
    """How far periods of 2 and 4 px stand out of the spectrum of what was painted, at the network's size.

    1: not at all. Doublings by transposed convolutions leave such grids (Odena 2016).
    """
    scale = t.resolution / min(after.size)
    size = [max(16, round(side * scale) // 8 * 8) for side in after.size]

    def planes_of(image):
        return np.asarray(plain(image, "RGB").resize(size, Image.Resampling.BOX), np.float64).mean(2)

    painted = planes_of(after) if t.name == "pix2pix" else planes_of(after) - planes_of(before)
    worst = 0.0
    for planes in (painted, painted.T):
        power = np.square(np.abs(np.fft.rfft(planes - planes.mean(1, keepdims=True), axis=1))).mean(0)
        for at in (len(power) - 1, (len(power) - 1) // 2):
            around = [power[i] for i in range(at - 5, at + 6) if 0 < i < len(power) and i != at]
            worst = max(worst, power[at] / max(np.median(around), 1e-9))
    return worst


def cast(before, after):
    """How far the mean colour of the outer eighth, where the background is, has moved in a and b of Lab."""
    moved = lab.from_rgb(np.asarray(after)) - lab.from_rgb(np.asarray(plain(before, "RGB")))
    h, w = moved.shape[:2]
    edge = np.ones((h, w), bool)
    edge[h // 8 : h - h // 8, w // 8 : w - w // 8] = False
    return float(np.linalg.norm(moved[edge].mean(0)[1:]))


def sheet(pairs, across=5):
    """Photos, each beside its translation, on white: PIL RGB."""
    rows = -(-len(pairs) // across)
    out = Image.new("RGB", (across * (2 * CELL + 12), rows * (CELL + 8)), "white")
    for i, (_, before, after) in enumerate(pairs):
        x, y = i % across * (2 * CELL + 12), i // across * (CELL + 8)
        for k, image in enumerate((before, after)):
            if image is not None:
                small = ImageOps.contain(plain(image, "RGB"), (CELL, CELL), Image.Resampling.LANCZOS)
                out.paste(small, (x + k * (CELL + 2), y))
    return out


def measured(t, pairs):
    """One row a kind of photo: how many there are, and the means of what can be measured."""
    rows = []
    for kind in dict.fromkeys(kind for kind, *_ in pairs):
        some = [(before, after) for k, before, after in pairs if k == kind]
        done = [(before, after) for before, after in some if after is not None]
        row = {"photos": kind, "n": len(some)}
        if t.name == "stargan":
            row["faces found"] = len(done)
        row["grid"] = round(float(np.mean([grid(t, *pair) for pair in done])), 2) if done else "-"
        if t.name in ("cyclegan", "stargan"):
            row["cast"] = round(float(np.mean([cast(*pair) for pair in done])), 2) if done else "-"
        rows.append(row)
    return rows


def parser():
    """The command line."""
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("variant", metavar="VARIANT", help=f"one of {', '.join(KINDS)}")
    p.add_argument(
        "--data",
        required=True,
        metavar="SOURCE",
        help="the set that it was trained on: what was held out is found again",
    )
    p.add_argument(
        "--checkpoint", type=Path, metavar="FOLDER", help="an export, as runs/VARIANT/export; default: the page's"
    )
    p.add_argument("--report", type=Path, default=PLACE, metavar="FOLDER", help="where the sheet and the page go")
    return p


def main(argv=None):
    """Run the command line; 0, or 2 with one line on stderr."""
    argv = sys.argv[1:] if argv is None else argv
    args = parser().parse_args(argv)
    try:
        return report(args, "python training/whole.py " + shlex.join(argv))
    except (ValueError, OSError, RuntimeError) as error:
        print(f"whole.py: {str(error).splitlines()[0]}", file=sys.stderr)
        return 2


def report(args, command):
    """Translate the photos, draw the sheet, write the page, print its table."""
    if args.variant not in KINDS:
        raise ValueError(f"{args.variant!r} translates no pictures: choose among {', '.join(KINDS)}")
    t = models.load(args.variant, device="cpu", folder=args.checkpoint)
    pairs_wanted = VARIANTS[args.variant].pairs
    side = t.resolution if args.variant in ("pix2pix", "stargan") else 2 * t.resolution
    real = data.load(args.data, resolution=side, channels=6 if pairs_wanted else 3, default=args.data)
    _, held = split(real, t.config["settings"]["hold_out"])
    if not len(held):
        raise ValueError(f"{args.variant} was trained with nothing held out: there is no photo that it has not seen")
    if args.variant == "stargan" and held.origin is not None:
        held = only_set(held, 0)
    pictures = held.images[:, 3:] if pairs_wanted else held.images
    if args.variant == "cyclegan":  # as many of each kind
        pictures = torch.cat([held.images[held.labels == k][: len(held) // 3] for k in (0, 1)])
    found = [(kind, image, translated(t, image, i)) for i, (kind, image) in enumerate(photos(args.variant, pictures))]
    args.report.mkdir(parents=True, exist_ok=True)
    drawn, table = sheet(found), markdown_table(measured(t, found))
    write(args.report / f"{args.variant}.jpg", lambda p: drawn.save(p, "JPEG", quality=88))
    page = args.report / f"{args.variant}.md"
    text = (
        f"# {models.entry(args.variant).title}: twenty whole photos\n\n![Photos and what becomes of them]"
        f"({args.variant}.jpg)\n\n{table}\n\n`{command}`: held-out pictures, spaced evenly, each kind in its turn. "
        "Grid: how far periods of 2 and 4 px stand out of the spectrum of what was painted, 1: not at all. Cast: "
        "how far the mean colour of the outer eighth, where the background is, has moved, in a and b of Lab."
        f"\n\n{kept_words(page)}"
    )
    write(page, lambda p: p.write_text(text, encoding="utf-8"))
    print(table)
    return 0


if __name__ == "__main__":
    sys.exit(main())
