"""A small classifier, trained on the spot: it reads the labels of fakes, to check GANs that draw classes."""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import nn
from torchvision.models import resnet18
from tqdm import trange

from training.data.downloads import cache_folder
from training.data.image_set import DataError, ImageSet

RECIPE = 2  # part of the cache's key: raise it when the network or its training changes
LARGEST = 32  # px; larger pictures are averaged down to it
EVEN = 64  # px, of a classifier that sees every class equally often: its rare ones differ in details
LOOKS = 150_000  # pictures that its training shows it
HELD_OUT = 1 / 6  # share of the real images that never train, MNIST's 10,000 of 60,000


class Net(nn.Module):
    """Float [n, C, S, S] in [-1, 1] -> logits [n, classes]: three convolutions and a linear layer.

    largest: px that larger pictures are averaged down to.
    """

    def __init__(self, channels: int, classes: int, width=24, largest=LARGEST):
        super().__init__()
        self.largest = largest
        sizes = [channels, width, 2 * width, 3 * width]
        self.blocks = nn.Sequential(*(
            nn.Sequential(nn.Conv2d(a, b, 5, stride=2, padding=2, bias=False), nn.BatchNorm2d(b), nn.ReLU())
            for a, b in zip(sizes, sizes[1:])
        ))  # fmt: skip
        self.head = nn.Linear(sizes[-1] * 9, classes)

    def forward(self, x):
        return self.head(self.features(x))

    def features(self, x):
        """What the linear layer reads: float [n, 27 * width]."""
        if x.shape[-1] > self.largest:
            x = F.adaptive_avg_pool2d(x, self.largest)
        return F.adaptive_avg_pool2d(self.blocks(x), 3).flatten(1)


class Deep(nn.Module):
    """Float [n, 3, S, S] in [-1, 1] -> logits [n, classes]: a residual network of 18 layers (He 2015), at EVEN px."""

    def __init__(self, classes: int):
        super().__init__()
        net = resnet18(num_classes=classes)
        self.stages = nn.ModuleList(
            [nn.Sequential(net.conv1, net.bn1, net.relu, net.layer1), net.layer2, net.layer3, net.layer4]
        )
        self.head = net.fc

    def forward(self, x):
        return self.head(self.features(x))

    def features(self, x):
        """What the linear layer reads: float [n, 512]."""
        return self.seen(x)[-1]

    def seen(self, x):
        """What each stage sees, its mean over the picture: a list of float [n, c]."""
        if x.shape[-1] > EVEN:
            x = F.adaptive_avg_pool2d(x, EVEN)
        means = []
        for stage in self.stages:
            x = stage(x)
            means.append(x.mean((2, 3)))
        return means


class Classifier:
    """Reads labels off images. accuracy: share of held-out real images that it reads right, its mean over classes."""

    def __init__(self, net: Net | Deep, classes: list[str], accuracy: float):
        self.net, self.classes, self.accuracy = net.eval(), classes, accuracy

    @torch.inference_mode()
    def __call__(self, images: torch.Tensor) -> torch.Tensor:
        """images: uint8 [n, C, S, S] -> labels int64 [n], indices into `classes`."""
        return self._over(images, lambda x: self.net(x).argmax(1))

    def right_on(self, images: torch.Tensor, labels: torch.Tensor) -> float:
        """The share of images read as their labels int64 [n], its mean over the classes."""
        return float(mean_of_classes((self(images) == labels).float(), labels))

    @torch.inference_mode()
    def certainty(self, images: torch.Tensor) -> torch.Tensor:
        """images: uint8 [n, C, S, S] -> float32 [n] in 0..1, the probability of the label that is read."""
        return self._over(images, lambda x: self.net(x).softmax(1).amax(1))

    @torch.inference_mode()
    def features(self, images: torch.Tensor) -> torch.Tensor:
        """images: uint8 [n, C, S, S] -> float32 [n, features], what its labels are read from."""
        return self._over(images, self.net.features)

    def _over(self, images, function):
        device = self.net.head.weight.device
        return torch.cat([function(_scaled(part, device)).cpu() for part in images.split(500)])


def fit(
    data: ImageSet,
    *,
    epochs: int | None = None,
    seed=0,
    device="cpu",
    folder: Path | None = None,
    even=False,
    deep=False,
    looks=LOOKS,
) -> Classifier:
    """A classifier of `data`'s labels, from the cache where it has seen this set before.

    even: every class is seen equally often, mirrored and shifted, at EVEN px: one that sees a rare class rarely never
    names it.
    deep: by `Deep`, a slower network that sees more.
    epochs: by default as many as show it `looks` pictures, from 2 to 20.
    folder: where weights are kept, cache_folder()/classifiers by default. DataError without labels.
    """
    if data.labels is None or len(data.classes) < 2:
        raise DataError(f"--data {data.name!r} has no classes to tell apart: give one sub-folder a class")
    epochs = epochs or min(20, max(2, round(looks / len(data))))
    net = _new(data, seed, even, deep).to(device)
    path = (folder or cache_folder() / "classifiers") / f"{_key(data, epochs, seed, even, deep)}.safetensors"
    accuracy = _restore(net, path)
    if accuracy is None:
        accuracy = _train(net, data, epochs, seed, even)
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(f".{os.getpid()}.tmp")  # several processes may fit the same
        save_file(net.state_dict(), partial, {"accuracy": repr(accuracy)})
        partial.replace(path)
    return Classifier(net, data.classes, accuracy)


def _new(data: ImageSet, seed: int, even=False, deep=False) -> Net | Deep:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        if deep:
            return Deep(len(data.classes))
        return Net(data.images.shape[1], len(data.classes), largest=EVEN if even else LARGEST)


def _key(data: ImageSet, epochs: int, seed: int, even=False, deep=False) -> str:
    """The set's name and a hash of everything that decides the weights."""
    kind = " even" * even + " deep" * deep
    digest = hashlib.sha256(f"{RECIPE} {epochs} {seed} {tuple(data.images.shape)}{kind}".encode())
    digest.update(data.images.numpy())
    digest.update(data.labels.numpy())
    return f"{re.sub(r'[^A-Za-z0-9]+', '-', data.name)}-{digest.hexdigest()[:16]}"


def _restore(net: Net | Deep, path: Path) -> float | None:
    """Load cached weights into `net` -> their accuracy, or None where there are none that fit."""
    try:
        with safe_open(path, "pt") as file:
            net.load_state_dict({key: file.get_tensor(key) for key in file.keys()})
            return float(file.metadata()["accuracy"])
    except (OSError, SafetensorError, RuntimeError, KeyError, TypeError, ValueError):
        return None


def _train(net: Net | Deep, data: ImageSet, epochs: int, seed: int, even=False, batch=128) -> float:
    """One-cycle Adam over the training part -> accuracy on the held-out part, its mean over the classes."""
    device, rng = net.head.weight.device, torch.Generator().manual_seed(seed)
    order = torch.randperm(len(data), generator=rng)
    cut = max(1, round(len(data) * HELD_OUT))
    held, kept = order[:cut], order[cut:]
    steps = epochs * -(-len(kept) // batch)
    optimizer = torch.optim.Adam(net.parameters(), lr=1e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 5e-3, total_steps=steps)

    def order_of_an_epoch():
        if not even:
            return torch.randperm(len(kept), generator=rng)
        labels = data.labels[kept]
        return torch.multinomial((1 / labels.bincount().float())[labels], len(kept), True, generator=rng)

    shuffled = (kept[order_of_an_epoch()] for _ in range(epochs))
    batches = (part for once in shuffled for part in once.split(batch))
    net.train()
    for _ in trange(steps, desc="classifier", leave=False, disable=None):
        part = next(batches)
        x = _scaled(data.images[part], device)
        loss = F.cross_entropy(net(_moved(x, rng) if even else x), data.labels[part].to(device))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
    return Classifier(net, data.classes, 0.0).right_on(data.images[held], data.labels[held])


def mean_of_classes(values: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """The mean over the labels that there are of each one's own mean; values, labels: [n]."""
    return torch.stack([values[labels == k].mean() for k in labels.unique()]).mean()


def _moved(x: torch.Tensor, rng: torch.Generator) -> torch.Tensor:
    """A batch mirrored or not, and shifted by up to an eighth of its side."""
    side, reach = x.shape[-1], x.shape[-1] // 8
    if torch.rand((), generator=rng) < 0.5:
        x = x.flip(-1)
    down, right = torch.randint(0, 2 * reach + 1, (2,), generator=rng).tolist()
    return F.pad(x, [reach] * 4, mode="replicate")[..., down : down + side, right : right + side]


def _scaled(images: torch.Tensor, device) -> torch.Tensor:
    return images.to(device).float() / 127.5 - 1
