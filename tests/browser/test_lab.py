"""The lab in a real browser: every panel draws, and every control moves its number."""

import re

import pytest

from demo import panels

PAINTED = """() => [...document.querySelectorAll('.lab-panel canvas')].filter(c => c.offsetWidth).map(c => {
  if (!c.width || !c.height) return 0;  // not laid out yet
  const data = c.getContext('2d').getImageData(0, 0, c.width, c.height).data, seen = new Set();
  for (let i = 0; i < data.length; i += 4) if (data[i + 3] > 200) seen.add(data.slice(i, i + 3).join());
  return seen.size;
})[0]"""
SLIDE = "(range, value) => { range.value = value; range.dispatchEvent(new Event('input', {bubbles: true})); }"
SHOWN = """() => [...document.querySelectorAll('.lab-number, .lab-words')].filter(e => e.offsetWidth)
  .map(e => e.innerText).join()"""
LEARNED = "![...document.querySelectorAll('.lab-learning')].some(e => e.offsetWidth)"
LINK = "() => [...document.querySelectorAll('.lab-panel .ga-link input')].find(e => e.offsetWidth).value"
SERVED = [name for name in panels.names() if not panels.load(name).live]


def skip_guess(page):
    """The visible panel with its number shown."""
    page.locator(".lab-panel:visible .lab-lecture").wait_for()
    skip = page.locator(".lab-panel:visible .lab-skip")
    if skip.count():
        skip.click()
    page.locator(".lab-number:visible b").wait_for()


def opened(visit, query, **options):
    """The lab at a link, its guess skipped."""
    page = visit(query, **options)
    skip_guess(page)
    page.wait_for_function(f"() => {LEARNED}")
    return page


def shown(page):
    """The visible panel's number and words."""
    return page.evaluate(SHOWN)


def link(page):
    """The visible panel's link."""
    return page.evaluate(LINK)


def changed(page, before):
    """The same once they are others, and nothing learns any more."""
    page.wait_for_function(f"before => ({SHOWN})() !== before && {LEARNED}", arg=before)
    return shown(page)


@pytest.mark.parametrize("width", [1280, pytest.param(390, marks=pytest.mark.long)])
def test_every_panel_draws(visit, width):
    page = visit("?tab=lab", width=width)
    for place, name in enumerate(panels.names()):
        page.locator("#lab > .tab-wrapper [role=tab]:visible").nth(place).click()
        skip_guess(page)
        page.wait_for_function(f"() => ({PAINTED})() > 4")
        assert re.search(r"\d|\u221e", page.locator(".lab-number:visible b").inner_text()), name
        assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth"), (
            "nothing lies beside the screen"
        )


def but_for(short, names=SERVED):
    """The names, of which all but these are tested where tests may take long."""
    return [name if name in short else pytest.param(name, marks=pytest.mark.long) for name in names]


@pytest.mark.parametrize("name", but_for({"divergences", "fitting", "transport", "counts"}))
def test_every_control_moves_the_number(visit, name):
    page = opened(visit, f"?tab=lab&panel={name}")
    sliders = page.locator(".lab-room:visible input[type=range]")
    for i in range(sliders.count()):
        before, low, high = shown(page), *(float(sliders.nth(i).get_attribute(end)) for end in ("min", "max"))
        sliders.nth(i).evaluate(SLIDE, high if float(sliders.nth(i).input_value()) < (low + high) / 2 else low)
        moved = changed(page, before)
        page.locator("[data-reset]:visible").click()
        assert "seed=" in link(page) or changed(page, moved) == before, "reset keeps the seed alone"
    boxes = page.locator(".lab-room:visible input[type=checkbox]")
    for i in range(boxes.count()):
        before = shown(page)
        boxes.nth(i).click()
        changed(page, before)
    found, choices = {shown(page)}, page.locator(".lab-room:visible input[type=radio]")
    for i in range(choices.count()):
        if not choices.nth(i).is_checked():
            before = link(page)
            choices.nth(i).click()
            page.wait_for_function("before => (" + LINK + ")() !== before", arg=before)
            found.add(shown(page))
    assert len(found) > choices.count() / 2


@pytest.mark.parametrize("name", but_for({"divergences"}))
def test_presets_and_the_link(visit, name):
    page = opened(visit, f"?tab=lab&panel={name}")
    before = shown(page)
    page.locator("[data-preset]:visible").last.click()
    moved = changed(page, before)
    page.wait_for_function("link => location.href === link", arg=link(page))
    assert shown(opened(visit, link(page)[link(page).index("?") :])) == moved


def test_a_guess_comes_before_the_number(visit):
    page = visit("?tab=lab&panel=divergences&shift=3")
    page.locator("[data-guess='0']:visible").wait_for()
    assert not page.locator(".lab-number:visible b").count() and "slope" not in page.locator(".lab-words").inner_text()
    page.locator("[data-guess='0']:visible").click()
    assert page.locator(".lab-number:visible b").inner_text() == "0"
    assert page.locator(".lab-wrong:visible").count() == 1
    page.locator("[data-reset]:visible").click()
    page.wait_for_function("() => document.querySelector('.lab-number b').innerText === '0.347'")


def test_a_density_is_drawn_with_the_mouse(visit):
    page = opened(visit, "?tab=lab&panel=divergences&shape=draw_p&shift=2")
    before, box = shown(page), page.locator(".lab-panel:visible canvas").bounding_box()
    page.mouse.move(box["x"] + 120, box["y"] + 200)
    page.mouse.down()
    page.mouse.move(box["x"] + 200, box["y"] + 80, steps=6)
    page.mouse.up()
    changed(page, before)
    page.wait_for_function("() => location.search.includes('&p=')")
    assert page.locator("#lab-divergences-shift input[type=range]").input_value() == "0", "what is drawn is not moved"


def test_the_index_opens_panels_and_tabs(visit):
    page = opened(visit, "?tab=lab")
    page.locator("#lab-index button").first.click()
    page.locator(".lab-claims li").nth(90).wait_for()
    page.locator(".lab-claims a[data-room='tab-lab lab-fitting']").first.click()
    page.locator("#lab-fitting-view .lab-lecture").wait_for()
    page.locator(".lab-claims a[data-room=tab-biggan]").first.click()
    page.locator("#biggan-stage img").wait_for()


def test_a_slider_redraws_while_the_hand_moves(visit):
    page = opened(visit, "?tab=lab&panel=divergences")
    seen = page.evaluate("""async () => {
      const range = document.querySelector('#lab-divergences-shift input[type=range]'), seen = new Set();
      for (let i = 0; i <= 40; i++) {
        range.value = i / 40 * 2;
        range.dispatchEvent(new Event('input', {bubbles: true}));
        await new Promise(done => setTimeout(done, 50));
        seen.add(document.querySelector('.lab-words dl').innerText);
      }
      return seen.size;
    }""")
    assert seen > 5, "figures follow before the hand is at rest"
