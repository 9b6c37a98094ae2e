"""Which checkpoint a tab runs: its source, data set, licence and figures in words."""

import json
from contextlib import suppress
from html import escape

import models
from models import figures, hub


def available(names):
    """The Samplers or Translators of these variants, one by one, without those whose weights cannot be had."""
    for name in names:
        with suppress(OSError):
            yield models.load(name)


def bundled_config(name):
    """config.json of a variant's bundled copy; {} where there is none, or not the manifest's. Nothing is fetched."""
    path = hub.WEIGHTS / name / "config.json"
    with suppress(OSError):
        if hub.mismatch(path, hub.row_of(name)["files"][path.name]) is None:
            return json.loads(path.read_text("utf-8"))
    return {}


def facts(member):
    """The tab's last lines, as HTML. member: Sampler or Translator."""
    weights, config = member.weights, member.config
    commit = f"at commit {weights.revision[:12]}" if weights.revision else "not published yet"
    dataset = config.get("dataset")
    rows = {
        "Checkpoint": f"{weights.repo}, {commit} ({weights.source})" if weights.repo else weights.source,
        "Data set": dataset.get("title") or dataset.get("name") if isinstance(dataset, dict) else dataset,
        "Licence": config.get("license") or "unknown",
        "Trained for": f"{config['steps']:,} generator steps" if config.get("steps") else "",
        **figures.in_words(config.get("metrics", {})),
        "Runs on": member.device,
    }
    items = "".join(
        f"<div><dt>{escape(title)}</dt><dd>{escape(str(text))}</dd></div>" for title, text in rows.items() if text
    )
    return f"<h3 class='ga-h ga-more'>The checkpoint of this tab</h3><dl class='ga-facts'>{items}</dl>"
