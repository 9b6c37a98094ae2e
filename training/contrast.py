"""Whether a translation can be told for its own photograph's: a loss in what a classifier sees."""

import torch
import torch.nn.functional as F

from models.images import from_uint8
from training.data import sources as data
from training.judge import classifier

TEMPERATURE = 0.2  # of squared distances, in which two photographs are 2 apart on average
LOOKS = 500_000  # pictures shown to the classifier, which is to see details


def reader(source, device):
    """A classifier's network of `source`, a set with classes, trained here or from the cache; DataError without."""
    if not source:
        raise data.DataError("contrast asks what a classifier sees: give reader a set with classes to train it on")
    seen = data.load(source, resolution=classifier.EVEN, channels=3, default=source, labelled=True)
    return classifier.fit(seen, device=device, even=True, deep=True, looks=LOOKS).net


class OwnPhoto:
    """The cross-entropy of an output's own photograph among all, by distance (van den Oord 2018, equation 4).

    net: frozen, its `seen(x)` a list of float [n, c]; photos: uint8 [N, 3, H, W], which an output is told from. What
    each stage sees counts the same: distances are scaled by the photographs' variance there.
    """

    def __init__(self, net, photos):
        self.net = net.eval().requires_grad_(False)
        with torch.no_grad():
            stages = [torch.cat(x) for x in zip(*(net.seen(from_uint8(part)) for part in photos.split(32)))]
            self.scales = [(len(stages) * x.var(0).sum()).rsqrt() for x in stages]
            self.photos = torch.cat([x * scale for x, scale in zip(stages, self.scales)], 1)

    def place(self, x):
        """Where pictures [n, 3, H, W] in [-1, 1] lie: float [n, features]."""
        return torch.cat([y.float() * scale for y, scale in zip(self.net.seen(x), self.scales)], 1)

    def __call__(self, made, own, which):
        """made, own: outputs and their photographs as they were shown [n, 3, H, W]; which: int64 [n], of `photos`."""
        place = self.place(made)
        distances = (place[:, None] - self.photos).square().sum(2)
        distances = distances.scatter(1, which[:, None], (place - self.place(own)).square().sum(1, keepdim=True))
        return F.cross_entropy(-distances / TEMPERATURE, which)
