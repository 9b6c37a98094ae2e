"""Conversions between RGB and CIE Lab, which separates lightness from colour, by OpenCV."""

import numpy as np


def _library():
    try:
        import cv2
    except ImportError:
        raise RuntimeError("colours need OpenCV: pip install 'opencv-python-headless>=4.10,<5'") from None
    return cv2


def from_rgb(rgb):
    """uint8 [h, w, 3] -> float32 [h, w, 3]: L in 0..100, a and b in about -110..110."""
    cv2 = _library()
    return cv2.cvtColor(rgb.astype(np.float32) / 255, cv2.COLOR_RGB2LAB)


def to_rgb(lab):
    """The inverse of `from_rgb`, float [h, w, 3] -> uint8; colours outside sRGB are clipped."""
    cv2 = _library()
    rgb = cv2.cvtColor(np.ascontiguousarray(lab, np.float32), cv2.COLOR_LAB2RGB)
    return cv2.convertScaleAbs(rgb, alpha=255)
