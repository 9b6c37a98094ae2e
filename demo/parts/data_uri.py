"""Pictures as data URIs, the form in which they travel between server and browser."""

import base64
import hashlib
import io
from functools import lru_cache
from pathlib import Path

from gradio.utils import get_upload_folder
from PIL import Image

from models import atomic

THUMBNAIL = 128  # px
LOSSLESS = 256  # px: the longest side of a picture that `live` sends as a PNG


def encoded(image, kind="png", **options):
    """A PIL image as a data URI; options: of Pillow's writer of that kind."""
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return of_bytes(buffer.getvalue(), kind)


def png(image):
    """A PIL image as a data URI of a PNG; compressed little, because a slider waits for it."""
    return encoded(image, compress_level=1)


def jpeg(image):
    """A PIL image as a data URI of a JPEG, for photographs."""
    return encoded(image, "jpeg", quality=90, subsampling=0)


def thumbnail(image):
    """A PIL image as a data URI of a small WebP of at most THUMBNAIL px, where many stand on one page."""
    small = image.copy()
    small.thumbnail((THUMBNAIL, THUMBNAIL))
    return encoded(small, "webp", quality=85)


@lru_cache(maxsize=64)
def sheet(path):
    """A sheet of a checkpoint as the data URI of a WebP; path of its PNG."""
    return encoded(Image.open(path).convert("RGB"), "webp", quality=90)


def live(image):
    """A PIL image as a data URI small enough for a slider to wait for: PNG up to 256 px, JPEG beyond."""
    return png(image) if max(image.size) <= LOSSLESS else jpeg(image)


def of_bytes(data, kind="png"):
    """An image file's bytes as a data URI."""
    return f"data:image/{kind};base64,{base64.b64encode(data).decode()}"


def cached(uri, name):
    """Path of a file of this name in Gradio's cache with a data URI's bytes; Gradio deletes it after an hour.

    Written in one step, as Gradio's own functions do not: another visitor may be reading the same picture.
    """
    data = base64.b64decode(uri.partition(",")[2])
    path = Path(get_upload_folder(), hashlib.sha256(data).hexdigest(), name)
    path.parent.mkdir(parents=True, exist_ok=True)
    atomic.write(path, lambda temporary: temporary.write_bytes(data), durable=False)
    return str(path)
