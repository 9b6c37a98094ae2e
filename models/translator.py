"""Trained translators: a PIL picture in, the same size out, whatever its size and mode."""

import threading

import numpy as np
import torch
from PIL import Image

from models import cielab as lab
from models import faces, registry
from models.image_files import plain
from models.images import from_uint8, to_images
from models.pix2pix import PALETTE
from models.stargan import mask_vector

SMALLEST = 8  # px: what two halvings leave room to mirror
LONGEST = 1024  # px: the longest side that a fully convolutional generator is given
CHROMA = 110.0  # what 1 means for a and b


def to_tensor(image):
    """A PIL image of mode L or RGB -> float32 [1, C, h, w] in [-1, 1]."""
    pixels = np.asarray(image)
    pixels = pixels[:, :, None] if pixels.ndim == 2 else pixels
    return from_uint8(torch.from_numpy(pixels.copy()).permute(2, 0, 1)[None])


def resized(values, size):
    """Float planes [h, w] or [h, w, c] at another size (width, height), bicubic and antialiased."""
    planes = values[:, :, None] if values.ndim == 2 else values
    out = [
        np.array(Image.fromarray(np.ascontiguousarray(planes[:, :, i])).resize(size, Image.Resampling.BICUBIC))
        for i in range(planes.shape[2])
    ]
    return out[0] if values.ndim == 2 else np.stack(out, 2)


def working_size(size, shortest, longest, multiple):
    """The size (width, height) that a network is given: `shortest` px, `longest` at most, sides whole multiples."""
    scale = min(shortest / min(size), longest / max(size))
    return tuple(max(multiple, SMALLEST, round(side * scale / multiple) * multiple) for side in size)


def one_of(what, value, choices):
    """`value`, or ValueError with the choices there are."""
    if value not in choices:
        raise ValueError(f"{what} {value!r} is unknown: choose {', '.join(choices)}")
    return value


class Translator:
    """A variant's networks in eval mode, and what a page does with them.

    weights: the verified files (`models.hub.Weights`). Attributes: resolution of the pictures it learned from,
    networks by role, config, weights.
    """

    def __init__(self, name, weights, device):
        self.name, self.weights, self.config, self.device = name, weights, weights.config, torch.device(device)
        self.networks = registry.build(name, self.config["networks"])
        for role, net in self.networks.items():
            net.load_state_dict(weights.state_dict(role), strict=True)
            net.requires_grad_(False).eval().to(self.device, memory_format=torch.channels_last)
        self.resolution = self.config["resolution"]
        self._lock = threading.Lock()

    @torch.inference_mode()
    def run(self, role, *args, **how):
        """What a network makes of tensors: on its device, one call at a time; float32 on the CPU, or several."""
        with self._lock:
            out = self.networks[role](*(a.to(self.device) for a in args), **how)
        return tuple(o.float().cpu() for o in out) if isinstance(out, tuple) else out.float().cpu()


class Colorizer(Translator):
    """Black and white to colour (`models.colorize`): chroma is painted small and laid over the full-size lightness."""

    generators = ("unet", "resnet")

    def translate(self, image, generator="unet", skips=True, saturation=1.0):
        """The picture in new colours; what colour it had does not matter.

        skips: False cuts the U-Net's. saturation: 0 is grey, 1 what the generator painted, at most 4.
        """
        one_of("generator", generator, self.generators)
        if not 0 <= saturation <= 4:
            raise ValueError(f"saturation is {saturation}; give 0 to 4")
        image = plain(image, "RGB")
        light = lab.from_rgb(np.asarray(image))[:, :, 0]
        size = working_size(image.size, self.resolution, 4 * self.resolution, 32)
        x = torch.from_numpy(resized(light, size))[None, None] / 50 - 1
        how = {} if generator == "resnet" else {"skips": skips}
        chroma = self.run(f"generator_{generator}", x, **how)[0].permute(1, 2, 0).numpy() * CHROMA * saturation
        return Image.fromarray(lab.to_rgb(np.dstack([light, resized(chroma, image.size)])))

    def grey(self, image):
        """The picture's lightness alone, as PIL RGB."""
        light = lab.from_rgb(np.asarray(plain(image, "RGB")))[:, :, :1]
        return Image.fromarray(lab.to_rgb(np.concatenate([light, np.zeros_like(light), np.zeros_like(light)], 2)))


class Facades(Translator):
    """A label map to the building it describes (`models.pix2pix`)."""

    palette = PALETTE

    def snap(self, image):
        """Every pixel to the nearest of the palette's colours: PIL RGB of the same size."""
        pixels = np.asarray(plain(image, "RGB")).astype(np.int32)
        colours = np.array(list(self.palette.values()), np.int32)
        best, which = None, np.zeros(pixels.shape[:2], np.uint8)
        for i, colour in enumerate(colours):
            distance = np.square(pixels - colour).sum(2)
            which = which if best is None else np.where(distance < best, np.uint8(i), which)
            best = distance if best is None else np.minimum(best, distance)
        return Image.fromarray(colours.astype(np.uint8)[which])

    def _square(self, image, resample):
        return to_tensor(plain(image, "RGB").resize((self.resolution,) * 2, resample))

    def translate(self, image, seed=0):
        """The building that a label map, snapped to the palette, describes. seed: of the dropout's noise."""
        if not 0 <= seed < 2**63:
            raise ValueError(f"seed is {seed}; give 0 or more, below 2^63")
        small = plain(image, "RGB").resize((self.resolution,) * 2, Image.Resampling.NEAREST)
        drawn = self.run("generator", to_tensor(self.snap(small)), generator=torch.Generator().manual_seed(seed))
        return to_images(drawn)[0].resize(image.size, Image.Resampling.LANCZOS)

    def verdict(self, sketch, photo):
        """How real each patch of the pair looks: float32 [h, w] in 0..1 (Isola 2016, section 2.2.2)."""
        small = plain(sketch, "RGB").resize((self.resolution,) * 2, Image.Resampling.NEAREST)
        pair = torch.cat([to_tensor(self.snap(small)), self._square(photo, Image.Resampling.LANCZOS)], 1)
        return self.run("discriminator", pair)[0].sigmoid()


class HorseZebra(Translator):
    """Horses to zebras and back (`models.cyclegan`), at any size: the change is laid over the full-size picture."""

    directions = ("horse2zebra", "zebra2horse")

    def _small(self, image):
        size = working_size(image.size, self.resolution, LONGEST, 4)
        return to_tensor(image.resize(size, Image.Resampling.LANCZOS))

    def _laid_over(self, image, small, changed):
        """`image` with what changed between two small pictures; nothing else of its detail is lost."""
        change = (changed - small)[0].permute(1, 2, 0).numpy() * 127.5
        pixels = np.asarray(image).astype(np.float32) + resized(change, image.size)
        return Image.fromarray(pixels.round().clip(0, 255).astype(np.uint8))

    def translate(self, image, direction="horse2zebra"):
        """The picture with its horses as zebras, or the other way."""
        one_of("direction", direction, self.directions)
        image = plain(image, "RGB")
        small = self._small(image)
        return self._laid_over(image, small, self.run(f"generator_{direction}", small))

    def cycle(self, image, direction="horse2zebra"):
        """(translation, its way back, mean |way back - picture| in [-1, 1]) (Zhu 2017, section 3.2)."""
        one_of("direction", direction, self.directions)
        home = self.directions[1 - self.directions.index(direction)]
        image = plain(image, "RGB")
        small = self._small(image)
        there = self.run(f"generator_{direction}", small)
        back = self.run(f"generator_{home}", there)
        return (
            self._laid_over(image, small, there),
            self._laid_over(image, small, back),
            float((back - small).abs().mean()),
        )


class Expressions(Translator):
    """Faces with another expression (`models.stargan`): luminance moves, colour stays."""

    def __init__(self, name, weights, device):
        super().__init__(name, weights, device)
        self.sets = self.config["domains"]  # [[set, [expression, ...]], ...]: the first that has a name has it best
        self.sizes = [len(names) for _, names in self.sets]
        self.domain = {}
        for i, expression in enumerate(name for _, names in self.sets for name in names):
            self.domain.setdefault(expression, i)
        self.expressions = sorted(self.domain)

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


TRANSLATORS = {"colorize": Colorizer, "pix2pix": Facades, "cyclegan": HorseZebra, "stargan": Expressions}
