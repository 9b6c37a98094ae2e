"""What a visitor sees and does, in a real browser."""

import io

import pytest
from PIL import Image

import models
from demo.bench import MOVE
from demo.tabs import tab_class
from tests.demo import tiny

TABS = {name: models.entry(name).title for name in tiny.NOISE}
CATS = [name for name in TABS if tab_class(name).shares_seed_with == "cats"]


def stage(page, name):
    """The tab's picture once it is there: its data URI."""
    image = page.locator(f"#{name}-stage img")
    image.wait_for()
    return image.get_attribute("src")


def changed(page, name, before):
    """The tab's picture once it is another one."""
    page.wait_for_function(
        "([s, before]) => document.querySelector(s).src !== before", arg=[f"#{name}-stage img", before]
    )
    return stage(page, name)


def test_home_shows_the_family_and_leads_to_a_tab(visit):
    page = visit()
    page.locator(".ga-four img").nth(4 * len(models.names()) - 1).wait_for()
    assert page.locator(".ga-card").count() == len(models.names())
    assert page.locator(".ga-four").count() == page.locator(".ga-card a[data-tab]").count() == len(models.names())
    page.locator("a[data-tab=wgan_gp]").click()
    assert stage(page, "wgan_gp").startswith("data:image/png")


def test_every_tab_opens_with_pictures(visit):
    page, decoded = visit(), "images => images.every(i => i.complete && i.naturalWidth > 0)"
    for name, title in TABS.items():
        page.get_by_role("tab", name=title, exact=True).click()
        stage(page, name)
        page.locator(f"#{name}-grid img").nth(15).wait_for()
        page.locator(f"#{name}-real img").nth(7).wait_for()
        page.locator(f"#{name}-walk img").wait_for()
        assert f"gan-atlas/{name}" in page.locator(".ga-facts:visible").inner_text()
        assert page.locator(f"#{name}-grid img").evaluate_all(decoded), name


def test_a_slider_moves_the_picture(visit):
    page = visit("?tab=dcgan")
    before = stage(page, "dcgan")
    assert page.evaluate(MOVE, ["#dcgan-d1", "#dcgan-stage img", 4]) > 0
    moved = stage(page, "dcgan")
    assert moved != before
    page.locator("#dcgan-reset").click()
    assert changed(page, "dcgan", moved) == before, "back at zero it is the seed's own picture again"


def test_moves_leave_nothing_in_the_browsers_storage(visit):
    page = visit("?tab=dcgan")
    stage(page, "dcgan")
    for value in (1, 2, 3):
        page.evaluate(MOVE, ["#dcgan-d1", "#dcgan-stage img", value])
    kept = page.evaluate("() => JSON.stringify({...localStorage, ...sessionStorage})")
    assert "data:image" not in kept and len(kept) < 2000


def test_reroll_draws_others(visit):
    page = visit("?tab=sngan")
    before, seed = stage(page, "sngan"), page.locator("#sngan-seed input")
    assert seed.input_value() == "0"
    page.locator("#sngan-reroll").click()
    changed(page, "sngan", before)
    assert seed.input_value() != "0"


def test_a_link_reopens_the_same_state(visit):
    page = visit("?tab=cgan&seed=21&n=9&pick=2&label=sea")
    first = stage(page, "cgan")
    assert page.locator("#cgan-grid img").count() == 9
    page.evaluate(MOVE, ["#cgan-d2", "#cgan-stage img", -2.5])
    moved, link = stage(page, "cgan"), page.locator("#cgan-stage .ga-link input").input_value()
    assert moved != first
    again = visit(link[link.index("?") :])
    assert stage(again, "cgan") == moved
    assert again.locator("#cgan-d2 input[type=range]").input_value() == "-2.5"
    assert again.locator("#cgan-grid [aria-pressed=true]").get_attribute("data-i") == "2"
    again.wait_for_function("() => location.search.includes('label=sea')")


def test_the_four_cat_tabs_share_one_seed(visit):
    page = visit("?tab=dcgan")
    before = stage(page, "dcgan")
    page.locator("#dcgan-seed input").fill("1234")
    changed(page, "dcgan", before)
    for name in CATS[1:]:
        page.get_by_role("tab", name=TABS[name], exact=True).click()
        shown = f"Seed {1234 + tab_class(name).opening.pick},"
        page.wait_for_function(
            "([s, t]) => document.querySelector(s)?.alt.startsWith(t)", arg=[f"#{name}-stage img", shown]
        )
        assert page.locator(f"#{name}-seed input").input_value() == "1234"


def test_a_click_in_the_grid_takes_that_picture(visit):
    page = visit("?tab=wgan")
    stage(page, "wgan")
    cell = page.locator("#wgan-grid .ga-cell").nth(3)
    cell.click()
    page.wait_for_function("() => document.querySelector('#wgan-stage img').alt.startsWith('Seed 3,')")
    assert stage(page, "wgan") == cell.locator("img").get_attribute("src")


def test_the_grid_downloads_as_png(visit):
    page = visit("?tab=gan&n=4")
    page.locator("#gan-grid img").nth(3).wait_for()
    with page.expect_download() as download:
        page.locator("#gan-download").click()
    with open(download.value.path(), "rb") as file:
        image = Image.open(io.BytesIO(file.read()))
    assert image.format == "PNG" and image.size == (128, 128)


def test_an_upload_is_judged_and_a_bad_one_refused_in_one_line(visit, tmp_path):
    good, bad = tmp_path / "good.png", tmp_path / "bad.png"
    Image.new("RGB", (90, 70), "red").save(good)
    bad.write_bytes(b"no picture")
    page = visit("?tab=dcgan")
    stage(page, "dcgan")
    for file in (good, bad):
        page.locator("#dcgan-upload input[type=file]").set_input_files(file)
        page.locator("#dcgan-yours img").wait_for()
    toast = page.locator(".toast-body")
    toast.wait_for()
    assert "no picture" in toast.inner_text()


def test_a_bad_seed_is_one_clear_line(visit):
    page = visit("?tab=gan")
    before = stage(page, "gan")
    page.locator("#gan-seed input").fill("1.5")
    toast = page.locator(".toast-body")
    toast.wait_for()
    assert "give a whole number" in toast.inner_text()
    page.locator("#gan-seed input").fill("15")
    changed(page, "gan", before)


def test_a_phone_shows_every_tab_without_scrolling_sideways(visit):
    page = visit(width=390)
    page.locator(".ga-four img").last.wait_for(state="attached")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    for name in TABS:
        page.locator(f"a[data-tab={name}]").evaluate("link => link.click()")
        stage(page, name)
        page.locator(f"#{name}-grid img").nth(15).wait_for()
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, name


def test_on_a_phone_the_picture_stays_in_sight_of_its_sliders(visit):
    page = visit("?tab=dcgan", width=390)
    stage(page, "dcgan")
    page.locator("#dcgan-d6").evaluate("slider => slider.scrollIntoView({block: 'end'})")
    page.wait_for_function("s => document.querySelector(s).getBoundingClientRect().top >= 0", arg="#dcgan-stage img")


def test_a_number_typed_beyond_a_slider_s_end_moves_to_the_end(visit):
    page = visit("?tab=gan")
    before = stage(page, "gan")
    page.locator("#gan-d1 input[type=number]").fill("99")
    changed(page, "gan", before)
    assert "d=6,0" in page.locator("#gan-stage .ga-link input").input_value()


def test_the_picture_grows_under_the_slider(visit):
    page = visit("?tab=progan")
    stage(page, "progan")
    size = "() => document.querySelector('#progan-stage .ga-picture').naturalWidth"
    caption = page.locator("#progan-stage .ga-caption")
    assert page.evaluate(size) == 64 and caption.inner_text() == "64 px"
    assert page.evaluate(MOVE, ["#progan-level", "#progan-stage img", 2.5]) > 0
    assert page.evaluate(size) == 32 and caption.inner_text() == "32 px, 50 % faded in"
    shown, link = stage(page, "progan"), page.locator("#progan-stage .ga-link input").input_value()
    assert page.locator("#progan-stages img").count() == 5
    again = visit(link[link.index("?") :])
    assert stage(again, "progan") == shown
    assert again.locator("#progan-level input[type=range]").input_value() == "2.5"


def test_a_click_on_the_picture_shows_where_that_point_looks(visit):
    page = visit("?tab=sagan")
    stage(page, "sagan")
    maps = page.locator("#sagan-maps .ga-map")
    maps.nth(4).wait_for()
    page.locator("#sagan-clear").click()
    maps.first.wait_for(state="detached")
    page.locator("#sagan-stage .ga-frame").scroll_into_view_if_needed()
    box = page.locator("#sagan-stage .ga-frame").bounding_box()
    page.mouse.click(box["x"] + 0.25 * box["width"], box["y"] + 0.75 * box["height"])
    maps.first.wait_for()
    assert maps.count() == page.locator("#sagan-stage .ga-dot").count() == 1
    shares = page.locator("#sagan-stage .ga-dot").evaluate("dot => [dot.style.left, dot.style.top].map(parseFloat)")
    assert shares == pytest.approx([25, 75], abs=1)
    page.mouse.click(box["x"] + 0.5 * box["width"], box["y"] + 0.5 * box["height"])
    maps.nth(1).wait_for()
    before = maps.first.locator("img").nth(1).get_attribute("src")
    page.evaluate(MOVE, ["#sagan-d1", "#sagan-stage img", 4])
    page.wait_for_function("before => document.querySelectorAll('#sagan-maps img')[1].src !== before", arg=before)
    assert maps.count() == 2, "the points stay while the picture moves"


def test_truncation_and_blend_move_the_picture_and_are_in_the_link(visit):
    page = visit("?tab=biggan&n=4&pick=0")
    stage(page, "biggan")
    page.locator("#biggan-d5").get_by_text("Block to 64 px").wait_for()
    page.locator("#biggan-sweep img").wait_for()
    assert page.evaluate(MOVE, ["#biggan-truncation", "#biggan-stage img", 0.5]) > 0
    assert page.evaluate(MOVE, ["#biggan-blend", "#biggan-stage img", 0.4]) > 0
    caption = page.locator("#biggan-stage .ga-caption").inner_text()
    assert caption == "60 % buildings, 40 % cat, z within ±0.5"
    shown, link = stage(page, "biggan"), page.locator("#biggan-stage .ga-link input").input_value()
    assert "truncation=0.5" in link and "blend=0.4" in link
    again = visit(link[link.index("?") :])
    assert stage(again, "biggan") == shown
