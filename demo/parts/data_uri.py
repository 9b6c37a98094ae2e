"""Pictures as data URIs, the form in which they travel between server and browser."""

import base64
import io

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


def live(image):
    """A PIL image as a data URI small enough for a slider to wait for: PNG up to 256 px, JPEG beyond."""
    return png(image) if max(image.size) <= LOSSLESS else jpeg(image)


def of_bytes(data, kind="png"):
    """An image file's bytes as a data URI."""
    return f"data:image/{kind};base64,{base64.b64encode(data).decode()}"
