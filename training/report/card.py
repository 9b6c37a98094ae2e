"""The model card of a checkpoint: what a stranger must know before using these weights."""

import re
from dataclasses import fields

from huggingface_hub import ModelCardData

from models import figures, registry
from training import recipes
from training.report.markdown import line, number, table

ELSEWHERE = {
    *("variant", "data", "seed", "steps", "batch_size", "resolution", "channels", "generator", "second"),
    *("discriminator", "precision", "log_every", "snapshot_every", "judge", "objective", "labelled", "pairs"),
}  # settings that other lines of the card say, or that leave the weights alone
USES = """Intended: teaching, study and play with the classic GAN family; a baseline to beat.

Out of scope: passing its pictures off as photographs, identifying or imitating real people, any decision about \
anybody, and whatever the terms of the training data exclude. The model knows only its training pictures and repeats \
their biases."""
CITATION = """```bibtex
@misc{{{name}{year},
  title = {{{paper}}},
  author = {{{authors}}},
  year = {{{year}}},
  url = {{{url}}},
}}
```"""
YES_OR_NO = {"True": "yes", "False": "no", "": "none"}
UNUSED = (0, 1, 50, "", None, {}, [])  # values of settings of earlier versions that did nothing


def card(config: dict) -> str:
    """README.md of a checkpoint from its config.json: front matter, then one section a question.

    A key that config lacks costs its sentence, never an error.
    """
    parts = [_front_matter(config), _intro(config), *_sheet(config, "samples.png")]
    parts += [f"## {title}\n\n{text}" for title, section in SECTIONS.items() if (text := section(config))]
    return "\n\n".join(parts) + "\n"


def _front_matter(config):
    name, entry, dataset = _name(config), _entry(config), _dataset(config)
    on_hub = re.fullmatch(r"[\w-][\w.-]*/[\w-][\w.-]*", str(dataset.get("name", "")), re.ASCII)
    data = ModelCardData(
        license=_license(config),
        library_name="pytorch",
        pipeline_tag="image-to-image" if entry and entry.translates else "unconditional-image-generation",
        tags=["gan", "gan-atlas", *([name] if config.get("variant") else [])],
        datasets=[dataset["name"]] if on_hub else None,
    )
    return f"---\n{data.to_yaml(line_break=chr(10)).strip()}\n---"


def _intro(config):
    entry, dataset, px = _entry(config), _dataset(config), config.get("resolution")
    what = f"# {entry.title if entry else _name(config)}"
    if dataset.get("title") or dataset.get("name"):
        what += f", trained on {line(dataset.get('title') or dataset['name'])}"
    colour = "grey" if config.get("channels") == 1 else "colour"
    shape = f"It makes {colour} pictures of {px} x {px} px" if px else ""
    classes = config.get("classes")
    shape += f" of {len(classes)} classes: {', '.join(map(line, classes))}" if shape and classes else ""
    return "\n\n".join(filter(None, [what, entry and entry.brought, shape and f"{shape}."]))


def _sheet(config, name):
    """The picture of that name and its caption, if the checkpoint has it."""
    words = (config.get("sheets") or {}).get(name)
    return [f"![{name.removesuffix('.png')}]({name})", line(words)] if words else []


def _paper(config):
    entry = _entry(config)
    return entry and f"[{entry.paper}]({entry.url}), {entry.authors}, {entry.year}. Written from the paper."


def _use(config):
    name, entry = _name(config), _entry(config)
    lines = ["", f'g = models.load("{name}")', "pictures = models.to_images(g.sample(n=16, seed=0))"]
    if entry and entry.translates:
        lines = [
            "from PIL import Image",
            "",
            f't = models.load("{name}")',
            "for title, options in t.ways.items():  # every way it translates",
            '    t.translate(Image.open("picture.jpg"), **options).save(f"{title}.png")',
        ]
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
    known = {"origin": "Origin: {}", "url": "<{}>", "terms": "Terms: {}"}
    facts = [words.format(line(dataset[key])) for key, words in known.items() if dataset.get(key)]
    meaning = (
        f"What that means here: the weights are made from these pictures, so they are offered under "
        f"`{_license(config)}`, whatever the code's own licence is, and every use of the weights or "
        f"of what they paint has to keep within the terms of the data."
    )
    return "\n\n".join([f"{line(title)}{images}.", *facts, meaning])


def _architecture(config):
    networks = config.get("networks") or {}
    rows = [{"network": role, "constructor arguments": _arguments(args)} for role, args in networks.items()]
    latent = config.get("latent_dim")
    return table(rows) + (f"\n\nz has {latent} dimensions, drawn from N(0, 1)." if latent else "")


def _training(config):
    saved = config.get("settings") or {}
    objective = config.get("objective") or saved.get("objective")
    facts = {**config, "batch_size": saved.get("batch_size"), "objective": objective and objective.replace("_", "-")}
    sentences = {
        "steps": "{:,} steps.",
        "batch_size": "Batches of {}.",
        "images_seen": "The discriminator saw {:,} pictures.",
        "hours": "{} hours.",
        "hardware": "Hardware: {}.",
        "objective": "Objective: {}.",
        "seed": "Seed {}.",
    }
    said = " ".join(words.format(facts[key]) for key, words in sentences.items() if facts.get(key) is not None)
    return "\n\n".join(filter(None, [said, table(_settings(config, saved))]))


def _settings(config, saved):
    """Rows of the table of settings: the recipe's, and of those that only earlier versions had, the ones in use."""
    recipe = fields(recipes.load(_name(config)).SETTINGS) if _entry(config) else ()
    known = {f.name: f.metadata.get("help") for f in recipe}
    return [
        {
            "option of `run.py`": f"`--{key.replace('_', '-')}`",
            "value": _arguments(value) if isinstance(value, dict) else YES_OR_NO.get(str(value), value),
            "what it is": known.get(key, "gone since"),
        }
        for key, value in saved.items()
        if key not in ELSEWHERE and (key in known or value not in UNUSED)
    ]


def _figures(config):
    metrics = config.get("metrics") or {}
    if not metrics:
        return "None measured so far."
    lines = [f"- {title}: {words}." for title, words in figures.in_words(metrics).items()]
    return "\n".join(lines) + "\n\n" + _protocols(metrics)


def _protocols(metrics):
    """How the figures were measured, those of one command together."""
    groups = {}
    for group, found in metrics.items():
        if isinstance(found, dict) and "command" in found:
            groups.setdefault((found["command"], found.get("data"), found.get("seed")), []).append((group, found))
    parts = []
    for (command, data, seed), members in groups.items():
        how = "".join(
            f"\n- {figures.title(group)}: n {number(found.get('n'))}, {line(found.get('features'))}"
            for group, found in members
        )
        parts.append(f"`{line(command)}`, data {data}, seed {seed}:\n{how}")
    return "\n\n".join(
        [
            "How they were measured; compare figures of one protocol only, the same n, data, resolution and features.",
            *parts,
        ]
    )


def _faults(config):
    faults = config.get("faults") or ["None recorded, which does not mean that there are none."]
    return "\n".join(f"- {line(fault)}" for fault in faults)


def _citation(config):
    entry = _entry(config)
    return entry and CITATION.format(**vars(entry) | {"authors": entry.authors.replace(" et al.", " and others")})


SECTIONS = {
    "Paper": _paper,
    "How to use": _use,
    "Training data and its terms": _data,
    "Architecture": _architecture,
    "Training": _training,
    "Does it copy?": lambda config: "\n\n".join(_sheet(config, "neighbours.png")),
    "Figures": _figures,
    "Known faults": _faults,
    "Intended and out-of-scope use": lambda config: USES,
    "Citation": _citation,
}


def _name(config):
    return str(config.get("variant") or "VARIANT")


def _dataset(config):
    """The data set's facts; a config may have nothing but its name."""
    dataset = config.get("dataset") or {}
    return dataset if isinstance(dataset, dict) else {"name": str(dataset)}


def _license(config):
    return config.get("license") or _dataset(config).get("license") or "other"


def _entry(config):
    """The variant's registry entry, or None for a name that has none."""
    return registry.entry(_name(config)) if _name(config) in registry.names() else None


def _arguments(arguments):
    """Constructor arguments or a schedule: "width 32, resolution 64", "8: 1000, 16: 3000"."""
    if not arguments:
        return "all as by default"
    return ", ".join(
        f"{key}: {number(value)}" if key.isdigit() else f"{key.replace('_', ' ')} {YES_OR_NO.get(str(value), value)}"
        for key, value in arguments.items()
    )
