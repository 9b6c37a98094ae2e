"""Photos of other kinds than a training set's, and two faults of translations that can be measured: grids and casts."""

import io

import numpy as np
from PIL import Image, ImageFilter, ImageOps

from models import cielab
from models.image_files import plain

LARGE = 1600  # px, the long side of large photos


def cut(image, across, down):
    """The upper left part of an image, `across` x `down` of its sides."""
    return image.crop((0, 0, round(across * image.width), round(down * image.height)))


def enlarged(image, resample=Image.Resampling.LANCZOS):
    """The same image, its long side LARGE px."""
    scale = LARGE / max(image.size)
    return image.resize([round(side * scale) for side in image.size], resample)


def compressed(image):
    """What remains after a JPEG of low quality."""
    file = io.BytesIO()
    image.save(file, "JPEG", quality=30)
    return Image.open(file).convert("RGB")


def in_a_room(image):
    """A portrait off the middle of a wider photo, whose surroundings are the portrait, blurred."""
    wide = image.resize((640, 480), Image.Resampling.LANCZOS).filter(ImageFilter.GaussianBlur(24))
    wide.paste(image.resize((240, 240), Image.Resampling.LANCZOS), (330, 60))
    return wide


AS_IT_IS = {"as it is": lambda image: image}
CUT = {**AS_IT_IS, "cut wide": lambda image: cut(image, 1, 0.55), "cut tall": lambda image: cut(image, 0.45, 1)}
SCENES = {**CUT, "without colour": lambda image: image.convert("L"), "large": enlarged}
LABEL_MAPS = {**CUT, "large": lambda image: enlarged(image, Image.Resampling.NEAREST), "a poor JPEG": compressed}
FACES = {
    **AS_IT_IS,
    "in a room": in_a_room,
    "toned": lambda image: ImageOps.colorize(image.convert("L"), "#1c120a", "#fff1d8"),
    "dim": lambda image: image.point(lambda v: v * 0.45),
    "large": enlarged,
}


def grid(resolution, after, before=None):
    """How far periods of 2 and 4 px stand out of the spectrum of a translation, at the network's size; 1: not at all.

    Doublings by transposed convolutions leave such grids (Odena 2016). before: the photo, whose own grids do not
    count; None for a translation from scratch. resolution: the shorter side that the network sees, px.
    """
    scale = resolution / min(after.size)
    size = [max(16, round(side * scale) // 8 * 8) for side in after.size]

    def brightness(image):
        return np.asarray(plain(image, "RGB").resize(size, Image.Resampling.BOX), np.float64).mean(2)

    change = brightness(after) - (0 if before is None else brightness(before))
    worst = 0.0
    for rows in (change, change.T):
        power = np.square(np.abs(np.fft.rfft(rows - rows.mean(1, keepdims=True), axis=1))).mean(0)
        for at in (len(power) - 1, (len(power) - 1) // 2):
            around = [power[i] for i in range(at - 5, at + 6) if 0 < i < len(power) and i != at]
            worst = max(worst, power[at] / max(np.median(around), 1e-9))
    return worst


def cast(before, after):
    """How far the mean colour of the outer eighth, where the background is, has moved in a and b of Lab."""
    moved = cielab.from_rgb(np.asarray(after)) - cielab.from_rgb(np.asarray(plain(before, "RGB")))
    h, w = moved.shape[:2]
    edge = np.ones((h, w), bool)
    edge[h // 8 : h - h // 8, w // 8 : w - w // 8] = False
    return float(np.linalg.norm(moved[edge].mean(0)[1:]))
