"""DCGAN as in pytorch/examples: netG*.pth and netD*.pth, whose layers are the paper's as they are here."""

from math import log2

from models import registry
from models.dcgan import Discriminator, Generator
from models.published.format import Format
from models.published.table import Part, Row, batch_norm


def layers(found):
    """The numbers of the convolutions in `main`, first to last; found: {name: shape}."""
    return sorted(int(name.split(".")[1]) for name in found if len(found[name]) == 4)


def resolution(found):
    return 2 ** (len(layers(found)) + 1)


def generator_arguments(found):
    last = found[f"main.{layers(found)[-1]}.weight"]
    return {
        "latent_dim": found["main.0.weight"][0],
        "width": last[0],
        "resolution": resolution(found),
        "channels": last[1],
    }


def discriminator_arguments(found):
    width, channels, *_ = found["main.0.weight"]
    return {"width": width, "resolution": resolution(found), "channels": channels}


def generator_rows(arguments, found):
    doublings = int(log2(arguments["resolution"])) - 2
    rows = [Row(f"main.{3 * i}.weight", f"body.{3 * i}.weight") for i in range(doublings + 1)]
    for i in range(doublings):
        rows += batch_norm(f"main.{3 * i + 1}", f"body.{3 * i + 1}", found)
    return [*rows, Row("", f"body.{3 * doublings}.bias")]  # the format has no bias in its last layer


def discriminator_rows(arguments, found):
    halvings = int(log2(arguments["resolution"])) - 2
    places = [0, *(3 * i - 1 for i in range(1, halvings + 1))]
    rows = [Row(f"main.{i}.weight", f"body.{i}.weight") for i in places]
    for i in places[1:-1]:
        rows += batch_norm(f"main.{i + 1}", f"body.{i + 1}", found)
    return [*rows, Row("", "body.0.bias"), Row("", f"body.{places[-1]}.bias")]


PARTS = (
    # The first norm follows the first layer in G, the second in D.
    Part("DCGAN generator", r"main\.1\.weight", Generator, generator_arguments, generator_rows),
    Part("DCGAN discriminator", r"main\.3\.weight", Discriminator, discriminator_arguments, discriminator_rows),
)


def roles(part, file):
    return ["generator" if part.network is Generator else "discriminator"]


def facts(networks, told):
    """What config.json says beyond the networks; the objective is the one that the format trains with."""
    G = networks["generator"]
    return {**{key: G[key] for key in ("resolution", "channels", "latent_dim")}, "objective": "non_saturating"}


FORMAT = Format(
    name="pytorch-dcgan",
    title="pytorch/examples DCGAN (netG*.pth, netD*.pth)",
    variants=("dcgan", "sngan", "wgan", "wgan_gp"),
    parts=PARTS,
    roles=roles,
    needs=("generator",),
    facts=facts,
)
for variant in FORMAT.variants:
    registry.register_format(variant, FORMAT.name, FORMAT.classes)
