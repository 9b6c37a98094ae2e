"""A visitor's picture as the browser sends it: a data URI, read in memory, through the one gate, and never on disk."""

import base64
import io

from PIL import Image, ImageOps

from demo.parts import pictures
from demo.state import refuse
from models.image_files import MEGABYTES, PictureError
from models.image_files import read as read_picture

PREVIEW = 768  # px: the longest side of what the live controls work on
LOSSLESS = 256  # px: the longest side of a live picture that is sent as a PNG
LETTERS = 4 * (MEGABYTES * 1_000_000 + 2) // 3  # of base64


def is_uri(value):
    """Whether a value is a data URI at all."""
    return isinstance(value, str) and value.startswith("data:")


def read(uri, mode="RGB"):
    """The picture in a data URI as PIL `mode` ("RGB" or "L"); gr.Error in one line where it is refused."""
    if not is_uri(uri):
        raise refuse("No picture came: choose an image file.")
    start = uri.find(",") + 1 or len(uri)
    if len(uri) - start > LETTERS:
        raise refuse(f"That file is too big: {MEGABYTES} MB at most.")
    try:
        return read_picture(base64.b64decode(uri[start:], validate=True), mode)
    except PictureError as error:
        raise refuse(str(error)) from None
    except ValueError:
        raise refuse("That picture came spoilt: its data URI is no base64.") from None


def preview(image):
    """A picture small enough to follow a slider: (PIL, its data URI)."""
    small = image.copy()
    small.thumbnail((PREVIEW, PREVIEW), Image.Resampling.LANCZOS)
    return small, jpeg(small)


def live(image):
    """A picture as a data URI that a slider can wait for: lossless where it is small, else a fine JPEG."""
    return pictures.png(image) if max(image.size) <= LOSSLESS else jpeg(image)


def jpeg(image, quality=90):
    """A PIL image as a data URI of a JPEG, for what was a photograph to begin with."""
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=quality, subsampling=0)
    return "data:image/jpeg;base64," + base64.b64encode(buffer.getvalue()).decode()


def square(image, side):
    """The middle square of a picture, resized to side x side."""
    return ImageOps.fit(image, (side, side), Image.Resampling.LANCZOS)
