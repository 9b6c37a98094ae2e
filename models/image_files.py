"""Read and check a person's picture: limits on its size, first frame, upright, RGB or grey, colours of sRGB."""

import io
import os
import warnings
from contextlib import suppress
from functools import lru_cache

import numpy as np
from PIL import Image, ImageCms, ImageOps

MEGAPIXELS, MEGABYTES = 25, 15  # of a visitor's picture
FORMATS = ["PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF"]
with suppress(ImportError):  # Pillow before 11.3
    from PIL.AvifImagePlugin import SUPPORTED

    FORMATS += ["AVIF"] * SUPPORTED
with suppress(ImportError):  # an optional package
    from pillow_heif import register_heif_opener

    register_heif_opener()
    FORMATS += ["HEIF"]
HEIC_BRANDS = (b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"hevm", b"hevs", b"mif1", b"msf1")
PROBE = Image.fromarray((np.indices((16, 16, 16), np.uint8) * 17).reshape(3, 64, 64).transpose(1, 2, 0))


class PictureError(ValueError):
    """A picture that is refused: one line that names the reason and, if there is one, the limit."""


def read(source, mode="RGB", megapixels=MEGAPIXELS, megabytes=MEGABYTES):
    """The first frame of a picture as PIL `mode` ("RGB" or "L"): upright, transparency over white.

    source: path, bytes or binary file object. PictureError unless it is a complete picture of FORMATS within
    `megabytes` (10^6 bytes) and `megapixels`; format and limits are checked before a pixel is decoded.
    """
    data = _bytes(source, megabytes)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of Pillow's own, higher limit, and of broken metadata
        try:
            image = Image.open(io.BytesIO(data), formats=FORMATS)
        except (Image.DecompressionBombError, MemoryError):
            raise PictureError(f"That picture is far too large: {megapixels} megapixels at most.") from None
        except Exception:  # decoders raise any error on hostile bytes
            kinds = ", ".join(FORMATS)
            raise PictureError(hint(data) or f"That file is no picture, or not a whole one: give {kinds}.") from None
        pixels = image.width * image.height
        if pixels == 0:
            raise PictureError("That picture has no pixels: choose another.")
        if pixels > megapixels * 1_000_000:
            raise PictureError(f"That picture has {pixels / 1e6:.6g} megapixels: {megapixels} at most.")
        try:
            image.load()
            return plain(upright(image), mode)
        except Exception:
            raise PictureError("That picture is damaged or cut short: choose another.") from None


def hint(head):
    """What to do about a picture that cannot be opened for want of a decoder, by its first bytes: one line, or None."""
    brands = bytes(head[8:64]) if head[4:8] == b"ftyp" else b""
    if b"avif" in brands or b"avis" in brands:
        return None if "AVIF" in FORMATS else "That picture is AVIF: update Pillow, or save it as JPEG or PNG."
    if "HEIF" not in FORMATS and any(brand in brands for brand in HEIC_BRANDS):
        return "That picture is HEIC: save it as JPEG or PNG, or pip install pillow-heif where this runs."
    return None


def plain(image, mode="RGB"):
    """A PIL picture of any mode as `mode` ("RGB" or "L"): sRGB, transparency over white, without its metadata.

    An embedded colour profile is applied, unless it is broken or is not for the picture's kind of colours.
    """
    profile = image.info.get("icc_profile")
    if image.mode == "LAB":
        profile = None
        image = ImageCms.profileToProfile(
            image, ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB"), outputMode="RGB"
        )
    elif image.mode[0] in "IF":
        image = _eight_bits(image)
    elif image.has_transparency_data:
        image = image.convert("LA") if image.mode == "La" else image  # Pillow cannot convert La to RGBA directly
        image = image.convert("RGBA")
    elif image.mode not in ("L", "CMYK"):
        image = image.convert("RGB")
    if profile and (transform := _to_srgb(profile, image.mode)):
        image = ImageCms.applyTransform(image, transform)
    if image.mode == "RGBA":
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
    image = image.convert("RGB").convert(mode)
    image.info = {}  # a colour profile of the old mode would be saved with it
    return image


@lru_cache(maxsize=8)
def _to_srgb(profile, mode):
    """The transform to sRGB by a colour profile's bytes; None if it is broken, of another colour space, or sRGB."""
    output = "RGBA" if mode == "RGBA" else "RGB"
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if source.profile.xcolor_space.strip() != {"L": "GRAY", "RGBA": "RGB"}.get(mode, mode):
            return None
        transform = ImageCms.buildTransform(source, ImageCms.createProfile("sRGB"), mode, output)
        probe = PROBE.convert(mode)
        found = ImageCms.applyTransform(probe, transform)
    except Exception:  # a parser may raise any error on hostile bytes
        return None
    change = np.subtract(found, probe.convert(output), dtype=int)
    return transform if np.abs(change).max() > 2 else None


def _bytes(source, megabytes):
    limit = megabytes * 1_000_000
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
        raise PictureError(f"That file is too big: {megabytes} MB at most.")
    return source


def upright(image):
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
