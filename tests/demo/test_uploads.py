"""The upload gate: every mode comes out plain and upright, every defect is one clear line."""
import struct
import zlib

import gradio as gr
import numpy as np
import pytest
from PIL import Image

from demo import uploads

MODES = {"1": "png", "L": "png", "LA": "png", "P": "png", "RGB": "png", "RGBA": "png", "I;16": "png",
         "I": "tiff", "F": "tiff", "CMYK": "tiff", "LAB": "tiff"}


def saved(path, image, **options):
    image.save(path, **options)
    return path


def png_header(width, height):
    """A PNG that declares a size and holds no pixels."""
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)) + \
        chunk(b"IDAT", b"") + chunk(b"IEND", b"")


@pytest.mark.parametrize("mode", list(MODES))
@pytest.mark.parametrize("wanted", ["RGB", "L"])
def test_every_mode_comes_out_plain(tmp_path, mode, wanted):
    ramp = Image.fromarray(np.linspace(0, 255, 20 * 30, dtype=np.uint8).reshape(20, 30))
    if mode == "I;16":
        image = Image.fromarray(np.asarray(ramp, np.uint16) * 257)
    else:
        image = ramp.convert("RGB").convert(mode) if mode in ("CMYK", "P") else ramp.convert(mode) \
            if mode != "LAB" else Image.merge("LAB", [ramp, ramp, ramp])
    out = uploads.read(saved(tmp_path / f"x.{MODES[mode]}", image), wanted)
    assert out.mode == wanted and out.size == (30, 20)
    if mode not in ("LAB", "CMYK"):
        grey = np.asarray(out.convert("L"), int)
        assert grey[0, 0] < 8 and grey[-1, -1] > 247, "the ramp keeps its range"


@pytest.mark.parametrize("image", [
    Image.new("RGBA", (9, 9), (10, 20, 30, 0)), Image.new("LA", (9, 9), (10, 0))])
def test_transparent_pixels_are_white(tmp_path, image):
    assert uploads.read(saved(tmp_path / "x.png", image)).getpixel((4, 4)) == (255, 255, 255)


def test_a_transparent_palette_colour_is_white(tmp_path):
    image = Image.new("P", (9, 9), 3)
    image.putpalette([level for i in range(8) for level in (i, i, i)])
    assert uploads.read(saved(tmp_path / "x.png", image, transparency=3)).getpixel((4, 4)) == (255, 255, 255)


def test_a_turned_photo_stands_upright(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6
    image = Image.new("RGB", (40, 20), "white")
    image.paste("black", (0, 0, 20, 20))
    out = uploads.read(saved(tmp_path / "x.jpg", image, exif=exif))
    assert out.size == (20, 40)
    assert out.getpixel((10, 5))[0] < 40 and out.getpixel((10, 35))[0] > 200


@pytest.mark.parametrize("kind", ["jpg", "webp", "gif", "bmp", "tiff", "png"])
def test_common_formats_open(tmp_path, kind):
    assert uploads.read(saved(tmp_path / f"x.{kind}", Image.new("RGB", (12, 7)))).size == (12, 7)


def test_square_is_the_middle():
    image = Image.new("RGB", (40, 20), "black")
    image.paste("white", (10, 0, 30, 20))
    out = uploads.square(image, 8)
    assert out.size == (8, 8) and min(out.getpixel((x, 4))[0] for x in (0, 4, 7)) > 200


def truncated(tmp_path, kind):
    noise = Image.fromarray(np.random.default_rng(0).integers(0, 255, (64, 64, 3), np.uint8))
    path = saved(tmp_path / f"whole.{kind}", noise)
    cut = tmp_path / f"cut.{kind}"
    cut.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    return cut


def written(tmp_path, data, name="x.png"):
    path = tmp_path / name
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("make, says", [
    (lambda t: None, "choose an image file"),
    (lambda t: t / "nowhere.png", "choose an image file"),
    (lambda t: t, "choose an image file"),
    (lambda t: written(t, b""), "empty"),
    (lambda t: written(t, b"not a picture at all"), "no picture"),
    (lambda t: written(t, b"<svg xmlns='http://www.w3.org/2000/svg'/>", "x.svg"), "no picture"),
    (lambda t: written(t, b"%PDF-1.4 ...", "x.png"), "no picture"),
    (lambda t: truncated(t, "png"), "cut short"),
    (lambda t: truncated(t, "jpg"), "cut short"),
    (lambda t: written(t, png_header(6000, 6000)), "36 megapixels"),
    (lambda t: written(t, png_header(40_000, 40_000)), "too large"),
    (lambda t: written(t, png_header(0, 10)), "picture"),
    (lambda t: written(t, png_header(10, 10)), "cut short"),
    (lambda t: written(t, b"\0" * 15_000_001), "15 MB"),
])
def test_every_defect_is_one_clear_line(tmp_path, make, says):
    with pytest.raises(gr.Error) as caught:
        uploads.read(make(tmp_path))
    assert says in caught.value.message and "\n" not in caught.value.message
    assert not caught.value.print_exception, "no traceback in the log either"
