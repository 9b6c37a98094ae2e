"""What a visitor is spared: lost answers, warnings in the console, a second line of tabs."""

import time

import pytest

import models
from models.runtime.batches import Batches
from tests.browser.test_page import changed, stage

# Holds the end of the page's first stream until the next queued event has been answered.
HOLD_THE_CLOSING = """
const ask = window.fetch, text = new TextDecoder(), bytes = new TextEncoder();
let streams = 0, release;
const answered = new Promise(done => { release = done; });
window.fetch = async (input, options) => {
  const url = String(input.url || input), answer = await ask(input, options);
  if (url.includes('/queue/join') && window.closing) setTimeout(release, 10);
  if (!url.includes('/queue/data') || streams++) return answer;
  const hold = new TransformStream({async transform(chunk, out) {
    const words = text.decode(chunk), at = words.search(/data: [^\\n]*close_stream/);
    if (at < 0) return out.enqueue(chunk);
    out.enqueue(bytes.encode(words.slice(0, at)));
    window.closing = true;
    await answered;
    out.enqueue(bytes.encode(words.slice(at)));
  }});
  return new Response(answer.body.pipeThrough(hold), {headers: answer.headers});
};
"""


def opened_by_hand(page):
    page.get_by_role("tab", name="DCGAN", exact=True).click()
    stage(page, "dcgan")
    page.locator("#dcgan-grid img").nth(15).wait_for()
    page.locator("#dcgan-walk img").wait_for()
    assert page.evaluate("window.stayed"), "the page was not loaded anew"


def test_a_tab_is_filled_though_its_first_stream_is_dropped(visit):
    dropped = []

    def drop(route):
        dropped.append(route.request.url)
        route.abort() if len(dropped) == 1 else route.continue_()

    page = visit(prepare=lambda page: page.route("**/queue/data*", drop))
    page.evaluate("window.stayed = true")
    opened_by_hand(page)
    assert len(dropped) > 1 and all("ERR_FAILED" in line for line in visit.trouble)
    visit.trouble.clear()


def test_a_tab_is_filled_though_its_stream_says_nothing(visit):
    page = visit(prepare=lambda page: page.route("**/queue/data*", lambda route: route.fulfill(body="")))
    page.get_by_role("tab", name="DCGAN", exact=True).click()
    stage(page, "dcgan")
    page.locator("#dcgan-real img").nth(7).wait_for()


def test_an_event_sent_while_the_stream_closes_is_answered(visit):
    page = visit("?tab=dcgan", prepare=lambda page: page.add_init_script(HOLD_THE_CLOSING))
    before = stage(page, "dcgan")
    page.wait_for_function("window.closing")
    page.locator("#dcgan-reroll").click()
    changed(page, "dcgan", before)


def test_opening_plots_warns_of_nothing(visit):
    said = []
    page = visit(prepare=lambda page: page.on("console", lambda m: said.append(m.text)))
    page.get_by_role("tab", name="WGAN", exact=True).click()
    page.locator(".vega-embed canvas, .vega-embed svg").nth(1).wait_for()
    page.locator("#wgan-walk img").wait_for()
    assert not said


@pytest.mark.parametrize("width", [390, 1280])
def test_the_tabs_are_one_line(visit, width):
    page = visit(width=width)
    page.locator(".ga-four img").last.wait_for()
    tops = page.locator("#rooms [role=tab]").evaluate_all("tabs => tabs.map(t => t.getBoundingClientRect().top)")
    assert len(tops) == 2 + len(models.names()) and len(set(tops)) == 1


def test_a_phone_shows_biggans_picture_and_its_threshold_at_once_and_folds_the_rest(visit):
    page = visit("?tab=biggan", width=390)
    stage(page, "biggan")
    page.locator("#biggan-d1").wait_for(state="hidden")
    for part in ("#biggan-stage img", "#biggan-truncation", "#tab-biggan-button"):
        box = page.locator(part).bounding_box()
        assert box["y"] + box["height"] < 844 and 0 <= box["x"] < box["x"] + box["width"] <= 390, part
    page.locator(".ga-fold:visible button.label-wrap").first.click()
    page.locator("#biggan-d1").wait_for()


def test_a_phone_finds_the_parts_beneath_folded_and_whole_when_it_opens_them(visit):
    page = visit("?tab=biggan", width=390)
    part = page.locator(".ga-fold:visible", has_text="Larger batches, tried on equal budgets")
    page.locator("#biggan-sweep img").wait_for()
    part.locator(".vega-embed").first.wait_for(state="hidden")
    page.wait_for_function("document.documentElement.scrollHeight < 5000")
    part.locator("button.label-wrap").first.click()
    part.locator(".vega-embed").first.wait_for()
    assert part.locator(".vega-embed").first.bounding_box()["width"] > 250


def test_home_shows_where_its_pictures_will_be(visit):
    page = visit(prepare=lambda page: page.route("**/run/predict", lambda route: None))
    page.locator(".ga-four i").nth(4 * len(models.names()) - 1).wait_for()
    assert page.locator(".ga-card h3").count() == len(models.names()) and not page.locator(".ga-four img").count()


def test_a_picture_that_takes_long_is_seen_to_be_under_way(visit, monkeypatch):
    page = visit("?tab=dcgan")
    before = stage(page, "dcgan")
    page.locator("#dcgan-walk img").wait_for()
    run = Batches._run
    monkeypatch.setattr(Batches, "_run", lambda own, parts: (time.sleep(1.5), run(own, parts))[1])
    page.locator("#dcgan-d1 input[type=range]").focus()
    page.keyboard.press("ArrowRight")
    page.locator("#dcgan-stage [data-busy]").wait_for()
    changed(page, "dcgan", before)
    page.locator("#dcgan-stage [data-busy]").wait_for(state="detached")
