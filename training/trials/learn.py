"""Train the arms of a claim on their budget, measuring on the way; what is there already is not done again."""

import dataclasses
import json

import torch

import models
from training import recipes
from training.data.image_set import only_set, split
from training.engine.loop import Run
from training.judge import rounded
from training.recipes import precision
from training.report.export import export_run
from training.report.text import write_json


def folder(args, label, seed):
    """Where an arm's run from a seed lives."""
    return args.out / f"seed{seed}" / args.claim / "".join(c if c.isalnum() else "-" for c in label)


def changes(arm, args):
    """What an arm changes in its recipe, with the sizes that the command line gives to all arms."""
    found = dict(arm.changes)
    if args.resolution:
        found["resolution"] = args.resolution
    if args.width:
        found |= {part: {**found.get(part, {}), "width": args.width} for part in ("generator", "discriminator")}
    return found


def learn(claim, label, seed, real, judge, args):
    """args.points points of one arm from one seed: [{"images", "seconds", "steps", and what the judge measures}]."""
    arm, hold_out = claim.arms[label], claim.hold_out
    if arm.first_set:  # of what the other arms learn from
        real, hold_out = only_set(split(real, hold_out)[0], 0), 0.0
    changed = {
        "data": args.data,
        "seed": seed,
        "judge": "none",
        "snapshot_every": 10**9,
        "decay_from": 1.0,
        "steps": 1,
        "hold_out": hold_out,
        "precision": precision.choose(args.precision, torch.device(models.pick_device(args.device))),
        **changes(arm, args),
    }
    settings = recipes.overlay(recipes.load(arm.variant).SETTINGS, **changed)
    path = folder(args, label, seed) / "points.json"
    points = json.loads(path.read_text()) if path.exists() else []
    with arm.substituted():
        run = Run(settings, real, path.parent, args.device, quiet=True, game=arm.game, export=export_run)
        points = [point for point in points if point["steps"] <= run.step]
        for i in range(len(points), args.points):
            advance(run, claim.budget, args.budget * (i + 1) / args.points)
            used = {"images": run.images_seen, "seconds": run.seconds, "steps": run.step}
            points.append(rounded({**used, **judge(run)}))
            write_json(path, points)
            print(f"{label}: " + "  ".join(f"{key} {value:.5g}" for key, value in points[-1].items()), flush=True)
    return points


def advance(run, budget, until):
    """Let a run learn until it has used its budget, `Claim.budget`, up to here; KeyboardInterrupt if it was stopped."""
    while getattr(run, budget) < until:
        left = until - getattr(run, budget)
        more = left / (run.settings.batch_size * run.settings.d_steps)
        if budget == "seconds":  # a few steps, to see how fast it is, then half of the rest
            more = left * run.step / (2 * run.seconds) if run.step else 5
        run.settings = dataclasses.replace(run.settings, steps=run.step + max(1, round(more)))
        if not run.train():
            raise KeyboardInterrupt
