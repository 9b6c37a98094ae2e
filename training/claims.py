"""The lecture's claims, tried by short runs on equal budgets: python training/claims.py CLAIM --data SOURCE.

Writes docs/claims/CLAIM.json, .png and .md, whose last part is kept: what the figures say, in words.
"""
import argparse
import dataclasses
import json
import shlex
import sys
from dataclasses import dataclass
from pathlib import Path

if __package__ in (None, ""):
    sys.path[0] = str(Path(__file__).resolve().parents[1])

import torch

import models
from models import hub
from models.images import to_uint8
from training import data, inception, precision
from training.card import markdown_table
from training.checkpoint import write
from training.export import write_json
from training.imageset import spread
from training.metrics import SlicedWasserstein
from training.reader import READER_HELP, reader
from training.settings import VARIANTS, overlay

PLACE = hub.ROOT / "docs" / "claims"
WORDS = "## What it says"  # written by hand below this, and kept
N = 1000  # pictures a side that each distance is measured by


@dataclass(frozen=True)
class Claim:
    """Arms {label: (variant, changed settings)} that differ in one thing, and the budget that all of them have.

    budget: "images" shown to the discriminator, or "seconds" of learning. hold_out: the share of the pictures that no
    arm learns from, and that all are measured against.
    """

    title: str
    budget: str
    arms: dict
    hold_out: float = 0.0


# What a sweep's winner has replaced since: sweeps, and claims that were tried before, begin from it.
BEFORE = {"dcgan": {"augment": ""}, "wgan": {"g_lr": 2e-4, "d_lr": 2e-4},
          "wgan_gp": {"d_lr": 5e-4}, "sngan": {"augment": ""}, "progan": {"augment": ""}}
# A growth that fits a short run.
GROWN = {**BEFORE["progan"], "grow": {"8": 200, "16": 600, "32": 1200, "64": 2200, "128": 3600}, "fade": 200}

CLAIMS = {
    "objectives": Claim("One data set, four objectives", "images", {
        models.entry(name).title: (name, BEFORE.get(name, {})) for name in ("dcgan", "wgan", "wgan_gp", "sngan")}),
    "growth": Claim("What growing saves", "seconds", {
        "grown from 4 px": ("progan", GROWN),
        "128 px from the start": ("progan", {**BEFORE["progan"], "fade": 0})}),
    "attention": Claim("Self-attention, and where", "images", {
        "none": ("sagan", {"generator": {"attention": 0}, "discriminator": {"attention": 0}}),
        **{f"at {px} px": ("sagan", {"generator": {"attention": px}, "discriminator": {"attention": px}})
           for px in (8, 16, 32)}}),
    "batch": Claim("Larger batches", "images", {
        "32": ("biggan", {}),
        "128": ("biggan", {"batch_size": 128, "accumulate": 4}),
        "512": ("biggan", {"batch_size": 512, "accumulate": 16}),
        "512, rates x 4": ("biggan", {"batch_size": 512, "accumulate": 16, "g_lr": 8e-4, "d_lr": 1.6e-3})}),
    "noise": Claim("Noise into every block", "images", {
        "into every block": ("biggan", {}),
        "into the first layer alone": ("biggan", {"generator": {"skip_z": False}})}),
    "latent": Claim("How many coordinates z has", "images", {
        str(n): ("sagan", {"generator": {"latent_dim": n}}) for n in (2, 8, 32, 128)}),
}

# What was tried for each variant, one change at a time.
SWEEPS = {
    "gan": {"z of 16": {"generator": {"latent_dim": 16}}, "rates of 1e-3": {"g_lr": 1e-3, "d_lr": 1e-3},
            "EMA 0.99": {"ema": 0.99}},
    "dcgan": {"shifted": {"augment": "translation"}, "R1 of 1": {"r1": 1.0, "penalty_every": 4},
              "rates of 4e-4": {"g_lr": 4e-4, "d_lr": 4e-4}},
    "wgan": {"clip 0.03": {"clip": 0.03}, "rates of 1e-3": {"g_lr": 1e-3, "d_lr": 1e-3},
             "5 critic steps": {"d_steps": 5}},
    "wgan_gp": {"penalty 1": {"penalty": 1.0}, "G's rate 5e-4": {"g_lr": 5e-4}, "D's rate 1e-3": {"d_lr": 1e-3}},
    "sngan": {"shifted": {"augment": "translation"}, "R1 of 1": {"r1": 1.0, "penalty_every": 4},
              "beta 0, 0.9": {"beta1": 0.0, "beta2": 0.9}},
    "progan": {"equal rates": {"d_lr": 1e-3}, "penalty 1": {"penalty": 1.0}, "EMA 0.99": {"ema": 0.99}},
}


def sweep(variant):
    """The claim that compares a variant's first settings with `SWEEPS`' changes, on a tenth held out."""
    common = GROWN if variant == "progan" else BEFORE.get(variant, {})
    arms = {"as it was": {}, **SWEEPS[variant]}
    return Claim(f"What matters to {models.entry(variant).title}", "images",
                 {label: (variant, {**common, **changes}) for label, changes in arms.items()}, hold_out=0.1)


CLAIMS |= {f"sweep-{variant}": sweep(variant) for variant in SWEEPS}


def learned(name, label, real, features, args):
    """The points of one arm: [{"images", "seconds", "steps", fid, kid, precision, recall}], learned where missing."""
    from training.engine import Run

    claim, (variant, changes) = CLAIMS[name], CLAIMS[name].arms[label]
    out = args.out / name / "".join(c if c.isalnum() else "-" for c in label)
    common = dict(data=args.data, seed=args.seed, judge="none", snapshot_every=10**9, decay_from=1.0, steps=1,
                  hold_out=claim.hold_out,
                  precision=precision.choose(args.precision, torch.device(models.pick_device(args.device))))
    settings = overlay(VARIANTS[variant], **{**common, **changes, **wide(args, changes)})
    run = Run(settings, real, out, args.device, quiet=True)
    path = out / "points.json"
    points = json.loads(path.read_text()) if path.exists() else []
    points = [point for point in points if point["steps"] <= run.step]
    against = run.game.held if claim.hold_out else real
    pictures = spread(against, N)
    truth, swd = features(pictures), SlicedWasserstein(pictures, n=len(pictures))
    for i in range(len(points), args.points):
        if not advance(run, claim.budget, args.budget * (i + 1) / args.points):
            return None
        made = to_uint8(run.game.samples(N))
        found = {**inception.distances(truth, features(made)), "swd": swd(made[:len(pictures)])["mean"]}
        points.append({"images": run.images_seen, "seconds": round(run.seconds, 3), "steps": run.step,
                       **{key: round(value, 4) for key, value in found.items()}})
        write_json(path, points)
        print(f"{label}: " + "  ".join(f"{key} {value:.5g}" for key, value in points[-1].items()), flush=True)
    return points


def wide(args, changes):
    """Every arm's networks at the width asked for, beside what the arm itself changes."""
    if not args.width:
        return {}
    return {part: {**changes.get(part, {}), "width": args.width} for part in ("generator", "discriminator")}


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
    columns = {"FID": "fid", "KID x 1000": "kid", "precision": "precision", "recall": "recall",
               "sliced Wasserstein": "swd", "images": "images", "seconds": "seconds"}
    rows = [{"trained as": label, **{title: points[-1][key] for title, key in columns.items()},
             "images/s": round(points[-1]["images"] / max(1e-3, points[-1]["seconds"]))}
            for label, points in found["arms"].items()]
    return markdown_table(rows)


def draw(found, path):
    """KID against images seen and against seconds, one line an arm."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, 3.4), layout="constrained")
    for axes, key, text in zip(figure.subplots(1, 2, sharey=True), ("images", "seconds"),
                               ("pictures that D has seen", "seconds of learning")):
        for label, points in found["arms"].items():
            axes.plot([p[key] for p in points], [p["kid"] for p in points], marker="o", markersize=3, label=label)
        axes.set(xlabel=text, yscale="log", xlim=0)
        axes.grid(alpha=0.3)
        axes.spines[["top", "right"]].set_visible(False)
    figure.axes[0].set_ylabel("KID x 1000")
    figure.axes[1].legend(frameon=False)
    write(path, lambda p: figure.savefig(p, format="png", dpi=130))


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
    settings = VARIANTS[next(iter(claim.arms.values()))[0]]
    real = data.load(args.data, resolution=settings.resolution, channels=settings.channels, default=args.data,
                     labelled=settings.labelled)
    features, name = reader(args.reader, real, models.pick_device(args.device))
    found = {}
    for label in args.only or claim.arms:
        found[label] = learned(args.claim, label, real, features, args)
        if found[label] is None:
            print("stopped: run the same command to go on")
            return 0
    if len(found) < len(claim.arms):
        return 0
    found = {"title": claim.title, "data": real.name, "n": N, "seed": args.seed, "features": name, "command": command,
             "arms": found}
    args.report.mkdir(parents=True, exist_ok=True)
    write_json(args.report / f"{args.claim}.json", found)
    draw(found, args.report / f"{args.claim}.png")
    page = args.report / f"{args.claim}.md"
    text = document(args.claim, found, page.read_text("utf-8") if page.exists() else "")
    write(page, lambda p: p.write_text(text, encoding="utf-8"))
    print(table(found))
    return 0


def document(name, found, before):
    """A claim's page in Markdown: figure, table, how it was measured, then the words that stood there `before`."""
    words = before[before.index(WORDS):] if WORDS in before else f"{WORDS}\n\nNot written yet.\n"
    return (f"# {found['title']}\n\n![KID against pictures and against seconds]({name}.png)\n\n{table(found)}\n\n"
            f"`{found['command']}`: {found['n']} samples a side, seed {found['seed']}, features: {found['features']}. "
            "Such figures compare with each other alone, never with those of Inception's features. Images are those "
            f"that D has seen.\n\n{words}")


if __name__ == "__main__":
    sys.exit(main())
