"""One picture of any kind, made into the square uint8 array that a GAN trains on."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
from PIL import Image, UnidentifiedImageError

from models.image_files import hint, plain, upright


def open_picture(source: Path | bytes) -> Image.Image:
    """Decode a file or its bytes, upright; raises OSError or ValueError for a broken or oversized one."""
    with io.BytesIO(source) if isinstance(source, bytes) else open(source, "rb") as file:
        try:
            image = Image.open(file)
        except UnidentifiedImageError:  # it names a place in memory
            file.seek(0)
            raise ValueError(hint(file.read(64)) or "no picture, or not a whole one") from None
        limit = Image.MAX_IMAGE_PIXELS
        if limit and image.width * image.height > limit:
            raise ValueError(f"{image.width} x {image.height} pixels is over Pillow's limit of {limit}")
        image.load()
        return upright(image)


def to_array(image: Image.Image, resolution: int, channels: int) -> np.ndarray:
    """A picture's central square as uint8 [channels, resolution, resolution]; channels 6: left over right half."""
    if channels == 6:
        width, height = image.size
        if width != 2 * height:
            raise ValueError(f"{width} x {height} px: a pair side by side is twice as wide as high")
        halves = (image.crop((x, 0, x + height, height)) for x in (0, height))
        return np.concatenate([to_array(half, resolution, 3) for half in halves])
    image = plain(image, "L" if channels == 1 else "RGB")
    side = min(image.size)
    left, top = (image.width - side) // 2, (image.height - side) // 2
    square = image.crop((left, top, left + side, top + side))
    pixels = np.asarray(square.resize((resolution, resolution), Image.Resampling.LANCZOS))
    return pixels[None] if channels == 1 else pixels.transpose(2, 0, 1)
