"""What a visitor does with photographs and label maps, in a real browser."""

import tempfile
from importlib import import_module
from pathlib import Path

import pytest
from gradio.utils import get_upload_folder
from PIL import Image

import models
from demo.translator_tab import PhotoTab
from models import faces
from tests.demo.site import picture

TRANSLATORS = models.names(translates=True)
PHOTO_TABS = [name for name in TRANSLATORS if issubclass(import_module(f"demo.tabs.{name}").Tab, PhotoTab)]
ROW = [(0, 0, 20, 20), (20, 5, 40, 25), (45, 0, 70, 25)]
PIXELS = """() => [...new Set(Array.from(new Uint32Array(document.querySelector('#pix2pix-canvas canvas')
  .getContext('2d').getImageData(0, 0, 256, 256).data.buffer)))].map(v => [v & 255, v >> 8 & 255, v >> 16 & 255])"""
HAND_OVER = """([selector, kind]) => new Promise(done => {
  const canvas = document.createElement('canvas'), bag = new DataTransfer();
  canvas.width = 33; canvas.height = 22;
  canvas.toBlob(blob => {
    bag.items.add(new File([blob], 'x.png', {type: 'image/png'}));
    const event = kind === 'paste' ? new ClipboardEvent(kind, {clipboardData: bag, bubbles: true})
                                   : new DragEvent(kind, {dataTransfer: bag, bubbles: true, cancelable: true});
    document.querySelector(selector).dispatchEvent(event);
    done();
  });
})"""


def src(page, selector):
    """The last picture's data URI of a view, once it is there and a visitor could have looked at it.

    What is asked for in the very instant in which the queue's stream closes, the browser never hears of.
    """
    image = page.locator(f"{selector} img").last
    image.wait_for(state="attached")
    page.wait_for_timeout(150)
    return image.get_attribute("src")


def changed(page, selector, before):
    """The last picture of a view once it is another one."""
    page.wait_for_function(
        "([s, before]) => [...document.querySelectorAll(s)].pop()?.src !== before", arg=[f"{selector} img", before]
    )
    return src(page, selector)


def translation(name):
    """The selector of the translation on a tab; the last picture of a comparison."""
    return ".ga-layers" if name in PHOTO_TABS else f"#{name}-building"


def upload(page, name, file):
    page.locator(f"#{name}-photo input[type=file]").set_input_files(file)
    page.locator(f"#{name}-photo .ga-own").wait_for()


@pytest.fixture
def photo(tmp_path):
    path = tmp_path / "a-private-name.jpg"
    Image.linear_gradient("L").resize((1000, 600)).convert("RGB").save(path)
    return path


@pytest.fixture
def found(monkeypatch):
    """found([box, ...]): the faces that the server's detector finds from now on."""
    return lambda boxes: monkeypatch.setattr(faces, "find", lambda image: list(boxes))


def test_every_tab_opens_with_a_translation(visit):
    page = visit()
    for name in TRANSLATORS:
        page.get_by_role("tab", name=models.entry(name).title, exact=True).click()
        assert src(page, translation(name)).startswith("data:image/png")
        assert f"gan-atlas/{name}" in page.locator(".ga-facts:visible").inner_text()
        assert models.entry(name).brought in page.locator(".ga-brought:visible").inner_text()


@pytest.mark.parametrize("name", PHOTO_TABS)
def test_an_uploaded_photo_is_translated_and_kept_nowhere(visit, name, photo, found):
    def stored():
        return set(Path(get_upload_folder()).rglob("*"))

    found([(300, 100, 600, 400)])
    page, view, kept = visit(f"?tab={name}"), translation(name), stored()
    before = src(page, view)
    upload(page, name, photo)
    assert picture(changed(page, view, before)).size == (768, 461), "the live picture is a preview"
    assert "1000 × 600" in page.locator(f"#{name}-photo .ga-own").inner_text()
    with page.expect_download() as download:
        page.locator(f"#{name}-photo [data-full]").last.click()
    with Image.open(download.value.path()) as full_size:
        assert full_size.format == "PNG" and full_size.size == (1000, 600)
    assert stored() == kept and not list(Path(tempfile.gettempdir(), "gradio").rglob(f"*{photo.stem}*"))
    assert photo.stem not in page.content()


def test_a_bad_upload_is_one_clear_line(visit, tmp_path):
    bad, empty, big = tmp_path / "bad.png", tmp_path / "empty.png", tmp_path / "big.png"
    bad.write_bytes(b"no picture")
    empty.write_bytes(b"")
    big.write_bytes(b"\0" * 15_000_001)
    page = visit("?tab=cyclegan")
    before = src(page, "#cyclegan-compare")
    for file, says in ((bad, "no picture"), (empty, "empty")):
        page.locator("#cyclegan-photo input[type=file]").set_input_files(file)
        toast = page.locator(".toast-body", has_text=says)
        toast.wait_for()
        assert "Traceback" not in toast.inner_text()
    page.locator("#cyclegan-photo input[type=file]").set_input_files(big)
    page.locator("#cyclegan-photo .ga-alert", has_text="15 MB at most").wait_for()
    assert src(page, "#cyclegan-compare") == before


@pytest.mark.parametrize("kind", ["drop", "paste"])
def test_a_picture_can_be_dropped_and_pasted(visit, kind):
    page = visit("?tab=cyclegan")
    before = src(page, "#cyclegan-compare")
    page.evaluate(HAND_OVER, ["#cyclegan-photo .ga-drop", kind])
    assert picture(changed(page, "#cyclegan-compare", before)).size == (33, 22)


def test_a_webcam_takes_a_picture(visit):
    page = visit("?tab=colorize")
    before = src(page, "#colorize-unet")
    page.locator("#colorize-photo [data-cam]").click()
    page.wait_for_function("() => document.querySelector('#colorize-photo video').videoWidth > 0")
    page.locator("#colorize-photo [data-snap]").click()
    changed(page, "#colorize-unet", before)
    page.locator("#colorize-photo video").wait_for(state="hidden")


def test_the_comparison_moves_by_key_and_by_hand_and_stays_where_it_was(visit):
    page = visit("?tab=colorize")
    before = src(page, "#colorize-unet")
    range_, tags = page.locator("#colorize-unet input"), page.locator("#colorize-unet .ga-tag")
    assert tags.all_inner_texts() == ["U-Net", "Grey"]
    range_.press("Home")
    range_.press("ArrowRight")
    assert float(range_.input_value()) == pytest.approx(0.01) and "Photo" in tags.all_inner_texts()
    box = page.locator("#colorize-unet .ga-layers").bounding_box()
    page.mouse.click(box["x"] + 0.25 * box["width"], box["y"] + 9)
    assert float(range_.input_value()) == pytest.approx(0.25, abs=0.02)
    page.locator("#colorize-saturation input[type=number]").fill("0.2")
    changed(page, "#colorize-unet", before)
    assert float(range_.input_value()) == pytest.approx(0.25, abs=0.02)


def test_cut_skips_change_the_u_net_alone(visit):
    page = visit("?tab=colorize")
    unet, resnet = src(page, "#colorize-unet"), src(page, "#colorize-resnet")
    page.locator("#colorize-skips input").click()
    changed(page, "#colorize-unet", unet)
    assert src(page, "#colorize-resnet") == resnet


def test_an_example_of_the_other_animal_turns_the_direction(visit):
    page = visit("?tab=cyclegan")
    before = src(page, "#cyclegan-compare")
    page.locator("#cyclegan-photo [data-example]").nth(1).click()
    changed(page, "#cyclegan-compare", before)
    assert page.get_by_role("radio", name="Zebra to horse").is_checked()
    assert "L1 error" in page.locator("#cyclegan-cycle .ga-note").inner_text()
    assert page.locator("#cyclegan-cycle img").count() == 3


def test_a_stroke_changes_the_building_in_the_palette_s_own_colours(visit):
    page = visit("?tab=pix2pix")
    first = src(page, "#pix2pix-building")
    canvas = page.locator("#pix2pix-canvas canvas")
    box = canvas.bounding_box()

    def drag(*points):
        page.mouse.move(box["x"] + points[0][0] * box["width"], box["y"] + points[0][1] * box["height"])
        page.mouse.down()
        for x, y in points[1:]:
            page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"], steps=4)
        page.mouse.up()

    page.get_by_role("button", name="Fill all").click()
    filled = changed(page, "#pix2pix-building", first)
    assert len(page.evaluate(PIXELS)) == 1
    page.get_by_role("button", name="door", exact=True).click()
    drag((0.2, 0.2), (0.6, 0.7))
    drawn = changed(page, "#pix2pix-building", filled)
    page.get_by_role("button", name="Brush", exact=True).click()
    page.get_by_role("button", name="balcony", exact=True).click()
    drag((0.1, 0.9), (0.5, 0.5), (0.93, 0.13))
    brushed = changed(page, "#pix2pix-building", drawn)
    palette = models.load("pix2pix").palette
    assert {tuple(p) for p in page.evaluate(PIXELS)} == {palette[k] for k in ("window", "door", "balcony")}
    page.get_by_role("button", name="Undo").click()
    assert changed(page, "#pix2pix-building", brushed) == drawn
    assert page.locator("#pix2pix-verdict img").nth(1).get_attribute("src").startswith("data:image/png")


def test_a_label_map_is_opened_snapped_and_a_sketch_started_from(visit, tmp_path):
    Image.radial_gradient("L").resize((300, 200)).save(tmp_path / "map.png")
    page = visit("?tab=pix2pix")
    before = src(page, "#pix2pix-building")
    page.locator("#pix2pix-canvas input[type=file]").set_input_files(tmp_path / "map.png")
    opened = changed(page, "#pix2pix-building", before)
    palette = models.load("pix2pix").palette
    assert {tuple(p) for p in page.evaluate(PIXELS)} <= set(palette.values())
    page.locator("#pix2pix-canvas [data-sketch]").first.click()
    assert changed(page, "#pix2pix-building", opened) == before
    page.locator("#pix2pix-reroll").click()
    changed(page, "#pix2pix-building", before)


def test_no_face_is_said_plainly_and_the_whole_picture_is_a_choice(visit, photo, found):
    found([])
    page = visit("?tab=stargan")
    src(page, "#stargan-compare")
    upload(page, "stargan", photo)
    page.locator("#stargan-faces .ga-note", has_text="No face was found").wait_for()
    assert page.locator("#stargan-bars .ga-bars").count() == 0
    before = src(page, "#stargan-compare")
    page.get_by_role("button", name="The whole picture", exact=True).click()
    changed(page, "#stargan-compare", before)
    page.locator("#stargan-bars .ga-bars").wait_for()


def test_three_faces_move_together_or_one_alone(visit, photo, found):
    found(ROW)
    page = visit("?tab=stargan")
    before = src(page, "#stargan-compare")
    upload(page, "stargan", photo)
    everybody = changed(page, "#stargan-compare", before)
    assert page.locator("#stargan-faces .ga-face").count() == 3
    page.get_by_role("button", name="Face 2 alone").click()
    one = changed(page, "#stargan-compare", everybody)
    page.get_by_role("radio", name="sad", exact=True).click()
    sad = changed(page, "#stargan-compare", one)
    inside, outside = (20, 5, 40, 25), (45, 0, 70, 25)
    assert picture(one).crop(outside).tobytes() == picture(sad).crop(outside).tobytes()
    assert picture(one).crop(inside).tobytes() != picture(sad).crop(inside).tobytes()
    page.get_by_role("button", name="All faces").click()
    changed(page, "#stargan-compare", sad)


def test_a_blend_and_every_expression_are_seen(visit):
    page = visit("?tab=stargan")
    before = src(page, "#stargan-compare")
    assert page.locator("#stargan-every img").count() == len(models.load("stargan").expressions)
    page.locator("#stargan-blend input[type=number]").fill("0.5")
    changed(page, "#stargan-compare", before)
    assert "happy to surprised" in page.locator("#stargan-compare").inner_text()
    assert "Back to" in page.locator("#stargan-cycle").inner_text()


def test_a_phone_shows_every_tab_without_scrolling_sideways(visit):
    page = visit(width=390)
    for name in TRANSLATORS:
        page.locator(f"a[data-tab={name}]").evaluate("link => link.click()")
        src(page, translation(name))
        page.wait_for_timeout(300)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, name
