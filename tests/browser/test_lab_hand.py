"""Points of the lab's figures in a real browser: moved, added and removed by mouse, by touch and by keyboard."""

from urllib.parse import parse_qs, urlsplit

import pytest

from tests.browser.test_lab import changed, link, opened, shown

QUERY = "?tab=lab&panel=transport"
# Where (0, 1) and (0.5, 0.5) lie on the canvas, read off what is painted: the blue and the orange point at x = 0.
POINTS = """() => {
  const canvas = [...document.querySelectorAll('.lab-panel canvas')].find(c => c.offsetWidth);
  const box = canvas.getBoundingClientRect(), scale = canvas.width / box.width, half = canvas.width / 2;
  const {data, width, height} = canvas.getContext('2d').getImageData(0, 0, half, canvas.height);
  const where = hue => {
    const found = [];
    for (let y = 60; y < height; y++) for (let x = 0; x < width; x++) {
      const i = 4 * (y * width + x);
      if (hue.every((v, k) => Math.abs(data[i + k] - v) < 2) && data[i + 3] > 250) found.push([x, y]);
    }
    const left = Math.min(...found.map(([x]) => x)), near = found.filter(([x]) => x < left + 14);
    const mean = axis => near.reduce((sum, point) => sum + point[axis], 0) / near.length / scale;
    return [box.left + mean(0), box.top + mean(1)];
  };
  return [where([37, 99, 235]), where([194, 87, 12])];
}"""


def points(page, side):
    """The points of a side in the panel's link; the example's where it has none."""
    text = parse_qs(urlsplit(link(page)).query).get(side, ["0,1;1,1" if side == "real" else "0,0;1,0"])[0]
    return [tuple(map(float, pair.split(","))) for pair in text.split(";")]


@pytest.fixture
def page(visit):
    return opened(visit, QUERY)


@pytest.fixture
def phone(visit):
    return opened(visit, QUERY, has_touch=True, is_mobile=True)


def test_a_point_is_dragged_and_one_is_added_by_a_click(page):
    (x, y), (_, low) = page.evaluate(POINTS)
    before = shown(page)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, (y + low) / 2, steps=4)
    page.mouse.up()
    page.wait_for_function("() => /real=0,0\\.[45]/.test(location.search)")
    assert points(page, "real")[1] == (1, 1) and changed(page, before)
    before = shown(page)
    page.mouse.click(x + 20, low - 30)
    changed(page, before)
    assert sorted(len(points(page, side)) for side in ("real", "fake")) == [2, 3]


def test_a_finger_chooses_moves_adds_and_removes(phone):
    (x, y), (_, low) = phone.evaluate(POINTS)
    remove = phone.locator("[data-hand=remove]:visible")
    assert remove.is_disabled(), "none is chosen yet"
    phone.touchscreen.tap(x, y)
    phone.locator(".lab-hand:visible span", has_text="A (0.00, 1.00)").wait_for()
    before = shown(phone)
    remove.tap()
    changed(phone, before)
    assert points(phone, "real") == [(1, 1)] and len(points(phone, "fake")) == 2
    assert remove.is_disabled(), "the last point of a side stays"
    before = shown(phone)
    phone.touchscreen.tap(x, (y + low) / 2)
    changed(phone, before)
    assert len(points(phone, "real")) == 2, "the smaller side grows"


def test_arrow_keys_move_a_point_and_delete_removes_it(page):
    before = shown(page)
    page.locator("[data-hand=next]:visible").press("Enter")
    page.locator(".lab-panel:visible canvas").focus()
    for key in ("ArrowDown", "ArrowDown", "Shift+ArrowRight"):
        page.keyboard.press(key)
    page.wait_for_function("() => location.search.includes('real=0.03')")  # the last of them is not lost
    (x, y), other = points(page, "real")
    assert 0 < x < 0.05 and 0.9 < y < 1 and other == (1, 1) and changed(page, before)
    page.locator(".lab-hand:visible span", has_text=f"A ({x:.2f}, {y:.2f})").wait_for()
    before = shown(page)
    page.keyboard.press("Delete")
    changed(page, before)
    assert points(page, "real") == [(1, 1)]
    before = shown(page)
    page.locator("[data-hand=add]:visible").press("Enter")
    changed(page, before)
    assert len(points(page, "real")) == 2
