"""Pictures that visitors send: checked, decoded in memory, and never written to disk.

The page sends them as data URIs. Clients of the API may upload them as files, which Gradio keeps for an hour.
"""

import base64

from gradio_client.utils import is_file_obj_with_meta
from PIL import Image, ImageOps

from demo.parts import data_uri
from demo.state import quoted, refuse
from demo.words import known, say
from models.image_files import MEGABYTES, PictureError
from models.image_files import read as read_picture

PREVIEW = 768  # px: the longest side of what the live controls work on
MOST_BASE64 = 4 * (MEGABYTES * 1_000_000 + 2) // 3  # characters


def is_uri(value):
    """Whether a value is a data URI at all."""
    return isinstance(value, str) and value.startswith("data:")


def as_uri(value):
    """The value of a component, where it is a client's file as a data URI.

    Gradio has made sure that such a file is one that was sent to it, but does so for the values of components alone.
    """
    if not is_file_obj_with_meta(value):
        return value
    with open(value["path"], "rb") as file:
        return data_uri.of_bytes(file.read(MEGABYTES * 1_000_000 + 3))


def chosen(given, examples, at_first=0):
    """(PIL RGB, None) of a data URI; (one of the examples, its number) of a number, `at_first` where none is given."""
    if is_uri(given):
        return read(given), None
    if not examples:
        raise refuse(say("There are no examples: choose an image file."))
    number = given if given or str(given) == "0" else min(at_first, len(examples) - 1)
    if str(number) not in map(str, range(len(examples))):
        line = "Example {value} will not do: give a file, a data URI or a number from 0 to {last}."
        raise refuse(say(line, value=quoted(given), last=len(examples) - 1))
    return examples[int(number)], int(number)


def read(uri, mode="RGB"):
    """The picture in a data URI as PIL `mode` ("RGB" or "L"); gr.Error in one line where it is refused."""
    if not is_uri(uri):
        raise refuse(say("No picture came: choose an image file."))
    start = uri.find(",") + 1 or len(uri)
    if len(uri) - start > MOST_BASE64:
        raise refuse(say("That file is too big: {megabytes} MB at most.", megabytes=MEGABYTES))
    try:
        return read_picture(base64.b64decode(uri[start:], validate=True), mode)
    except PictureError as error:
        raise refuse(known(str(error))) from None
    except ValueError:
        raise refuse(say("That picture is damaged: its data URI is not base64.")) from None


def preview(image):
    """A picture small enough to follow a slider: (PIL, its data URI)."""
    small = image.copy()
    small.thumbnail((PREVIEW, PREVIEW), Image.Resampling.LANCZOS)
    return small, data_uri.jpeg(small)


def square(image, side):
    """The middle square of a picture, resized to side x side."""
    return ImageOps.fit(image, (side, side), Image.Resampling.LANCZOS)
