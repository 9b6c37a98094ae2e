"""One generator for all domains of several data sets, with the target domain as an input (Choi 2017)."""

import torch
import torch.nn.functional as F
from PIL import Image
from torch import nn

from models import faces as face_finder
from models.image_files import plain
from models.images import to_images
from models.nets.layers import sizes
from models.nets.resnet import ResNet
from models.registry import register
from models.translator import Translator, one_of, to_tensor, with_change


def mask_vector(domain, sizes):
    """Domain indices int64 [n] -> the generator's second input [n, sum(sizes) + len(sizes)] (Choi 2017, equation 7).

    sizes: the number of domains in each data set; indices run through all sets in turn. The vector holds one one-hot
    part for each set, zeros in all parts but the one meant, and then the mask, one-hot over the sets.
    """
    ends = torch.tensor(sizes, device=domain.device).cumsum(0)
    data_set = torch.bucketize(domain, ends, right=True)
    return torch.cat([F.one_hot(domain, sum(sizes)), F.one_hot(data_set, len(sizes))], 1).float()


class Generator(nn.Module):
    """Faces [n, channels, h, w] in [-1, 1], mask vectors [n, labels] -> faces of the same shape (Choi 2017, table 4).

    Two departures. The paper repeats the vector over the picture as constant input channels, of which instance norm
    leaves only the frame; here every residual block reads it. The paper paints the whole face; here a network at half
    the size computes a change that is added before the tanh, so that detail stays and a step costs a quarter.
    """

    def __init__(self, labels=14, width=32, blocks=4, channels=1):
        super().__init__()
        self.net = ResNet(channels, channels, width, blocks, condition=labels)

    def forward(self, x, vector):
        change = self.net.before_tanh(F.avg_pool2d(x, 2), vector.to(x.dtype))
        change = F.interpolate(change, size=x.shape[2:], mode="bilinear")
        return (change + (0.97 * x).atanh()).tanh()  # 0.97: atanh is infinite at -1 and 1


class Discriminator(nn.Module):
    """Faces [n, channels, resolution, resolution] -> critic scores [n, h', w'], domain logits [n, domains].

    Choi 2017, table 5: strided convolutions down to 4 px, two heads, no norm; initial weights keep the size of
    activations (He 2015, section 2.2).
    """

    def __init__(self, domains=12, width=32, resolution=128, channels=1):
        super().__init__()
        body, cin, cout = [], channels, width
        for _ in sizes(resolution, least=16)[1:]:  # at 8 px the generator would have a single pixel to mirror
            body += [nn.Conv2d(cin, cout, 4, 2, 1), nn.LeakyReLU(0.01)]
            cin, cout = cout, min(cout * 2, 16 * width)
        self.body = nn.Sequential(*body)
        self.score = nn.Conv2d(cin, 1, 3, 1, 1, bias=False)
        self.domain = nn.Conv2d(cin, domains, 4, bias=False)
        for layer in self.body[::2]:
            nn.init.kaiming_normal_(layer.weight, 0.01)
            nn.init.zeros_(layer.bias)

    def forward(self, x):
        h = self.body(x)
        return self.score(h)[:, 0], self.domain(h).flatten(1)


class Expressions(Translator):
    """Faces with another expression: the luminance changes, the chroma stays."""

    summary = "another facial expression"
    options = {
        "--expression": {"metavar": "NAME", "required": True, "help": "the expression to give every face, as happy"},
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
        sets = [names for _, names in self.config["domains"]]  # [[data set, [expression, ...]], ...]
        self.sizes, domains = [len(names) for names in sets], sum(sets, [])
        self.domain = {name: domains.index(name) for name in domains}  # in the first set that has it
        self.expressions = sorted(self.domain)

    @property
    def ways(self):
        return {expression: {"expression": expression, "faces": "whole"} for expression in self.expressions}

    def check(self, **options):
        super().check(**options | {"faces": "whole"})

    def vector(self, expression, other=None, blend=0.0):
        """The mask vector [1, labels] of an expression, or its linear blend with `other`'s; blend: 0 to 1."""
        if not 0 <= blend <= 1:
            raise ValueError(f"blend is {blend}; give 0 to 1")
        ends = [one_of("expression", name, self.expressions) for name in (expression, other or expression)]
        first, last = mask_vector(torch.tensor([self.domain[name] for name in ends]), self.sizes)
        return torch.lerp(first, last, blend)[None]

    def faces(self, image):
        """Boxes (left, top, right, bottom) in px of the faces found, left to right."""
        return face_finder.find(image)

    def translate(self, image, expression="happy", other=None, blend=0.0, faces=None):
        """A PIL picture with another expression on its faces: PIL RGB; ValueError if no face is found.

        other, blend: as in `vector`. faces: indices into `faces(image)`; None: all of them; "whole": the whole picture
        is taken as one face.
        """
        image, vector = plain(image, "RGB"), self.vector(expression, other, blend)
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
        """{expression: probability} of the first face, by the discriminator's domain classifier.

        faces: as in `translate`. An expression of several data sets is read from the first set's logit.
        """
        image = plain(image, "RGB")
        _, logits = self.run("discriminator", to_tensor(self._crop(image, self._boxes(image, faces)[0])))
        probabilities = logits[0, [self.domain[name] for name in self.expressions]].softmax(0)
        return dict(zip(self.expressions, probabilities.tolist()))

    def _boxes(self, image, faces):
        """The boxes that the option `faces` selects; [None] for the whole picture."""
        if faces == "whole":
            return [None]
        found = face_finder.find(image)
        if not found:
            raise ValueError("no face was found: choose another picture, or take the whole picture as the face")
        for i in faces or ():
            if not 0 <= i < len(found):
                raise ValueError(f"face {i} is not there: {len(found)} found, counted from 0")
        return found if faces is None else [found[i] for i in faces]

    def _crop(self, image, box):
        """The grey square that the networks see, PIL L."""
        grey, side = image.convert("L"), self.resolution
        return grey.resize((side, side), Image.Resampling.LANCZOS) if box is None else face_finder.crop(grey, box, side)


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
