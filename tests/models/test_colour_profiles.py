"""Embedded colour profiles: pictures become sRGB by them, and broken or foreign ones change nothing."""

import numpy as np
import pytest
from PIL import Image, ImageCms

from models import image_files
from tests.models import icc
from tests.models.test_image_files import KINDS, NOISE, RED, encoded, lab


def with_profile(image, profile):
    image.info["icc_profile"] = profile
    return image


WIDE = {"Display P3": (icc.DISPLAY_P3, None), "Adobe RGB": (icc.ADOBE_RGB, icc.GAMMA)}
COLOURS = [(220, 30, 30), (202, 54, 44), (30, 220, 30), (30, 30, 220), (200, 120, 90), (10, 20, 30), (128, 128, 128)]


@pytest.mark.parametrize("colour", COLOURS)
@pytest.mark.parametrize("name", list(WIDE))
@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in ("gif", "bmp")])
def test_a_photo_of_wide_colours_is_converted_to_srgb(kind, name, colour):
    quality = {} if kind in ("png", "tiff") else {"quality": 100}
    data = encoded(Image.new("RGB", (16, 16), colour), kind, icc_profile=icc.rgb_profile(*WIDE[name]), **quality)
    found = image_files.read(data)
    assert np.abs(found.getpixel((8, 8)) - icc.in_srgb(colour, *WIDE[name])).max() < 4 and found.info == {}
    grey = image_files.read(data, "L").getpixel((8, 8))
    assert abs(grey - found.convert("L").getpixel((8, 8))) <= 1


def test_display_p3_red_is_the_known_one():
    """sRGB's (220, 30, 30) is (202, 54, 44) in Display P3."""
    image = with_profile(Image.new("RGB", (4, 4), (202, 54, 44)), icc.rgb_profile(icc.DISPLAY_P3))
    assert np.abs(np.subtract(image_files.plain(image).getpixel((1, 1)), (220, 30, 30))).max() <= 1


def test_transparency_is_laid_over_white_after_the_profile():
    image = with_profile(Image.new("RGBA", (4, 4), (202, 54, 44, 128)), icc.rgb_profile(icc.DISPLAY_P3))
    assert np.abs(np.subtract(image_files.plain(image).getpixel((1, 1)), (237, 142, 142))).max() <= 2


@pytest.mark.parametrize("mode", ["P", "PA", "RGBa", "RGBX", "YCbCr", "HSV"])
def test_every_mode_of_colours_is_converted(mode):
    image = Image.new("RGB", (4, 4), (202, 54, 44))
    if mode == "P":
        image = image.quantize(4)
    elif mode in ("PA", "RGBa"):
        image = image.convert("RGBA")
    found = image_files.plain(with_profile(image.convert(mode), icc.rgb_profile(icc.DISPLAY_P3)))
    assert np.abs(np.subtract(found.getpixel((1, 1)), (220, 30, 30))).max() <= 6


@pytest.mark.parametrize("image", [Image.new("L", (4, 4), 128), Image.fromarray(np.full((4, 4), 32896, np.uint16))])
def test_a_grey_profile_sets_a_scan_s_brightness(image):
    linear = with_profile(image.copy(), icc.grey_profile(1))
    assert image_files.plain(linear).getpixel((1, 1)) == (188, 188, 188)  # 1.055 * 0.5 ** (1 / 2.4) - 0.055
    assert image_files.plain(linear, "L").getpixel((1, 1)) == 188


def test_a_printers_profile_sets_the_colours_of_inks():
    image = with_profile(Image.new("CMYK", (4, 4), (20, 54, 44, 10)), icc.cmyk_profile((50, 0, 0)))
    assert np.abs(np.subtract(image_files.plain(image).getpixel((1, 1)), 119)).max() <= 2, "L* = 50 is sRGB 119"


@pytest.mark.parametrize("profile", ["icc", "Pillow"])
@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_a_picture_of_srgb_keeps_every_bit(profile, mode):
    built_in = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    image = with_profile(NOISE.convert(mode), icc.rgb_profile(icc.SRGB) if profile == "icc" else built_in)
    assert image_files.plain(image).tobytes() == NOISE.tobytes()


P3 = icc.rgb_profile(icc.DISPLAY_P3)
BROKEN = {
    "empty": b"",
    "one byte": b"x",
    "prose": b"no profile at all" * 40,
    "zeros": bytes(len(P3)),
    "header alone": P3[:128],
    "cut in its tags": P3[:170],
    "cut in its curves": P3[:-40],
    "no signature": P3.replace(b"acsp", b"xxxx"),
    "no red": P3.replace(b"rXYZ", b"xXYZ"),
    "no curves": P3.replace(b"para", b"arap"),
    "unknown space": P3.replace(b"RGB ", b"QQQQ"),
    "a space of seven inks": P3.replace(b"RGB ", b"7CLR"),
    "an abstract one": P3.replace(b"mntr", b"abst"),
    "a link of devices": P3.replace(b"mntr", b"link"),
    "no bytes": ("text", 3),
}
SPACES = {"RGB": (P3, RED), "grey": (icc.grey_profile(1), 99), "CMYK": (icc.cmyk_profile((50, 0, 0)), (9, 99, 80, 5))}
LAB = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
OTHERS = {
    "RGB": ("grey", "CMYK"),
    "RGBA": ("grey", "CMYK"),
    "L": ("RGB", "CMYK"),
    "CMYK": ("RGB", "grey"),
    "LAB": SPACES,
}


@pytest.mark.parametrize("name", list(BROKEN))
@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "CMYK"])
def test_a_broken_profile_is_ignored(name, mode):
    image = NOISE.convert(mode)
    assert image_files.plain(with_profile(image.copy(), BROKEN[name])).tobytes() == image_files.plain(image).tobytes()


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in ("gif", "bmp")])
def test_a_file_with_a_broken_profile_is_read(kind):
    whole = encoded(NOISE, kind, icc_profile=b"no profile at all" * 40)
    assert image_files.read(whole).tobytes() == image_files.read(encoded(NOISE, kind)).tobytes()


@pytest.mark.parametrize("mode", list(OTHERS))
def test_a_profile_for_other_colours_is_ignored(mode):
    image = lab() if mode == "LAB" else NOISE.convert(mode)
    for profile in [*(SPACES[name][0] for name in OTHERS[mode]), LAB]:
        found = image_files.plain(with_profile(image.copy(), profile))
        assert found.tobytes() == image_files.plain(image).tobytes()


@pytest.mark.parametrize("name", list(SPACES))
def test_hostile_profiles_give_a_picture(name):
    rng = np.random.default_rng(2)
    profile, colour = SPACES[name]
    mode = "L" if name == "grey" else name
    for _ in range(150):
        hostile = np.frombuffer(profile, np.uint8).copy()
        places = rng.integers(0, min(len(hostile), 600), rng.integers(1, 9))
        hostile[places] = rng.integers(0, 256, len(places), np.uint8)
        image = with_profile(Image.new(mode, (5, 4), colour), hostile.tobytes()[: rng.integers(100, len(hostile))])
        assert image_files.plain(image).size == (5, 4)
