"""A claim's page: CLAIM.json, the plots, a sheet of pictures, and Markdown around them."""

from matplotlib.figure import Figure

from models import atomic
from training.report import markdown
from training.report.export import write_json, write_text

X_TITLES = {"images": "pictures that D has seen", "seconds": "seconds of learning"}


def write(folder, name, found, rows=None):
    """Write everything to a folder; the page's words are kept. The table.

    found: what CLAIM.json holds. rows: of pictures, [[(title, PIL image), ...], ...], for a claim about translators.
    """
    folder.mkdir(parents=True, exist_ok=True)
    write_json(folder / f"{name}.json", found)
    plot(found, folder / f"{name}.png")
    if rows:
        sheet(rows, folder / f"{name}-pictures.jpg")
    page = folder / f"{name}.md"
    write_text(page, document(name, found, markdown.kept_words(page), bool(rows)))
    return table(found)


def table(found):
    """What every arm had reached at the end of its budget, in Markdown."""
    columns, rows = {**found["columns"], "images": "images", "seconds": "seconds"}, []
    for label, points in found["arms"].items():
        last = points[-1]
        speed = {"images/s": round(last["images"] / max(1e-3, last["seconds"]))}
        rows.append({"trained as": label, **{title: last[key] for title, key in columns.items()}, **speed})
    return markdown.table(rows)


def plot(found, path):
    """The two curves, one line an arm."""
    figure = Figure(figsize=(9, 3.4), layout="constrained")
    names = {key: title for title, key in found["columns"].items()}
    for axes, (x, y) in zip(figure.subplots(1, 2), found["curves"]):
        for label, points in found["arms"].items():
            axes.plot([p[x] for p in points], [p[y] for p in points], marker="o", markersize=3, label=label)
        axes.set(xlabel=X_TITLES[x], ylabel=names[y], xlim=0, **({"yscale": "log"} if y == "kid" else {"ylim": 0}))
        axes.grid(alpha=0.3)
        axes.spines[["top", "right"]].set_visible(False)
    figure.axes[1].legend(frameon=False)
    atomic.write(path, lambda p: figure.savefig(p, format="png", dpi=130))


def joined(rows_by_arm):
    """{label: rows of one arm} -> rows of all: the input, every arm's pictures, and the photo where there is one."""
    rows = []
    for parts in zip(*rows_by_arm.values()):
        row = [parts[0][0]]
        for label, (_, *cells) in zip(rows_by_arm, parts):
            truth = [cells.pop()] if cells[-1][0] == "photo" else []
            row += [(f"{label}: {title}", image) for title, image in cells]
        rows.append(row + truth)
    return rows


def sheet(rows, path):
    """Rows of pictures, titled in the first row."""
    across = len(rows[0])
    figure = Figure(figsize=(1.5 * across, 1.5 * len(rows) + 0.3), layout="constrained")
    places = figure.subplots(len(rows), across, squeeze=False)
    for axes, (_, image) in zip(places.flat, sum(rows, [])):
        axes.imshow(image.convert("RGB"))
        axes.set_axis_off()
    for axes, (title, _) in zip(places[0], rows[0]):
        axes.set_title(title.replace(": ", "\n"), fontsize=7)
    atomic.write(path, lambda p: figure.savefig(p, format="jpeg", dpi=130))


def document(name, found, words, pictures):
    """The page in Markdown: plots, pictures, table, how it was measured, then the words."""
    names = {key: title for title, key in found["columns"].items()}
    plots = " and ".join(f"{names[y]} against {x}" for x, y in found["curves"])
    pictured = f"![Held-out inputs and what becomes of them]({name}-pictures.jpg)\n\n" if pictures else ""
    return (
        f"# {found['title']}\n\n![{plots}]({name}.png)\n\n{pictured}{table(found)}\n\n`{found['command']}`: "
        f"{found['n']} {'held-out pictures' if pictures else 'samples a side'}, seed {found['seed']}, features: "
        f"{found['features']}. Such figures compare with each other alone. Images are those that D has seen.\n\n"
        f"{words}"
    )
