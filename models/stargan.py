"""One generator for all domains and several data sets, told by a label where to go (Choi 2017)."""

import numpy as np
import torch
from PIL import Image
from torch import nn

from models import faces
from models.image_files import plain
from models.images import to_images
from models.nets.resnet import ResNet
from models.registry import register
from models.translator import Translator, one_of, resized, to_tensor


def mask_vector(domain, sizes):
    """Domain indices int64 [n] -> what the generator is told [n, sum(sizes) + len(sizes)] (Choi 2017, equation 7).

    sizes: how many domains each data set has; domains count through, set after set. One part a data set, one-hot in
    the set's own and zeros in the others', then the mask: a one for the set whose part is meant.
    """
    n, total = len(domain), sum(sizes)
    vector = torch.zeros(n, total + len(sizes), device=domain.device)
    vector[torch.arange(n, device=domain.device), domain] = 1
    ends = torch.tensor(sizes, device=domain.device).cumsum(0)
    vector[torch.arange(n, device=domain.device), total + torch.bucketize(domain, ends, right=True)] = 1
    return vector


class Generator(nn.Module):
    """Faces [n, channels, h, w] in [-1, 1], what to make of them [n, labels] -> the same shape (Choi 2017, table 4).

    labels: the length of the mask vector. The paper repeats it over the picture as constant input channels, of which
    instance norm leaves nothing but a frame; here each residual block is told. It corrects the face, at half the size,
    where the paper's generator paints it anew: detail stays, and a step costs a quarter.
    """

    def __init__(self, labels=14, width=32, blocks=4, channels=1):
        super().__init__()
        self.channels = channels
        self.net = ResNet(channels, channels, width, blocks, told=labels, correction=2)

    def forward(self, x, vector):
        return self.net(x, vector.to(x.dtype))


class Discriminator(nn.Module):
    """Faces [n, channels, resolution, resolution] -> critic scores [n, h', w'], domain logits [n, domains].

    Choi 2017, table 5: one body, two heads, no norm; weights drawn so that signals keep their size without one (He
    2015, section 2.2).
    """

    def __init__(self, domains=12, width=32, resolution=128, channels=1, layers=5):
        super().__init__()
        body, cin, cout = [], channels, width
        for _ in range(layers):
            body += [nn.Conv2d(cin, cout, 4, 2, 1), nn.LeakyReLU(0.01)]
            cin, cout = cout, min(cout * 2, 16 * width)
        self.body = nn.Sequential(*body)
        self.score = nn.Conv2d(cin, 1, 3, 1, 1, bias=False)
        self.domain = nn.Conv2d(cin, domains, resolution >> layers, bias=False)
        for layer in self.body[::2]:
            nn.init.kaiming_normal_(layer.weight, 0.01)
            nn.init.zeros_(layer.bias)

    def forward(self, x):
        h = self.body(x)
        return self.score(h)[:, 0], self.domain(h).flatten(1)


class Expressions(Translator):
    """Faces with another expression (`models.stargan`): luminance moves, colour stays."""

    summary = "another facial expression"
    options = {
        "--expression": {"metavar": "NAME", "required": True, "help": "what every face shall show, as happy"},
        "--other": {"metavar": "NAME", "help": "a second expression, to blend with"},
        "--blend": {"type": float, "metavar": "B", "help": "share of the second expression, 0 to 1; default: 0"},
        "--whole": {
            "dest": "faces",
            "action": "store_const",
            "const": "whole",
            "help": "take the whole picture as the face; without it, a picture with no face is skipped",
        },
    }

    def __init__(self, name, weights, device):
        super().__init__(name, weights, device)
        self.sets = self.config["domains"]  # [[set, [expression, ...]], ...]: the first that has a name has it best
        self.sizes = [len(names) for _, names in self.sets]
        self.domain = {}
        for i, expression in enumerate(name for _, names in self.sets for name in names):
            self.domain.setdefault(expression, i)
        self.expressions = sorted(self.domain)

    @property
    def ways(self):
        return {expression: {"expression": expression, "faces": "whole"} for expression in self.expressions}

    def check(self, **options):
        super().check(**options | {"faces": "whole"})

    def vector(self, expression, other=None, blend=0.0):
        """What the generator is told [1, labels]: a target, or the share `blend` of the way to another."""
        if not 0 <= blend <= 1:
            raise ValueError(f"blend is {blend}; give 0 to 1")
        ends = [one_of("expression", name, self.expressions) for name in (expression, other or expression)]
        first, last = mask_vector(torch.tensor([self.domain[name] for name in ends]), self.sizes)
        return torch.lerp(first, last, blend)[None]

    def faces(self, image):
        """Boxes (left, top, right, bottom) in px of the faces found, left to right."""
        return faces.find(plain(image, "RGB"))

    def _boxes(self, image, chosen):
        """The boxes meant; None stands for the whole picture."""
        if chosen == "whole":
            return [None]
        found = faces.find(image)
        if not found:
            raise ValueError("no face was found: choose another picture, or take the whole picture as the face")
        for i in chosen or ():
            if not 0 <= i < len(found):
                raise ValueError(f"face {i} is not there: {len(found)} found, counted from 0")
        return found if chosen is None else [found[i] for i in chosen]

    def _face(self, image, box):
        """The grey square that the networks see: PIL L."""
        grey, side = image.convert("L"), self.resolution
        return grey.resize((side, side), Image.Resampling.LANCZOS) if box is None else faces.crop(grey, box, side)

    def translate(self, image, expression="happy", other=None, blend=0.0, faces=None):
        """The picture with its faces' expression moved; ValueError where none is found.

        other, blend: as in `vector`. faces: indices into `faces(image)`, None: all, "whole": the picture is one.
        """
        image, vector = plain(image, "RGB"), self.vector(expression, other, blend)
        for box in self._boxes(image, faces):
            image = self._moved(image, box, vector)
        return image

    def _moved(self, image, box, vector):
        face = to_tensor(self._face(image, box))
        changed = to_images(self.run("generator", face, vector))[0]
        if box is not None:
            return faces.paste(image, box, changed)
        luminance, *chroma = image.convert("YCbCr").split()
        change = resized(np.asarray(changed).astype(np.float32) - np.asarray(to_images(face)[0]), image.size)
        luminance = (np.asarray(luminance) + change).round().clip(0, 255).astype(np.uint8)
        return Image.merge("YCbCr", [Image.fromarray(luminance), *chroma]).convert("RGB")

    def classify(self, image, faces=None):
        """{expression: probability} of the first face meant, by the discriminator's domain classifier.

        Each expression is read where the first data set that has it is.
        """
        image = plain(image, "RGB")
        _, logits = self.run("discriminator", to_tensor(self._face(image, self._boxes(image, faces)[0])))
        shares = logits[0, [self.domain[name] for name in self.expressions]].softmax(0)
        return dict(zip(self.expressions, shares.tolist()))


register(
    "stargan",
    title="StarGAN",
    lecture=13,
    paper="StarGAN: Unified GANs for Multi-Domain Image-to-Image Translation",
    authors="Choi et al.",
    year=2017,
    url="https://arxiv.org/abs/1711.09020",
    brought="One generator for every pair of domains: a label tells it the target. "
    "It learns from several data sets at once, each with labels of its own.",
    networks={"generator": Generator, "discriminator": Discriminator},
    translator=Expressions,
)
