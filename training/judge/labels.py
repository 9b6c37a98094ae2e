"""Labels of samples, as a classifier of real images reads them: do they match, do they vary, do all classes appear?"""

import torch

from training.judge import classifier, rounded

COUNTED = 1000  # samples whose classes are counted
CERTAIN = 0.95  # the probability from which on a label counts as certain
EXAMPLES = 600_000  # for the classifier whose certainty counts: after fewer it doubts real digits, too


def accuracy(classes, real, fake, labels, device):
    """Share of samples uint8 [n, C, S, S] that are read as the labels they were asked for (list of n), and `variety`.

    Beside it stands the accuracy on held-out real images, the mean over the classes: samples have each class equally
    often, and of real images the easiest class may be the most common.
    """
    if len(classes) != len(real.classes):
        raise ValueError(
            f"the checkpoint has {len(classes)} classes and the real images {len(real.classes)}: "
            "give --data it was trained on"
        )
    reads = classifier.fit(real, device=device)
    if set(classes) == set(real.classes):  # the same classes, perhaps in another order
        labels = [real.classes.index(classes[label]) for label in labels]
    labels = torch.tensor(labels)
    return {
        "accuracy": float((reads.predict(fake) == labels).float().mean()),
        "accuracy_on_held_out_real": reads.accuracy,
        **variety(reads, real, fake, labels),
    }


def variety(reads, real, fake, labels):
    """Variance of features within a class, over that of real images: the mean over the classes, and the lowest."""
    ratios = []
    for k in labels.unique():
        some = real.images[real.labels == k][: len(fake)]
        ours, theirs = (reads.features(x).var(0, correction=0).sum() for x in (fake[labels == k], some))
        ratios.append(float(ours / theirs))
    return {"variance_ratio": sum(ratios) / len(ratios), "lowest_variance_ratio": min(ratios)}


def histogram(real, fake, device):
    """Which classes appear in samples of an unconditional generator, uint8 [n, C, S, S], and how certainly."""
    reads = classifier.fit(real, device=device, examples=EXAMPLES)
    fake = fake[:COUNTED]
    some = real.images[torch.randperm(len(real), generator=torch.Generator().manual_seed(0))[:COUNTED]]
    sure, sure_of_real = ((reads.confidence(x) >= CERTAIN).float().mean() for x in (fake, some))
    shares = reads.predict(fake).bincount(minlength=len(real.classes)).float() / len(fake)
    figures = {
        "biggest": shares.max(),
        "smallest": shares.min(),
        "seen": int((shares > 0).sum()),
        "sure": sure,
        "sure_of_real": sure_of_real,
        "accuracy_on_held_out_real": reads.accuracy,
    }
    return {"shares": rounded(dict(zip(real.classes, shares))), **rounded(figures)}
