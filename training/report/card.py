"""The model card of a checkpoint: what a stranger must know before using these weights."""

import re
from dataclasses import fields
from pathlib import Path

from huggingface_hub import ModelCard, ModelCardData

from models import figures, registry
from training import recipes
from training.report.text import number

ELSEWHERE = {
    *("variant", "data", "seed", "steps", "batch_size", "resolution", "channels", "generator", "second"),
    *("discriminator", "precision", "log_every", "snapshot_every", "judge", "objective", "labelled", "pairs"),
}  # settings that other lines of the card say, or that leave the weights alone
UNUSED = (0, 1, 50, "", None, {}, [])  # values of settings of earlier versions that did nothing
YES_OR_NO = {"True": "yes", "False": "no", "": "none"}
ON_HUB = re.compile(r"[\w-][\w.-]*/[\w-][\w.-]*", re.ASCII)  # the name of a data set that the Hub has


def card(config: dict) -> str:
    """README.md of a checkpoint from its config.json; a key that config lacks costs its sentence, never an error."""
    name, dataset, saved = config.get("variant", "VARIANT"), config.get("dataset", {}), config.get("settings", {})
    entry = registry.entry(name) if name in registry.names() else None
    front_matter = ModelCardData(
        license=config.get("license") or dataset.get("license", "other"),
        library_name="pytorch",
        pipeline_tag="image-to-image" if entry and entry.translates else "unconditional-image-generation",
        tags=["gan", "gan-atlas", *([name] if entry else [])],
        datasets=[dataset["name"]] if ON_HUB.fullmatch(dataset.get("name", "")) else None,
    )
    text = ModelCard.from_template(
        front_matter,
        template_path=Path(__file__).with_name("card.md.jinja"),
        config=config,
        name=name,
        entry=entry,
        dataset=dataset,
        saved=saved,
        objective=config.get("objective") or saved.get("objective"),
        sheets=config.get("sheets", {}),
        settings=_settings(entry, saved),
        figures=figures.in_words(config.get("metrics", {})),
        protocols=_protocols(config.get("metrics", {})),
        number=number,
        setting=_setting,
    )
    return re.sub(r"\n{3,}", "\n\n", str(text).strip()) + "\n"


def _settings(entry, saved):
    """[(option, value, what it is)] of the recipe's settings, and of those that only earlier versions had, if used."""
    known = {f.name: f.metadata.get("help") for f in fields(recipes.load(entry.name).SETTINGS)} if entry else {}
    return [
        (key, value, known.get(key, "gone since"))
        for key, value in saved.items()
        if key not in ELSEWHERE and (key in known or value not in UNUSED)
    ]


def _setting(value):
    """A setting as a person writes it: "yes", "25,500", "width 32, resolution 64", a schedule "8: 1,000, 16: 3,000"."""
    if isinstance(value, dict):
        parts = (f"{key}{':' * key.isdigit()} {_setting(item)}" for key, item in value.items())
        return ", ".join(parts).replace("_", " ") or "all as by default"
    return YES_OR_NO.get(str(value)) or number(value)


def _protocols(metrics):
    """How figures were measured, those of one command together: {(command, data, seed): {title: figures}}."""
    found = {}
    for group, row in metrics.items():
        if "command" in row:
            found.setdefault((row["command"], row["data"], row["seed"]), {})[figures.title(group)] = row
    return found
