"""Judge a checkpoint's pictures against real images: python training/evaluate.py VARIANT --data SOURCE."""

from __future__ import annotations

import argparse
import json
import shlex
import sys
from pathlib import Path

if __package__ in (None, ""):
    sys.path[0] = str(Path(__file__).resolve().parents[1])

import torch

import models
from models import bench, hub
from training.data import sources as data
from training.data.image_set import spread
from training.judge import classifier, neighbours, samples, translated
from training.judge.features import READER_HELP, of_classifier
from training.judge.inception import InceptionError, distances, inception, metrics_missing
from training.judge.sliced_wasserstein import SlicedWasserstein
from training.recipes.settings import VARIANTS

SLICED = 1024  # images a side for the sliced Wasserstein distance: more cost memory, change little
DIGITS = 1000  # samples whose labels are counted
SURE = 0.95  # the probability from which on a reading counts as sure
LOOKS = 600_000  # pictures shown to the reader whose certainty counts: after fewer it doubts real digits, too
TRUNCATED = ("fid", "precision", "recall")  # what is measured under each threshold
GROUPS = ("sliced_wasserstein", "inception", "classifier", "labels", "digits", "neighbours", "speed")
FEWEST = 10  # images on either side below which no distance means anything
DATA_HELP = (
    "the real images: a folder or zip (class sub-folders become labels), a folder of MNIST idx files, "
    "torchvision:NAME, or a Hub data set; default: the variant's own"
)
SAVE_HELP = "record the figures in the checkpoint's config.json and card, beside sheets of its pictures"
EXPORT_HELP = "also write the very samples that are scored, as PNGs, to a new folder or one written so before"


def parser() -> argparse.ArgumentParser:
    """The command line."""
    p = argparse.ArgumentParser(
        description=__doc__,
        epilog="Compare figures of one protocol only: same n, data, resolution and features.",
    )
    add = p.add_argument
    add("variant", metavar="VARIANT", help=f"one of {', '.join(VARIANTS)}")
    add("--data", metavar="SOURCE", help=DATA_HELP)
    add(
        "--checkpoint",
        type=Path,
        metavar="FOLDER",
        help="an export, as runs/VARIANT/export; default: the page's",
    )
    add("--n", type=int, default=2500, help="samples to draw, or held-out pictures to translate (default: %(default)s)")
    add("--seed", type=int, default=0, help="seed of the first sample; sample i has seed + i")
    add(
        "--thresholds",
        type=float,
        nargs="+",
        metavar="T",
        help="also measure FID, precision and recall with z truncated at each of these, as 0.5 1.0 1.5",
    )
    add(
        "--only",
        nargs="+",
        choices=GROUPS,
        metavar="FIGURES",
        help=f"measure these alone: {', '.join(GROUPS)}; speed only when asked for, as it wants an idle machine",
    )
    add("--reader", metavar="SOURCE", help=READER_HELP)
    add("--export-samples", type=Path, metavar="FOLDER", help=EXPORT_HELP)
    add("--device", default="auto", choices=("auto", "cpu", "cuda", "mps"), help="where to compute")
    add("--json", action="store_true", help="print one line of JSON instead of text")
    add("--save", action="store_true", help=SAVE_HELP)
    return p


def main(argv: list[str] | None = None) -> int:
    """Run the command line; 0, or 2 with one line on stderr."""
    argv = sys.argv[1:] if argv is None else argv
    args = parser().parse_args(argv)
    try:
        report = evaluate(args, "python training/evaluate.py " + shlex.join(argv))
    except (ValueError, OSError, RuntimeError) as error:
        lines = str(error).splitlines() or [type(error).__name__]
        print(f"evaluate.py: {lines[0]}", file=sys.stderr)
        return 2
    print(json.dumps(report) if args.json else text(report))
    return 0


def evaluate(args: argparse.Namespace, command: str) -> dict:
    """Sample, measure, export and record -> {"variant", "data", "n", "seed", "figures", "missing"}."""
    g = load(args)
    if args.export_samples:
        samples.check_folder(args.export_samples)
    channels = 6 if VARIANTS[args.variant].pairs else g.config["channels"]
    real = data.load(args.data, resolution=g.resolution, channels=channels, default=VARIANTS[args.variant].data)
    if min(len(real), args.n) < FEWEST:
        raise ValueError(f"--n {args.n} against {len(real)} real images: at least {FEWEST} of both are needed")
    facts = {"variant": args.variant, "data": real.name, "real": len(real), "n": args.n, "seed": args.seed}
    device, only = models.pick_device(args.device), args.only or [group for group in GROUPS if group != "speed"]
    labels, missing, sheets = None, {}, {}
    if only == ["speed"]:
        figures = {}
    elif models.entry(args.variant).translates:
        figures, fake = translated.measure(g, real, args.n, args.seed, device)
        facts["n"] = len(fake)
        sheets["samples.png"] = translated.sheet(g, real)
    else:
        labels = samples.labels_for(g.classes, args.n)
        fake = samples.draw(g, args.n, args.seed, labels)
        sheets["samples.png"] = samples.sheet(g, args.seed)
        figures, missing = measure(g, real, fake, labels, device, only, args.reader)
        if "neighbours" in only:
            figures["neighbours"], sheets["neighbours.png"] = neighbours.measure(real, fake, g.config)
    if "speed" in only:
        figures["speed"] = speed(g)
    if args.export_samples:
        samples.export(args.export_samples, fake, {**facts, "labels": labels, "command": command})
    if args.thresholds:
        figures["truncation"] = truncation(g, real, args.n, args.seed, args.thresholds, device)
    if args.save:
        save(args, real, figures, sheets, command)
    return {**facts, "figures": figures, "missing": missing}


def load(args: argparse.Namespace):
    """The checkpoint to be judged, or ValueError or OSError in one line."""
    translates = models.entry(args.variant).translates
    if args.checkpoint is not None and not args.checkpoint.is_dir():
        raise ValueError(
            f"--checkpoint {str(args.checkpoint)!r} is no folder: give one like runs/{args.variant}/export"
        )
    there = {"cuda": torch.cuda.is_available, "mps": torch.backends.mps.is_available}.get(args.device, lambda: True)
    if not there():
        raise ValueError(f"--device {args.device}: there is none here; choose cpu, or auto")
    if args.thresholds and translates:
        raise ValueError(f"--thresholds cut z short, and {args.variant} translates pictures: leave them away")
    if args.reader and translates:
        raise ValueError(
            f"--reader {args.reader!r} reads samples, and {args.variant} translates pictures: leave it away"
        )
    if args.only and args.only != ["speed"] and translates:
        raise ValueError(
            f"--only chooses among figures of samples, and {args.variant} translates: leave it away, or take speed"
        )
    if args.only == ["speed"] and args.export_samples:
        raise ValueError("--only speed draws no samples: leave --export-samples away")
    return models.load(args.variant, device=args.device, folder=args.checkpoint)


def measure(g, real: data.ImageSet, fake: torch.Tensor, labels, device: str, only, reader=None) -> tuple[dict, dict]:
    """Every figure of `only` that can be had -> ({group: figures}, {group: why it could not be had})."""
    figures, missing = {}, {}
    if "sliced_wasserstein" in only:
        figures["sliced_wasserstein"] = sliced(real.images, fake, device)
    if "inception" in only:
        try:
            figures["inception"] = inception_figures(real.images, fake, device)
        except InceptionError as error:
            missing["inception"] = str(error)
    readable = real.labels is not None and len(real.classes) > 1
    if "classifier" in only and (reader or readable) and not metrics_missing():
        figures["classifier"] = classifier_figures(reader, real, fake, device)
    if "labels" in only and g.classes is not None:
        if readable:
            figures["labels"] = label_accuracy(g.classes, real, fake, labels, device)
        else:
            missing["labels"] = "the real images carry no classes: give --data with one sub-folder a class"
    if "digits" in only and g.classes is None and readable and g.channels == 1:
        figures["digits"] = histogram(real, fake, device)
    return figures, missing


def sliced(real: torch.Tensor, fake: torch.Tensor, device: str) -> dict:
    """Sliced Wasserstein distance x 1000 by level of the pyramid, and their mean."""
    n = min(SLICED, len(real), len(fake))
    distances = SlicedWasserstein(real, n=n, device="cuda" if device == "cuda" else "cpu")(fake)
    return {**_rounded(distances), "n": n, "features": "7x7 patches of a Laplacian pyramid, x1000"}


def inception_figures(real: torch.Tensor, fake: torch.Tensor, device: str) -> dict:
    """FID, KID x 1000, precision and recall between equally many fakes and real images."""
    n = min(len(real), len(fake))
    chosen = real[torch.randperm(len(real), generator=torch.Generator().manual_seed(0))[:n]]
    return {
        **_rounded(inception(chosen, fake[:n], device=device)),
        "n": n,
        "features": "inception-v3 (torch-fidelity)",
    }


def classifier_figures(source: str | None, real: data.ImageSet, fake: torch.Tensor, device: str) -> dict:
    """FID, KID x 1000, precision and recall in a classifier's features, classes as often on both sides."""
    features, name = of_classifier(source, real, device)
    chosen = spread(real, len(fake))
    found = distances(features(chosen), features(fake[: len(chosen)]))
    return {**_rounded(found), "n": len(chosen), "features": name}


def speed(g) -> dict:
    """Size of the generators, and milliseconds for one picture and for sixteen, or for a photo of 640 x 480 px."""
    from training.engine.loop import hardware

    networks = g.networks if hasattr(g, "networks") else {"generator": g.generator}
    sizes = {role: sum(p.numel() for p in net.parameters()) for role, net in networks.items() if "generator" in role}
    times = {f"milliseconds, {what}": round(bench.milliseconds(work, 10), 1) for what, work in g.benchmarks().items()}
    return {
        "parameters": sum(sizes.values()),
        "megabytes": round(2 * sum(sizes.values()) / 1e6, 2),
        **times,
        "threads": torch.get_num_threads(),
        "n": 10,
        "features": f"eager fp32, {hardware(g.device)}, medians",
    }


def label_accuracy(classes: list[str], real: data.ImageSet, fake: torch.Tensor, labels, device: str) -> dict:
    """Share of samples that a classifier of real images reads as what they were asked to be.

    Beside it stands the same share of held-out real images, its mean over the classes: samples are drawn class by
    class, and of real images the easiest kind may be the most common.
    """
    if len(classes) != len(real.classes):
        raise ValueError(
            f"the checkpoint has {len(classes)} classes and the real images {len(real.classes)}: "
            "give --data it was trained on"
        )
    reader = classifier.fit(real, device=device)
    if set(classes) == set(real.classes):  # the same classes, perhaps in another order
        labels = [real.classes.index(classes[label]) for label in labels]
    labels = torch.tensor(labels)
    right = reader(fake) == labels
    found = {
        "accuracy": float(right.float().mean()),
        "accuracy_on_held_out_real": reader.accuracy,
        **variety(reader, real, fake, labels),
    }
    return {
        **_rounded(found),
        "n": len(fake),
        "features": "classifier trained on the real images",
    }


def variety(reader, real: data.ImageSet, fake: torch.Tensor, labels: torch.Tensor) -> dict:
    """Variance of features within a label as a share of the real pictures': over all labels, and the lowest."""
    ratios = []
    for k in labels.unique():
        some = real.images[real.labels == k][: len(fake)]
        ours, theirs = (reader.features(x).var(0, correction=0).sum() for x in (fake[labels == k], some))
        ratios.append(float(ours / theirs))
    return {"variance_ratio": sum(ratios) / len(ratios), "lowest_variance_ratio": min(ratios)}


def histogram(real: data.ImageSet, fake: torch.Tensor, device: str) -> dict:
    """Which classes an unconditional generator paints, as a classifier of real images reads them, and how surely."""
    reader = classifier.fit(real, device=device, looks=LOOKS)
    found = reader(fake[:DIGITS])
    some = real.images[torch.randperm(len(real), generator=torch.Generator().manual_seed(0))[:DIGITS]]
    sure, sure_of_real = ((reader.certainty(x) >= SURE).float().mean() for x in (fake[:DIGITS], some))
    shares = found.bincount(minlength=len(real.classes)).float() / len(found)
    return {
        "shares": _rounded(dict(zip(real.classes, shares.tolist()))),
        **_rounded({"biggest": float(shares.max()), "smallest": float(shares.min())}),
        "seen": int((shares > 0).sum()), **_rounded({"sure": float(sure), "sure_of_real": float(sure_of_real)}),
        **_rounded({"accuracy_on_held_out_real": reader.accuracy}),
        "n": len(found), "features": "classifier trained on the real images",
    }  # fmt: skip


def truncation(g, real: data.ImageSet, n: int, seed: int, thresholds: list[float], device: str) -> dict:
    """FID, precision and recall of truncated samples by threshold (Brock 2018, section 3.1; Kynkäänniemi 2019)."""
    if reason := metrics_missing():
        raise ValueError(f"--thresholds: {reason}")
    reader, labels = classifier.fit(real, device=device), samples.labels_for(g.classes, n)
    reference = reader.features(spread(real, n))
    found = {"thresholds": sorted(thresholds), "fid": [], "precision": [], "recall": []}
    for threshold in found["thresholds"]:
        row = distances(reference, reader.features(samples.draw(g, n, seed, labels, truncation=threshold)))
        for key in TRUNCATED:
            found[key].append(round(row[key], 4))
    return {**found, "n": n, "features": "classifier trained on the real images, 3 nearest neighbours"}


def save(args: argparse.Namespace, real: data.ImageSet, figures: dict, sheets: dict, command: str) -> None:
    """Record the figures, with how they were had, and the sheets in the checkpoint's folder."""
    from training.report import export

    how = {"seed": args.seed, "data": real.name, "command": command}
    figures = {key: {**row, **how} for key, row in figures.items()}
    export.record(args.checkpoint or hub.WEIGHTS / args.variant, figures, sheets)


def text(report: dict) -> str:
    """The report for people: one line a group of figures."""
    lines = [
        f"{report['variant']}: {report['n']} samples from seed {report['seed']} against {report['data']} "
        f"({report['real']} real images)"
    ]
    for group, row in report["figures"].items():
        row = {**row, **row.get("shares", {})}
        for i, threshold in enumerate(row.get("thresholds", [])):
            pair = "  ".join(f"{key} {row[key][i]:.4g}" for key in TRUNCATED if key in row)
            lines.append(f"truncated at {threshold:<8g}{pair}")
        values = "  ".join(f"{key} {value:.4g}" for key, value in row.items() if isinstance(value, (int, float)))
        lines.append(f"{group:19} {values}  ({row['features']})")
    lines += [f"{group:20}not measured: {why}" for group, why in report["missing"].items()]
    return "\n".join(lines)


def _rounded(figures: dict[str, float]) -> dict[str, float]:
    return {key: round(value, 4) for key, value in figures.items()}


if __name__ == "__main__":
    sys.exit(main())
