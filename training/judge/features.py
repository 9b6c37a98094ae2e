"""Which network's features distances are taken in: Inception's, or those of a classifier trained on the spot."""

from training.data import sources as data
from training.judge import classifier, inception

READER_HELP = "a set with classes: a classifier of it gives the features where Inception's weights cannot be had"


def reader(source, real, device):
    """(function from uint8 pictures to features, its name): Inception's, or those of a classifier of `source`."""
    if inception.inception_available():
        net = inception.extractor(device)
        return lambda x: inception.features(net, x), "inception-v3 (torch-fidelity)"
    return of_classifier(source, real, device)


def of_classifier(source, real, device):
    """(function from uint8 pictures to features, its name) of a classifier of `source`, or of `real` without one."""
    if source is None and (real.labels is None or len(real.classes) < 2):
        raise ValueError(
            f"Inception's weights cannot be had ({inception.inception_missing()}), and {real.name} has no "
            "classes to read: give --reader a set that has"
        )
    _, channels, _, side = real.images.shape
    seen = (
        real if source is None else data.load(source, resolution=side, channels=channels, default=source, labelled=True)
    )
    net = classifier.fit(seen, device=device)
    return net.features, f"classifier of {len(seen.classes)} classes ({seen.name})"
