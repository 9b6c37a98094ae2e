"""Retrain any GAN of the family: python training/run.py VARIANT."""

import argparse
import dataclasses
import json
import sys
from pathlib import Path

if __package__ in (None, ""):
    sys.path[0] = str(Path(__file__).resolve().parents[1])

import torch

import models
from models import hub
from training.data import sources as data
from training.engine import checkpoint
from training.recipes import precision
from training.recipes.settings import MERGED, VARIANTS, from_dict, overlay, whose
from training.report import export

SPECIAL = ("variant", "data")


def pair(text):
    """ "width=48" -> ("width", 48)."""
    key, _, value = text.partition("=")
    try:
        return key, json.loads(value)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not KEY=NUMBER, as in width=48") from None


def parser():
    """The command line, its settings generated from the Settings dataclass."""
    p = argparse.ArgumentParser(
        description=__doc__,
        epilog="A run goes on from its newest checkpoint by itself.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    p.add_argument("variant", nargs="?", metavar="VARIANT", help=f"one of {', '.join(VARIANTS)}")
    p.add_argument("--list", action="store_true", help="say what can be trained, and on what")
    p.add_argument(
        "--data",
        metavar="SOURCE",
        help="a folder or zip of images (class sub-folders become labels), a "
        "folder of MNIST idx files, torchvision:NAME, or a Hub data set; default: the variant's public set",
    )
    p.add_argument("--out", type=Path, metavar="FOLDER", help="where the run lives; default: runs/VARIANT")
    p.add_argument("--device", default="auto", choices=("auto", "cpu", "cuda", "mps"), help="where to compute")
    p.add_argument(
        "--from",
        type=Path,
        metavar="FOLDER",
        dest="begin",
        help="go on from a finished checkpoint's "
        "networks, as weights/dcgan, at its step and with its settings, where --out holds no run yet",
    )
    p.add_argument("--fresh", action="store_true", help="start over: the checkpoints in --out are deleted")
    p.add_argument("--install", action="store_true", help="bundle the result: weights/VARIANT and the manifest's row")
    p.add_argument("--quiet", action="store_true", help="no progress bar")
    group = p.add_argument_group("settings", "each variant has its own defaults: see --list")
    for f in dataclasses.fields(next(iter(VARIANTS.values()))):
        if f.name in SPECIAL:
            continue
        flag, kind = "--" + f.name.replace("_", "-"), f.type if isinstance(f.type, type) else None
        common = {"default": argparse.SUPPRESS, "help": f.metadata["help"] + whose(f)}
        if kind is bool:
            group.add_argument(flag, action=argparse.BooleanOptionalAction, **common)
        elif kind is dict:
            group.add_argument(flag, type=pair, nargs="+", metavar="KEY=NUMBER", **common)
        else:
            group.add_argument(
                flag,
                type=kind,
                choices=f.metadata["choices"],
                **common,
                **({} if f.metadata["choices"] else {"metavar": kind.__name__.upper()}),
            )
    return p


def settings_of(args, out):
    """The variant's defaults, then those the run in `out` was begun with, then the flags given now."""
    fields = {f.name: f for f in dataclasses.fields(VARIANTS[args.variant]) if f.name not in SPECIAL}
    given = {name: value for name, value in vars(args).items() if name in fields}
    for name in given:
        if args.variant not in fields[name].metadata["of"]:
            raise ValueError(
                f"--{name.replace('_', '-')} is nothing that {args.variant} learns by"
                f"{whose(fields[name])}: leave it away"
            )
    for name in MERGED:
        if name in given:
            given[name] = dict(given[name])
    if args.data:
        given["data"] = args.data
    base = VARIANTS[args.variant]
    found = None if args.fresh else checkpoint.newest(out / "checkpoints", header=True)
    if args.begin and not found:
        base = from_dict(hub.from_folder(args.variant, args.begin).config.get("settings", dataclasses.asdict(base)))
    if found and found[2]["facts"]["settings"]["variant"] == args.variant:
        base = from_dict(found[2]["facts"]["settings"])
    return overlay(base, **given)


def listing():
    """One line a variant: what it learns from, at what size, by what objective."""
    lines = [f"{'variant':9} {'data':20} {'size':>5} {'steps':>7} {'batch':>6}  objective"]
    for name, s in VARIANTS.items():
        lines.append(f"{name:9} {s.data:20} {s.resolution:>3}px {s.steps:>7} {s.batch_size:>6}  {s.objective}")
    return "\n".join(lines)


def main(argv=None):
    """Run the command line; 0, or 2 with one line on stderr."""
    args = parser().parse_args(argv)
    if args.list or args.variant is None:
        print(
            listing() if args.list else parser().format_usage() + "name a VARIANT, or see --list",
            file=sys.stdout if args.list else sys.stderr,
        )
        return 0 if args.list else 2
    try:
        return train(args)
    except (ValueError, OSError, RuntimeError) as error:
        print(f"run.py: {str(error).splitlines()[0]}", file=sys.stderr)
        return 2


def train(args):
    """Train, export, install; the exit status."""
    models.entry(args.variant)
    if (
        args.device == "cuda"
        and not torch.cuda.is_available()
        or args.device == "mps"
        and not torch.backends.mps.is_available()
    ):
        raise ValueError(f"--device {args.device}: there is none here; choose cpu, or auto")
    from training.engine.loop import Run

    out = args.out or Path("runs") / args.variant
    settings = settings_of(args, out)
    device = torch.device(models.pick_device(args.device))
    settings = overlay(settings, precision=precision.choose(settings.precision, device))
    channels = 6 if settings.pairs else settings.channels
    images = data.load(
        settings.data,
        resolution=settings.resolution,
        channels=channels,
        labelled=settings.labelled,
        default=settings.data,
    )
    run = Run(settings, images, out, args.device, args.fresh, args.quiet)
    if args.begin and run.step == 0:
        run.begin_from(args.begin)
    if not run.train():
        run.say(f"stopped at step {run.step}; {run.saved} is whole: run the same command to go on")
        return 0
    if run.accelerator.is_main_process:
        print(f"finished {settings.steps} steps: {out / 'export'}")
        if args.install:
            print(f"installed {export.install(out / 'export', args.variant)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
