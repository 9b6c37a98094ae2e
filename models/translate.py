"""Translate a picture, or a folder of them."""

import argparse
import logging
import os
import sys
from functools import partial
from pathlib import Path

from tqdm import tqdm

import models
from models import atomic, console, image_files, picture_files

MEGAPIXELS, MEGABYTES = 100, 600  # of a person's own files; the page's limits are lower


class Parser(argparse.ArgumentParser):
    """An argument parser whose errors are one line."""

    def error(self, message):
        self.exit(2, f"{self.prog}: {message}; see --help\n")


def parser():
    p = Parser(
        prog="python -m models.translate",
        description=__doc__,
        allow_abbrev=False,
        epilog="Each variant has options of its own: python -m models.translate VARIANT --help. "
        "Exit status: 0; 1 if pictures were skipped; 2 if nothing could begin.",
    )
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument(
        "--in",
        type=Path,
        metavar="FOLDER",
        required=True,
        dest="source",
        help=f"pictures, in sub-folders too; or one file; up to {MEGAPIXELS} megapixels and {MEGABYTES} MB each",
    )
    common.add_argument(
        "--out",
        type=Path,
        metavar="FOLDER",
        required=True,
        help="where PNGs of the same names and sizes are written; older ones are replaced",
    )
    common.add_argument(
        "--checkpoint", type=Path, metavar="FOLDER", help="an exported checkpoint; default: the project's own weights"
    )
    common.add_argument("--device", default="auto", choices=("auto", "cpu", "cuda", "mps"), help="where to compute")
    variants = p.add_subparsers(dest="variant", metavar="VARIANT", required=True)
    for name in models.names(translates=True):
        kind = models.entry(name).translator
        sub = variants.add_parser(
            name, parents=[common], allow_abbrev=False, help=kind.summary, description=f"{name}: {kind.summary}."
        )
        for flag, keywords in kind.options.items():
            sub.add_argument(flag, default=argparse.SUPPRESS, **keywords)
    return p


def main(argv=None):
    p = parser()
    options = vars(p.parse_args(argv))
    variant, source, out, folder, device = map(options.pop, ("variant", "source", "out", "checkpoint", "device"))
    logging.getLogger("PIL").setLevel(logging.CRITICAL)  # its own warnings about broken files; main prints one line
    try:
        jobs, others = plan(source, out)
        t = models.load(variant, device=device, folder=folder)
        t.check(**options)
    except Exception as error:
        p.exit(2, f"{p.prog}: {line(error)}\n")
    if others:
        print(f"files passed over, no pictures by their suffix: {len(others)}, the first {others[0]}", file=sys.stderr)
    skipped, taken = 0, {path.resolve() for path, _ in jobs}
    with tqdm(jobs, unit="picture", disable=None) as bar:
        for path, target in bar:
            try:
                if target.resolve() in taken:
                    raise ValueError(f"{target} belongs to another picture; rename one")
                image = t.translate(image_files.read(path, megapixels=MEGAPIXELS, megabytes=MEGABYTES), **options)
                target.parent.mkdir(parents=True, exist_ok=True)
                atomic.write(target, partial(image.save, format="PNG"))
                taken.add(target.resolve())
            except Exception as error:
                skipped += 1
                bar.write(f"{line(path)}: {line(error)}", file=sys.stderr)
    print(f"{len(jobs) - skipped} translated, {skipped} skipped")
    return 1 if skipped else 0


def plan(source, out):
    """[(picture, its output)] of a folder or of one file, and [file that is no picture]; ValueError in one line."""
    if not source.exists():
        raise ValueError(f"--in {source} does not exist")
    root, found, others = source.parent, [source], []
    if source.is_dir():
        root, every = source, picture_files.files(source)
        found = [path for path in every if picture_files.is_picture(path.name)]
        others = [path for path in every if not picture_files.is_picture(path.name)]
    if not found:
        raise ValueError(f"--in {source} holds no pictures: {', '.join(image_files.FORMATS)} are read")
    target, origin = out.resolve(), root.resolve()
    if target == origin or source.is_dir() and origin in target.parents:
        raise ValueError(f"--out {out} is --in itself or lies within it; give a folder elsewhere")
    if out.exists() and not out.is_dir():
        raise ValueError(f"--out {out} is no folder")
    return [(path, out / path.relative_to(root).with_suffix(".png")) for path in found], others


def line(error):
    text = " ".join(str(error).split())
    expected = isinstance(error, ValueError | OSError | RuntimeError | os.PathLike)
    return text if text and expected else f"{type(error).__name__} {text}".strip()


if __name__ == "__main__":
    try:
        sys.exit(console.run(main))
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        sys.exit(130)
