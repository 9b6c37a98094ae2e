"""Pictures as data URIs, the form in which they travel between server and browser."""

import base64
import io

LOSSLESS = 256  # px: the longest side of a picture that `live` sends as a PNG


def png(image, level=1):
    """A PIL image as a data URI of a PNG; compressed little, because a slider waits for it."""
    buffer = io.BytesIO()
    image.save(buffer, "PNG", compress_level=level)
    return of_bytes(buffer.getvalue())


def jpeg(image, quality=90):
    """A PIL image as a data URI of a JPEG, for photographs."""
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=quality, subsampling=0)
    return of_bytes(buffer.getvalue(), "jpeg")


def live(image):
    """A PIL image as a data URI small enough for a slider to wait for: PNG up to 256 px, JPEG beyond."""
    return png(image) if max(image.size) <= LOSSLESS else jpeg(image)


def stored(path):
    """A PNG file as a data URI, byte for byte."""
    return of_bytes(path.read_bytes())


def of_bytes(data, kind="png"):
    """An image file's bytes as a data URI."""
    return f"data:image/{kind};base64,{base64.b64encode(data).decode()}"
