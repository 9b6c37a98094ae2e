"""A public checkpoint in a real browser: chosen, read about, downloaded, stopped, downloaded whole, played with."""

import json

import pytest

from models import hub
from tests.demo import site
from tests.demo.test_offer import FILE, REPO, server  # noqa: F401
from tests.hub_server import PIECE


@pytest.fixture(scope="module")
def weights(tmp_path_factory):
    with site.throw_away(tmp_path_factory.mktemp("page")) as folder:
        yield folder


@pytest.fixture(scope="module")
def address(browser, server):  # noqa: F811
    with site.served() as (url, _):
        yield url


@pytest.mark.long
@pytest.mark.parametrize("width", [1280, 390])
def test_a_download_shows_how_far_it_is_stops_and_ends_in_the_tab(visit, server, width):  # noqa: F811
    name = f"cats-{width}"
    manifest = json.loads(hub.MANIFEST.read_text())
    manifest["public"][name] = manifest["public"]["cats"]
    hub.MANIFEST.write_text(json.dumps(manifest))
    server.pause = 0.2
    page = visit("?tab=dcgan", width=width)
    page.locator("#dcgan-stage img").wait_for()
    page.locator("#dcgan-weights input").click()
    page.locator("[role=option]").filter(has_text=name).click()
    card = page.locator(".ga-missing")
    card.filter(has_text=REPO).filter(has_text=FILE).filter(has_text="mit").wait_for()
    assert page.locator("#dcgan-stage").is_hidden()
    page.locator("#dcgan-download-weights").click()
    bar = page.locator("#dcgan-progress [role=progressbar]")
    page.wait_for_function("bar => Number(bar.getAttribute('aria-valuenow')) > 5", arg=bar.element_handle())
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.locator("#dcgan-stop").click()
    page.get_by_text("MB: the next download goes on from there").first.wait_for()
    card.filter(has_text="came before").wait_for()
    server.pause = 0
    page.locator("#dcgan-download-weights").click()
    page.locator("#dcgan-stage img").wait_for()
    card.wait_for(state="hidden")
    assert server.starts[-1] >= PIECE
    assert page.locator("#dcgan-weights input").input_value() == name
    fact = page.locator("dd").filter(has_text=f"{REPO}@").first
    if width < 640:  # where the checkpoint's facts are folded
        page.locator(".ga-fold:visible > .label-wrap").last.click()
    fact.wait_for()
