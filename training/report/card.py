"""The model card of a checkpoint: what a stranger must know before using these weights."""

from __future__ import annotations

import re

from huggingface_hub import ModelCardData

TRANSLATE = {
    "colorize": 'picture = t.translate(image, generator="unet")       # or "resnet"',
    "pix2pix": "picture = t.translate(image)",
    "cyclegan": 'picture = t.translate(image, direction="horse2zebra")   # or "zebra2horse"',
    "stargan": "picture = t.translate(image, expression=t.expressions[0])",
}
LONG = 16  # a longer list of figures is there to be drawn, and not told
WORDS = "## What it says"  # on pages of figures, written by hand below this, and kept


def card(config: dict) -> str:
    """README.md of a checkpoint from its config.json: front matter, then one section a question.

    A key that config lacks costs its sentence, never an error.
    """
    parts = [_front_matter(config), _intro(config), *_sheet(config, "samples.png")]
    parts += [f"## {title}\n\n{text}" for title, section in SECTIONS.items() if (text := section(config))]
    return "\n\n".join(parts) + "\n"


def _front_matter(config):
    name, dataset = _name(config), _dataset(config)
    on_hub = re.fullmatch(r"[\w-][\w.-]*/[\w-][\w.-]*", str(dataset.get("name", "")), re.ASCII)
    data = ModelCardData(
        license=_license(config),
        library_name="pytorch",
        pipeline_tag="image-to-image" if name in TRANSLATE else "unconditional-image-generation",
        tags=["gan", "gan-atlas", *([name] if config.get("variant") else [])],
        datasets=[dataset["name"]] if on_hub else None,
    )
    return f"---\n{data.to_yaml(line_break=chr(10)).strip()}\n---"


def _intro(config):
    paper, dataset, px = _paper(config), _dataset(config), config.get("resolution")
    what = f"# {paper.title if paper else _name(config)}"
    if dataset.get("title") or dataset.get("name"):
        what += f", trained on {_line(dataset.get('title') or dataset['name'])}"
    shape = f"{px}x{px} pictures with {config.get('channels', 3)} channel(s)" if px else ""
    classes = config.get("classes")
    shape += f" of {len(classes)} classes: {', '.join(map(_line, classes))}" if classes else ""
    return "\n\n".join(filter(None, [what, paper and paper.brought, shape and f"It makes {shape}."]))


def _sheet(config, name):
    """The picture of that name and the words beneath it, where the checkpoint has it."""
    words = (config.get("sheets") or {}).get(name)
    return [f"![{name.removesuffix('.png')}]({name})", _line(words)] if words else []


def _paper_section(config):
    paper = _paper(config)
    return paper and f"[{paper.paper}]({paper.url}), {paper.authors}, {paper.year}. Written from the paper."


def _use(config):
    name = _name(config)
    if name in TRANSLATE:
        lines = [
            "from PIL import Image",
            "",
            f't = models.load("{name}")',
            'image = Image.open("picture.jpg")',
            TRANSLATE[name],
        ]
    else:
        lines = ["", f'g = models.load("{name}")', "pictures = models.to_images(g.sample(n=16, seed=0))"]
    code = "\n".join(["```python", "import models", *lines, "```"])
    return (
        f"With the GAN Atlas code at hand:\n\n{code}\n\nA downloaded copy of this repository loads with "
        f'`models.load("{name}", folder="PATH")`. Files are safetensors in fp16; nothing is unpickled.'
    )


def _data(config):
    dataset = _dataset(config)
    title = dataset.get("title") or dataset.get("name")
    if not title:
        return "Not recorded. Without knowing it, treat these weights as private."
    images = f" ({dataset['images']:,} pictures)" if isinstance(dataset.get("images"), int) else ""
    facts = [f"{_line(title)}{images}."]
    facts += [f"Origin: {_line(dataset['origin'])}"] if dataset.get("origin") else []
    facts += [f"<{_line(dataset['url'])}>"] if dataset.get("url") else []
    facts += [f"Terms: {_line(dataset['terms'])}"] if dataset.get("terms") else []
    facts.append(
        f"What that means here: the weights are made from these pictures, so they are offered under "
        f"`{_license(config)}`, whatever the code's own licence is, and every use of the weights or "
        f"of what they paint has to keep within the terms of the data."
    )
    return "\n\n".join(facts)


def _architecture(config):
    networks = config.get("networks") or {}
    rows = [{"network": role, "constructor arguments": _arguments(args)} for role, args in networks.items()]
    latent, temperature = config.get("latent_dim"), config.get("temperature", 1)
    stretched = f" and, after training, multiplied by {temperature}" if temperature != 1 else ""
    return markdown_table(rows) + (f"\n\nz has {latent} dimensions, drawn from N(0, 1){stretched}." if latent else "")


def _training(config):
    known = {
        "steps": "steps",
        "images_seen": "pictures seen by the discriminator",
        "seed": "seed",
        "hardware": "hardware",
        "hours": "hours",
    }
    facts = {label: config[key] for key, label in known.items() if config.get(key) is not None}
    facts.update(
        (key, value) for key, value in (config.get("settings") or {}).items() if key not in ("variant", "seed", "steps")
    )
    return markdown_table([{"setting": key, "value": value} for key, value in facts.items()])


def _copies(config):
    sheet, found = _sheet(config, "neighbours.png"), (config.get("metrics") or {}).get("neighbours")
    if not (sheet and found):
        return ""
    return "\n\n".join(
        [
            *sheet,
            (
                f"{found['nearer_than_5_percent']:.1%} of {found['n']} samples are nearer to a training picture than 5% of "
                f"{found['n_real']} real pictures ({found['real']}) are to theirs, and {found['nearer_than_1_percent']:.1%} "
                "nearer than 1% of them: a generator that does not copy comes to about 5% and 1%, or less. Median "
                f"distances: {found['median']:.3g} and {found['median_real']:.3g}, in {found['features']}."
            ),
        ]
    )


def told(metrics):
    """Metrics without their long lists."""

    def short(found):
        return {key: v for key, v in found.items() if not (isinstance(v, list) and len(v) > LONG)}

    return {name: short(found) if isinstance(found, dict) else found for name, found in metrics.items()}


def _figures(config):
    metrics = told(config.get("metrics") or {})
    if not metrics:
        return "None measured so far."
    rows = [
        {"figure": name, **(found if isinstance(found, dict) else {"value": found})} for name, found in metrics.items()
    ]
    return (
        markdown_table(rows) + "\n\nEach row has a protocol of its own: compare it with figures of the same "
        "protocol only."
    )


def _truncation(config):
    found = (config.get("metrics") or {}).get("truncation")
    if not found:
        return ""
    columns = {"threshold": "thresholds", "FID": "fid", "precision": "precision", "recall": "recall"}
    columns = {title: found[key] for title, key in columns.items() if key in found}
    how = ", ".join(f"{key}: {found[key]}" for key in ("n", "seed", "features", "command") if key in found)
    return (
        markdown_table([dict(zip(columns, row)) for row in zip(*columns.values())]) + "\n\nValues of z beyond the "
        f"threshold are drawn again: pictures grow finer, and alike. {how}"
    )


def _faults(config):
    faults = config.get("faults") or ["None recorded, which does not mean that there are none."]
    return "\n".join(f"- {_line(fault)}" for fault in faults)


def _uses(config):
    return (
        "Intended: teaching, study and play with the classic GAN family; a baseline to beat.\n\n"
        "Out of scope: passing its pictures off as photographs, identifying or imitating real people, "
        "any decision about anybody, and whatever the terms of the training data exclude. The model "
        "knows only its training pictures and repeats their biases."
    )


def _citation(config):
    paper = _paper(config)
    if not paper:
        return ""
    authors = paper.authors.replace(" et al.", " and others")
    fields = {"title": paper.paper, "author": authors, "year": paper.year, "url": paper.url}
    lines = [f"  {key} = {{{value}}}," for key, value in fields.items()]
    return "\n".join(["```bibtex", f"@misc{{{paper.name}{paper.year},", *lines, "}", "```"])


SECTIONS = {
    "Paper": _paper_section,
    "How to use": _use,
    "Training data and its terms": _data,
    "Architecture": _architecture,
    "Training": _training,
    "Does it copy?": _copies,
    "Figures": _figures,
    "Truncation": _truncation,
    "Known faults": _faults,
    "Intended and out-of-scope use": _uses,
    "Citation": _citation,
}


def _name(config):
    return str(config.get("variant") or "VARIANT")


def _dataset(config):
    """The data set's facts, also where a config names nothing but the data set."""
    dataset = config.get("dataset") or {}
    return dataset if isinstance(dataset, dict) else {"name": str(dataset)}


def _license(config):
    return config.get("license") or _dataset(config).get("license") or "other"


def _paper(config):
    from models import registry

    try:
        return registry.entry(_name(config))
    except registry.UnknownVariant:
        return None


def kept_words(page):
    """What was written by hand at the end of a page, from `WORDS` on; a place for it where there is none yet."""
    text = page.read_text("utf-8") if page.exists() else ""
    return text[text.index(WORDS) :] if WORDS in text else f"{WORDS}\n\nNot written yet.\n"


def markdown_table(rows):
    """A Markdown table of dicts; its columns are all their keys, in order of appearance."""
    columns = list(dict.fromkeys(key for row in rows for key in row))
    if not columns:
        return ""
    cells = [[_cell(key, row.get(key)) for key in columns] for row in rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in [columns, ["---"] * len(columns), *cells])


def _cell(key, value):
    if value is None:
        return ""
    if isinstance(value, dict):
        value = _arguments(value)
    text = f"{value:.4g}" if isinstance(value, float) else _line(value).replace("|", "\\|")
    return f"`{text}`" if key == "command" else text


def _arguments(arguments):
    return ", ".join(f"{key}={value!r}" for key, value in arguments.items()) if arguments else "none"


def _line(value):
    return " ".join(str(value).split())
