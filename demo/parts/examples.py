"""The pictures bundled with a checkpoint: real ones, which a translator can translate and a discriminator judge."""

from PIL import Image

MOST = 8


def bundled(member):
    """The squares of the checkpoint's real.png, PIL RGB, MOST at most; [] where it has none."""
    path = member.weights.files.get("real.png")
    if path is None:
        return []
    with Image.open(path) as image:
        image = image.convert("RGB")
    side = image.height
    return [image.crop((x, 0, x + side, side)) for x in range(0, image.width - side + 1, side)][:MOST]
