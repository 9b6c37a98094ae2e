"""Reading pictures: every mode comes out as RGB or grey and upright, every defect is one clear line."""

import io
import struct
import warnings
import zlib

import numpy as np
import pytest
from PIL import Image, ImageCms

from models import image_files
from models.image_files import PictureError
from tests.models import icc

RED = (200, 30, 40)
RAMP = np.linspace(0, 255, 20 * 30).reshape(20, 30)
KINDS = ["jpeg", "webp", "gif", "bmp", "tiff", "png", *(["avif"] if "AVIF" in image_files.FORMATS else [])]
NOISE = Image.fromarray(np.random.default_rng(0).integers(0, 255, (64, 64, 3), np.uint8))


def encoded(image, kind="png", **options):
    image.save(file := io.BytesIO(), kind, **options)
    return file.getvalue()


def png_header(width, height):
    """A PNG that declares a size and holds no pixels."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
        + chunk(b"IDAT", b"")
        + chunk(b"IEND", b"")
    )


def lab():
    srgb, other = ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB")
    return ImageCms.profileToProfile(Image.new("RGB", (8, 8), RED), srgb, other, outputMode="LAB")


def palette(**info):
    image = Image.new("RGB", (8, 8), RED).quantize(4)
    image.info.update(info)
    return image


MODES = {
    "RGBA": (lambda: Image.new("RGBA", (8, 8), (*RED, 128)), (228, 142, 148)),
    "RGBa": (lambda: Image.new("RGBA", (8, 8), (*RED, 128)).convert("RGBa"), (228, 142, 148)),
    "LA": (lambda: Image.new("LA", (8, 8), (200, 128)), (228, 228, 228)),
    "La": (lambda: Image.new("LA", (8, 8), (200, 128)).convert("La"), (228, 228, 228)),
    "PA": (lambda: Image.new("RGBA", (8, 8), (*RED, 128)).convert("PA"), (228, 142, 148)),
    "P": (palette, RED),
    "P, transparent": (lambda: palette(transparency=palette().getpixel((0, 0))), (255, 255, 255)),
    "P, bytes": (lambda: palette(transparency=bytes(256)), (255, 255, 255)),
    "L, transparent": (lambda: Image.open(io.BytesIO(encoded(Image.new("L", (8, 8), 7), transparency=7))), [255] * 3),
    "CMYK": (lambda: Image.new("RGB", (8, 8), RED).convert("CMYK"), RED),
    "YCbCr": (lambda: Image.new("RGB", (8, 8), RED).convert("YCbCr"), RED),
    "HSV": (lambda: Image.new("RGB", (8, 8), RED).convert("HSV"), RED),
    "RGBX": (lambda: Image.new("RGB", (8, 8), RED).convert("RGBX"), RED),
    "LAB": (lab, RED),
    "L": (lambda: Image.new("L", (8, 8), 200), (200, 200, 200)),
    "1": (lambda: Image.new("1", (8, 8), 1), (255, 255, 255)),
    "I;16": (lambda: Image.fromarray(np.full((8, 8), 200 * 257, np.uint16)), (200, 200, 200)),
    "I;16B": (lambda: Image.frombytes("I;16B", (8, 8), np.full((8, 8), 200 * 257, ">u2").tobytes()), (200, 200, 200)),
    "I, 16 bits": (lambda: Image.fromarray(np.full((8, 8), 200 * 257, np.int32)), (200, 200, 200)),
    "I, 8 bits": (lambda: Image.fromarray(np.full((8, 8), 200, np.int32)), (200, 200, 200)),
    "F, to 1": (lambda: Image.fromarray(np.full((8, 8), 200 / 255, np.float32)), (200, 200, 200)),
    "F, to 255": (lambda: Image.fromarray(np.full((8, 8), 200, np.float32)), (200, 200, 200)),
    "F, nonsense": (lambda: Image.fromarray(np.full((8, 8), np.nan, np.float32)), (0, 0, 0)),
}


@pytest.mark.parametrize("name", list(MODES))
def test_every_mode_becomes_plain(name):
    make, colour = MODES[name]
    image = make()
    rgb, grey = image_files.plain(image), image_files.plain(image, "L")
    assert (rgb.mode, grey.mode) == ("RGB", "L") and rgb.size == grey.size == (8, 8) and rgb.info == {}
    assert np.abs(np.subtract(rgb.getpixel((4, 4)), colour)).max() <= 6
    assert abs(grey.getpixel((4, 4)) - rgb.convert("L").getpixel((4, 4))) <= 1
    assert image.tobytes() == make().tobytes(), "the picture given stays as it is"


@pytest.mark.parametrize(
    "kind, dtype, scale, offset",
    [
        ("png", np.uint16, 257, 0),
        ("tiff", np.uint16, 257, 0),
        ("tiff", np.int32, 1, 0),
        ("tiff", np.int32, 16_000, 0),
        ("tiff", np.float32, 1 / 255, 0),
        ("tiff", np.float32, 1, -60),
        ("tiff", np.float32, 1e36, -1e38),
    ],
)
def test_deep_greys_keep_their_order_and_range(kind, dtype, scale, offset):
    image = Image.fromarray((RAMP * scale + offset).astype(dtype))
    grey = np.asarray(image_files.read(encoded(image, kind), "L"), int)
    assert grey.min() < 3 and (np.diff(grey.ravel()) >= 0).all() and grey.max() > 195


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("wrap", [bytes, bytearray, memoryview, io.BytesIO, "path", "text path", "file"])
def test_every_format_opens_from_every_source(tmp_path, kind, wrap):
    data = encoded(Image.new("RGB", (12, 7), "red"), kind)
    (path := tmp_path / "x.dat").write_bytes(data)
    if wrap == "file":
        with open(path, "rb") as file:
            image = image_files.read(file)
    else:
        image = image_files.read({"path": path, "text path": str(path)}.get(wrap) or wrap(data))
    assert image.size == (12, 7) and image.mode == "RGB" and image.getpixel((3, 3))[0] > 240


@pytest.mark.parametrize("size", [(1, 1), (1, 900), (900, 1), (3000, 2)])
def test_any_size_and_aspect_enters(size):
    assert image_files.read(encoded(Image.new("RGB", size))).size == size


@pytest.mark.parametrize("kind", ["gif", "webp", "tiff", "png"])
def test_of_an_animation_the_first_frame_counts(kind):
    frames = [Image.new("RGB", (8, 8), c) for c in ("red", "lime", "blue")]
    image = image_files.read(encoded(frames[0], kind, save_all=True, append_images=frames[1:]))
    assert np.abs(np.subtract(image.getpixel((4, 4)), (255, 0, 0))).max() < 10


@pytest.mark.parametrize("kind", sorted({"jpeg", "png", "webp", "tiff", "avif"} & {*KINDS}))
@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_turned_photo_stands_upright(kind, orientation):
    upright = Image.new("L", (40, 20), 200)
    upright.paste(0, (0, 0, 20, 10))  # dark at the top left alone: each turn shows
    t = Image.Transpose
    undo = {
        2: t.FLIP_LEFT_RIGHT,
        3: t.ROTATE_180,
        4: t.FLIP_TOP_BOTTOM,
        5: t.TRANSPOSE,
        6: t.ROTATE_90,
        7: t.TRANSVERSE,
        8: t.ROTATE_270,
    }.get(orientation)
    exif = Image.Exif()
    exif[0x0112] = orientation
    stored = upright if undo is None else upright.transpose(undo)
    found = image_files.read(encoded(stored.convert("RGB"), kind, exif=exif), "L")
    assert found.size == (40, 20)
    assert np.abs(np.asarray(found, int) - np.asarray(upright, int)).mean() < 4


@pytest.mark.parametrize(
    "exif",
    [
        b"Exif\0\0",
        b"Exif\0\0II*\0\xff\xff\xff\xff",
        b"Exif\0\0nonsense" * 9,
        b"Exif\0\0MM\0*\0\0\0\x08\xff\xff\x01\x12\0\x03\xff\xff\xff\xff\0\x06",
        b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x63\0\0\0\0\0\0\0",
    ],
)
@pytest.mark.parametrize("kind", ["jpeg", "png", "webp"])
def test_broken_exif_is_ignored(kind, exif):
    assert image_files.read(encoded(Image.new("RGB", (40, 20)), kind, exif=exif)).size == (40, 20)


class Closed(io.BytesIO):
    def read(self, n):
        raise OSError(5, "Input/output error")


DEFECTS = {
    "nothing": (None, "choose an image file"),
    "a number": (3, "choose an image file"),
    "text": (io.StringIO("picture"), "choose an image file"),
    "empty path": ("", "choose an image file"),
    "missing": ("nowhere/at all.png", "choose an image file"),
    "NUL in path": ("a\0b.png", "choose an image file"),
    "folder": (".", "choose an image file"),
    "empty": (b"", "empty"),
    "empty file object": (io.BytesIO(), "empty"),
    "prose": (b"not a picture at all", "no picture"),
    "svg": (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "no picture"),
    "pdf": (b"%PDF-1.4 ...", "no picture"),
    "postscript": (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "no picture"),
    "ppm": (b"P6 1 1 255 \0\0\0", "no picture"),
    "36 megapixels": (png_header(6000, 6000), "36 megapixels: 25 at most"),
    "just over": (png_header(5001, 5000), "25.005 megapixels: 25 at most"),
    "100 megapixels": (png_header(10_000, 10_000), "100 megapixels: 25 at most"),
    "bomb": (png_header(50_000, 50_000), "too large: 25 megapixels"),
    "no width": (png_header(0, 10), "picture"),
    "no pixels": (png_header(10, 10), "cut short"),
    "over 15 MB": (b"\0" * 15_000_001, "15 MB"),
    "over 15 MB, file object": (io.BytesIO(b"\0" * 15_000_001), "15 MB"),
}


@pytest.mark.parametrize("name", list(DEFECTS))
def test_every_defect_is_one_clear_line(name):
    source, says = DEFECTS[name]
    with pytest.raises(PictureError) as caught, warnings.catch_warnings():
        warnings.simplefilter("error")
        image_files.read(source)
    assert says in str(caught.value) and "\n" not in str(caught.value)


def test_a_file_that_cannot_be_read_is_one_line(tmp_path, monkeypatch):
    (tmp_path / "x.png").write_bytes(b"x")
    monkeypatch.setattr("builtins.open", lambda *a, **k: Closed())
    with pytest.raises(PictureError, match="cannot be read: Input/output error"):
        image_files.read(tmp_path / "x.png")


def test_a_file_over_the_limit_is_refused(tmp_path):
    with open(tmp_path / "x.png", "wb") as file:
        file.truncate(15_000_001)
    with pytest.raises(PictureError, match="15 MB at most"):
        image_files.read(tmp_path / "x.png")


@pytest.mark.parametrize("source", [png_header(50_000, 50_000), png_header(6000, 6000)])
def test_a_bomb_is_refused_before_it_is_decoded(monkeypatch, source):
    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", lambda self: pytest.fail("decoded"))
    with pytest.raises(PictureError, match="25 megapixels at most|megapixels: 25 at most"):
        image_files.read(source)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("share", [0.02, 0.3, 0.6, 0.9])
def test_a_cut_file_is_refused(kind, share):
    whole = encoded(NOISE, kind)
    with pytest.raises(PictureError, match="cut short|not a whole one") as caught:
        image_files.read(whole[: int(len(whole) * share)])
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("kind", KINDS)
def test_hostile_bytes_give_a_picture_or_one_line(kind):
    rng = np.random.default_rng(1)
    whole = np.frombuffer(encoded(NOISE.resize((16, 16)), kind), np.uint8)
    for _ in range(60):
        hostile = whole.copy()
        places = rng.integers(0, min(len(whole), 200), rng.integers(1, 8))
        hostile[places] = rng.integers(0, 256, len(places), np.uint8)
        try:
            assert image_files.read(hostile.tobytes()).mode == "RGB"
        except PictureError as error:
            assert "\n" not in str(error)


def brands(*names):
    """The head of an ISO media file that declares these brands."""
    body = b"ftyp" + names[0].encode() + bytes(4) + "".join(names).encode()
    return struct.pack(">I", 4 + len(body)) + body + b"\0\0\0\x08mdat" + bytes(99)


@pytest.mark.parametrize(
    "names, says",
    [
        (["heic"], "HEIC: save it as JPEG or PNG, or pip install pillow-heif"),
        (["heic", "mif1", "MiHB", "MiHE", "MiPr", "miaf", "heic", "tmap"], "HEIC: save it"),  # an iPhone's
        (["heix", "mif1"], "HEIC: save it"),
        (["hevc", "msf1"], "HEIC: save it"),
        (["mif1", "heic"], "HEIC: save it"),
        (["msf1", "hevc"], "HEIC: save it"),
        (["mif1"], "HEIC: save it"),
        (["avif", "mif1", "miaf"], "AVIF: update Pillow, or save it"),
        (["avis", "msf1"], "AVIF: update Pillow, or save it"),
        (["mif1", "avif"], "AVIF: update Pillow, or save it"),
        (["isom", "mp42"], "no picture"),
        (["qt  "], "no picture"),
        (["crx ", "isom"], "no picture"),  # a Canon's raw photo
    ],
)
def test_a_format_without_its_decoder_is_named_with_what_to_do(monkeypatch, names, says):
    monkeypatch.setattr(image_files, "FORMATS", ("PNG", "JPEG"))
    with pytest.raises(PictureError, match=says) as caught:
        image_files.read(brands(*names))
    assert "\n" not in str(caught.value)


@pytest.mark.skipif("AVIF" not in image_files.FORMATS, reason="this Pillow reads no AVIF")
def test_a_broken_file_of_a_format_that_is_read_is_not_called_unreadable():
    with pytest.raises(PictureError, match="no picture, or not a whole one: give PNG, .*, AVIF"):
        image_files.read(brands("avif", "mif1"))


@pytest.mark.parametrize("brand", ["heic", "mif1"])
@pytest.mark.parametrize("name", ["photo.heic", "photo.jpg"])
def test_heic_is_read_where_pillow_heif_is_installed(tmp_path, name, brand):
    pillow_heif = pytest.importorskip("pillow_heif")
    image, exif = Image.new("RGB", (64, 32), (202, 54, 44)), Image.Exif()
    image.paste("white", (0, 0, 64, 16))
    exif[0x0112] = 3
    pillow_heif.from_pillow(image).save(
        tmp_path / "x.heic", quality=-1, exif=exif.tobytes(), icc_profile=icc.rgb_profile(icc.DISPLAY_P3)
    )
    data = (tmp_path / "x.heic").read_bytes()
    (tmp_path / name).write_bytes(data[:8] + brand.encode() + data[12:])
    found = image_files.read(tmp_path / name)
    assert found.size == (64, 32) and np.abs(np.subtract(found.getpixel((9, 5)), (220, 30, 30))).max() < 8
    assert min(found.getpixel((9, 28))) > 245, "upright"
    with pytest.raises(PictureError, match="not a whole one|cut short"):
        image_files.read((tmp_path / name).read_bytes()[: len(data) // 2])


def test_the_limits_are_the_callers():
    data = encoded(NOISE)
    assert image_files.read(data, megapixels=1, megabytes=1).size == NOISE.size
    with pytest.raises(PictureError, match="0.004096 megapixels: 0.004 at most"):
        image_files.read(data, megapixels=0.004)
    with pytest.raises(PictureError, match="too big: 0.01 MB at most"):
        image_files.read(data, megabytes=0.01)
