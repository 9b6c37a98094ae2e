"""Convert a checkpoint that others published to this project's layout, or one of ours to theirs."""

import argparse
import sys
from pathlib import Path

import models
from models import console
from models.published import convert, public, source
from models.published.formats import FORMATS

EPILOG = """formats:
{}

A repo is OWNER/NAME@COMMIT on the Hub, with the commit's 40 hex digits and one --file for each file wanted. Example:
  python -m models.published latest_net_G.pth --out weights/my-facades"""


def parser():
    p = argparse.ArgumentParser(
        prog="python -m models.published",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog=EPILOG.format("\n".join(f"  {form.name}: {form.title}" for form in FORMATS)),
        allow_abbrev=False,
    )
    text = "a file, a folder of one checkpoint's files, a Hub repo, or a pinned name of the manifest's public ones"
    p.add_argument("path", nargs="?", metavar="PATH_OR_REPO", help=text)
    p.add_argument("--as", dest="variant", metavar="VARIANT", help="which GAN it is; default: the format's usual one")
    p.add_argument("--out", type=Path, metavar="FOLDER", help="such as weights/NAME; replaced whole")
    p.add_argument("--classes", metavar="NAMES", help="names of the classes or labels, by commas, or a file of lines")
    p.add_argument("--resolution", type=int, metavar="PX", help="where the files do not say it")
    p.add_argument("--licence", default="", metavar="NAME", help="the weights' licence, as their page names it")
    p.add_argument("--file", action="append", metavar="NAME[:SHA256]", help="of a repo: a file, and its known sha256")
    names = ", ".join(public.rows()) or "none"
    p.add_argument("--pin", metavar="NAME", help=f"pin a public checkpoint to its repo's present commit: {names}")
    p.add_argument("--to", metavar="FORMAT", help="the other way: PATH is a folder of ours, written in this format")
    return p


def names(text):
    """The names in a file, one a line, or between commas; None for None."""
    if text is None:
        return None
    path = Path(text)
    lines = path.read_text("utf-8").splitlines() if path.is_file() else text.split(",")
    return [line.strip() for line in lines if line.strip()]


def run(args):
    if args.pin:
        row = public.pin(args.pin)
        print(f"{args.pin}: {row['repo']} at {row['revision']}, {row['file']}, {row['size'] / 2**20:.1f} MB")
        return print(f"  licence: {row['licence'] or 'none is named'}; sha256: {row['sha256']}")
    if not (args.path and args.out):
        raise ValueError("give PATH_OR_REPO and --out FOLDER, or --pin NAME")
    if args.out.exists() and args.to is None and not (args.out / "config.json").exists() and any(args.out.iterdir()):
        raise ValueError(f"--out {args.out} holds something that is no checkpoint: give another folder")
    if args.resolution is not None and not 8 <= args.resolution <= 1024:
        raise ValueError(f"--resolution {args.resolution}: give 8 to 1024")
    if args.to:
        left = convert.export(args.path, args.out, args.to)
        for role, why in left.items():
            print(f"left out: {role}: {why}")
        return print(f"written: {args.out}")
    path, where, licence = args.path, "", args.licence
    if not Path(path).exists():
        files = args.file or []
        if path in public.rows():
            path, file, named = public.wanted(path)
            files, licence = [file], licence or named
        where, path, licence = path, *download(path, files, licence)
    options = {"variant": args.variant, "classes": names(args.classes), "resolution": args.resolution}
    config = convert.convert(path, args.out, **options, source=where, licence=licence)
    try:
        models.load(config["variant"], device="cpu", folder=args.out)
    except RuntimeError as error:
        raise ValueError(f"{args.out} does not load: {error}") from None
    print(f"{args.out}: {config['variant']} in the format {config['format']}, {', '.join(config['networks'])}")
    labels = [name for _, names in config.get("domains", []) for name in names]
    facts = {"resolution": f"{config['resolution']} px", "classes": config.get("classes"), "labels": labels}
    for key, value in {**facts, "licence": config["license"]}.items():
        if value:
            print(f"  {key}: {shown(value)}")
    print(f'use: models.load("{config["variant"]}", folder="{args.out}")')


def download(repo, files, licence):
    """(paths of a repo's files, their licence: as told, else as its card names it); size and licence are said first."""
    size, named = source.facts(repo, files)
    licence = licence or named
    print(f"{repo}: {', '.join(files)}, {size / 2**20:.1f} MB, licence: {licence or 'its card names none'}", flush=True)
    return source.fetch(repo, files), licence


def shown(value):
    if isinstance(value, list) and len(value) > 6:
        return f"{len(value)}: {', '.join(value[:3])} ..."
    return ", ".join(value) if isinstance(value, list) else value


def main(argv=None):
    try:
        run(parser().parse_args(argv))
    except (ValueError, OSError) as error:
        print(f"python -m models.published: {' '.join(str(error).split())}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(console.run(main))
