"""Finished checkpoints: a folder laid out like its Hub repo, and the manifest's row for it."""

import dataclasses
import json
import re
import shutil
from pathlib import Path

import torch
from safetensors.torch import save_file

from models import hub
from models.images import grid
from training.engine.checkpoint import CheckpointError, write
from training.report.card import card, told

SHEETS = ("samples.png", "neighbours.png")  # pictures of a judged checkpoint, `record` writes them


def write_json(path, value):
    """A JSON file, written whole or not at all, a list of numbers to a line."""
    text = json.dumps(value, indent=2, ensure_ascii=False)
    text = re.sub(r"\[\n\s*([^][{}\"]*?)\n\s*\]", lambda found: f"[{' '.join(found[1].split())}]", text)
    write(path, lambda p: p.write_text(text + "\n", encoding="utf-8"))


def export(folder, networks, config, real):
    """Write a finished checkpoint: config.json, one fp16 safetensors file a network, real.png, README.md.

    networks: {role: module}. real: float [n, C, H, W] in [-1, 1], a strip of training pictures for the page. Sheets
    that older weights left in the folder go.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name in SHEETS:
        (folder / name).unlink(missing_ok=True)
    for role, net in networks.items():
        tensors = {
            key: (t.half() if t.is_floating_point() else t).detach().contiguous().cpu()
            for key, t in net.state_dict().items()
        }
        bad = [key for key, t in tensors.items() if t.is_floating_point() and not torch.isfinite(t).all()]
        if bad:
            raise CheckpointError(f"{role}'s {bad[0]} does not fit fp16; the last good export stays in {folder}")
        write(folder / f"{role}.safetensors", lambda p, t=tensors: save_file(t, p))
    write(folder / "real.png", lambda p: grid(real, len(real)).save(p, "PNG"))
    write_json(folder / "config.json", config)
    write_card(folder, config)


def write_card(folder, config):
    """The model card beside a checkpoint."""
    write(folder / "README.md", lambda p: p.write_text(card(config), encoding="utf-8"))


def install(folder, variant, manifest=None, weights=None):
    """Put an export in place as the bundled copy and rewrite the manifest's row; returns the new folder."""
    config = json.loads((Path(folder) / "config.json").read_text(encoding="utf-8"))
    if config["variant"] != variant:
        raise CheckpointError(f"{folder} holds {config['variant']}, not {variant}")
    place = Path(weights or hub.WEIGHTS) / variant
    fresh = place.with_name(f"{variant}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    shutil.copytree(folder, fresh)
    shutil.rmtree(place, ignore_errors=True)
    fresh.rename(place)
    write_row(place, manifest)
    return place


def write_row(place, manifest=None):
    """The manifest's row from a bundled folder; files that changed are not published yet (revision null)."""
    variant = place.name
    config = json.loads((place / "config.json").read_text(encoding="utf-8"))
    old, files = hub.rows(manifest).get(variant, {}), hub.describe(place)
    revision = old.get("revision") if old.get("files") == files else None
    hub.write_row(
        variant,
        {
            "repo": old.get("repo", f"gan-atlas/{variant}"),
            "revision": revision,
            "files": files,
            "dataset": config["dataset"]["name"],
            "license": config["license"],
            "metrics": told(config.get("metrics", {})),
        },
        manifest,
    )


def record(folder, metrics, sheets, manifest=None):
    """Lay `metrics` over a checkpoint's own, rewrite its card, and the manifest's row if it is the bundled copy.

    sheets: {one of SHEETS: (PIL image, the words beneath it in the card)}.
    """
    folder = Path(folder)
    for name, (image, _) in sheets.items():
        write(folder / name, lambda p, image=image: image.save(p, "PNG", optimize=True))
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    config["metrics"] = {**config.get("metrics", {}), **metrics}
    config["sheets"] = {**config.get("sheets", {}), **{name: words for name, (_, words) in sheets.items()}}
    write_json(folder / "config.json", config)
    write_card(folder, config)
    if folder.resolve().parent == hub.WEIGHTS.resolve():
        write_row(folder.resolve(), manifest)


def config_of(settings, game, dataset, step, facts):
    """config.json: what the networks are, what they learned from, and how."""
    return {
        "variant": settings.variant,
        "networks": game.shipped_configs,
        "classes": game.classes,
        "resolution": settings.resolution,
        "channels": settings.channels,
        **game.facts,
        "dataset": dataset,
        "license": dataset["license"],
        "steps": step,
        "seed": settings.seed,
        "settings": dataclasses.asdict(settings),
        **facts,
        "metrics": {},
        "faults": [],
    }
