"""Labels of samples: do they match what was asked for, do they vary, do all classes appear?"""

import torch

from training.data.image_set import split
from training.judge import classifier, nearest_mean, rounded

HELD_OUT = 1 / 6  # share of the real pictures that what reads labels does not see, MNIST's 10,000 of 60,000
COUNTED = 1000  # samples whose classes are counted
CERTAIN = 0.95  # the probability from which on a label counts as certain
EXAMPLES = 600_000  # for the classifier whose certainty counts: after fewer it doubts real digits, too


def accuracy(classes, real, fake, labels, device):
    """How often samples uint8 [n, C, S, S] are read as the labels they were asked for (list of n), and `variety`.

    Beside it stands the accuracy on held-out real pictures.
    """
    if len(classes) != len(real.classes or ()):
        raise ValueError(
            f"the checkpoint has {len(classes)} classes and the real images {len(real.classes or ())}: "
            "give --data it was trained on, or --only distances"
        )
    kept, held = split(real, HELD_OUT)
    grey = real.images.shape[1] == 1
    reads = classifier.fit(kept, device) if grey else nearest_mean.NearestMean(kept, device)
    if set(classes) == set(real.classes):  # the same classes, perhaps in another order
        labels = [real.classes.index(classes[label]) for label in labels]
    labels, ours, theirs = torch.tensor(labels), reads.features(fake), reads.features(held.images)
    figures = {
        "accuracy": mean_accuracy(reads.logits(ours), labels),
        "accuracy_on_held_out_real": mean_accuracy(reads.logits(theirs), held.labels),
        **variety(ours, labels, theirs, held.labels),
    }
    features = f"classifier of {len(real.classes)} classes" if grey else nearest_mean.NAME
    return {**rounded(figures), "n": len(fake), "features": features}


def mean_accuracy(logits, labels):
    """The share of logits [n, classes] that are highest at the label, the mean over the classes."""
    right = (logits.argmax(1) == labels).float()
    return torch.stack([right[labels == k].mean() for k in labels.unique()]).mean()


def variety(ours, labels, theirs, their_labels):
    """Variance of features [n, D] within a class, over that of real ones: the mean over the classes, and the lowest."""
    spread = [
        torch.stack([x[y == k].var(0, correction=0).sum() for k in labels.unique()])
        for x, y in ((ours, labels), (theirs, their_labels))
    ]
    ratios = spread[0] / spread[1]
    return {"variance_ratio": ratios.mean(), "lowest_variance_ratio": ratios.min()}


def histogram(real, fake, device):
    """Which classes appear in samples of an unconditional generator, uint8 [n, 1, S, S], and how certainly."""
    kept, held = split(real, HELD_OUT)
    reads, fake = classifier.fit(kept, device, EXAMPLES), fake[:COUNTED]
    ours, theirs = (reads.logits(reads.features(images)) for images in (fake, held.images))
    sure, sure_of_real = ((logits.softmax(1).amax(1) >= CERTAIN).float().mean() for logits in (ours, theirs))
    shares = ours.argmax(1).bincount(minlength=len(real.classes)) / len(fake)
    figures = {
        "biggest": shares.max(),
        "smallest": shares.min(),
        "seen": int((shares > 0).sum()),
        "sure": sure,
        "sure_of_real": sure_of_real,
        "accuracy_on_held_out_real": mean_accuracy(theirs, held.labels),
    }
    protocol = {"n": len(fake), "features": f"classifier of {len(real.classes)} classes"}
    return {"shares": rounded(dict(zip(real.classes, shares))), **rounded(figures), **protocol}
