"""A claim's page: CLAIM.json, the plots, a sheet of pictures, and Markdown around them."""

from matplotlib.figure import Figure

from training.engine.checkpoint import write as write_file
from training.report import sheet, text

X_TITLES = {"images": "pictures that D has seen", "seconds": "seconds of learning"}


def write(folder, name, found, rows, judge):
    """Write everything to a folder; the page's words are kept. The table.

    found: what CLAIM.json holds. rows: of pictures, [[(title, PIL image), ...], ...]. judge: has the `caption` of the
    pictures and says what n counts (`sides`).
    """
    folder.mkdir(parents=True, exist_ok=True)
    text.write_json(folder / f"{name}.json", found)
    plot(found, folder / f"{name}.png")
    sheet.draw(rows, folder / f"{name}-pictures.jpg")
    titles, figures = {key: title for title, key in found["columns"].items()}, table(found)
    plots = " and ".join(f"{titles[y]} against {x}" for x, y in found["curves"])
    text.write_page(
        folder / f"{name}.md",
        f"# {found['title']}\n\n![{plots}]({name}.png)\n\n![{judge.caption}]({name}-pictures.jpg)\n\n{figures}\n\n"
        f"`{found['command']}`: {found['n']} {judge.sides}, seed {found['seed']}, features: {found['features']}. "
        "Such figures compare with each other alone. Images are those that D has seen.",
    )
    return figures


def table(found):
    """What every arm had reached at the end of its budget, in Markdown."""
    columns, rows = {**found["columns"], "images": "images", "seconds": "seconds"}, []
    for label, (*_, last) in found["arms"].items():
        speed = round(last["images"] / max(1e-3, last["seconds"]))
        rows.append({"trained as": label, **{title: last[key] for title, key in columns.items()}, "images/s": speed})
    return text.table(rows)


def plot(found, path):
    """The two curves, one line an arm."""
    figure = Figure(figsize=(9, 3.4), layout="constrained")
    titles = {key: title for title, key in found["columns"].items()}
    for axes, (x, y) in zip(figure.subplots(1, 2), found["curves"]):
        for label, points in found["arms"].items():
            axes.plot([p[x] for p in points], [p[y] for p in points], marker="o", markersize=3, label=label)
        axes.set(xlabel=X_TITLES[x], ylabel=titles[y], xlim=0, **({"yscale": "log"} if y == "kid" else {"ylim": 0}))
        axes.grid(alpha=0.3)
        axes.spines[["top", "right"]].set_visible(False)
    figure.axes[1].legend(frameon=False)
    write_file(path, lambda p: figure.savefig(p, format="png", dpi=130))
