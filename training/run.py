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
from models import console, hub
from training import recipes
from training.data import image_set
from training.engine import checkpoint
from training.engine.loop import Run
from training.recipes import precision
from training.recipes.settings import Settings
from training.report import export


class Parser(argparse.ArgumentParser):
    """An ArgumentParser whose errors are ValueErrors."""

    def error(self, message):
        raise ValueError(message)


def key_value(text):
    """ "width=48" -> ("width", 48)."""
    key, _, value = text.partition("=")
    return key, json.loads(value)


def parser(variant=None):
    """The command line of a variant, whose settings come from its recipe's dataclass; None: of all of them."""
    p = Parser(
        prog="run.py",
        description=__doc__,
        epilog="A run goes on from its newest checkpoint by itself. run.py VARIANT --help shows a variant's settings.",
    )
    p.add_argument("variant", nargs="?", metavar="VARIANT", help=f"one of {', '.join(models.names())}")
    p.add_argument("--list", action="store_true", help="say what can be trained, and on what")
    p.add_argument("--out", type=Path, metavar="FOLDER", help="where the run lives; default: runs/VARIANT")
    p.add_argument("--device", default="auto", choices=("auto", "cpu", "cuda", "mps"), help="where to compute")
    p.add_argument(
        "--from",
        type=Path,
        metavar="FOLDER",
        dest="begin",
        help="go on from a finished checkpoint's networks, as weights/dcgan, at its step and with its settings, "
        "where --out holds no run yet",
    )
    p.add_argument("--fresh", action="store_true", help="start over: the checkpoints in --out are deleted")
    p.add_argument("--install", action="store_true", help="bundle the result: weights/VARIANT and the manifest's row")
    p.add_argument("--quiet", action="store_true", help="no progress bar")
    add_settings(p, variant)
    return p


def add_settings(p, variant):
    """An option for each setting of a variant, with its default in the help; None: for the settings that all have."""
    settings = recipes.load(variant).SETTINGS if variant else Settings("")
    group = p.add_argument_group(f"settings of {variant or 'every variant'}")
    for f in dataclasses.fields(settings)[1:]:  # the first is the variant
        default = f"; default: {json.dumps(getattr(settings, f.name))}" if variant else ""
        kinds = {
            bool: {"action": argparse.BooleanOptionalAction},
            dict: {"type": key_value, "nargs": "+", "metavar": "KEY=NUMBER"},
        }
        choices = f.metadata["choices"]
        plain = {"type": f.type, "choices": choices, "metavar": None if choices else f.type.__name__.upper()}
        group.add_argument(
            "--" + f.name.replace("_", "-"),
            default=argparse.SUPPRESS,
            help=f.metadata["help"] + default,
            **kinds.get(f.type, plain),
        )


def arguments(argv):
    """The parsed command line of the variant it names; ValueError in one line."""
    named = next((word for word in argv if word in models.names()), None)
    args, unknown = parser(named).parse_known_args(argv)
    if args.variant and args.variant != named:  # the first name was an option's value
        args, unknown = parser(args.variant).parse_known_args(argv)
    if unknown:
        raise ValueError(
            f"{args.variant or 'run.py'} has no option {unknown[0].partition('=')[0]}: "
            f"see run.py {args.variant or ''} --help"
        )
    return args


def saved_by(args, out):
    """What this variant's run in `out` has saved of itself, else the config.json of --from; {} where there is none."""
    found = None if args.fresh else checkpoint.newest(out / "checkpoints", header=True)
    if found:
        return found[2] if found[2]["settings"]["variant"] == args.variant else {}
    return hub.from_folder(args.variant, args.begin).config if args.begin else {}


def settings_of(args, saved):
    """The recipe's settings, or those that `saved_by` gives; then the flags given now."""
    settings = recipes.from_saved(args.variant, saved.get("settings", {}))
    return recipes.overlay(settings, **{name: value for name, value in vars(args).items() if hasattr(settings, name)})


def listing():
    """One line a variant: what it learns from, at what size, by what objective."""
    lines = [f"{'variant':9} {'data':34} {'size':>5} {'steps':>7} {'batch':>6}  objective"]
    for name in models.names():
        s, objective = recipes.load(name).SETTINGS, recipes.load(name).Game.objective
        lines.append(f"{name:9} {s.data:34} {s.resolution:>3}px {s.steps:>7} {s.batch_size:>6}  {objective}")
    return "\n".join(lines)


def main(argv=None):
    try:
        args = arguments(sys.argv[1:] if argv is None else argv)
        if args.list:
            print(listing())
        elif args.variant is None:
            raise ValueError("name a VARIANT, or see --list and --help")
        else:
            train(args)
    except (ValueError, OSError, RuntimeError, ImportError) as error:
        print(f"run.py: {str(error).splitlines()[0]}", file=sys.stderr)
        return 2
    return 0


def train(args):
    backends = {"cuda": torch.cuda, "mps": torch.backends.mps}
    if args.device in backends and not backends[args.device].is_available():
        raise ValueError(f"--device {args.device}: there is none here; choose cpu, or auto")
    out = args.out or Path("runs") / args.variant
    saved = saved_by(args, out)
    settings = settings_of(args, saved)
    chosen = precision.choose(settings.precision, torch.device(models.pick_device(args.device)))
    settings = recipes.overlay(settings, precision=chosen)
    sets = saved.get("domains") or ([["classes", saved["classes"]]] if saved.get("classes") else [])
    data = image_set.in_order(recipes.load(args.variant).Game.load_data(settings), sets)
    run = Run(settings, data, out, args.device, args.fresh, args.quiet, export=export.export_run)
    run.accelerator.print(f"learning from {data}")
    if args.begin and run.step == 0:
        run.begin_from(args.begin)
        if run.step >= settings.steps:
            raise ValueError(f"{args.begin} stands at step {run.step} already: give --steps above that")
    if not run.train():
        run.accelerator.print(f"stopped at step {run.step}; {run.saved} is whole: run the same command to go on")
    elif run.accelerator.is_main_process:
        installed = [export.install(out / "export", args.variant)] if args.install else []
        print(f"finished {settings.steps} steps: {', '.join(map(str, [out / 'export', *installed]))}")


if __name__ == "__main__":
    sys.exit(console.run(main))
