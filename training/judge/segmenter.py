"""A small segmenter, trained here on real photos: does a translation show what its label map asked for?"""

import torch
import torch.nn.functional as F
from torch import nn

from models.pix2pix import nearest
from training.judge.one_cycle import learn

INPUT, OUTPUT = 128, 64  # px of photos and of labels
EXAMPLES, BATCH = 10_000, 16  # photos that its training shows it


class Segmenter(nn.Module):
    """Float [n, 3, INPUT, INPUT] in [-1, 1] -> logits [n, classes, OUTPUT, OUTPUT]; receptive field 80 px."""

    def __init__(self, classes, width=24):
        super().__init__()

        def conv(cin, cout, stride=1, dilation=1):
            return nn.Sequential(
                nn.Conv2d(cin, cout, 3, stride, dilation, dilation, bias=False), nn.BatchNorm2d(cout), nn.ReLU()
            )

        self.fine = nn.Sequential(conv(3, width, 2), conv(width, width))
        self.coarse = nn.Sequential(
            conv(width, 2 * width, 2),
            conv(2 * width, 2 * width, dilation=2),
            conv(2 * width, 2 * width, dilation=4),
            conv(2 * width, 2 * width, dilation=4),
        )
        self.head = nn.Conv2d(3 * width, classes, 1)

    def forward(self, x):
        h = self.fine(x)
        wide = F.interpolate(self.coarse(h), scale_factor=2.0, mode="bilinear")
        return self.head(torch.cat([h, wide], 1))

    @torch.inference_mode()
    def predict(self, photos):
        """uint8 [n, 3, S, S] -> labels int64 [n, OUTPUT, OUTPUT]."""
        return torch.cat([self(scaled(part)).argmax(1) for part in photos.split(32)])


def scaled(photos):
    """uint8 [n, 3, S, S] -> float [n, 3, INPUT, INPUT] in [-1, 1]."""
    return F.interpolate(photos.float() / 127.5 - 1, (INPUT, INPUT), mode="bilinear", antialias=True)


def labels(maps, palette):
    """uint8 maps [n, 3, S, S] -> indices of the nearest colours of palette {name: RGB}: int64 [n, OUTPUT, OUTPUT]."""
    small = F.interpolate(maps.float(), (OUTPUT, OUTPUT), mode="nearest-exact")
    return nearest(small, torch.tensor(list(palette.values()), dtype=torch.float32))


def fit(photos, truth, classes, seed=0):
    """A `Segmenter` trained on uint8 photos [n, 3, S, S] and their labels [n, OUTPUT, OUTPUT], mirrored at random."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        net = Segmenter(classes)
    rng = torch.Generator().manual_seed(seed)
    x = scaled(photos)

    def batch():
        part = torch.randint(len(x), (BATCH,), generator=rng)
        mirrored = [-1] if torch.rand((), generator=rng) < 0.5 else []
        return x[part].flip(mirrored), truth[part].flip(mirrored)

    return learn(net, EXAMPLES // BATCH, batch)
