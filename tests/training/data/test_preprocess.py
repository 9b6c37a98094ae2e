"""Pictures as a GAN trains on them: colours by the embedded profile, formats by their bytes."""

import io

import numpy as np
import pytest
from PIL import Image

from models import image_files
from tests.models import icc
from training.data import preprocess
from training.data.image_set import DataError
from training.data.sources import load


def encoded(image, **options):
    image.save(file := io.BytesIO(), **options)
    return file.getvalue()


def array(data, channels=3):
    return preprocess.to_array(preprocess.open_picture(data), 4, channels).astype(int)


@pytest.mark.parametrize("name, space", [("P3", (icc.DISPLAY_P3, None)), ("Adobe RGB", (icc.ADOBE_RGB, icc.GAMMA))])
@pytest.mark.parametrize("kind", ["jpeg", "png", "tiff"])
def test_colours_are_converted_by_the_profile(kind, name, space):
    quality = {"quality": 100, "subsampling": 0} if kind == "jpeg" else {}
    options = dict(format=kind, icc_profile=icc.rgb_profile(*space), **quality)
    colour = (202, 54, 44)
    expected = icc.in_srgb(colour, *space)
    assert np.abs(array(encoded(Image.new("RGB", (9, 8), colour), **options)) - expected[:, None, None]).max() < 3
    grey = array(encoded(Image.new("RGB", (9, 8), colour), **options), channels=1)
    assert np.abs(grey - expected @ (0.299, 0.587, 0.114)).max() < 3
    pair = array(encoded(Image.new("RGB", (16, 8), colour), **options), channels=6)
    assert np.abs(pair - np.tile(expected, 2)[:, None, None]).max() < 3


def test_a_broken_profile_changes_nothing():
    image = Image.new("RGB", (8, 8), (202, 54, 44))
    assert (array(encoded(image, format="png", icc_profile=b"broken")) == array(encoded(image, format="png"))).all()


@pytest.mark.skipif("AVIF" not in image_files.FORMATS, reason="this Pillow reads no AVIF")
def test_avif_is_read():
    assert array(encoded(Image.new("RGB", (8, 8), "white"), format="avif")).min() > 250


@pytest.mark.parametrize("name", ["x.heic", "x.heif", "x.jpg"])
def test_heic_without_its_decoder_is_named_with_what_to_do(tmp_path, monkeypatch, name):
    monkeypatch.setattr(image_files, "FORMATS", ("PNG", "JPEG"))
    (tmp_path / name).write_bytes(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(99))
    with pytest.raises(DataError, match="HEIC: save it as JPEG or PNG, or pip install pillow-heif"):
        load(str(tmp_path), 8, 3)


def test_heic_is_read_where_pillow_heif_is_installed(tmp_path):
    pillow_heif = pytest.importorskip("pillow_heif")
    pillow_heif.from_pillow(Image.new("RGB", (64, 64), "white")).save(tmp_path / "x.heic")
    (tmp_path / "y.jpg").write_bytes((tmp_path / "x.heic").read_bytes())
    assert load(str(tmp_path), 8, 3).images.min() > 250


@pytest.mark.parametrize("exif", [b"Exif\0\0", b"Exif\0\0nonsense" * 9, b"Exif\0\0II*\0\xff\xff\xff\xff"])
@pytest.mark.parametrize("kind", ["jpeg", "png", "webp"])
def test_a_picture_whose_exif_is_broken_is_learned_from(kind, exif):
    assert preprocess.open_picture(encoded(Image.new("RGB", (40, 20)), format=kind, exif=exif)).size == (40, 20)
