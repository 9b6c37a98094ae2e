"""Find faces in a photo, crop them as StarGAN's training faces are cropped, and paste changed ones without a seam."""

import functools
import os
import threading

import numpy as np
from PIL import Image

from models import image_files

# Side of a training crop divided by the side of the cascades' box: the median of 487 faces found in 500 crops, each
# mirrored outwards by half its side (5th to 95th percentile 0.97 to 1.10; the medians of the centres' offsets are 0).
MARGIN = 1.03
CASCADES = ("frontalface_default", "frontalface_alt2")
LONGEST, SMALLEST = 800, 40  # px: the longest side of the copy that is searched, the smallest face in it
MIN_HITS, MIN_HITS_OF_BOTH = 3, 16  # raw detections of a face by each cascade, by both; foliage has fewer
FULL = 0.75  # share of a box's half side, from its centre, within which a change is pasted in full

_lock = threading.Lock()


def find(image):
    """Square boxes (left, top, right, bottom) in px around the faces of a PIL picture, left to right.

    A box is as large as a training crop and may reach beyond the picture. RuntimeError without OpenCV.
    """
    grey = image_files.plain(image, "L")
    scale = max(1, max(grey.size) / LONGEST)
    grey = grey.resize([max(1, round(n / scale)) for n in grey.size], Image.Resampling.BOX)
    pad = max(grey.size) // 10  # room around a face that fills the picture; mirrored edges would cause false detections
    one, two = _hits(np.pad(np.asarray(grey), pad, mode="edge"))
    found = []
    for a in one:
        b = max(two, key=lambda b: _overlap(a, b), default=None)
        if b is not None and _overlap(a, b) > 0.35 and min(a[3], b[3]) >= MIN_HITS and a[3] + b[3] >= MIN_HITS_OF_BOTH:
            found.append([(m + n) / 2 for m, n in zip(a, b)])
    boxes = []
    for x, y, side, _ in _without_overlaps(found):
        x, y = (x - pad) * scale, (y - pad) * scale
        if 0 <= x < image.width and 0 <= y < image.height:
            half = round(side * scale * MARGIN / 2)
            x, y = round(x), round(y)
            boxes.append((x - half, y - half, x + half, y + half))
    return sorted(boxes)


def crop(image, box, side):
    """The part of a PIL picture within `box`, mirrored beyond the picture's edges: side x side px, RGB or L."""
    image = image if image.mode in ("L", "RGB") else image_files.plain(image)
    left, top, right, bottom = box
    rows, columns = _mirrored(top, bottom, image.height), _mirrored(left, right, image.width)
    x, y = columns.min(), rows.min()
    part = image.crop((x, y, columns.max() + 1, rows.max() + 1))
    square = np.asarray(part)[rows[:, None] - y, columns - x]
    return Image.fromarray(square).resize((side, side), Image.Resampling.LANCZOS)


def paste(image, box, changed):
    """A PIL picture whose face within `box` is changed to look like `changed`, a square of any size.

    Only the difference in luminance between `changed` and the face's `crop` is enlarged and added, fading to 0 at the
    box's edge, so that the photo's detail and colours stay.
    """
    image = image if image.mode in ("L", "RGB") else image_files.plain(image)
    left, top, right, bottom = box
    before = crop(image, box, changed.width).convert("L")
    change = np.asarray(changed.convert("L"), np.float32) - np.asarray(before, np.float32)
    size = (right - left, bottom - top)
    change = np.asarray(Image.fromarray(change).resize(size, Image.Resampling.BICUBIC)) * _mask(*size)
    x0, y0, x1, y1 = max(left, 0), max(top, 0), min(right, image.width), min(bottom, image.height)
    result = image.copy()
    if x0 < x1 and y0 < y1:
        pixels = np.asarray(image.crop((x0, y0, x1, y1)))
        change = change[y0 - top : y1 - top, x0 - left : x1 - left]
        if image.mode == "RGB":
            change = change[..., None]  # the same in R, G and B: chroma stays
        result.paste(Image.fromarray(np.rint(pixels + change).clip(0, 255).astype(np.uint8)), (x0, y0))
    return result


def _mask(width, height):
    """Float32 [height, width]: 1 within FULL of the inscribed ellipse's radius, then a raised cosine to 0 on it."""
    x = (np.arange(width, dtype=np.float32) * 2 + 1) / width - 1
    y = (np.arange(height, dtype=np.float32) * 2 + 1) / height - 1
    r = np.hypot(x, y[:, None])
    return (1 + np.cos(np.pi * ((r - FULL) / (1 - FULL)).clip(0, 1))) / 2


def _mirrored(start, stop, n):
    """Indices start..stop of an axis of n pixels, reflected beyond its ends."""
    period = max(2 * (n - 1), 1)
    i = np.arange(start, stop) % period
    return np.minimum(i, period - i) if n > 1 else i * 0


def _hits(grey):
    """For each cascade, detections in a uint8 array [h, w]: [(x, y, side, raw hits)], (x, y) the centre in px."""
    found = []
    with _lock:  # a cascade is not thread-safe
        for cascade in _cascades():
            boxes, hits = cascade.detectMultiScale2(
                grey, scaleFactor=1.1, minNeighbors=MIN_HITS, minSize=(SMALLEST, SMALLEST)
            )
            found.append([(x + w / 2, y + h / 2, float(w), int(n)) for (x, y, w, h), n in zip(boxes, hits)])
    return found


@functools.cache
def _cascades():
    try:
        import cv2

        found = [
            cv2.CascadeClassifier(os.path.join(cv2.data.haarcascades, f"haarcascade_{name}.xml")) for name in CASCADES
        ]
    except (ImportError, AttributeError):
        found = []
    if not found or any(cascade.empty() for cascade in found):
        raise RuntimeError("faces are found with OpenCV 4: pip install 'opencv-python-headless>=4.10,<5'")
    return found


def _overlap(a, b):
    """Intersection over union of two squares (x, y, side, ...) around their centres."""
    w, h = ((a[2] + b[2]) / 2 - abs(a[i] - b[i]) for i in (0, 1))
    shared = max(0, min(w, a[2], b[2])) * max(0, min(h, a[2], b[2]))
    return shared / (a[2] ** 2 + b[2] ** 2 - shared)


def _without_overlaps(found):
    """Non-maximum suppression: of squares (x, y, side, hits) over each other's centres, the one with most hits."""
    kept = []
    for a in sorted(found, key=lambda a: -a[3]):
        if all(max(abs(a[0] - b[0]), abs(a[1] - b[1])) > max(a[2], b[2]) / 2 for b in kept):
            kept.append(a)
    return kept
