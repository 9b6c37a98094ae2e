"""Pictures that visitors send, as data URIs: checked, decoded in memory, and never written to disk."""

import base64

from PIL import Image, ImageOps

from demo.parts import data_uri
from demo.state import refuse
from models.image_files import MEGABYTES, PictureError
from models.image_files import read as read_picture

PREVIEW = 768  # px: the longest side of what the live controls work on
MOST_BASE64 = 4 * (MEGABYTES * 1_000_000 + 2) // 3  # characters


def is_uri(value):
    """Whether a value is a data URI at all."""
    return isinstance(value, str) and value.startswith("data:")


def read(uri, mode="RGB"):
    """The picture in a data URI as PIL `mode` ("RGB" or "L"); gr.Error in one line where it is refused."""
    if not is_uri(uri):
        raise refuse("No picture came: choose an image file.")
    start = uri.find(",") + 1 or len(uri)
    if len(uri) - start > MOST_BASE64:
        raise refuse(f"That file is too big: {MEGABYTES} MB at most.")
    try:
        return read_picture(base64.b64decode(uri[start:], validate=True), mode)
    except PictureError as error:
        raise refuse(str(error)) from None
    except ValueError:
        raise refuse("That picture is damaged: its data URI is not base64.") from None


def preview(image):
    """A picture small enough to follow a slider: (PIL, its data URI)."""
    small = image.copy()
    small.thumbnail((PREVIEW, PREVIEW), Image.Resampling.LANCZOS)
    return small, data_uri.jpeg(small)


def square(image, side):
    """The middle square of a picture, resized to side x side."""
    return ImageOps.fit(image, (side, side), Image.Resampling.LANCZOS)
