"""Terms of the data sets the family is known to learn from; every card states them."""

AFHQ = {
    "title": "AFHQ cats (Animal Faces-HQ, Choi et al. 2020)",
    "license": "cc-by-nc-4.0",
    "terms": "CC BY-NC 4.0: these weights are for non-commercial use with attribution.",
}
MNIST = {
    "title": "MNIST handwritten digits (LeCun et al. 1998)",
    "license": "cc-by-sa-3.0",
    "terms": "CC BY-SA 3.0: share these weights alike, with attribution.",
}
KNOWN = {"mnist": MNIST, "torchvision:mnist": MNIST, "cats128": AFHQ, "huggan/afhq": AFHQ}


def dataset(name, images):
    """What config.json says of a data set of `images` pictures: name, title, images, license, terms."""
    known = KNOWN.get(name.lower(), {
        "title": name,
        "license": "other",
        "terms": "A data set of the trainer's own: its terms are the terms of these weights.",
    })
    return {"name": name, "images": images, **known}
