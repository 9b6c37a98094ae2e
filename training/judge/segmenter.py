"""A small segmenter, trained on the spot on real photos: does a translation show what its label map asked for?"""

import torch
import torch.nn.functional as F
from torch import nn
from tqdm import trange

from models.pix2pix import nearest

SEEN, READ = 128, 64  # px at which photos are looked at, and at which labels are read
LOOKS = 10_000  # photos that its training shows it


class Segmenter(nn.Module):
    """Float [n, 3, SEEN, SEEN] in [-1, 1] -> logits [n, classes, READ, READ]; the middle sees 80 px around."""

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


class Reader:
    """Labels of photos, as the segmenter sees them."""

    def __init__(self, net):
        self.net = net.eval()

    @torch.inference_mode()
    def __call__(self, photos):
        """uint8 [n, 3, S, S] -> the label of every place, int64 [n, READ, READ]."""
        return torch.cat([self.net(scaled(part)).argmax(1) for part in photos.split(32)])


def scaled(photos):
    """uint8 [n, 3, S, S] -> float [n, 3, SEEN, SEEN] in [-1, 1]."""
    return F.interpolate(photos.float() / 127.5 - 1, (SEEN, SEEN), mode="bilinear", antialias=True)


def labels(maps, palette):
    """Label maps uint8 [n, 3, S, S] -> the nearest colour of palette {name: RGB} at READ px: int64 [n, READ, READ]."""
    small = F.interpolate(maps.float(), (READ, READ), mode="nearest-exact")
    return nearest(small, torch.tensor(list(palette.values()), dtype=torch.float32))


def fit(photos, truth, classes, seed=0, batch=16):
    """A `Reader` fitted to uint8 photos [n, 3, S, S] whose labels [n, READ, READ] are known; mirrored at random."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        net = Segmenter(classes)
    rng = torch.Generator().manual_seed(seed)
    x, steps = scaled(photos), max(1, LOOKS // batch)
    optimizer = torch.optim.Adam(net.parameters(), lr=1e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 5e-3, total_steps=steps)
    for _ in trange(steps, desc="segmenter", leave=False, disable=None):
        part = torch.randint(len(x), (batch,), generator=rng)
        some, right = x[part], truth[part]
        if torch.rand((), generator=rng) < 0.5:
            some, right = some.flip(-1), right.flip(-1)
        loss = F.cross_entropy(net(some), right)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
    return Reader(net)
