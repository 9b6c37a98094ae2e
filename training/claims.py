"""The lecture's claims, tried by short runs on equal budgets: python training/claims.py CLAIM --data SOURCE.

Writes docs/claims/CLAIM.json, .png and .md, whose last part is kept: what the figures say, in words.
"""

import argparse
import shlex
import statistics
import sys
from pathlib import Path

if __package__ in (None, ""):
    sys.path[0] = str(Path(__file__).resolve().parents[1])

import models
from models import console, hub
from training import recipes
from training.judge import rounded
from training.report import claim_page, readme
from training.trials import judges, layers, learn, noise, translators

CLAIMS = {**noise.CLAIMS, **layers.CLAIMS, **translators.CLAIMS}
PLACE = hub.ROOT / "docs" / "claims"


def parser():
    p = argparse.ArgumentParser(description=__doc__, epilog="Stopped and started again, it goes on.")
    p.add_argument("claim", metavar="CLAIM", help="; ".join(f"{k}: {c.title}" for k, c in CLAIMS.items()))
    p.add_argument("--data", required=True, metavar="SOURCE", help="what all arms learn from, as for run.py")
    p.add_argument("--budget", type=float, default=100_000, help="images, or seconds for growth (default: %(default)s)")
    p.add_argument("--points", type=int, default=8, help="how often on the way it is measured (default: %(default)s)")
    p.add_argument("--width", type=int, help="of all networks; default: the variants' own")
    p.add_argument("--resolution", type=int, metavar="PX", help="of all pictures; default: the variants' own")
    p.add_argument("--seed", type=int, default=0, help="of every arm, the first one with --seeds")
    text = "train every arm from this many seeds, and report means and standard deviations (default: %(default)s)"
    p.add_argument("--seeds", type=int, default=1, metavar="N", help=text)
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
        check(args)
        print(report(args, "python training/claims.py " + shlex.join(argv)))
    except KeyboardInterrupt:
        print("stopped: run the same command to go on")
    except (ValueError, OSError, RuntimeError, ImportError) as error:
        print(f"claims.py: {str(error).splitlines()[0]}", file=sys.stderr)
        return 2
    return 0


def check(args):
    """ValueError in one line for a value that cannot be."""
    if args.claim not in CLAIMS:
        raise ValueError(f"unknown claim {args.claim!r}: choose among {', '.join(CLAIMS)}")
    arms = CLAIMS[args.claim].arms
    for label in args.only or ():
        if label not in arms:
            raise ValueError(f"--only {label!r} is no arm of {args.claim}: choose among {', '.join(arms)}")
    if args.budget <= 0 or args.points < 1 or args.seeds < 1:
        given = f"--budget {args.budget:g} --points {args.points} --seeds {args.seeds}"
        raise ValueError(f"{given}: give more than 0 of each")


def report(args, command):
    """Run what is missing; once all arms are there, write the claim's page. Its table."""
    claim = CLAIMS[args.claim]
    recipe, translates = recipes.load(claim.variant), models.entry(claim.variant).translates
    settings = recipes.overlay(recipe.SETTINGS, **learn.changes(next(iter(claim.arms.values())), args))
    real = recipe.Game.load_data(settings, args.data)
    judge = (judges.Translations if translates else judges.Samples)(claim, args, real, models.pick_device(args.device))
    seeds, labels = range(args.seed, args.seed + args.seeds), args.only or claim.arms
    runs = {(seed, label): learn.learn(claim, label, seed, real, judge, args) for seed in seeds for label in labels}
    if len(labels) < len(claim.arms):
        return "the report waits for the other arms"
    arms = {label: [runs[seed, label] for seed in seeds] for label in labels}
    found = {
        "title": claim.title,
        "data": real.name,
        "n": judge.n,
        "seed": args.seed,
        "seeds": args.seeds,
        "features": judge.features,
        "columns": claim.table.columns,
        "curves": claim.table.curves,
        "command": command,
        "arms": {label: over_seeds(points, statistics.mean) for label, points in arms.items()},
    }
    if args.seeds > 1:
        found["spreads"] = {label: over_seeds(points, statistics.stdev) for label, points in arms.items()}
    rows = judge.rows({label: learn.folder(args, label, args.seed) for label in arms})
    table = claim_page.write(args.report, args.claim, found, rows, judge)
    if args.report.resolve() == PLACE.resolve():
        readme.update()
    return table


def over_seeds(runs, statistic):
    """The points of several runs of one arm, [[{key: number}, ...], ...], as one list: a statistic of every number."""
    return [rounded({key: statistic(p[key] for p in same) for key in same[0]}) for same in zip(*runs)]


if __name__ == "__main__":
    sys.exit(console.run(main))
