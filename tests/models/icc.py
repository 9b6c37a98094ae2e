"""Colour profiles written from published primaries, and what their colours are in sRGB, by numpy alone."""

import struct

import numpy as np

D65 = (0.3127, 0.3290)
SRGB = ((0.640, 0.330), (0.300, 0.600), (0.150, 0.060))  # IEC 61966-2-1
DISPLAY_P3 = ((0.680, 0.320), (0.265, 0.690), (0.150, 0.060))  # SMPTE EG 432-1, with sRGB's curve
ADOBE_RGB = ((0.640, 0.330), (0.210, 0.710), (0.150, 0.060))  # Adobe RGB (1998), gamma 563/256
GAMMA = 563 / 256
SRGB_CURVE = (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)


def xyz(x, y):
    return np.array([x / y, 1, (1 - x - y) / y])


def to_xyz(primaries):
    """Linear RGB to XYZ of white D65: [3, 3]."""
    columns = np.stack([xyz(*primary) for primary in primaries], 1)
    return columns * np.linalg.solve(columns, xyz(*D65))


def in_srgb(colour, primaries, gamma=None):
    """An 8-bit colour of a space with these primaries as 8-bit sRGB, clipped; gamma None: sRGB's curve."""
    v = np.array(colour) / 255
    linear = v**gamma if gamma else np.where(v <= 0.04045, v / 12.92, ((v + 0.055) / 1.055) ** 2.4)
    linear = np.clip(np.linalg.solve(to_xyz(SRGB), to_xyz(primaries) @ linear), 0, 1)
    return 255 * np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)


def rgb_profile(primaries, gamma=None):
    """A matrix profile of ICC version 4 as bytes; gamma None: sRGB's curve."""
    bradford = np.array([[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]])
    d50 = np.array([0.9642, 1, 0.8249])
    adapt = np.linalg.solve(bradford, np.diag((bradford @ d50) / (bradford @ xyz(*D65))) @ bradford)
    tags = [
        (name, _xyz_tag(column)) for name, column in zip((b"rXYZ", b"gXYZ", b"bXYZ"), (adapt @ to_xyz(primaries)).T)
    ]
    curve = _curve_tag(gamma)
    return _profile(b"RGB ", [*tags, *((name, curve) for name in (b"rTRC", b"gTRC", b"bTRC"))])


def grey_profile(gamma):
    return _profile(b"GRAY", [(b"kTRC", _curve_tag(gamma))])


def cmyk_profile(lab):
    """A printer's profile of which every ink prints one CIELAB colour."""
    straight = bytes(range(256))
    head = struct.pack(">4B", 4, 3, 2, 0) + _fixed((1, 0, 0, 0, 1, 0, 0, 0, 1))
    node = bytes([round(lab[0] * 2.55), lab[1] + 128, lab[2] + 128])
    table = b"mft1\0\0\0\0" + head + straight * 4 + node * 16 + straight * 3
    return _profile(b"CMYK", [(b"A2B0", table)], b"prtr", b"Lab ")


def _fixed(values):
    return b"".join(struct.pack(">i", round(float(v) * 65536)) for v in values)


def _xyz_tag(values):
    return b"XYZ \0\0\0\0" + _fixed(values)


def _curve_tag(gamma):
    kind, values = (0, (gamma,)) if gamma else (3, SRGB_CURVE)
    return b"para\0\0\0\0" + struct.pack(">HH", kind, 0) + _fixed(values)


def _profile(space, tags, kind=b"mntr", between=b"XYZ "):
    text = "test".encode("utf-16-be")
    text = b"mluc\0\0\0\0" + struct.pack(">II", 1, 12) + b"enUS" + struct.pack(">II", len(text), 28) + text
    white = _xyz_tag((0.9642, 1, 0.8249))
    table, body = b"", b""
    tags = [(b"desc", text), (b"cprt", text), (b"wtpt", white), *tags]
    start = 128 + 4 + 12 * len(tags)
    for name, data in tags:
        table += name + struct.pack(">II", start + len(body), len(data))
        body += data + b"\0" * (-len(data) % 4)
    size = start + len(body)
    head = struct.pack(">I", size) + b"\0" * 4 + b"\x04\x20\0\0" + kind + space + between
    head += struct.pack(">6H", 2020, 1, 1, 0, 0, 0) + b"acsp" + b"\0" * 28 + _fixed((0.9642, 1, 0.8249))
    return head.ljust(128, b"\0") + struct.pack(">I", len(tags)) + table + body
