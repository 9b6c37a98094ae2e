"""Translate a picture, or a folder of them: colour, buildings, zebras, expressions."""

import argparse
import logging
import os
import sys
from pathlib import Path

from PIL import Image
from tqdm import tqdm

import models
from models import image_files as pictures

SUFFIXES = {suffix for suffix, kind in Image.registered_extensions().items() if kind in pictures.FORMATS}


def share(text):
    """A number from 0 to 1."""
    value = float(text)
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError(f"{text} is not between 0 and 1")
    return value


VARIANTS = {
    "colorize": (
        "black-and-white to colour",
        {
            "--generator": {"choices": ("unet", "resnet"), "help": "the network that paints; default: unet"},
            "--no-skips": {"dest": "skips", "action": "store_false", "help": "without the U-Net's skip connections"},
            "--saturation": {"type": float, "metavar": "S", "help": "strength of the colours, 0 for grey; default: 1"},
        },
    ),
    "pix2pix": (
        "facade sketch to building",
        {"--seed": {"type": int, "metavar": "N", "help": "the noise it builds from; default: 0"}},
    ),
    "cyclegan": (
        "horse to zebra, and back",
        {"--direction": {"choices": ("horse2zebra", "zebra2horse"), "help": "default: horse2zebra"}},
    ),
    "stargan": (
        "another facial expression",
        {
            "--expression": {"metavar": "NAME", "required": True, "help": "what every face shall show, as happy"},
            "--other": {"metavar": "NAME", "help": "a second expression, to blend with"},
            "--blend": {"type": share, "metavar": "B", "help": "share of the second expression, 0 to 1; default: 0"},
            "--whole": {
                "dest": "faces",
                "action": "store_const",
                "const": "whole",
                "help": "take the whole picture as the face; without it, a picture with no face is skipped",
            },
        },
    ),
}


class Parser(argparse.ArgumentParser):
    """An argument parser whose errors are one line."""

    def error(self, message):
        self.exit(2, f"{self.prog}: {message}; see --help\n")


def parser():
    """The command line: a sub-command a variant, each with its own options."""
    p = Parser(
        prog="python -m models.translate",
        description=__doc__,
        allow_abbrev=False,
        epilog="Each variant has options of its own: python -m models.translate VARIANT --help. "
        "Exit status: 0; 1 if pictures were skipped; 2 if nothing could begin.",
    )
    variants = p.add_subparsers(dest="variant", metavar="VARIANT", required=True)
    for name, (summary, options) in VARIANTS.items():
        sub = variants.add_parser(name, help=summary, description=f"{name}: {summary}.", allow_abbrev=False)
        sub.add_argument(
            "--in",
            type=Path,
            required=True,
            dest="source",
            metavar="FOLDER",
            help="pictures, in sub-folders too; or one file",
        )
        sub.add_argument(
            "--out",
            type=Path,
            required=True,
            metavar="FOLDER",
            help="where PNGs of the same names and sizes go, over those of an earlier time",
        )
        sub.add_argument(
            "--checkpoint",
            type=Path,
            metavar="FOLDER",
            help="an exported checkpoint; default: the project's own weights",
        )
        sub.add_argument("--device", default="auto", choices=("auto", "cpu", "cuda", "mps"), help="where to compute")
        for flag, settings in options.items():
            sub.add_argument(flag, default=argparse.SUPPRESS, **settings)
    return p


def main(argv=None):
    """Translate what the arguments name: 0, or 1 if pictures were skipped; SystemExit 2 if nothing could begin."""
    p = parser()
    options = vars(p.parse_args(argv))
    variant, source, out, folder, device = map(options.pop, ("variant", "source", "out", "checkpoint", "device"))
    logging.getLogger("PIL").setLevel(logging.CRITICAL)  # it would comment on a broken file beside our own line
    try:
        jobs = plan(source, out)
        t = models.load(variant, device=device, folder=folder)
        rehearse(t, options)
    except Exception as error:
        p.exit(2, f"{p.prog}: {line(error)}\n")
    skipped, taken = 0, {path.resolve() for path, _ in jobs}
    with tqdm(jobs, unit="picture", disable=None) as bar:
        for path, target in bar:
            try:
                if target.resolve() in taken:
                    raise ValueError(f"{target} belongs to another picture; rename one")
                translate(t, path, target, options)
                taken.add(target.resolve())
            except Exception as error:
                skipped += 1
                bar.write(f"{line(path)}: {line(error)}", file=sys.stderr)
    print(f"{len(jobs) - skipped} translated, {skipped} skipped")
    return 1 if skipped else 0


def plan(source, out):
    """[(picture, its output)] for the visible pictures in a folder, or for one file; ValueError in one line."""
    if not source.exists():
        raise ValueError(f"--in {source} does not exist")
    root = source if source.is_dir() else source.parent
    found = [source]
    if source.is_dir():
        hidden = (".", "__MACOSX")
        found = [
            path
            for path in sorted(source.rglob("*"))
            if path.suffix.lower() in SUFFIXES
            and path.is_file()
            and not any(part.startswith(hidden) for part in path.relative_to(root).parts)
        ]
    if not found:
        raise ValueError(f"--in {source} holds no pictures: {', '.join(pictures.FORMATS)} are read")
    home, inner = out.resolve(), root.resolve()
    if home == inner or source.is_dir() and inner in home.parents:
        raise ValueError(f"--out {out} is --in itself or lies within it; give a folder elsewhere")
    if out.exists() and not out.is_dir():
        raise ValueError(f"--out {out} is no folder")
    return [(path, out / path.relative_to(root).with_suffix(".png")) for path in found]


def rehearse(t, options):
    """Try the options on a blank picture: ValueError in one line where no picture could be translated with them."""
    blank = Image.new("RGB", (64, 64))
    try:
        t.translate(blank, **options)
    except ValueError as error:
        if not str(error).startswith("no face"):
            raise
        t.translate(blank, **options | {"faces": "whole"})


def translate(t, path, target, options):
    """Translate one file into another, whole or not at all; ValueError or OSError in one line."""
    image = t.translate(pictures.read(path), **options)
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(f".{os.getpid()}.tmp")
    try:
        image.save(temporary, "PNG")
        os.replace(temporary, target)
    finally:
        temporary.unlink(missing_ok=True)


def line(error):
    """An exception or a path as one line."""
    text = " ".join(str(error).split())
    expected = isinstance(error, ValueError | OSError | RuntimeError | os.PathLike)
    return text if text and expected else f"{type(error).__name__} {text}".strip()


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        sys.exit(130)
