"""Finished checkpoints: a folder laid out like its Hub repo, and the manifest's row for it."""

import dataclasses
import json
import shutil

import torch
from safetensors.torch import save_file

from models import atomic, hub
from models.images import grid
from training import recipes
from training.data import licences
from training.engine.checkpoint import CheckpointError, write
from training.engine.loop import hardware
from training.report import readme
from training.report.card import card
from training.report.text import write_json, write_text


def export_run(run, folder):
    """Write what a run has learned as a finished checkpoint: networks, config.json, a strip of real pictures, card."""
    game, settings, (real, labels) = run.game, run.settings, run.game.examples()
    dataset = licences.dataset(run.data.name, len(run.data.images))
    config = {
        "variant": settings.variant,
        "objective": game.objective,
        "networks": game.shipped_configs,
        "classes": game.classes,
        "resolution": settings.resolution,
        "channels": settings.channels,
        **game.facts,
        "real_labels": labels,
        "dataset": dataset,
        "license": dataset["license"],
        "steps": run.step,
        "seed": settings.seed,
        "settings": dataclasses.asdict(settings),
        "recipe": run.begun_from is None and recipes.is_recipe(settings),  # made by the recipe, in one go
        "images_seen": run.images_seen,
        "hardware": hardware(run.device),
        "hours": round(run.seconds / 3600, 2),
        "metrics": {},
        "faults": [],
    }
    export(folder, game.shipped(), config, real)


def export(folder, networks, config, real):
    """Write a finished checkpoint: config.json, one fp16 safetensors file a network, real.png, README.md.

    networks: {role: module}. real: float [n, C, H, W] in [-1, 1], a strip of training pictures for the page. The folder
    is replaced as a whole: on any failure the old one stays, CheckpointError where weights do not fit fp16.
    """

    def fill(place):
        for role, net in networks.items():
            tensors = {
                key: (t.half() if t.is_floating_point() else t).detach().contiguous().cpu()
                for key, t in net.state_dict().items()
            }
            bad = [key for key, t in tensors.items() if t.is_floating_point() and not torch.isfinite(t).all()]
            if bad:
                raise CheckpointError(f"{role}'s {bad[0]} does not fit fp16; the last good export stays in {folder}")
            write(place / f"{role}.safetensors", lambda p, t=tensors: save_file(t, p))
        write(place / "real.png", lambda p: grid(real, len(real)).save(p, "PNG"))
        write_json(place / "config.json", config)
        write_text(place / "README.md", card(config))

    atomic.write_folder(folder, fill)


def install(folder, variant):
    """Put an export in place as the bundled copy, rewrite the manifest's row and README's table; the new folder."""
    place = hub.WEIGHTS / variant
    atomic.write_folder(place, lambda new: shutil.copytree(folder, new, dirs_exist_ok=True))
    update_row(place)
    return place


def update_row(place):
    """The manifest's row of a bundled folder, and README's table; changed files are unpublished (revision null)."""
    old, files = hub.rows().get(place.name, {}), hub.describe(place)
    revision = old.get("revision") if old.get("files") == files else None
    repo = old.get("repo", f"gan-atlas/{place.name}")
    hub.write_row(place.name, {"repo": repo, "revision": revision, "files": files})
    readme.update(place.parents[1])


def record(folder, metrics, sheets):
    """Add `metrics` to a checkpoint's own and rewrite its card; of a bundled one, also the manifest's row and README.

    sheets: {file name, as samples.png: (PIL image, its caption)}.
    """
    config = json.loads((folder / "config.json").read_text("utf-8"))
    config["metrics"] = {**config.get("metrics", {}), **metrics}
    config["sheets"] = {**config.get("sheets", {}), **{name: caption for name, (_, caption) in sheets.items()}}
    for name, (image, _) in sheets.items():
        write(folder / name, lambda p, image=image: image.save(p, "PNG", optimize=True))
    write_json(folder / "config.json", config)
    write_text(folder / "README.md", card(config))
    if folder.resolve().parent == hub.WEIGHTS.resolve():
        update_row(folder.resolve())
