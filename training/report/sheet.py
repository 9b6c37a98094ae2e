"""Sheets of titled pictures."""

from matplotlib.figure import Figure

from training.engine.checkpoint import write


def draw(rows, path):
    """Write rows of pictures [[(title, PIL image or None), ...], ...] as a JPEG; all rows are as long as the first."""
    figure = Figure(figsize=(1.5 * len(rows[0]), 1.7 * len(rows)), layout="constrained")
    places = figure.subplots(len(rows), len(rows[0]), squeeze=False)
    for axes, (title, image) in zip(places.flat, sum(rows, [])):
        axes.set_title(title.replace(": ", "\n"), fontsize=7)
        axes.set_axis_off()
        if image is not None:
            axes.imshow(image.convert("RGB"))
    write(path, lambda p: figure.savefig(p, format="jpeg", dpi=130))
