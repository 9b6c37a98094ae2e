"""The bundled pictures that translators are shown with, and what they make of them."""

from itertools import cycle

from PIL import Image, ImageDraw

MANY = 8


def strip(translator):
    """The squares of the checkpoint's real.png, PIL RGB; [] where it has none."""
    path = translator.weights.files.get("real.png")
    if path is None:
        return []
    with Image.open(path) as image:
        image = image.convert("RGB")
    side = image.height
    return [image.crop((x, 0, x + side, side)) for x in range(0, image.width - side + 1, side)][:MANY]


def facade(palette, side=256):
    """A plain house as a label map: three rows of windows over a shop."""
    image = Image.new("RGB", (side, side), palette["facade"])
    pen, unit = ImageDraw.Draw(image), side // 16

    def box(what, left, top, right, bottom):
        pen.rectangle((left * unit, top * unit, right * unit - 1, bottom * unit - 1), fill=palette[what])

    box("wall", 0, 0, 16, 1)
    box("cornice", 0, 1, 16, 2)
    for row in range(3, 12, 3):
        for column in (2, 5, 9.5, 12.5):
            box("window", column, row, column + 1.5, row + 2)
            box("sill", column - 0.25, row + 2, column + 1.75, row + 2.25)
    box("shop", 1, 12.5, 15, 16)
    box("door", 7, 12.5, 9, 16)
    return image


def sketches(translator):
    """Label maps to start from: those the checkpoint brings, then a plain house."""
    side = translator.resolution
    return [
        *(translator.snap(image) for image in strip(translator)),
        facade(translator.palette).resize((side, side), Image.Resampling.NEAREST),
    ]


def samples(translator, n=4):
    """What a translator makes of its examples just now: n PIL pictures, fewer where it has none."""
    makers = {"colorize": _coloured, "pix2pix": _built, "cyclegan": _striped, "stargan": _moved}
    return makers[translator.name](translator, n)


def _coloured(t, n):
    return [t.translate(image) for image in strip(t)[:n]]


def _built(t, n):
    return [t.translate(sketch) for sketch, _ in zip(cycle(sketches(t)), range(n))]


def _striped(t, n):
    """Examples alternate: a horse, a zebra."""
    return [t.translate(image, t.directions[i % 2]) for i, image in enumerate(strip(t)[:n])]


def _moved(t, n):
    """Every example is a face alone, so the whole picture is the face."""
    return [
        t.translate(image, expression, faces="whole") for image, expression in zip(strip(t)[:n], cycle(t.expressions))
    ]
