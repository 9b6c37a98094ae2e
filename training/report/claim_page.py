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
    seeds = f"seed {found['seed']}"
    if found["seeds"] > 1:
        last = found["seed"] + found["seeds"] - 1
        seeds = f"seeds {found['seed']} to {last}, means and standard deviations over them"
    plots = " and ".join(f"{titles[y]} against {x}" for x, y in found["curves"])
    text.write_page(
        folder / f"{name}.md",
        f"# {found['title']}\n\n![{plots}]({name}.png)\n\n![{judge.caption}]({name}-pictures.jpg)\n\n{figures}\n\n"
        f"`{found['command']}`: {found['n']} {judge.sides}, {seeds}, features: {found['features']}. "
        "Such figures compare with each other alone. Images are those that D has seen.",
    )
    return figures


def table(found):
    """What every arm had reached at the end of its budget, in Markdown."""
    columns, rows = {**found["columns"], "images": "images", "seconds": "seconds"}, []
    for label, (*_, last) in found["arms"].items():
        speed = round(last["images"] / max(1e-3, last["seconds"]))
        cells = {title: spread_out(found, label, key, last[key]) for title, key in columns.items()}
        rows.append({"trained as": label, **cells, "images/s": speed})
    return text.table(rows)


def spread_out(found, label, key, mean):
    """A mean as the table shows it, with its standard deviation over seeds where there are several and they differ."""
    spread = found.get("spreads", {}).get(label, [{}])[-1].get(key)
    return f"{text.number(mean)} \u00b1 {text.number(spread)}" if spread else mean


def plot(found, path):
    """The two curves, one line an arm, in a band of one standard deviation over seeds."""
    figure = Figure(figsize=(9, 3.4), layout="constrained")
    titles = {key: title for title, key in found["columns"].items()}
    for axes, (x, y) in zip(figure.subplots(1, 2), found["curves"]):
        for label, points in found["arms"].items():
            xs, ys = [p[x] for p in points], [p[y] for p in points]
            (line,) = axes.plot(xs, ys, marker="o", markersize=3, label=label)
            if spreads := found.get("spreads", {}).get(label):
                low, high = zip(*((mean - s[y], mean + s[y]) for mean, s in zip(ys, spreads)))
                axes.fill_between(xs, low, high, color=line.get_color(), alpha=0.15, linewidth=0)
        axes.set(xlabel=X_TITLES[x], ylabel=titles[y], xlim=0, **({"yscale": "log"} if y == "kid" else {"ylim": 0}))
        axes.grid(alpha=0.3)
        axes.spines[["top", "right"]].set_visible(False)
    figure.axes[1].legend(frameon=False)
    write_file(path, lambda p: figure.savefig(p, format="png", dpi=130))
