"""Conversions between tensors in [-1, 1], bytes and PIL images."""

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image


def to_uint8(x):
    """x: float [n, C, H, W] in [-1, 1] -> uint8 of the same shape, rounded, clamped."""
    return ((x.float() + 1) * 127.5).round_().clamp_(0, 255).to(torch.uint8)


def from_uint8(x):
    """x: uint8 [n, C, H, W] -> float32 of the same shape in [-1, 1]."""
    return x.float() / 127.5 - 1


def planes(image):
    """A PIL image of mode L or RGB -> uint8 [1, C, h, w]."""
    return torch.from_numpy(np.atleast_3d(image).copy()).permute(2, 0, 1)[None]


def resized(x, size):
    """x: uint8 or float [n, C, h, w] -> the same at another size (width, height), bicubic and antialiased."""
    return F.interpolate(x, size=size[::-1], mode="bicubic", antialias=True)


def to_images(x):
    """x: uint8, or float in [-1, 1], [n, 1 or 3, H, W] -> list of n PIL images, mode L or RGB."""
    pixels = (x if x.dtype == torch.uint8 else to_uint8(x)).permute(0, 2, 3, 1).cpu().numpy()
    return [Image.fromarray(p[..., 0] if p.shape[-1] == 1 else p) for p in pixels]


def grid(x, columns):
    """x: float [n, C, H, W] in [-1, 1] -> one PIL image, `columns` pictures a row, no gaps, empty places black."""
    n, c, h, w = x.shape
    rows = -(-n // columns)
    sheet = x.new_full((rows * columns, c, h, w), -1.0)
    sheet[:n] = x
    sheet = sheet.view(rows, columns, c, h, w).permute(2, 0, 3, 1, 4).reshape(1, c, rows * h, columns * w)
    return to_images(sheet)[0]
