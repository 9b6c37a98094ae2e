"""A small classifier of grey pictures, trained when it is needed: ImageNet has no digits and no expressions."""

import torch
import torch.nn.functional as F
from torch import nn

from training.judge.one_cycle import learn

INPUT = 64  # px; larger pictures are averaged down to it
EXAMPLES = 150_000  # pictures that its training shows it, each of a small set at most TIMES times
TIMES, BATCH = 20, 128


class Classifier(nn.Module):
    """Float [n, C, S, S] in [-1, 1] -> logits [n, classes]: three convolutions and a linear layer."""

    def __init__(self, channels, classes, width=24):
        super().__init__()
        sizes = [channels, width, 2 * width, 3 * width]
        self.blocks = nn.Sequential(*(
            nn.Sequential(nn.Conv2d(a, b, 5, stride=2, padding=2, bias=False), nn.BatchNorm2d(b), nn.ReLU())
            for a, b in zip(sizes, sizes[1:])
        ))  # fmt: skip
        self.head = nn.Linear(sizes[-1] * 9, classes)

    def forward(self, x):
        return self.head(self.hidden(x))

    def hidden(self, x):
        """The linear layer's input: float [n, 27 * width]."""
        if x.shape[-1] > INPUT:
            x = F.adaptive_avg_pool2d(x, INPUT)
        return F.adaptive_avg_pool2d(self.blocks(x), 3).flatten(1)

    @torch.inference_mode()
    def features(self, images):
        """uint8 [n, C, S, S] -> the linear layer's input, float32 [n, features] on the CPU."""
        device = self.head.weight.device
        return torch.cat([self.hidden(scaled(part, device)).cpu() for part in images.split(500)])

    @torch.inference_mode()
    def logits(self, features):
        """Features [n, features] -> float32 [n, classes] on the CPU."""
        return self.head(features.to(self.head.weight.device)).cpu()


def fit(data, device, examples=EXAMPLES, augment=False, seed=0):
    """A `Classifier` of an `ImageSet`'s labels, trained on as many pictures of each class.

    augment: mirrored at random, and shifted by up to an eighth.
    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        net = Classifier(data.images.shape[1], len(data.classes)).to(device)
    rng = torch.Generator().manual_seed(seed)
    weights = (1 / data.labels.bincount().float())[data.labels]

    def batch():
        part = torch.multinomial(weights, BATCH, replacement=True, generator=rng)
        x = scaled(data.images[part], device)
        return augmented(x, rng) if augment else x, data.labels[part].to(device)

    return learn(net, -(-min(examples, TIMES * len(data)) // BATCH), batch)


def augmented(x, rng):
    """A batch mirrored or not, and shifted by up to an eighth of its side."""
    side, reach = x.shape[-1], x.shape[-1] // 8
    if torch.rand((), generator=rng) < 0.5:
        x = x.flip(-1)
    down, right = torch.randint(0, 2 * reach + 1, (2,), generator=rng).tolist()
    return F.pad(x, [reach] * 4, mode="replicate")[..., down : down + side, right : right + side]


def scaled(images, device):
    """uint8 -> float in [-1, 1] on the device."""
    return images.to(device).float() / 127.5 - 1
