"""Generators from noise: the figures of their samples, group by group, and what truncation does."""

from training.data.image_set import class_balanced
from training.judge import distances, features, labels, neighbours, rounded, sampling, verdicts

GROUPS = ("distances", "labels", "digits", "verdicts", "neighbours")


def measure(g, real, fake, asked, device, groups):
    """The groups of figures that this generator has -> ({group: figures}, {file name: (sheet, caption)}).

    fake: samples uint8 [n, C, S, S]; asked: their labels, or None.
    """
    figures, sheets = {}, {}
    if "distances" in groups:
        figures["distances"] = distances_of(class_balanced(real, len(fake)), fake, device)
    if "labels" in groups and g.classes is not None:
        figures["labels"] = labels.accuracy(g.classes, real, fake, asked, device)
    if "digits" in groups and g.classes is None and g.channels == 1 and len(real.classes or ()) > 1:
        figures["digits"] = labels.histogram(real, fake, device)
    if "verdicts" in groups and g.classes is not None and g.config.get("objective") == "non_saturating":
        share = g.config["settings"].get("hold_out", 0)
        figures |= {"verdicts": found} if (found := verdicts.measure(g, real, share)) else {}
    if "neighbours" in groups:
        figures["neighbours"], sheets["neighbours.png"] = neighbours.measure(real, fake, g.config)
    return figures, sheets


def distances_of(real, fake, device):
    """FID, KID x 1000, precision and recall of pictures uint8 [n, C, S, S], from as many real ones."""
    extract, name = features.extractor(device)
    found = distances.measure(extract(real), extract(fake[: len(real)]))
    return {**rounded(found), "n": len(real), "features": name}


def truncation(g, real, n, seed, thresholds, device):
    """FID, precision and recall of truncated samples by threshold (Brock 2018, section 3.1; Kynkäänniemi 2019)."""
    extract, name = features.extractor(device)
    asked, reference = sampling.labels_for(g.classes, n), extract(class_balanced(real, n))
    found = {"thresholds": sorted(thresholds), "fid": [], "precision": [], "recall": []}
    for threshold in found["thresholds"]:
        fake = sampling.generate(g, n, seed, asked, truncation=threshold)
        row = rounded(distances.measure(reference, extract(fake)))
        for key in ("fid", "precision", "recall"):
            found[key].append(row[key])
    return {**found, "n": n, "features": name}
