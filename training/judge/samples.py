"""Generators from noise: the figures of their samples, group by group, and what truncation does."""

import torch

from training.data.image_set import class_balanced
from training.judge import classifier, inception, labels, neighbours, rounded, sampling
from training.judge.features import of_classifier
from training.judge.sliced_wasserstein import SlicedWasserstein

GROUPS = ("sliced_wasserstein", "inception", "classifier", "labels", "digits", "neighbours")
SLICED = 1024  # images a side for the sliced Wasserstein distance: more cost memory, change little
OF_REAL = "classifier trained on the real images"


def measure(g, real, fake, asked, device, groups=GROUPS, source=None):
    """Every group of figures that can be had -> ({group: figures}, {group: why not}, {file name: (sheet, caption)}).

    fake: samples uint8 [n, C, S, S]; asked: their labels, or None. source: a set with classes; the classifier whose
    features distances are taken in learns from it instead of from real.
    """
    figures, missing, sheets = {}, {}, {}
    readable = real.labels is not None and len(real.classes) > 1
    if "sliced_wasserstein" in groups:
        figures["sliced_wasserstein"] = sliced(real.images, fake, device)
    if "inception" in groups:
        try:
            figures["inception"] = by_inception(real.images, fake, device)
        except inception.InceptionError as error:
            missing["inception"] = str(error)
    if "classifier" in groups and (source or readable) and not inception.metrics_missing():
        figures["classifier"] = by_classifier(source, real, fake, device)
    if "labels" in groups and g.classes is not None:
        if readable:
            row = labels.accuracy(g.classes, real, fake, asked, device)
            figures["labels"] = {**rounded(row), "n": len(fake), "features": OF_REAL}
        else:
            missing["labels"] = "the real images carry no classes: give --data with one sub-folder a class"
    if "digits" in groups and g.classes is None and readable and g.channels == 1:
        row = labels.histogram(real, fake, device)
        figures["digits"] = {**row, "n": min(len(fake), labels.COUNTED), "features": OF_REAL}
    if "neighbours" in groups:
        figures["neighbours"], sheets["neighbours.png"] = neighbours.measure(real, fake, g.config)
    return figures, missing, sheets


def sliced(real, fake, device):
    """Sliced Wasserstein distance x 1000 by level of the pyramid, and their mean; uint8 [n, C, S, S]."""
    n = min(SLICED, len(real), len(fake))
    distances = SlicedWasserstein(real, n=n, device="cuda" if device == "cuda" else "cpu")(fake)
    return {**rounded(distances), "n": n, "features": "7x7 patches of a Laplacian pyramid, x1000"}


def by_inception(real, fake, device):
    """FID, KID x 1000, precision and recall between as many samples as real images; uint8 [n, C, S, S]."""
    n = min(len(real), len(fake))
    chosen = real[torch.randperm(len(real), generator=torch.Generator().manual_seed(0))[:n]]
    net = inception.extractor(device)
    distances = inception.distances(*(inception.features(net, x) for x in (chosen, fake[:n])))
    return {**rounded(distances), "n": n, "features": "inception-v3 (torch-fidelity)"}


def by_classifier(source, real, fake, device):
    """FID, KID x 1000, precision and recall in a classifier's features, each class as often on both sides."""
    features, name = of_classifier(source, real, device)
    chosen = class_balanced(real, len(fake))
    distances = inception.distances(features(chosen), features(fake[: len(chosen)]))
    return {**rounded(distances), "n": len(chosen), "features": name}


def truncation(g, real, n, seed, thresholds, device):
    """FID, precision and recall of truncated samples by threshold (Brock 2018, section 3.1; Kynkäänniemi 2019)."""
    if reason := inception.metrics_missing():
        raise ValueError(f"--thresholds: {reason}")
    reads, asked = classifier.fit(real, device=device), sampling.labels_for(g.classes, n)
    reference = reads.features(class_balanced(real, n))
    found = {"thresholds": sorted(thresholds), "fid": [], "precision": [], "recall": []}
    for threshold in found["thresholds"]:
        fake = sampling.generate(g, n, seed, asked, truncation=threshold)
        row = inception.distances(reference, reads.features(fake))
        for key in ("fid", "precision", "recall"):
            found[key].append(round(row[key], 4))
    return {**found, "n": n, "features": f"{OF_REAL}, 3 nearest neighbours"}
