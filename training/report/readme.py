"""README's tables, from what bundled checkpoints and claims say of themselves: python training/table.py --write."""

import argparse
import json
import re
import sys
from pathlib import Path

if __package__ in (None, ""):
    sys.path[0] = str(Path(__file__).resolve().parents[1])

import models
from models import hub
from training.report.card import markdown_table

README = hub.ROOT / "README.md"
CLAIMS = hub.ROOT / "docs" / "claims"


def row(config):
    """One checkpoint's row, by column."""
    name, dataset = config["variant"], config["dataset"]
    titles = [title.split(" (")[0].split(",")[0] for title in dataset["title"].split("; ")]
    return {
        "checkpoint": f"[`{name}`](weights/{name})",
        "data": f"{' + '.join(titles)}, {config['resolution']} px",
        "steps": f"{config['steps']:,}",
        "pictures D saw": f"{config['images_seen']:,}",
        "hardware": config["hardware"].split(",")[0],
        "hours": f"{config['hours']:.2f}",
        "figures of `evaluate.py`, seed 0": "; ".join(figures(config["metrics"])) or "none so far",
    }


def figures(metrics):
    """The measured figures in a few words each, with their n."""
    if found := metrics.get("inception"):
        yield f"FID {found['fid']:.3g} (n {found['n']})"
    if found := metrics.get("classifier"):
        yield (
            f"in a classifier's features FID {found['fid']:.3g}, precision {found['precision']:.2f}, recall "
            f"{found['recall']:.2f} (n {found['n']})"
        )
    if found := metrics.get("sliced_wasserstein"):
        yield f"sliced Wasserstein {found['mean']:.1f} (n {found['n']})"
    if found := metrics.get("digits"):
        yield f"{found['seen']} digits seen, the biggest {found['biggest']:.0%} (n {found['n']})"
        if "sure" in found:
            yield f"{found['sure']:.0%} read with certainty (real pictures {found['sure_of_real']:.0%})"
    if found := metrics.get("labels"):
        real = found["accuracy_on_held_out_real"]
        yield f"{found['accuracy']:.1%} read as their label (n {found['n']}; real pictures {real:.1%})"
        if "variance_ratio" in found:
            yield f"{found['variance_ratio']:.0%} of real pictures' variety within a label"
    if found := metrics.get("colour"):
        least = min(found["grey"], found["mean_colour"])
        for kind in ("unet", "resnet"):
            yield (
                f"{kind}: colour error {found[kind]:.1f} (grey or mean colour {least:.1f}), "
                f"{found[f'{kind}_colourfulness']:.0%} as colourful"
            )
        yield f"n {found['n']}, held out"
    if found := metrics.get("own_photo"):
        yield f"{found['nearer_than_another']:.0%} nearer to their own photo than to another (n {found['n']}, held out)"
    if found := metrics.get("read_again"):
        yield f"maps read off again at {found['agreement'] / found['agreement_of_real']:.0%} of real photos' rate"
    if found := metrics.get("read_as_the_other"):
        for way in ("horse2zebra", "zebra2horse"):
            yield f"{way} {found[way]:.0%} read as such, cycle L1 {found[f'{way}_cycle_l1']:.3f}"
        yield f"n {found['n']}, held out"
    if found := metrics.get("read_as_target"):
        real = found["accuracy_on_held_out_real"]
        yield f"{found['all']:.1%} read as their target (n {found['n']}, held out; real faces {real:.1%})"
        if "identity_kept" in found:
            yield f"{found['identity_kept']:.0%} nearer to their own face than two faces are to each other"
    if found := metrics.get("speed"):
        what, time = next((key, value) for key, value in found.items() if key.startswith("milliseconds"))
        yield f"{found['parameters'] / 1e6:.2g} M parameters, {time:.3g} ms ({what.split(', ')[1]})"
    if found := metrics.get("truncation"):
        rows = list(zip(found["thresholds"], found["precision"], found["recall"]))
        ends = " and ".join(f"{p:.2f} / {r:.2f} at {t:g}" for t, p, r in (rows[0], rows[-1]))
        yield f"precision / recall {ends} (n {found['n']})"
    if found := metrics.get("neighbours"):
        yield (
            f"{found['nearer_than_5_percent']:.0%} of samples nearer to a training picture than 5% of real ones are "
            f"(n {found['n']})"
        )


def table(weights=None):
    """The whole table in Markdown, in lecture order."""
    places = [Path(weights or hub.WEIGHTS) / name / "config.json" for name in models.names()]
    return markdown_table([row(json.loads(place.read_text("utf-8"))) for place in places if place.exists()]) + "\n"


def claimed(name):
    """The table of a claim that was tried, how it was measured, and its figure: its page without the words."""
    page = (CLAIMS / f"{name}.md").read_text("utf-8").partition("## ")[0]
    figure, *rest = page.split("\n\n")[1:]
    return "\n\n".join([*(part for part in rest if part), figure.replace("](", "](docs/claims/")]) + "\n"


def replaced(text):
    """README's text with what stands between each pair of markers, <!-- NAME --> and <!-- / -->, made anew."""

    def made(found):
        name = found[1]
        return f"<!-- {name} -->\n\n{table() if name == 'checkpoints' else claimed(name)}\n<!-- / -->"

    return re.sub(r"<!-- ([\w-]+) -->\n.*?<!-- / -->", made, text, flags=re.S)


def main(argv=None):
    """Print the table of checkpoints, or put it and the claims' into README.md."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="replace the tables in README.md")
    if parser.parse_args(argv).write:
        README.write_text(replaced(README.read_text("utf-8")), "utf-8")
    else:
        print(table(), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
