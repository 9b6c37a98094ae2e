"""The page in Chinese and English, as browsers and the switch ask for it."""

import pytest

import models
from demo import panels
from tests.demo.texts import HAN, in_english

# What a visitor reads, and what a screen reader says.
READ = """() => {
  const seen = e => e.checkVisibility() && !e.closest('.vega-embed');
  const names = ['alt', 'aria-label', 'title', 'placeholder'];
  const said = [...document.querySelectorAll(names.map(name => `.gradio-container [${name}]`))].filter(seen)
    .flatMap(e => names.map(name => e.getAttribute(name) || ''));
  return [...document.querySelector('.gradio-container').innerText.split('\\n'), ...said];
}"""
OF_GRADIO = ("Reset to default value", "Export", "number input for", "range slider for", "Fullscreen", "Gradio footer")


def left(page):
    """What is in English on a page."""
    return {line for line in in_english(page.evaluate(READ)) if not line.startswith(OF_GRADIO)}


def address(page):
    return page.evaluate("location.search")


@pytest.mark.long
def test_a_chinese_browser_reads_chinese_on_every_tab(visit):
    page = visit(locale="zh-CN")
    page.locator(".ga-four img").nth(4 * len(models.names()) - 1).wait_for()
    assert not left(page) and "首页" in page.locator("#tab-home-button").inner_text()
    for name in models.names():
        page.locator(f"#tab-{name}-button").click()
        page.locator(".ga-facts:visible").wait_for()
        assert not left(page), name
    page.locator("#tab-lab-button").click()
    for name in panels.names():
        page.locator(f"#lab-{name}-button").click()
        view = page.locator(f"#lab-{name}-view")
        view.locator("canvas").first.wait_for(state="attached")  # all of it may be the answer to the guess
        if view.locator(".lab-skip").count():  # the guess, before the answer shows
            view.locator(".lab-skip").click()
            view.locator(".lab-number b").wait_for()
        assert not left(page), name


def test_the_switch_keeps_tab_and_state_and_stays_in_the_links(visit):
    page = visit("?tab=dcgan&seed=7&n=4", locale="en-US")
    page.locator("#dcgan-walk img").wait_for()
    assert not HAN.search(page.locator("#dcgan-stage").inner_text())
    page.locator("a[data-lang=zh]").click()
    page.wait_for_url("**lang=zh**")
    page.locator("#dcgan-grid img").nth(3).wait_for()
    assert (
        page.locator("#dcgan-seed input").input_value() == "7"
        and "复制链接" in page.locator("#dcgan-stage").inner_text()
    )
    page.locator("#dcgan-reroll").click()
    page.wait_for_function("!location.search.includes('seed=7&') && location.search.includes('lang=zh')")
    assert page.locator("#dcgan-stage .ga-link input").input_value().endswith("&lang=zh")
    page.locator("#tab-cyclegan-button").click()
    page.locator(".ga-facts:visible").wait_for()
    page.locator("a[data-lang=en]").click()
    page.wait_for_url("**lang=en**")
    page.locator("#cyclegan-compare img").first.wait_for()
    assert address(page) == "?tab=cyclegan&lang=en" and not HAN.search(page.locator("#cyclegan-compare").inner_text())


def test_an_error_is_in_the_language_of_the_page(visit):
    page = visit("?tab=gan&lang=zh", locale="en-US")
    page.locator("#gan-stage img").wait_for()
    page.locator("#gan-seed input").fill("-5")
    page.locator("#gan-seed input").blur()
    toast = page.locator(".toast-body")
    toast.wait_for()
    title = "[...document.querySelectorAll('.toast-title')].map(e => getComputedStyle(e, '::after').content)"
    assert "种子 -5 不可用" in toast.inner_text() and page.evaluate(title) == ['"出错了"']
