"""The variants by name: their papers, their networks, their translators."""

import importlib
import pkgutil
from dataclasses import dataclass, field

import torch
from torch.nn.utils import parametrize

# The modules of models/ that are no variant. Every other one registers a variant under its own name.
HOUSE = {
    "atomic",
    "bench",
    "cielab",
    "console",
    "faces",
    "figures",
    "hub",
    "image_files",
    "images",
    "picture_files",
    "registry",
    "sampler",
    "translate",
    "translator",
}

_entries, _formats = {}, {}


class UnknownVariant(ValueError):
    """A name that no variant has."""


@dataclass(frozen=True)
class Entry:
    """A variant: its paper and its networks.

    lecture: its place in the lecture, counted from 1. networks: {role: class}; one class may serve several roles.
    translator: the class that `models.load` gives for it (a `models.translator.Translator`); None: `Sampler`.
    """

    name: str
    title: str
    lecture: int
    paper: str
    authors: str
    year: int
    url: str
    brought: str
    networks: dict = field(compare=False)
    translator: type | None = None

    @property
    def translates(self):
        """True if it makes pictures from pictures; False: from noise."""
        return self.translator is not None


def register(name, **facts):
    """Make a variant known; facts: the other fields of `Entry`."""
    _entries[name] = Entry(name, **facts)


def register_format(variant, name, classes, kind=None):
    """Make a format of published checkpoints known, in which a variant's networks differ from this project's.

    classes: {part: network class}, of which a checkpoint's config.json names one for each role. kind: what
    `models.load` gives for it, a subclass of `Sampler` or of the variant's translator; None: the variant's own.
    """
    _formats[variant, name] = classes, kind


def kind(name, config):
    """What `models.load` gives for a checkpoint: a translator's class, or None for `Sampler`."""
    return (config.get("format") and _format(name, config["format"])[1]) or entry(name).translator


def discover(path):
    """Import every variant's module in the folders `path` of the package models; each registers itself."""
    for module in pkgutil.iter_modules(path):
        if not module.ispkg and module.name not in HOUSE:
            importlib.import_module(f"models.{module.name}")


def names(translates=None):
    """All names in the lecture's order; translates: True for translators alone, False for the others alone."""
    entries = sorted(_entries.values(), key=lambda entry: entry.lecture)
    return [entry.name for entry in entries if translates in (None, entry.translates)]


def entry(name):
    """The `Entry` of that name; UnknownVariant lists the names there are."""
    if name not in _entries:
        raise UnknownVariant(f"unknown variant {name!r}: choose one of {', '.join(names())}")
    return _entries[name]


def trained(name, weights, device):
    """{role: network} with verified weights (`models.hub.Weights`), in eval mode and without gradients, on a device."""
    config = weights.config
    networks = build(name, config["networks"], config.get("format"))
    for role, net in networks.items():
        net.load_state_dict(weights.state_dict(role), strict=True)
        settled(net).to(device, memory_format=torch.channels_last)
        form = {"networks": config["networks"], "format": config.get("format")}
        net.built_from = {"variant": name, "role": role, **form}
    return networks


def settled(net):
    """A network in eval mode, without gradients, each weight divided by its spectral norm once; the network."""
    net.requires_grad_(False).eval()
    for module in filter(parametrize.is_parametrized, list(net.modules())):
        for weight in list(module.parametrizations):
            parametrize.remove_parametrizations(module, weight)
    return net


def build(name, configs, form=None):
    """{role: network} from {role: constructor arguments}; ValueError if roles or arguments are not the variant's.

    form: the name of a published format, of whose parts a configuration names one for each role; roles may be missing.
    """
    classes = entry(name).networks
    if form:
        return _published(name, configs, form, classes)
    if set(configs) != set(classes):
        raise ValueError(f"{name} has the networks {sorted(classes)}, the configuration names {sorted(configs)}")
    try:
        return {role: classes[role](**configs[role]) for role in classes}
    except TypeError as error:
        raise ValueError(f"{name}: the configuration does not fit the network: {error}") from None


def _published(name, configs, form, roles):
    parts, _ = _format(name, form)
    if not configs or not set(configs) <= set(roles):
        raise ValueError(f"{name} has the networks {sorted(roles)}, the configuration names {sorted(configs)}")
    try:
        return {role: parts[given["part"]](**without_part(given)) for role, given in configs.items()}
    except (TypeError, KeyError) as error:
        raise ValueError(f"{name}: the configuration does not fit the format {form}: {error}") from None


def without_part(arguments):
    """A published network's constructor arguments, without the name of its part of the format."""
    return {key: value for key, value in arguments.items() if key != "part"}


def _format(name, form):
    if (name, form) not in _formats:
        known = sorted(known for variant, known in _formats if variant == name)
        raise ValueError(f"{name} is not read in the format {form!r}: {', '.join(known) or 'it has none'}")
    return _formats[name, form]
