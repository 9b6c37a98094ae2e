"""Read and check a visitor's picture: limits on its size, first frame, upright, RGB or grey."""

import io
import os
import warnings

import numpy as np
from PIL import Image, ImageCms, ImageOps

MEGAPIXELS, MEGABYTES = 25, 15
FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF")


class PictureError(ValueError):
    """A picture that is refused: one line that names the reason and, if there is one, the limit."""


def read(source, mode="RGB"):
    """The first frame of a picture as PIL `mode` ("RGB" or "L"): upright, transparency over white.

    source: path, bytes or binary file object. PictureError unless it is a complete picture of FORMATS within MEGABYTES
    (10^6 bytes) and MEGAPIXELS; format and limits are checked before a pixel is decoded.
    """
    data = _bytes(source)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of Pillow's own, higher limit, and of broken metadata
        try:
            image = Image.open(io.BytesIO(data), formats=FORMATS)
        except (Image.DecompressionBombError, MemoryError):
            raise PictureError(f"That picture is far too large: {MEGAPIXELS} megapixels at most.") from None
        except Exception:  # decoders raise any error on hostile bytes
            raise PictureError(f"That file is no picture, or not a whole one: give {', '.join(FORMATS)}.") from None
        pixels = image.width * image.height
        if pixels == 0:
            raise PictureError("That picture has no pixels: choose another.")
        if pixels > MEGAPIXELS * 1_000_000:
            raise PictureError(f"That picture has {pixels / 1e6:.6g} megapixels: {MEGAPIXELS} at most.")
        try:
            image.load()
            return plain(_upright(image), mode)
        except Exception:
            raise PictureError("That picture is damaged or cut short: choose another.") from None


def plain(image, mode="RGB"):
    """A PIL picture of any mode as `mode` ("RGB" or "L"), transparency over white, without its metadata."""
    if image.mode[0] in "IF":
        image = _eight_bits(image)
    elif image.mode == "LAB":
        image = ImageCms.profileToProfile(
            image, ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB"), outputMode="RGB"
        )
    elif image.has_transparency_data:
        image = image.convert("LA") if image.mode == "La" else image  # Pillow cannot convert La to RGBA directly
        image = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
    image = image.convert("RGB").convert(mode)
    image.info = {}  # a colour profile of the old mode would be saved with it
    return image


def _bytes(source):
    limit = MEGABYTES * 1_000_000
    try:
        if isinstance(source, str | os.PathLike) and os.path.isfile(source):
            with open(source, "rb") as file:
                source = file.read(limit + 1)
        elif hasattr(source, "read"):
            source = source.read(limit + 1)
    except OSError as error:
        raise PictureError(f"That file cannot be read: {error.strerror or type(error).__name__}.") from None
    if not isinstance(source, bytes | bytearray | memoryview):
        raise PictureError("No picture came: choose an image file.")
    if len(source) == 0:
        raise PictureError("That file is empty: choose an image file.")
    if len(source) > limit:
        raise PictureError(f"That file is too big: {MEGABYTES} MB at most.")
    return source


def _upright(image):
    """The picture turned as its EXIF orientation says; broken EXIF is ignored."""
    try:
        return ImageOps.exif_transpose(image)
    except Exception:  # a parser may raise any error on hostile metadata
        return image


def _eight_bits(image):
    """Grey of 16 bits, 32 bits or floats scaled to 8 bits; Pillow's own conversion clips at 255."""
    values = np.nan_to_num(np.asarray(image, np.float32), posinf=0, neginf=0).clip(-1e30, 1e30)
    low, high = min(values.min(), 0), values.max()
    if image.mode.startswith("I;16"):
        top = 65535
    elif image.mode == "F" and high <= 1:
        top = 1
    else:
        top = 255 if high <= 255 else max(high, 65535)
    return Image.fromarray(((values - low) * (255 / (top - low))).round().astype(np.uint8))
