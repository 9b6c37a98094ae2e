"""A data URI becomes a picture in memory, or one clear line."""

import base64
import io

import gradio as gr
import pytest
from PIL import Image

from demo import uploads
from demo.parts import data_uri
from demo.parts.data_uri import png
from demo.words import translate

RED = Image.new("RGB", (30, 20), "red")


def uri(data, kind="image/png"):
    return f"data:{kind};base64,{base64.b64encode(data).decode()}"


def test_a_data_uri_is_read_whatever_kind_it_claims_to_be():
    data = base64.b64decode(png(RED).split(",")[1])
    for kind in ("image/png", "image/jpeg", "application/octet-stream", ""):
        found = uploads.read(uri(data, kind))
        assert (found.mode, found.size, found.getpixel((0, 0))) == ("RGB", (30, 20), (255, 0, 0))
    assert uploads.read(png(RED), "L").mode == "L"


def test_a_photo_of_a_phone_that_cannot_be_read_is_told_what_to_do(monkeypatch):
    monkeypatch.setattr("models.image_files.FORMATS", ["PNG", "JPEG"])
    with pytest.raises(gr.Error, match="HEIC: save it as JPEG or PNG"):
        uploads.read(uri(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(99), "application/octet-stream"))


@pytest.mark.parametrize(
    "given, says",
    [
        (None, "choose an image file"),
        (7, "choose an image file"),
        ("", "choose an image file"),
        ("/etc/passwd", "choose an image file"),
        ({"path": "/etc/passwd"}, "choose an image file"),
        ("data:", "empty"),
        ("data:image/png;base64,", "empty"),
        ("data:image/png", "empty"),
        ("data:image/png;base64,***", "damaged"),
        ("data:image/png;base64,abc", "damaged"),
        (uri(b"no picture at all"), "no picture"),
        (uri(b"<svg xmlns='http://www.w3.org/2000/svg'/>"), "no picture"),
        (uri(base64.b64decode(png(RED).split(",")[1])[:60]), "cut short"),
        ("data:image/png;base64," + "A" * (uploads.MOST_BASE64 + 4), "15 MB"),
    ],
)
def test_every_defect_is_one_clear_line(given, says):
    with pytest.raises(gr.Error) as caught:
        uploads.read(given)
    line = translate(caught.value.message, "en")
    assert says in line and "\n" not in line
    assert not caught.value.print_exception, "no traceback in the log either"


def test_fifteen_megabytes_pass_the_first_gate():
    with pytest.raises(gr.Error, match="no picture"):
        uploads.read(uri(b"\0" * 15_000_000))


def test_a_preview_is_small_and_keeps_its_shape():
    small, src = uploads.preview(Image.new("RGB", (3000, 1500)))
    assert small.size == (768, 384) and Image.open(io.BytesIO(base64.b64decode(src.split(",")[1]))).size == small.size
    assert uploads.preview(RED)[0].size == (30, 20), "a small picture is not enlarged"


def test_live_pictures_are_lossless_where_small_and_light_where_not():
    assert data_uri.live(RED).startswith("data:image/png")
    large = data_uri.live(RED.resize((768, 512)))
    assert large.startswith("data:image/jpeg") and len(large) < 50_000


def test_square_is_the_middle():
    image = Image.new("RGB", (40, 20), "black")
    image.paste("white", (10, 0, 30, 20))
    out = uploads.square(image, 8)
    assert out.size == (8, 8) and min(out.getpixel((x, 4))[0] for x in (0, 4, 7)) > 200
