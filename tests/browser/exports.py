"""What a game's panel lets a visitor keep."""

import csv


def exported(page, panel):
    """(the rows of its CSV, the module that its program is), as a locator's buttons give them."""
    with page.expect_download() as download:
        panel.locator("[data-csv]").click()
    with open(download.value.path(), encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    with page.expect_download() as download:
        panel.locator("[data-program]").click()
    scope = {"__name__": "exported"}
    with open(download.value.path(), encoding="utf-8") as file:
        exec(compile(file.read(), "program.py", "exec"), scope)
    return rows, scope
