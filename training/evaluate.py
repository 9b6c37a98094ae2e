"""Measure a checkpoint's pictures against real images: python training/evaluate.py VARIANT --data SOURCE."""

import argparse
import json
import shlex
import sys
from pathlib import Path

if __package__ in (None, ""):
    sys.path[0] = str(Path(__file__).resolve().parents[1])

import torch

import models
from models import console, figures, hub
from training import recipes
from training.data import sources
from training.data.image_set import ImageSet
from training.engine.loop import hardware
from training.judge import levels, samples, sampling, speed, translations
from training.report import export, photo_sheet

ASKED = ("levels", "speed")  # measured when they are asked for, without samples
GROUPS = (*samples.GROUPS, *ASKED)
FEWEST = 10  # images on either side below which no distance means anything


def parser() -> argparse.ArgumentParser:
    """The command line."""
    p = argparse.ArgumentParser(
        description=__doc__,
        epilog="Compare figures of one protocol only: same n, data, resolution and features.",
    )
    add = p.add_argument
    add("variant", metavar="VARIANT", help=f"one of {', '.join(models.names())}")
    add("--data", metavar="SOURCE", help="the real images, as for run.py; default: the variant's own")
    add("--checkpoint", type=Path, metavar="FOLDER", help="as runs/VARIANT/export; default: the page's")
    add("--n", type=int, default=2500, help="samples, or held-out pictures to translate (default: %(default)s)")
    add("--seed", type=int, default=0, help="seed of the first sample; sample i has seed + i")
    text = "also measure FID, precision and recall with z truncated at each of these, as 0.5 1.0 1.5"
    add("--thresholds", type=float, nargs="+", metavar="T", help=text)
    text = f"measure these alone: {', '.join(GROUPS)}; levels (of a U-Net) and speed only when asked for"
    add("--only", nargs="+", choices=GROUPS, metavar="FIGURES", help=text)
    text = "also write the very samples that are measured, as PNGs, to a new folder or one written so before"
    add("--export-samples", type=Path, metavar="FOLDER", help=text)
    text = "only draw twenty held-out photos, cut, grey, large, and what becomes of them; default: %(const)s"
    add("--photos", type=Path, nargs="?", const=photo_sheet.PLACE, metavar="FOLDER", help=text)
    add("--device", default="auto", choices=("auto", "cpu", "cuda", "mps"), help="where to compute")
    add("--json", action="store_true", help="print one line of JSON instead of text")
    text = "record the figures in the checkpoint's config.json and card, beside sheets of its pictures"
    add("--save", action="store_true", help=text)
    return p


def main(argv: list[str] | None = None) -> int:
    """Run the command line; 0, or 2 with one line on stderr."""
    argv = sys.argv[1:] if argv is None else argv
    args, command = parser().parse_args(argv), "python training/evaluate.py " + shlex.join(argv)
    try:
        check(args)
        g = models.load(args.variant, device=args.device, folder=args.checkpoint)
        if args.photos:
            print(photo_sheet.write(g, args.data, args.photos, command))
            return 0
        report = evaluate(g, args, command)
    except (ValueError, OSError, RuntimeError, ImportError) as error:
        lines = str(error).splitlines() or [type(error).__name__]
        print(f"evaluate.py: {lines[0]}", file=sys.stderr)
        return 2
    print(json.dumps(report) if args.json else text(report))
    return 0


def check(args: argparse.Namespace) -> None:
    """ValueError in one line if the options do not go together."""
    name, translates = args.variant, models.entry(args.variant).translates
    there = {"cuda": torch.cuda.is_available, "mps": torch.backends.mps.is_available}.get(args.device, lambda: True)
    asked = set(args.only or ())
    no_samples = bool(asked) and asked <= set(ASKED)
    faults = {
        f"--checkpoint {str(args.checkpoint)!r} is no folder: give one like runs/{name}/export": (
            args.checkpoint is not None and not args.checkpoint.is_dir()
        ),
        f"--device {args.device}: there is none here; choose cpu, or auto": not there(),
        f"--thresholds truncate z, and {name} translates pictures: leave them away": args.thresholds and translates,
        f"--only chooses among figures of samples, and {name} translates: leave it away, or take levels or speed": (
            asked and not no_samples and translates
        ),
        f"--only levels is for translators with a U-Net, and {name} makes samples: leave it away": (
            "levels" in asked and not translates
        ),
        f"--photos are for translators, and {name} makes samples: leave it away": args.photos and not translates,
        f"--only {' '.join(args.only or ())} makes no samples: leave --export-samples away": (
            no_samples and args.export_samples
        ),
    }
    if fault := next((fault for fault, found in faults.items() if found), None):
        raise ValueError(fault)
    if args.export_samples:
        sampling.check_folder(args.export_samples)


def evaluate(g, args: argparse.Namespace, command: str) -> dict:
    """Sample, measure, export and record -> {"variant", "data", "real", "n", "seed", "figures"}."""
    real, device = load_data(g, args), models.pick_device(args.device)
    facts = {"variant": args.variant, "data": real.name, "real": len(real), "n": args.n, "seed": args.seed}
    fake, labels, found, sheets = None, None, {}, {}
    if set(args.only or ["all"]) <= set(ASKED):
        pass
    elif models.entry(args.variant).translates:
        held_out = translations.held_out(g, real)
        found, fake = held_out.measure(args.n, args.seed, device)
        facts["n"], sheets["samples.png"] = len(fake), held_out.sheet()
    else:
        labels = sampling.labels_for(g.classes, args.n)
        fake = sampling.generate(g, args.n, args.seed, labels)
        found, sheets = samples.measure(g, real, fake, labels, device, args.only or samples.GROUPS)
        sheets["samples.png"] = sampling.sheet(g, args.seed)
    if args.thresholds:
        found["truncation"] = samples.truncation(g, real, args.n, args.seed, args.thresholds, device)
    if "levels" in (args.only or ()):
        held_out = translations.held_out(g, real)
        found |= levels.measure(g, held_out.kept, held_out.held, args.n, args.seed)
        facts["n"] = found["levels"]["n"]
    if "speed" in (args.only or ()):
        found["speed"] = speed.measure(g, hardware(g.device))
    if args.export_samples:
        sampling.export(args.export_samples, fake, {**facts, "labels": labels, "command": command})
    if args.save:
        protocol = {"seed": args.seed, "data": real.name, "command": command}
        recorded = {group: {**row, **protocol} for group, row in found.items()}
        export.record(args.checkpoint or hub.WEIGHTS / args.variant, recorded, sheets)
    return {**facts, "figures": found}


def load_data(g, args: argparse.Namespace) -> ImageSet:
    """The real images at the checkpoint's size."""
    recipe = recipes.load(args.variant)
    channels = 6 if recipe.Game.pairs else g.config["channels"]
    real = sources.load(args.data or recipe.SETTINGS.data, g.resolution, channels)
    if min(len(real), args.n) < FEWEST:
        raise ValueError(f"--n {args.n} against {len(real)} real images: at least {FEWEST} of both are needed")
    return real


def text(report: dict) -> str:
    """The report for people: one line a group of figures."""
    head = (
        f"{report['variant']}: {report['n']} samples from seed {report['seed']} against {report['data']} "
        f"({report['real']} real images)"
    )
    words = figures.in_words(report["figures"])
    return "\n".join([head, *(f"{title}: {line}" for title, line in words.items())])


if __name__ == "__main__":
    sys.exit(console.run(main))
