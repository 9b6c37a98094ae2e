"""A small classifier of real images, trained here or taken from the cache: it labels samples and gives features."""

import hashlib
import re
from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import nn
from tqdm import trange

from models import atomic
from training.data.downloads import cache_folder
from training.data.image_set import DataError, ImageSet

VERSION = 2  # part of the cache's key: raise it when the network or its training changes
INPUT = 32  # px; larger pictures are averaged down to it
BALANCED_INPUT = 64  # px, where classes are balanced: rare ones differ in details
EXAMPLES = 150_000  # pictures that its training shows it
HELD_OUT = 1 / 6  # share of the real images that never train, MNIST's 10,000 of 60,000


class Classifier(nn.Module):
    """Float [n, C, S, S] in [-1, 1] -> logits [n, classes]: three convolutions and a linear layer.

    side: px that larger pictures are averaged down to. accuracy: on held-out real images, the mean over the classes.
    """

    accuracy = 0.0

    def __init__(self, channels: int, classes: int, width=24, side=INPUT):
        super().__init__()
        self.side = side
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
        if x.shape[-1] > self.side:
            x = F.adaptive_avg_pool2d(x, self.side)
        return F.adaptive_avg_pool2d(self.blocks(x), 3).flatten(1)

    def predict(self, images: torch.Tensor) -> torch.Tensor:
        """images: uint8 [n, C, S, S] -> labels int64 [n]."""
        return self._in_batches(images, lambda x: self(x).argmax(1))

    def accuracy_on(self, images: torch.Tensor, labels: torch.Tensor) -> float:
        """The share of images that get their labels int64 [n], the mean over the classes."""
        return float(mean_over_classes((self.predict(images) == labels).float(), labels))

    def confidence(self, images: torch.Tensor) -> torch.Tensor:
        """images: uint8 [n, C, S, S] -> float32 [n] in 0..1, the probability of the likeliest label."""
        return self._in_batches(images, lambda x: self(x).softmax(1).amax(1))

    def features(self, images: torch.Tensor) -> torch.Tensor:
        """images: uint8 [n, C, S, S] -> float32 [n, features], the last layer's input."""
        return self._in_batches(images, self.hidden)

    @torch.inference_mode()
    def _in_batches(self, images, function):
        device = self.head.weight.device
        return torch.cat([function(_scaled(part, device)).cpu() for part in images.split(500)])


def fit(
    data: ImageSet,
    *,
    epochs: int | None = None,
    seed=0,
    device="cpu",
    folder: Path | None = None,
    balanced=False,
    examples=EXAMPLES,
) -> Classifier:
    """A classifier of `data`'s labels, from the cache if it was trained on this set before; DataError without labels.

    balanced: every class is shown equally often, mirrored and shifted, at BALANCED_INPUT px; else a rare class would
    hardly ever be predicted.
    epochs: by default as many as show it `examples` pictures, from 2 to 20.
    folder: where weights are kept, cache_folder()/classifiers by default.
    """
    if data.labels is None or len(data.classes) < 2:
        raise DataError(f"--data {data.name!r} has fewer than two classes: give one sub-folder a class")
    epochs = epochs or min(20, max(2, round(examples / len(data))))
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        net = Classifier(data.images.shape[1], len(data.classes), side=BALANCED_INPUT if balanced else INPUT).to(device)
    path = (folder or cache_folder() / "classifiers") / f"{_key(data, epochs, seed, balanced)}.safetensors"
    if not _restore(net, path):
        _train(net, data, epochs, seed, balanced)
        path.parent.mkdir(parents=True, exist_ok=True)
        atomic.write(path, lambda p: save_file(net.state_dict(), p, {"accuracy": repr(net.accuracy)}))
    return net.eval()


def _key(data: ImageSet, epochs: int, seed: int, balanced: bool) -> str:
    """The set's name and a hash of everything that decides the weights."""
    digest = hashlib.sha256(f"{VERSION} {epochs} {seed} {tuple(data.images.shape)}{' even' * balanced}".encode())
    digest.update(data.images.numpy())
    digest.update(data.labels.numpy())
    return f"{re.sub(r'[^A-Za-z0-9]+', '-', data.name)}-{digest.hexdigest()[:16]}"


def _restore(net: Classifier, path: Path) -> bool:
    """Load cached weights; False if there are none that fit."""
    try:
        with safe_open(path, "pt") as file:
            net.load_state_dict({key: file.get_tensor(key) for key in file.keys()})
            net.accuracy = float(file.metadata()["accuracy"])
    except (OSError, SafetensorError, RuntimeError, KeyError, TypeError, ValueError):
        return False
    return True


def _train(net: Classifier, data: ImageSet, epochs: int, seed: int, balanced: bool, batch=128) -> None:
    """One-cycle Adam over the training part; accuracy on the held-out part."""
    device, rng = net.head.weight.device, torch.Generator().manual_seed(seed)
    order = torch.randperm(len(data), generator=rng)
    cut = max(1, round(len(data) * HELD_OUT))
    held, kept = order[:cut], order[cut:]
    steps = epochs * -(-len(kept) // batch)
    optimizer = torch.optim.Adam(net.parameters(), lr=1e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 5e-3, total_steps=steps)

    def order_of_an_epoch():
        if not balanced:
            return torch.randperm(len(kept), generator=rng)
        labels = data.labels[kept]
        return torch.multinomial((1 / labels.bincount().float())[labels], len(kept), True, generator=rng)

    shuffled = (kept[order_of_an_epoch()] for _ in range(epochs))
    batches = (part for once in shuffled for part in once.split(batch))
    net.train()
    for _ in trange(steps, desc="classifier", leave=False, disable=None):
        part = next(batches)
        x = _scaled(data.images[part], device)
        loss = F.cross_entropy(net(_augmented(x, rng) if balanced else x), data.labels[part].to(device))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
    net.accuracy = net.eval().accuracy_on(data.images[held], data.labels[held])


def mean_over_classes(values: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """The mean of the classes' means; values, labels: [n]."""
    return torch.stack([values[labels == k].mean() for k in labels.unique()]).mean()


def _augmented(x: torch.Tensor, rng: torch.Generator) -> torch.Tensor:
    """A batch mirrored or not, and shifted by up to an eighth of its side."""
    side, reach = x.shape[-1], x.shape[-1] // 8
    if torch.rand((), generator=rng) < 0.5:
        x = x.flip(-1)
    down, right = torch.randint(0, 2 * reach + 1, (2,), generator=rng).tolist()
    return F.pad(x, [reach] * 4, mode="replicate")[..., down : down + side, right : right + side]


def _scaled(images: torch.Tensor, device) -> torch.Tensor:
    return images.to(device).float() / 127.5 - 1
