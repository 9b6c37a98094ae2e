"""Which checkpoint a tab runs: its source, data set, licence and figures in words."""

import json
from contextlib import suppress
from html import escape

from demo import weights as choice
from demo.words import catalogue, say
from models import figures, hub


def available(names):
    """The Samplers or Translators of these variants, one by one, without those whose weights cannot be had."""
    for name in names:
        with suppress(OSError):
            yield choice.load(name)


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
    commit = say("at commit {commit}", commit=weights.revision[:12]) if weights.revision else say("not published yet")
    dataset = config.get("dataset")
    learned_from = (
        dataset.get("title") or dataset.get("name") or "" if isinstance(dataset, dict) else str(dataset or "")
    )
    rows = {
        say("Checkpoint"): f"{weights.repo}, {commit} ({say(weights.source)})" if weights.repo else say(weights.source),
        say("Published as"): config.get("published", {}).get("source", ""),
        say("Data set"): learned_from and "; ".join(map(say, learned_from.split("; "))),
        say("Licence"): say(config["license"]) if config.get("license") else say("unknown"),
        say("Trained for"): say("{n} generator steps", n=f"{config['steps']:,}") if config.get("steps") else "",
        **measured(config.get("metrics", {})),
        say("Runs on"): member.device,
    }
    items = "".join(f"<div><dt>{title}</dt><dd>{escape(str(text))}</dd></div>" for title, text in rows.items() if text)
    return f"<dl class='ga-facts'>{items}</dl>"


def measured(metrics):
    """The checkpoint's figures, {title: words}, in both languages: a sentence of models/figures.py has its numbers in
    places of its own in each.
    """
    english, chinese = figures.in_words(metrics), figures.in_words(metrics, catalogue("zh", "figures"))
    return {
        say("{english}", english=escape(a), chinese=escape(b)): say("{english}", english=english[a], chinese=chinese[b])
        for a, b in zip(english, chinese)
    }
