"""Twenty photos unlike a translator's training pictures: a sheet of what becomes of them, and a page of figures.

Held-out pictures as they are, cut wide and tall, without colour, large.
"""

import numpy as np
import pandas as pd

import models
from models import hub
from training import judge, recipes
from training.data import sources
from training.judge import photos, translations
from training.report import sheet, text

PLACE = hub.ROOT / "docs" / "photos"
PHOTOS, COLUMNS = 20, 5  # photos, photos a row on the sheet


def write(t, source, folder, command):
    """Write VARIANT.jpg and VARIANT.md to a folder, keeping the page's words; the page's table.

    source: the set that t was trained on; None: the variant's default.
    """
    figures = held_out(t, source)
    found = translate(figures)
    cells = [cell for kind, photo, translation in found for cell in ((kind, photo), ("", translation))]
    folder.mkdir(parents=True, exist_ok=True)
    sheet.draw([cells[i : i + 2 * COLUMNS] for i in range(0, len(cells), 2 * COLUMNS)], folder / f"{t.name}.jpg")
    table = text.table(measure(figures, found))
    text.write_page(
        folder / f"{t.name}.md",
        f"# {models.entry(t.name).title}: twenty photos\n\n![Photos and translations]({t.name}.jpg)\n\n{table}\n\n"
        f"`{command}`: held-out pictures, evenly spaced, each kind in its turn. Grid: how far periods of 2 and 4 px "
        "stand out of the spectrum of what was painted, 1: not at all. Cast: how far the mean colour of the outer "
        "eighth, where the background is, has moved, in a and b of Lab.",
    )
    return table


def held_out(t, source):
    """The `Figures` of t on held-out pictures at the size of photos."""
    recipe, size = recipes.load(t.name), t.resolution * judge.figures_of(t.name).photo_scale
    real = sources.load(source or recipe.SETTINGS.data, size, 6 if recipe.Game.pairs else 3)
    return translations.held_out(t, real)


def translate(figures):
    """[(kind, photo, translation)] of PHOTOS photos, kinds and ways by turns; None where no face is found."""
    changes, found = list(figures.changes.items()), []
    for i, (image, ways, _) in enumerate(figures.inputs(PHOTOS)):
        kind, change = changes[i % len(changes)]
        photo, options = change(image), dict(list(ways.values())[i % len(ways)])
        options.pop("faces", None)  # they have to be found
        try:
            found.append((kind, photo, figures.t.translate(photo, **options)))
        except ValueError:
            found.append((kind, photo, None))
    return found


def measure(figures, found):
    """One row a kind of photo: how many were translated, and the means of what can be measured."""
    rows = []
    for kind, before, after in found:
        unpainted = None if figures.from_scratch else before
        grid = photos.grid(figures.t.resolution, after, unpainted) if after else np.nan
        cast = photos.cast(before, after) if after and figures.background_stays else np.nan
        rows.append({"photos": kind, "n": 1, "translated": after is not None, "grid": grid, "cast": cast})
    kinds = pd.DataFrame(rows).groupby("photos", sort=False)
    found = kinds.agg({"n": "sum", "translated": "sum", "grid": "mean", "cast": "mean"}).dropna(axis=1, how="all")
    return found.round(2).fillna("-").reset_index().to_dict("records")
