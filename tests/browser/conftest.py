"""A real browser on the page, which this process serves on tiny weights."""

import os
import shutil

import pytest

from demo.bench import FLAGS
from demo.parts import game
from tests.demo import site

WEBCAM = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")


@pytest.fixture(scope="package")
def browser():
    if not CHROMIUM:
        if os.environ.get("GAN_ATLAS_REQUIRE_BROWSER"):
            pytest.fail("GAN_ATLAS_REQUIRE_BROWSER is set and there is no chromium: apt install chromium")
        pytest.skip("no chromium on this machine: apt install chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as p:
        browser = p.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS, *WEBCAM])
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def address(browser, tmp_path_factory):
    root = tmp_path_factory.mktemp("browser")
    with site.throw_away(root, resolution=64, width=8), site.served() as (url, _):
        yield url


@pytest.fixture
def visit(browser, address):
    """visit("?tab=dcgan"): a page of its own, whose console errors and foreign requests fail the test.

    prepare(page) is called before the page is opened. options: of the browser, such as its locale.
    """
    trouble, contexts = [], []

    def go(query="", width=1280, prepare=None, **options):
        viewport = {"width": width, "height": 900}
        context = browser.new_context(viewport=viewport, accept_downloads=True, **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(120_000)  # a machine that trains beside is slow
        page.on("console", lambda m: trouble.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda e: trouble.append(str(e)))
        page.on(
            "request",
            lambda r: None if r.url.startswith((address, "data:", "blob:")) else trouble.append(f"fetched {r.url}"),
        )
        if prepare:
            prepare(page)
        page.goto(f"{address}/{query}")
        return page

    go.trouble = trouble
    yield go
    for context in contexts:
        context.close()
    assert not trouble, trouble


@pytest.fixture(scope="module")
def blank(browser):
    """A page that holds the worker's scripts and nothing else."""
    page = browser.new_page()
    page.add_script_tag(content=game.script(game.WORKER))
    yield page
    page.close()
