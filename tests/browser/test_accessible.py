"""Every tab by axe-core, in light and dark: labels, names of buttons, alt texts, contrast."""

import pytest
from axe_playwright_python.sync_playwright import Axe

import models
from demo import panels

TABS = ["", *(f"?tab={name}" for name in models.names()), *(f"?tab=lab&panel={name}" for name in panels.names())]
SHORT = ("?tab=biggan",)
# A tab is there with its facts, home with its pictures, a panel of the lab with its buttons.
THERE = """() => [...document.querySelectorAll(
  '.ga-four img, .ga-facts dd, [id^=lab-][id$=-view] button')].some(e => e.checkVisibility())"""
# Each fold that can be seen is opened once.
OPEN = """() => document.querySelectorAll('button.label-wrap:not(.open)').forEach(
  fold => fold.checkVisibility() && fold.click())"""


def findings(page):
    """What axe-core calls serious or critical on a page, with its accordions open."""
    page.evaluate(OPEN)
    page.wait_for_timeout(300)
    found = Axe().run(page).response["violations"]
    return [
        f"{each['id']}: {node['html'][:200]} {node['failureSummary']}"
        for each in found
        if each["impact"] in ("serious", "critical")
        for node in each["nodes"]
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("tab", [tab if tab in SHORT else pytest.param(tab, marks=pytest.mark.long) for tab in TABS])
def test_no_tab_has_a_serious_finding(visit, tab, scheme):
    page = visit(tab, color_scheme=scheme)
    page.wait_for_function(THERE)
    assert not findings(page)
