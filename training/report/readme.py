"""The tables in README.md, between markers: <!-- checkpoints --> or <!-- CLAIM -->, and <!-- / -->."""

import json
import re

import models
from models import figures, hub
from training.report.text import table, write_text


def update(root=hub.ROOT):
    """Write the tables of the README.md in this folder, if there is one, from weights/ and docs/claims/ beside it."""
    page = root / "README.md"
    if page.exists():
        write_text(page, replaced(page.read_text("utf-8"), root))


def replaced(text, root=hub.ROOT):
    """README's text with new tables."""

    def marked(found):
        content = checkpoints(root) if found[1] == "checkpoints" else claim(found[1], root)
        return f"<!-- {found[1]} -->\n\n{content}\n\n<!-- / -->"

    return re.sub(r"<!-- ([\w-]+) -->\n.*?<!-- / -->", marked, text, flags=re.S)


def checkpoints(root=hub.ROOT):
    """The table of the bundled checkpoints, in lecture order."""
    places = [root / "weights" / name / "config.json" for name in models.names()]
    return table([row(json.loads(place.read_text("utf-8"))) for place in places if place.exists()])


def row(config):
    """One checkpoint's row, by column."""
    name, dataset, metrics = config["variant"], config["dataset"], config.get("metrics", {})
    titles = [title.split(" (")[0].split(",")[0] for title in dataset.get("title", dataset["name"]).split("; ")]
    parameters = metrics.get("speed", {}).get("parameters")
    return {
        "checkpoint": f"[`{name}`](weights/{name})",
        "data": " + ".join(titles),
        "size": f"{config['resolution']} px" + (f", {parameters / 1e6:.2g} M parameters" if parameters else ""),
        "figure": figures.headline(metrics),
        "minutes": round(60 * config["hours"]),
        "licence": config["license"],
    }


def claim(name, root=hub.ROOT):
    """A claim's table, how it was measured, and its plot: its page without the words."""
    page = (root / "docs" / "claims" / f"{name}.md").read_text("utf-8").partition("## ")[0]
    plot, *rest = page.split("\n\n")[1:]
    return "\n\n".join([*(part for part in rest if part), plot.replace("](", "](docs/claims/")])
