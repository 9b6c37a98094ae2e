"""The film of a run: an animated PNG that shows the run from its start to the round that it has come to."""

import pytest
from PIL import Image


def film(page, panel):
    """The film that the panel's button saves, as a PIL image."""
    with page.expect_download() as download:
        page.locator(f"#lab-{panel}-view [data-film]").click()
    assert download.value.suggested_filename == f"{panel}.png"
    path = download.value.path()
    assert path.stat().st_size < 6e6
    return Image.open(path)


def pictures(image):
    """The pixels of every frame."""
    found = []
    for i in range(image.n_frames):
        image.seek(i)
        found.append(image.convert("RGB").tobytes())
    return found


@pytest.mark.parametrize(
    "panel, query, frames",
    [
        ("game", "&units=4&steps=40", 41),
        pytest.param("two_runs", "&units=4&steps=100", 51, marks=pytest.mark.long),
        pytest.param("labels", "&steps=40", 41, marks=pytest.mark.long),
        pytest.param("cycle", "&steps=600", 56, marks=pytest.mark.long),
    ],
)
def test_a_run_is_saved_as_a_film(visit, panel, query, frames):
    page = visit(f"?tab=lab&panel={panel}{query}")
    page.locator(f"#lab-{panel}-view .game-step").filter(has_text="Round 0").wait_for()
    image = film(page, panel)
    assert image.format == "PNG" and image.is_animated and image.n_frames == frames <= 60
    assert len(set(pictures(image))) == frames, "something moves in every frame"
    assert image.info["duration"] == 2000, "the last one stays"


@pytest.mark.long
def test_a_film_is_of_the_moves_too_and_may_be_stopped(visit):
    page = visit("?tab=lab&panel=game&units=4&at=30")
    page.locator(".game-step:visible").filter(has_text="Round 30").wait_for()
    plain = pictures(film(page, "game"))
    moved = visit("?tab=lab&panel=game&units=4&at=30&moves=10:g_rate:0.1")
    moved.locator(".game-step:visible").filter(has_text="Round 30").wait_for()
    other = pictures(film(moved, "game"))
    assert plain[:11] == other[:11] and plain[11] != other[11], "from the moved round on it is another run"
    long = visit("?tab=lab&panel=game&steps=5000")
    button = long.locator("[data-film]:visible")
    button.click()
    button.filter(has_text="click to stop").wait_for()
    button.click()
    assert button.inner_text() == "Save the film"
