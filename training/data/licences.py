"""Titles and terms of known data sets; every model card states them."""

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
SCENES = {
    "title": "Intel natural scenes, six kinds",
    "license": "cc0-1.0",
    "terms": "CC0, says the copy that was used.",
}
FLOWERS = {
    "title": "TensorFlow flowers, five kinds",
    "license": "cc-by-2.0",
    "terms": "CC BY 2.0, each picture its photographer's: give credit.",
}
FACADES = {
    "title": "CMP Facades, 400 photographs with label maps (Tylecek and Sara 2013)",
    "license": "other",
    "terms": "For research: these weights are for research and teaching alone.",
}
HORSES = {
    "title": "Horses from several public sets, zebras from ImageNet",
    "license": "other",
    "terms": "For research: these weights are for research and teaching alone.",
}
LFW = {
    "title": "Labeled Faces in the Wild, grey crops, expressions labelled by volunteers",
    "license": "other",
    "terms": "For research; photographs of real people, none of whom was asked: identify nobody.",
}
FER = {
    "title": "FER-2013, its training part (Goodfellow et al. 2013)",
    "license": "other",
    "terms": "For research and education; photographs of real people, none of whom was asked: identify nobody.",
}
KNOWN = {
    "mnist": MNIST,
    "torchvision:mnist": MNIST,
    "cats128": AFHQ,
    "huggan/afhq": AFHQ,
    "scenes64": SCENES,
    "flowers128": FLOWERS,
    "facades256": FACADES,
    "huggan/facades": FACADES,
    "horse_zebra256": HORSES,
    "horse_zebra_close": HORSES,
    "huggan/horse2zebra": HORSES,
    "expressions128": LFW,
    "expressions48": FER,
}
OWN = {"license": "other", "terms": "A data set of the trainer's own: its terms are the terms of these weights."}
STRICTEST_FIRST = ("other", "cc-by-nc-4.0", "cc-by-sa-3.0", "cc-by-2.0", "cc0-1.0")


def dataset(name, images):
    """What config.json says of a data set of `images` pictures: name, title, images, license, terms.

    Of several sets joined by "+" each has its say, and the strictest licence is that of all.
    """
    found = [KNOWN.get(part.lower(), {"title": part, **OWN}) for part in name.split("+")]
    return {
        "name": name,
        "images": images,
        "title": "; ".join(dict.fromkeys(one["title"] for one in found)),
        "license": min((one["license"] for one in found), key=STRICTEST_FIRST.index),
        "terms": " ".join(dict.fromkeys(one["terms"] for one in found)),
    }
