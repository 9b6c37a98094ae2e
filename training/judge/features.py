"""The features that distances are taken in: Inception's, or those of a classifier trained here."""

from training.data import sources
from training.judge import classifier, inception

READER_HELP = "a set with classes: a classifier of it gives the features where Inception's weights cannot be had"


def extractor(source, real, device):
    """(function from uint8 images to features [n, D], its name): Inception's, or those of `of_classifier`."""
    if inception.inception_available():
        net = inception.extractor(device)
        return lambda x: inception.features(net, x), "inception-v3 (torch-fidelity)"
    return of_classifier(source, real, device)


def of_classifier(source, real, device):
    """(function from uint8 images to features [n, D], its name) of a classifier of `source`; None: of `real`."""
    if source is None and (real.labels is None or len(real.classes) < 2):
        raise ValueError(
            f"Inception's weights cannot be had ({inception.inception_missing()}), and {real.name} has no "
            "classes to train a classifier on: give --reader a set that has"
        )
    data = real
    if source is not None:
        _, channels, _, side = real.images.shape
        data = sources.load(source, resolution=side, channels=channels, labelled=True)
    net = classifier.fit(data, device=device)
    return net.features, f"classifier of {len(data.classes)} classes ({data.name})"
