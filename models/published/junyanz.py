"""pix2pix and CycleGAN as in junyanz/pytorch-CycleGAN-and-pix2pix: latest_net_G.pth, latest_net_D.pth and the like.

Both of its norms are read: instance norm, and batch norm, which on the single picture of that code's test is the same
with a scale and a shift. Running statistics, also those of old instance norms, are dropped.
"""

import re

import torch.nn.functional as F

from models import registry
from models.cyclegan import Generator as ResNet
from models.cyclegan import HorseZebra
from models.image_files import plain
from models.nets.patchgan import PatchDiscriminator
from models.nets.unet import UNet
from models.pix2pix import Facades
from models.published.format import Format
from models.published.table import STATISTICS, Part, Row, layer, norm
from models.translator import one_of


class UNetGenerator(UNet):
    """pix2pix's U-Net, [n, 3, h, w] -> the same shape in [-1, 1]; this code's dropout begins one layer later.

    The paper has it in the decoder's first three layers (Isola 2016, appendix 6.1.1), this code in the second to the
    fourth, or as many of them as have the full width.
    """

    def __init__(self, width=64, depth=8, dropout=0.5):
        super().__init__(3, 3, width, depth, dropout)
        self.dropped = range(1, depth - 4)


class Directions(HorseZebra):
    """CycleGAN's translations of which a published checkpoint may have one alone."""

    @property
    def directions(self):
        return tuple(name for name in HorseZebra.directions if f"generator_{name}" in self.networks)

    @property
    def ways(self):
        return {name: {"direction": name} for name in self.directions}

    def cycle(self, image, direction="horse2zebra"):
        """As `HorseZebra.cycle`; (translation, None, None) where the way back was not published."""
        if len(self.directions) == 2:
            return super().cycle(image, direction)
        return self.translate(image, one_of("direction", direction, self.directions)), None, None


class Pairs(Facades):
    """pix2pix on any pairs: the input's colours are kept as they are."""

    def snap(self, image):
        return plain(image, "RGB")

    def verdict(self, sketch, photo):
        """As `Facades.verdict`; None where the discriminator was not published."""
        return super().verdict(sketch, photo) if "discriminator" in self.networks else None


def wider(weight):
    """A kernel of 3 px as one of 4 px that ends in zeros; with stride 2 both do the same."""
    return F.pad(weight, (0, 1, 0, 1))


def narrower(weight):
    if weight.device.type != "meta" and (weight[..., 3, :].any() or weight[..., 3].any()):
        raise ValueError("ResNet generator has no place for kernels of 4 px; its own have 3")
    return weight[..., :3, :3]


RESIZE = {"there": wider, "back": narrower}


def idle_bias(name, channels, norms):
    """The bias before an instance norm, which removes it; a convolution before a batch norm has none."""
    return [] if norms else [Row(f"{name}.bias", shape=(channels,))]


def resnet_arguments(found):
    numbers = [int(m[1]) for name in found if (m := re.fullmatch(r"model\.(\d+)\.conv_block\.1\.weight", name))]
    width, cin, *_ = found["model.1.weight"]
    if cin != 3:
        raise ValueError(f"ResNet generator: pictures of {cin} channels; only 3 are read")
    return {"width": width, "blocks": len(numbers)}


def resnet_rows(arguments, found):
    w, b, norms = arguments["width"], arguments["blocks"], "model.2.weight" in found
    table = []
    # (number of the convolution there, here, features, how its kernel changes)
    last = 10 + b
    outer = [(1, 0, w, {}), (4, 3, 2 * w, RESIZE), (7, 6, 4 * w, RESIZE)]
    outer += [(last, last - 1, 2 * w, RESIZE), (last + 3, last + 2, w, RESIZE)]
    for there, here, channels, ways in outer:
        table += layer(f"model.{there}", f"body.{here}", bias=False, **ways)
        table += idle_bias(f"model.{there}", channels, norms)
        table += norm(f"model.{there + 1}", f"body.{here + 1}", norms)
    for i in range(b):
        for there, here in ((1, 0), (5, 3)):
            published, ours = f"model.{10 + i}.conv_block", f"body.{9 + i}.body"
            table += layer(f"{published}.{there}", f"{ours}.{here}", bias=False)
            table += idle_bias(f"{published}.{there}", 4 * w, norms)
            table += norm(f"{published}.{there + 1}", f"{ours}.{here + 1}", norms)
    return table + layer(f"model.{last + 7}", f"body.{last + 5}")


def prefix(level):
    """The name of the U-Net's blocks, the outermost first; each lies within the one before."""
    return "model.model" + ".1.model" * (level > 0) + ".3.model" * max(0, level - 1)


def unet_arguments(found):
    depth = max(n.count("model") for n in found) - 1
    width, cin, *_ = found["model.model.0.weight"]
    if cin != 3:
        raise ValueError(f"U-Net generator: pictures of {cin} channels; only 3 are read")
    return {"width": width, "depth": depth, "dropout": 0.5}


def swapped(channels):
    """The halves of a transposed convolution's inputs: the skip is first there, second here."""
    return {"there": lambda t: t.roll(channels, 0), "back": lambda t: t.roll(channels, 0)}


def unet_rows(arguments, found):
    depth, width = arguments["depth"], arguments["width"]
    norms = f"{prefix(1)}.2.weight" in found
    widths, table = [width * min(2**i, 8) for i in range(depth)], []
    for level in range(depth):
        name, outer, inner = prefix(level), level == 0, level == depth - 1
        down, up = f"{name}.{0 if outer else 1}", f"{name}.{3 if outer or inner else 5}"
        ours_down, ours_up = f"down.{level}.0", f"up.{depth - 1 - level}.1"
        table += layer(down, ours_down, bias=not norms)
        if norms:  # without effect where a norm follows
            table.append(Row("", f"{ours_down}.bias", free=not outer and not inner))
        if not outer and not inner:
            table += norm(f"{name}.2", f"down.{level}.1", norms)
        table += layer(up, ours_up, bias=outer or not norms, **({} if inner else swapped(widths[level])))
        if not outer:
            if norms:
                table.append(Row("", f"{ours_up}.bias", free=True))
            table += norm(f"{name}.{4 if inner else 6}", f"up.{depth - 1 - level}.2", norms)
    return table


def patch_arguments(found):
    numbers = [name for name in found if re.fullmatch(r"model\.\d+\.weight", name) and len(found[name]) == 4]
    width, channels, *_ = found["model.0.weight"]
    return {"width": width, "layers": len(numbers) - 2, "channels": channels}


def patch_rows(arguments, found):
    middle = [3 * i - 1 for i in range(1, arguments["layers"] + 1)]
    norms = "model.3.weight" in found
    table = layer("model.0", "body.0") + layer(f"model.{middle[-1] + 3}", f"body.{middle[-1] + 3}")
    for i in middle:
        table += layer(f"model.{i}", f"body.{i}", bias=not norms)
        if norms:
            table.append(Row("", f"body.{i}.bias", free=True))
        table += norm(f"model.{i + 1}", f"body.{i + 1}", norms)
    return table


NORMS = ({}, dict.fromkeys(("model.2.weight", "model.model.1.model.2.weight", "model.3.weight"), ()))
PARTS = (
    Part(
        "ResNet generator", r"model\.10\.conv_block\..*", ResNet, resnet_arguments, resnet_rows, STATISTICS, likes=NORMS
    ),
    Part(
        "U-Net generator", r"model\.model\.0\.weight", UNetGenerator, unet_arguments, unet_rows, STATISTICS, likes=NORMS
    ),
    Part("PatchGAN", r"model\.0\.weight", PatchDiscriminator, patch_arguments, patch_rows, STATISTICS, likes=NORMS),
)
WAYS = {"A": "horse2zebra", "B": "zebra2horse"}  # by the letter of a file's name; D_A judges what G_A paints
JUDGED = {"A": "zebra", "B": "horse"}


def roles(part, file):
    """A file's possible roles: CycleGAN's by the letter after G or D, a direction in its name, then pix2pix's."""
    letter = re.search(r"net_[GD]_([AB])", file)
    if part.name == "PatchGAN":
        animal = JUDGED[letter[1]] if letter else next((x for x in JUDGED.values() if f"discriminator_{x}" in file), "")
        return [f"discriminator_{animal}", "discriminator"]
    way = WAYS[letter[1]] if letter else next((way for way in WAYS.values() if way in file), "horse2zebra")
    return ["generator", f"generator_{way}"] if not letter else [f"generator_{way}"]


def facts(networks, told):
    """The resolution is the U-Net's own; a ResNet takes any, 256 unless told."""
    depths = [arguments["depth"] for arguments in networks.values() if "depth" in arguments]
    own = 2 ** depths[0] if depths else None
    if own and told.get("resolution") not in (None, own):
        raise ValueError(f"resolution {told['resolution']}: this U-Net has {own} px")
    return {"resolution": own or told.get("resolution") or 256, "channels": 3, "classes": None}


FORMAT = Format(
    name="junyanz",
    title="junyanz/pytorch-CycleGAN-and-pix2pix (latest_net_G*.pth, latest_net_D*.pth)",
    variants=("cyclegan", "pix2pix"),
    parts=PARTS,
    roles=roles,
    needs=("generator", "generator_horse2zebra", "generator_zebra2horse"),
    facts=facts,
    usual=lambda parts: "pix2pix" if "U-Net generator" in parts else "cyclegan",
)
registry.register_format("cyclegan", FORMAT.name, FORMAT.classes, Directions)
registry.register_format("pix2pix", FORMAT.name, FORMAT.classes, Pairs)
