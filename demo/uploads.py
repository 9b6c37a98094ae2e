"""The one gate through which a visitor's picture enters: small, whole, upright, plain RGB or grey."""
import os
import warnings

from PIL import Image, ImageOps

from demo.state import refuse

MEGAPIXELS, MEGABYTES = 25, 15
FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF")


def read(path, mode="RGB"):
    """The first frame of a picture file as PIL `mode` ("RGB" or "L"): upright, transparency over white.

    gr.Error in one line on anything else; size and format are judged before a pixel is decoded.
    """
    if not path or not os.path.isfile(path):
        raise refuse("No picture came: choose an image file.")
    size = os.path.getsize(path)
    if size == 0:
        raise refuse("That file is empty: choose an image file.")
    if size > MEGABYTES * 1_000_000:
        raise refuse(f"That file has {size / 1e6:.0f} MB: {MEGABYTES} MB at most.")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow warns above 89 megapixels; the limit here is lower
        try:
            image = Image.open(path, formats=FORMATS)
        except (Image.DecompressionBombError, MemoryError):
            raise refuse(f"That picture is far too large: {MEGAPIXELS} megapixels at most.") from None
        except Exception:  # decoders raise whatever they like on hostile bytes
            raise refuse(f"That file is no picture this page can read: give {', '.join(FORMATS)}.") from None
        with image:
            width, height = image.size
            if width < 1 or height < 1:
                raise refuse("That picture has no pixels: choose another.")
            if width * height > MEGAPIXELS * 1_000_000:
                raise refuse(f"That picture has {width * height / 1e6:.0f} megapixels: {MEGAPIXELS} at most.")
            try:
                image.load()
                return _plain(ImageOps.exif_transpose(image), mode)
            except Exception:
                raise refuse("That picture is damaged or cut short: choose another.") from None


def square(image, side):
    """The middle square of a picture, resized to side x side."""
    return ImageOps.fit(image, (side, side), Image.Resampling.LANCZOS)


def _plain(image, mode):
    if image.mode in ("I", "F") or image.mode.startswith("I;16"):
        image = _eight_bits(image)
    if image.mode in ("RGBA", "RGBa", "LA", "La", "PA") or "transparency" in image.info:
        image = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
    return image.convert("RGB").convert(mode)


def _eight_bits(image):
    """Grey of more than 8 bits to 8; Pillow's own conversion cuts off at 255 instead."""
    image = image.convert("F")
    low, high = image.getextrema()
    low, top = min(low, 0.0), 255.0 if high <= 255 else max(high, 65535.0)
    scale = 255 / (top - low)
    return image.point(lambda v: v * scale - low * scale).convert("L")
