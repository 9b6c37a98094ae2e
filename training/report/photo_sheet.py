"""Twenty photos unlike a translator's training pictures: a sheet of what becomes of them, and a page of figures.

Held-out pictures as they are, cut wide and tall, without colour, large.
"""

import numpy as np
from PIL import Image, ImageOps

import models
from models import atomic, hub
from models.image_files import plain
from training import judge, recipes
from training.data import sources
from training.judge import photos, translations
from training.report import markdown

PLACE = hub.ROOT / "docs" / "photos"
PHOTOS, CELL, COLUMNS = 20, 180, 5  # photos, px of one on the sheet, photos a row
GAP = 12  # px between photos


def write(t, source, folder, command):
    """Write VARIANT.jpg and VARIANT.md to a folder, keeping the page's words; the page's table.

    source: the set that t was trained on; None: the variant's default.
    """
    figures = held_out(t, source)
    found = translate(figures)
    folder.mkdir(parents=True, exist_ok=True)
    atomic.write(folder / f"{t.name}.jpg", lambda p: sheet(found).save(p, "JPEG", quality=88))
    page, table = folder / f"{t.name}.md", markdown.table(measure(figures, found))
    text = (
        f"# {models.entry(t.name).title}: twenty photos\n\n![Photos and translations]({t.name}.jpg)\n\n{table}\n\n"
        f"`{command}`: held-out pictures, evenly spaced, each kind in its turn. Grid: how far periods of 2 and 4 px "
        "stand out of the spectrum of what was painted, 1: not at all. Cast: how far the mean colour of the outer "
        f"eighth, where the background is, has moved, in a and b of Lab.\n\n{markdown.kept_words(page)}"
    )
    atomic.write(page, lambda p: p.write_text(text, encoding="utf-8"))
    return table


def held_out(t, source):
    """The `Figures` of t on held-out pictures at the size of photos."""
    recipe, scale = recipes.load(t.name), judge.figures_of(t.name).photo_scale
    channels = 6 if recipe.Game.pairs else 3
    real = sources.load(source or recipe.SETTINGS.data, t.resolution * scale, channels)
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
    for kind in figures.changes:
        pairs = [(before, after) for k, before, after in found if k == kind]
        done = [(before, after) for before, after in pairs if after is not None]
        row = {"photos": kind, "n": len(pairs), "translated": len(done)}
        unpainted = [None if figures.from_scratch else before for before, _ in done]
        row["grid"] = _mean([photos.grid(figures.t.resolution, y, x) for (_, y), x in zip(done, unpainted)])
        if figures.background_stays:
            row["cast"] = _mean([photos.cast(before, after) for before, after in done])
        rows.append(row)
    return rows


def _mean(values):
    return round(float(np.mean(values)), 2) if values else "-"


def sheet(found):
    """Photos, each beside its translation, on white: PIL RGB."""
    rows = -(-len(found) // COLUMNS)
    out = Image.new("RGB", (COLUMNS * (2 * CELL + GAP), rows * (CELL + GAP)), "white")
    for i, (_, *images) in enumerate(found):
        x, y = i % COLUMNS * (2 * CELL + GAP), i // COLUMNS * (CELL + GAP)
        for k, image in enumerate(images):
            if image is not None:
                small = ImageOps.contain(plain(image, "RGB"), (CELL, CELL), Image.Resampling.LANCZOS)
                out.paste(small, (x + k * (CELL + 2), y))
    return out
