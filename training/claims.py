"""The lecture's claims, tried by short runs on equal budgets: python training/claims.py CLAIM --data SOURCE.

Writes docs/claims/CLAIM.json, .png and .md, whose last part is kept: what the figures say, in words.
"""

import argparse
import dataclasses
import json
import shlex
import sys
from pathlib import Path

if __package__ in (None, ""):
    sys.path[0] = str(Path(__file__).resolve().parents[1])

import torch

import models
from models import hub
from training.data import sources as data
from training.data.image_set import only_set, split
from training.engine.checkpoint import write
from training.judge.features import READER_HELP
from training.recipes import precision
from training.recipes.settings import VARIANTS, overlay
from training.report.card import kept_words, markdown_table
from training.report.export import write_json
from training.trials import judges
from training.trials.catalogue import CLAIMS

PLACE = hub.ROOT / "docs" / "claims"
TITLES = {"images": "pictures that D has seen", "seconds": "seconds of learning"}


def learned(name, label, real, judge, args):
    """The points of one arm: [{"images", "seconds", "steps", and what the judge measures}], learned where missing."""
    from training.engine.loop import Run

    claim, arm = CLAIMS[name], CLAIMS[name].arms[label]
    common = dict(
        data=args.data,
        seed=args.seed,
        judge="none",
        snapshot_every=10**9,
        decay_from=1.0,
        steps=1,
        hold_out=claim.hold_out,
        precision=precision.choose(args.precision, torch.device(models.pick_device(args.device))),
    )
    if arm.first_set:  # of what the other arms learn from
        real, common["hold_out"] = only_set(split(real, claim.hold_out)[0], 0), 0.0
    run = Run(settings_of(arm, args, **common), real, folder(name, label, args), args.device, quiet=True)
    path = run.out / "points.json"
    points = json.loads(path.read_text()) if path.exists() else []
    points = [point for point in points if point["steps"] <= run.step]
    for i in range(len(points), args.points):
        if not advance(run, claim.budget, args.budget * (i + 1) / args.points):
            return None
        points.append(
            {
                "images": run.images_seen,
                "seconds": round(run.seconds, 3),
                "steps": run.step,
                **{key: round(value, 4) for key, value in judge(run).items()},
            }
        )
        write_json(path, points)
        print(f"{label}: " + "  ".join(f"{key} {value:.5g}" for key, value in points[-1].items()), flush=True)
    return points


def folder(name, label, args):
    """Where an arm's run lives."""
    return args.out / name / "".join(c if c.isalnum() else "-" for c in label)


def settings_of(arm, args, **common):
    """An arm's settings, both networks at the width asked for, beside what the arm itself changes."""
    changes = {**common, **arm.changes}
    if args.width:
        changes |= {part: {**changes.get(part, {}), "width": args.width} for part in ("generator", "discriminator")}
    return overlay(VARIANTS[arm.variant], **changes)


def advance(run, budget, until):
    """Let a run learn until it has used `until` images or seconds; False if it was stopped."""

    def used():
        return run.seconds if budget == "seconds" else run.images_seen

    each = run.settings.batch_size * run.settings.d_steps
    while used() < until:
        more = (until - used()) / each
        if budget == "seconds":  # a few steps, to see how fast it is, then half of the rest
            more = (until - used()) * run.step / (2 * run.seconds) if run.step else 5
        run.settings = dataclasses.replace(run.settings, steps=run.step + max(1, round(more)))
        if not run.train():
            return False
    return True


def table(found):
    """What every arm had reached at the end of its budget, in Markdown."""
    columns = {**found["columns"], "images": "images", "seconds": "seconds"}
    rows = [
        {
            "trained as": label,
            **{title: points[-1][key] for title, key in columns.items()},
            "images/s": round(points[-1]["images"] / max(1e-3, points[-1]["seconds"])),
        }
        for label, points in found["arms"].items()
    ]
    return markdown_table(rows)


def draw(found, path):
    """The judge's two curves, one line an arm."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, 3.4), layout="constrained")
    names = {key: title for title, key in found["columns"].items()}
    for axes, (x, y) in zip(figure.subplots(1, 2), found["curves"]):
        for label, points in found["arms"].items():
            axes.plot([p[x] for p in points], [p[y] for p in points], marker="o", markersize=3, label=label)
        axes.set(xlabel=TITLES[x], ylabel=names[y], xlim=0, **({"yscale": "log"} if y == "kid" else {"ylim": 0}))
        axes.grid(alpha=0.3)
        axes.spines[["top", "right"]].set_visible(False)
    figure.axes[1].legend(frameon=False)
    write(path, lambda p: figure.savefig(p, format="png", dpi=130))


def draw_pictures(found, judge, args, path):
    """Rows of held-out inputs, what every arm's translator makes of them, and the truth where there is one."""
    from matplotlib.figure import Figure

    made = {label: judge.load(folder(args.claim, label, args)) for label in found["arms"]}
    rows = []
    for way, x in judge.inputs():
        row = []
        for label, t in made.items():
            given, *cells = judge.row(t, way, x)
            truth = [cells.pop()] if cells[-1][0] == "photo" else []
            row += [(f"{label}: {name}", image) for name, image in cells]
        rows.append([given, *row, *truth])
    across = len(rows[0])
    figure = Figure(figsize=(1.5 * across, 1.5 * len(rows) + 0.3), layout="constrained")
    places = figure.subplots(len(rows), across, squeeze=False)
    for axes, (_, image) in zip(places.flat, sum(rows, [])):
        axes.imshow(image.convert("RGB"))
        axes.set_axis_off()
    for axes, (title, _) in zip(places[0], rows[0]):
        axes.set_title(title.replace(": ", "\n"), fontsize=7)
    write(path, lambda p: figure.savefig(p, format="jpeg", dpi=130))


def parser():
    """The command line."""
    p = argparse.ArgumentParser(description=__doc__, epilog="Stopped and started again, it goes on.")
    p.add_argument("claim", metavar="CLAIM", help="; ".join(f"{k}: {c.title}" for k, c in CLAIMS.items()))
    p.add_argument("--data", required=True, metavar="SOURCE", help="what all arms learn from, as for run.py")
    p.add_argument("--reader", metavar="SOURCE", help=READER_HELP)
    p.add_argument("--budget", type=float, default=100_000, help="images, or seconds for growth (default: %(default)s)")
    p.add_argument("--points", type=int, default=8, help="how often on the way it is measured (default: %(default)s)")
    p.add_argument("--width", type=int, help="of all networks; default: the variants' own")
    p.add_argument("--seed", type=int, default=0, help="of every arm")
    p.add_argument("--only", nargs="+", metavar="ARM", help="run these arms alone; the report waits for all")
    p.add_argument("--out", type=Path, default=Path("runs/claims"), metavar="FOLDER", help="where the runs live")
    p.add_argument("--report", type=Path, default=PLACE, metavar="FOLDER", help="where CLAIM.json and CLAIM.png go")
    p.add_argument("--device", default="auto", choices=("auto", "cpu", "cuda", "mps"), help="where to compute")
    p.add_argument("--precision", default="auto", choices=("auto", "fp32", "bf16"), help="of all arms")
    return p


def main(argv=None):
    """Run the command line; 0, or 2 with one line on stderr."""
    argv = sys.argv[1:] if argv is None else argv
    args = parser().parse_args(argv)
    try:
        return report(args, "python training/claims.py " + shlex.join(argv))
    except (ValueError, OSError, RuntimeError) as error:
        print(f"claims.py: {str(error).splitlines()[0]}", file=sys.stderr)
        return 2


def report(args, command):
    """Run what is missing; once all arms are there, write CLAIM.json and CLAIM.png and print the table."""
    if args.claim not in CLAIMS:
        raise ValueError(f"unknown claim {args.claim!r}: choose among {', '.join(CLAIMS)}")
    claim = CLAIMS[args.claim]
    for label in args.only or ():
        if label not in claim.arms:
            raise ValueError(f"--only {label!r} is no arm of {args.claim}: choose among {', '.join(claim.arms)}")
    if args.budget <= 0 or args.points < 1:
        raise ValueError(f"--budget {args.budget:g} --points {args.points}: give more than 0 of both")
    first = settings_of(next(iter(claim.arms.values())), args)
    real = data.load(
        args.data,
        resolution=first.resolution,
        channels=6 if first.pairs else first.channels,
        default=args.data,
        labelled=first.labelled,
    )
    judge = judges.judge_of(claim, args, real, models.pick_device(args.device))
    found = {}
    for label in args.only or claim.arms:
        found[label] = learned(args.claim, label, real, judge, args)
        if found[label] is None:
            print("stopped: run the same command to go on")
            return 0
    if len(found) < len(claim.arms):
        return 0
    found = {
        "title": claim.title,
        "data": real.name,
        "n": judge.n,
        "seed": args.seed,
        "features": judge.features,
        "columns": judge.columns,
        "curves": judge.curves,
        "command": command,
        "arms": found,
    }
    args.report.mkdir(parents=True, exist_ok=True)
    write_json(args.report / f"{args.claim}.json", found)
    draw(found, args.report / f"{args.claim}.png")
    pictures = args.report / f"{args.claim}-pictures.jpg"
    if isinstance(judge, judges.Translations):
        draw_pictures(found, judge, args, pictures)
    page = args.report / f"{args.claim}.md"
    text = document(args.claim, found, kept_words(page), pictures.exists())
    write(page, lambda p: p.write_text(text, encoding="utf-8"))
    print(table(found))
    return 0


def document(name, found, words, pictures):
    """A claim's page in Markdown: figure, pictures, table, how it was measured, then the words."""
    names = {key: title for title, key in found["columns"].items()}
    plots = " and ".join(f"{names[y]} against {x}" for x, y in found["curves"])
    sheet = f"![Held-out inputs and what becomes of them]({name}-pictures.jpg)\n\n" if pictures else ""
    return (
        f"# {found['title']}\n\n![{plots}]({name}.png)\n\n{sheet}{table(found)}\n\n`{found['command']}`: "
        f"{found['n']} {'held-out pictures' if pictures else 'samples a side'}, seed {found['seed']}, features: "
        f"{found['features']}. Such figures compare with each other alone. Images are those that D has seen.\n\n"
        f"{words}"
    )


if __name__ == "__main__":
    sys.exit(main())
