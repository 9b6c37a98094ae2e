"""Base of the trained translators: a PIL picture in, a picture of the same size out, whatever its size and mode."""

import threading
from functools import partial

import torch
from PIL import Image

from models import registry, runtime
from models.images import from_uint8, planes, resized, to_images

PHOTO = Image.radial_gradient("L").resize((640, 480)).convert("RGB")  # what benchmarks translate


def to_tensor(image):
    """A PIL image of mode L or RGB -> float32 [1, C, h, w] in [-1, 1]."""
    return from_uint8(planes(image))


def with_change(image, before, after):
    """A PIL image plus what changed between two smaller pictures [1, C, h, w] in [-1, 1]: its own detail stays.

    Where they are grey, R, G and B change alike, so that the chroma stays.
    """
    change = resized((after - before) * 127.5, image.size)
    return to_images((change + planes(image)).round_().clamp_(0, 255).byte())[0]


def working_size(size, shortest, longest, multiple):
    """The size (width, height) at which a network sees a picture of `size`.

    The shorter side is `shortest` px, less where the longer would exceed `longest`; both are multiples of `multiple`,
    and 8 px at least: two halvings of a smaller side leave nothing to mirror at the edges.
    """
    scale = min(shortest / min(size), longest / max(size))
    return tuple(max(multiple, 8, round(side * scale / multiple) * multiple) for side in size)


def one_of(option, value, choices):
    """`value`; ValueError that lists the choices if it is none of them."""
    if value not in choices:
        raise ValueError(f"{option} {value!r} is unknown: choose {', '.join(choices)}")
    return value


class Translator:
    """A variant's networks in eval mode and what a page does with them; every translator is a subclass.

    weights: the verified files (`models.hub.Weights`). Attributes: resolution of the pictures it learned from,
    networks by role, config, weights. A subclass has `translate(image, **options)`: PIL in any size and mode -> PIL
    RGB of the same size; ValueError in one line for options it does not know.
    """

    summary = ""  # what it does, in one phrase
    unets = {}  # {title: role} of its networks that are U-Nets
    options = {}  # {flag: argparse keywords}: the options of `translate` on the command line

    def __init__(self, name, weights, device):
        self.name, self.weights, self.config, self.device = name, weights, weights.config, torch.device(device)
        self.networks = registry.trained(name, weights, self.device)
        self.resolution = self.config["resolution"]
        self._lock = threading.Lock()

    @torch.inference_mode()
    def run(self, net, *args, **options):
        """A network's output for tensors, one call at a time: float32 on the CPU; a tuple where it returns several.

        net: its role, or a module around it.
        """
        net, args = self.networks.get(net, net), [a.to(self.device) for a in args]
        with self._lock:
            out = net(*args, **options) if options else runtime.run(net, *args)
        return tuple(o.float().cpu() for o in out) if isinstance(out, tuple) else out.float().cpu()

    def network_input(self, image):
        """What the networks see of a PIL picture: float32 [1, C, h, w]. A translator with `unets` has it."""
        raise NotImplementedError

    def levels(self, image, role):
        """What each level of a U-Net's encoder gives for a PIL picture, the bottleneck last: float32 [c, h, w] each.

        role: of `unets`.
        """
        return [level[0] for level in self.run(self.networks[role].encode, self.network_input(image))]

    @property
    def ways(self):
        """Every way it translates: {title: options of `translate`}."""
        return {"translation": {}}

    def check(self, **options):
        """ValueError if no picture can be translated with these options."""
        self.translate(Image.new("RGB", (64, 64)), **options)

    def benchmarks(self):
        """What a benchmark times: {title: function without arguments}, here one photo of 640 x 480 px."""
        return {"photo": partial(self.translate, PHOTO, **next(iter(self.ways.values())))}
