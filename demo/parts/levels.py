"""What each level of a U-Net's encoder gives for the visitor's picture, beside what linear probes read off it."""

import numpy as np
from PIL import Image

from demo.events import Event
from demo.parts import data_uri, views
from demo.words import say

COLUMNS, ROWS, TILE, GAP = 4, 2, 64, 2  # of a level's sheet: channels across and down, px
TITLES = {"U-Net": "U-Net", "U-Net without skips": say("U-Net without skips")}
MOST = say("The {n} channels of each level that differ most from place to place.", n=COLUMNS * ROWS)
SINGLE = MOST + say(" The last level has a single place: all its channels.")
INSIDE = "inside"  # its own queue: what is shown here keeps no picture waiting


def build(name, translator):
    """Lay out a strip for each of the translator class's U-Nets, under the tab's NAME; the views."""
    with views.section(say("Inside the U-Net: what each level of the encoder sees")):
        return [
            views.view(views.STRIP, elem_id=f"{name}-levels-{i}", elem_classes="ga-levels")
            for i in range(len(translator.unets))
        ]


def event(triggers, function, inputs, outputs, again):
    """The Event that fills the strips; function: of the inputs' values, gives `values`."""
    return Event("levels", triggers, function, inputs, outputs, again=again, concurrency=INSIDE)


def values(t, image):
    """The values of the strips for a PIL picture."""
    measured, shown = t.config.get("metrics", {}).get("levels", {}), []
    for title, role in t.unets.items():
        levels = t.levels(image, role)
        figures = [measured.get(f"{title} {probe}", []) for probe in ("psnr", "class")]
        figures = [row if len(row) == len(levels) else [None] * len(levels) for row in figures]
        pictures = []
        for level, *found in zip(levels, *figures):
            lines = caption(level, *found)
            pictures.append(
                {"src": data_uri.png(sheet(level.numpy())), "name": ", ".join(lines), "text": "<br>".join(lines)}
            )
        words = (SINGLE if levels[-1].shape[1:] == (1, 1) else MOST) + note(measured)
        words = compared(measured, title) if shown else words
        shown.append({"title": TITLES[title], "pictures": pictures, "note": words})
    return shown


def caption(level, decibels, share):
    """A level's size and its figures, a line each."""
    channels, _, px = level.shape
    parts = [say("{px} px, {channels} channels", px=px, channels=channels)]
    if decibels is not None:
        parts.append(say("picture {db} dB", db=f"{decibels:.0f}"))
    if share is not None:
        parts.append(say("class {share} %", share=f"{100 * share:.0f}"))
    return parts


def note(measured):
    """How the figures beneath the levels were taken; "" where there are none."""
    if "U-Net psnr" not in measured:
        return ""
    text = say(
        " Linear probes, on {n} held-out pictures, say what a level still holds. dB: how well the input is made again "
        "from it; 60 is exact, {mean} what the mean of each square of the last level gives.",
        n=f"{measured['n']:,}",
        mean=f"{measured['mean psnr'][-1]:.0f}",
    )
    if "U-Net class" in measured:
        text += say(
            " Class: how often one of {k} is read right ({pixels} % off the pixels themselves, {chance} % by guessing)."
            " Shallow levels keep the detail, deep levels what it shows; the skips bring both together.",
            k=round(1 / measured["chance"]),
            pixels=f"{100 * measured['pixels class']:.0f}",
            chance=f"{100 * measured['chance']:.3g}",
        )
    return text


def compared(measured, title):
    """What stands beneath the strip of a network without skips: its bottleneck's figures and those with skips."""
    text = say("The same picture in the network that was trained without skips.")
    if f"{title} psnr" not in measured:
        return text
    return text + say(
        " At the bottleneck the picture is made again at {without} dB, with skips at {with_skips} dB: the detail that "
        "only the levels above hold reaches the decoder through skips.",
        without=f"{measured[f'{title} psnr'][-1]:.1f}",
        with_skips=f"{measured['U-Net psnr'][-1]:.1f}",
    )


def sheet(level):
    """The channels of a level [c, h, w] that vary most, each from its least value (black) to its greatest, as PIL L.

    Of a level with a single place: all its channels, one square each.
    """
    if level.shape[1:] == (1, 1):
        rows = level.reshape(-1, 4 * COLUMNS) if len(level) % (4 * COLUMNS) == 0 else level.reshape(1, -1)
        return tile(rows, (COLUMNS * (TILE + GAP) - GAP, ROWS * (TILE + GAP) - GAP))
    order = np.argsort(-level.var((1, 2)), kind="stable")[: COLUMNS * ROWS]
    h, w = level.shape[1:]
    size = (max(1, round(TILE * w / max(h, w))), max(1, round(TILE * h / max(h, w))))
    across, down = size[0] + GAP, size[1] + GAP
    found = Image.new("L", (COLUMNS * across - GAP, ROWS * down - GAP))
    for i, channel in enumerate(level[order]):
        found.paste(tile(channel, size), (i % COLUMNS * across, i // COLUMNS * down))
    return found


def tile(values, size):
    """Values [h, w] from black to white at another size (width, height), as PIL L."""
    low, spread = values.min(), max(np.ptp(values), 1e-6)
    image = Image.fromarray((255 * (values - low) / spread).round().astype(np.uint8))
    return image.resize(size, Image.Resampling.NEAREST)
