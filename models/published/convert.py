"""From published files to a folder in this project's layout, and back."""

import hashlib
import inspect
import json
from functools import partial
from pathlib import Path

import torch
from safetensors.torch import save_file

from models import atomic, hub, registry
from models.published.formats import FORMATS, recognise
from models.published.reading import read

SUFFIXES = (".pth", ".pt", ".bin", ".ckpt", ".safetensors", ".tar")
EXTRAS = ("box", "spectral")  # options of ours whose work no tensor of a format does
LICENCE = "unknown: ask whoever published it"


def files(path):
    """The checkpoint files of a file, a folder or a list of files; ValueError if there are none."""
    if isinstance(path, list):
        return path
    path = Path(path)
    found = [path] if path.is_file() else sorted(p for p in path.glob("*") if p.suffix in SUFFIXES and p.is_file())
    if not found:
        raise ValueError(f"{path} holds no checkpoint: files that end in {', '.join(SUFFIXES)} are read")
    return found


def convert(path, out, variant=None, classes=None, resolution=None, source="", licence=""):
    """Write weights and config.json of published files to the folder `out`; the config as a dict.

    path: a file, a folder of one checkpoint or a list of files. variant: which of the format's variants; None: the
    usual one. classes: names of classes or labels; resolution: in px; both for what the file does not say. source:
    where it is from.
    ValueError in one line names what is missing, surplus or misshapen; nothing is written then.
    """
    told, given = {"classes": classes, "resolution": resolution}, files(path)
    source = source or " ".join(file.name for file in given[:4])
    form, parts = _recognised(given, source)
    variant = variant or form.usual({part.name for _, part, *_ in parts}) or form.variants[0]
    if variant not in form.variants:
        raise ValueError(f"{form.title} cannot be {variant!r}: choose {', '.join(form.variants)}")
    networks, states, sources = {}, {}, {}
    for file, part, arguments, state in parts:
        role = _role(form, part, file, variant, networks)
        networks[role], states[role] = {"part": part.name, **arguments}, state
        sources[file.name] = hashlib.sha256(file.read_bytes()).hexdigest()
    if not set(form.needs) & set(networks):
        raise ValueError(f"{source} holds {', '.join(networks)} alone: give a generator's file, too")
    config = {
        "variant": variant,
        "format": form.name,
        "networks": networks,
        **form.facts(networks, told),
        "dataset": {"name": source, "title": f"not named; weights of {source}"},
        "license": licence or LICENCE,
        "published": {"source": source, "sha256": sources},
    }
    atomic.write_folder(out, partial(_fill, config=config, states=states))
    return config


def export(folder, out, form):
    """Write a checkpoint of ours as files {role}.pth that a published format's own code loads.

    folder: in this project's layout. form: the format's name. Returns {role: why it is left out} of the networks that
    the format has no place for; ValueError in one line if there is none left.
    """
    found = next((f for f in FORMATS if f.name == form), None)
    if found is None:
        raise ValueError(f"format {form!r} is unknown: choose {', '.join(f.name for f in FORMATS)}")
    path = Path(folder) / "config.json"
    variant = json.loads(path.read_text("utf-8")).get("variant") if path.exists() else None
    if variant not in found.variants:
        raise ValueError(f"{folder} holds no {' or '.join(found.variants)}, which {found.title} can be")
    weights, tensors, left = hub.from_folder(variant, folder), {}, {}
    for role, given in weights.config["networks"].items():
        try:
            part, arguments = _part(found, variant, role, given)
            tensors[role] = part.export(arguments, weights.state_dict(role))
        except ValueError as error:
            left[role] = str(error)
    if not tensors:
        raise ValueError("; ".join(f"{role}: {why}" for role, why in left.items()))
    atomic.write_folder(out, lambda new: [torch.save(t, new / f"{role}.pth") for role, t in tensors.items()])
    return left


def _part(form, variant, role, given):
    """(part, its constructor arguments) of one of our networks; ValueError if it is none of the format's."""
    if "part" in given:
        return next(p for p in form.parts if p.name == given["part"]), registry.without_part(given)
    kind = registry.entry(variant).networks[role]
    part = next((p for p in form.parts if issubclass(kind, p.network)), None)
    known = {n: p.default for n, p in inspect.signature(kind).parameters.items()}
    extra = [n for n in known if n in EXTRAS and given.get(n, known[n])]
    if part is None or extra:
        raise ValueError(f"{form.name} has no place for its {', '.join(extra) or 'layers'}")
    return part, known | given


def _recognised(files, source):
    """(their format, [(file, part, constructor arguments, state dict)])."""
    forms, parts = {}, []
    for file in files:
        tensors = read(file)
        try:
            form, part = recognise(tensors)
            parts.append((file, part, *part.convert(tensors)))
        except ValueError as error:
            raise ValueError(f"{file.name}: {error}") from None
        forms[form.name] = form
    if len(forms) > 1:
        raise ValueError(f"{source} holds several formats ({', '.join(sorted(forms))}): give one checkpoint's files")
    return form, parts


def _role(form, part, file, variant, taken):
    """The variant's role that a file has; ValueError if there is none or another file has it already."""
    own = registry.entry(variant).networks
    found = [role for role in form.roles(part, f"{file.parent.name}/{file.name}") if role in own]
    if not found:
        raise ValueError(f"{file.name} is a {part.name}; {variant} has no such network ({', '.join(own)})")
    if found[0] in taken:
        raise ValueError(f"{file.name}: a second file for {found[0]}; give the files of one checkpoint")
    return found[0]


def _fill(folder, config, states):
    (folder / "config.json").write_text(json.dumps(config, indent=2, ensure_ascii=False) + "\n", "utf-8")
    for role, state in states.items():
        save_file(state, folder / f"{role}.safetensors")
