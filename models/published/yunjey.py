"""StarGAN as in yunjey/stargan: *-G.ckpt and *-D.ckpt, the paper's own networks (Choi 2017, tables 4 and 5)."""

import re

import torch
from torch import nn

from models import registry
from models.image_files import plain
from models.images import to_images
from models.nets.patchgan import InstanceNorm2d
from models.published.format import Format, named
from models.published.table import STATISTICS, Part, layer, norm
from models.stargan import Expressions, face_finder
from models.translator import to_tensor, with_change


class Residual(nn.Module):
    """x + two convolutions of x, padded with zeros: [n, width, h, w] -> the same shape (Choi 2017, table 4)."""

    def __init__(self, width):
        super().__init__()
        self.body = nn.Sequential(
            *(nn.Conv2d(width, width, 3, 1, 1, bias=False), InstanceNorm2d(width), nn.ReLU()),
            *(nn.Conv2d(width, width, 3, 1, 1, bias=False), InstanceNorm2d(width)),
        )

    def forward(self, x):
        return x + self.body(x)


class Generator(nn.Module):
    """Faces [n, 3, h, w] in [-1, 1], labels [n, labels] -> faces of the same shape (Choi 2017, table 4).

    The labels are repeated over the picture as constant channels; zeros around it are why instance norm leaves them.
    """

    def __init__(self, labels=5, width=64, blocks=6):
        super().__init__()
        cin, layers = 3 + labels, []
        for cout, kernel, stride, pad in ((width, 7, 1, 3), (2 * width, 4, 2, 1), (4 * width, 4, 2, 1)):
            layers += [nn.Conv2d(cin, cout, kernel, stride, pad, bias=False), InstanceNorm2d(cout), nn.ReLU()]
            cin = cout
        layers += [Residual(cin) for _ in range(blocks)]
        for cout in (2 * width, width):
            layers += [nn.ConvTranspose2d(cin, cout, 4, 2, 1, bias=False), InstanceNorm2d(cout), nn.ReLU()]
            cin = cout
        self.body = nn.Sequential(*layers, nn.Conv2d(width, 3, 7, 1, 3, bias=False), nn.Tanh())

    def forward(self, x, labels):
        planes = labels.to(x.dtype)[:, :, None, None].expand(-1, -1, *x.shape[2:])
        return self.body(torch.cat([x, planes], 1))


class Discriminator(nn.Module):
    """Faces [n, 3, side, side] -> scores of patches [n, h', w'], domain logits [n, domains] (Choi 2017, table 5).

    side: the last kernel's, doubled by each of the strided layers.
    """

    def __init__(self, domains=5, width=64, layers=6, kernel=2):
        super().__init__()
        body, cin, cout = [], 3, width
        for _ in range(layers):
            body += [nn.Conv2d(cin, cout, 4, 2, 1), nn.LeakyReLU(0.01)]
            cin, cout = cout, 2 * cout
        self.body = nn.Sequential(*body)
        self.score = nn.Conv2d(cin, 1, 3, 1, 1, bias=False)
        self.domain = nn.Conv2d(cin, domains, kernel, bias=False)

    def forward(self, x):
        h = self.body(x)
        return self.score(h)[:, 0], self.domain(h).flatten(1)


class Attributes(Expressions):
    """Faces in colour with one label switched on, the others off."""

    def vector(self, expression, other=None, blend=0.0):
        return super().vector(expression, other, blend)[:, : sum(self.sizes)]  # one data set: no mask

    def translate(self, image, expression=None, other=None, blend=0.0, faces=None):
        """As `Expressions.translate`, in colour; expression: None takes the first label."""
        image, vector = plain(image, "RGB"), self.vector(expression or self.expressions[0], other, blend)
        for box in self._boxes(image, faces):
            face = self._crop(image, box)
            x = to_tensor(face)
            changed = self.run("generator", x, vector)
            if box is None:
                image = with_change(image, x, changed)
            else:
                image = face_finder.paste(image, box, to_images(changed)[0])
        return image

    def classify(self, image, faces=None):
        """As `Expressions.classify`; {} where the discriminator was not published."""
        return super().classify(image, faces) if "discriminator" in self.networks else {}

    def _crop(self, image, box):
        side = self.resolution
        return image.resize((side, side)) if box is None else face_finder.crop(image, box, side)


def generator_arguments(found):
    width, cin, *_ = found["main.0.weight"]
    blocks = [name for name in found if re.fullmatch(r"main\.\d+\.main\.0\.weight", name)]
    return {"labels": cin - 3, "width": width, "blocks": len(blocks)}


def generator_rows(arguments, found):
    last, table = 9 + arguments["blocks"], []
    for i in (0, 3, 6, last, last + 3):
        table += layer(f"main.{i}", f"body.{i}", bias=False) + norm(f"main.{i + 1}", f"body.{i + 1}")
    for i in range(9, last):
        for k in (0, 3):
            published, ours = f"main.{i}.main", f"body.{i}.body"
            table += layer(f"{published}.{k}", f"{ours}.{k}", bias=False)
            table += norm(f"{published}.{k + 1}", f"{ours}.{k + 1}")
    return table + layer(f"main.{last + 6}", f"body.{last + 6}", bias=False)


def discriminator_arguments(found):
    layers = [name for name in found if re.fullmatch(r"main\.\d+\.weight", name)]
    domains, _, kernel, _ = found["conv2.weight"]
    return {"domains": domains, "width": found["main.0.weight"][0], "layers": len(layers), "kernel": kernel}


def discriminator_rows(arguments, found):
    table = layer("conv1", "score", bias=False) + layer("conv2", "domain", bias=False)
    return table + [row for i in range(arguments["layers"]) for row in layer(f"main.{2 * i}", f"body.{2 * i}")]


PARTS = (
    Part(
        "StarGAN generator",
        r"main\.9\.main\.0\.weight",
        Generator,
        generator_arguments,
        generator_rows,
        STATISTICS,
    ),
    Part("StarGAN discriminator", r"conv2\.weight", Discriminator, discriminator_arguments, discriminator_rows),
)


def facts(networks, told):
    """The resolution is the discriminator's, else as told, else 128, the published code's default."""
    G, D = networks["generator"], networks.get("discriminator")
    own = D["kernel"] * 2 ** D["layers"] if D else None
    if own and told.get("resolution") not in (None, own):
        raise ValueError(f"resolution {told['resolution']}: this discriminator judges {own} px")
    if D and D["domains"] != G["labels"]:
        raise ValueError(
            f"the generator takes {G['labels']} labels, the discriminator {D['domains']}: they are the same "
            "for one set of faces; checkpoints of two sets joined by a mask are not read"
        )
    return {
        "resolution": own or told.get("resolution") or 128,
        "channels": 3,
        "classes": None,
        "domains": [["published", named(G["labels"], "label", told)]],
    }


FORMAT = Format(
    name="yunjey",
    title="yunjey/stargan (*-G.ckpt, *-D.ckpt)",
    variants=("stargan",),
    parts=PARTS,
    roles=lambda part, file: ["generator" if part.network is Generator else "discriminator"],
    needs=("generator",),
    facts=facts,
)
registry.register_format("stargan", FORMAT.name, FORMAT.classes, Attributes)
