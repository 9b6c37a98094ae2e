"""Games between two domains of pictures without pairs."""

import torch
from torch import nn

from models.images import from_uint8
from training.data.image_set import evenly_spaced
from training.recipes.game import EXAMPLES, ByClass, TranslatorGame, most_colourful_first

POOL = 50  # earlier fakes kept for each discriminator (Zhu 2017, section 4)


class ImagePool(nn.Module):
    """A history of fakes: D sees an earlier one half of the time (Shrivastava 2017, section 2.3; Zhu 2017, section 4).

    A module, so that checkpoints hold it.
    """

    def __init__(self, size, shape):
        super().__init__()
        self.register_buffer("pictures", torch.zeros(size, *shape))
        self.register_buffer("count", torch.zeros((), dtype=torch.int64))

    def forward(self, fakes, coins, places):
        """For each fake the one that D sees: [n, ...] -> [n, ...].

        Until the pool is full a fake enters it and is seen itself. Then, where its coin is below one half, the picture
        at its place is seen and replaced by it. coins: [n] in [0, 1); places: int64 [n], indices into the pool.
        """
        seen = []  # no number is read from the device: a CUDA graph can record this
        for fake, coin, place in zip(fakes, coins, places):
            filling = self.count < len(self.pictures)
            place = torch.where(filling, self.count, place)[None]
            earlier = self.pictures[place][0]
            self.pictures[place] = torch.where(filling | (coin < 0.5), fake, earlier)[None]
            self.count += filling
            seen.append(torch.where(~filling & (coin < 0.5), earlier, fake))
        return torch.stack(seen)


class TwoDomainGame(TranslatorGame):
    """Batches of both domains for generators named A2B and B2A, and a discriminator for each of A and B.

    The data's two classes are the domains, A the first by name.
    """

    figures = "two_domains"
    columns = 6
    labelled = True
    noise_classes = 2
    imagenet_classes = {}  # {domain, as the generators' names have it: numbers of its ImageNet classes}

    def __init__(self, settings, data, random):
        if data.classes is None or len(data.classes) != 2:
            raise ValueError(
                f"{data.name} has the classes {', '.join(data.classes or ['none'])}: {settings.variant} learns from "
                "two class folders"
            )
        super().__init__(settings, data, random)
        self.facts = {"domains": [[data.name, data.classes]]}
        self.by_domain = ByClass(self.labels, 2)
        there, back = self.G
        first, second = there.split("2")
        self.directions = (there, back, second), (back, there, first)  # generator, generator back, discriminator
        shape = self.images.shape[1:]
        self.pools = nn.ModuleDict({name: ImagePool(POOL, shape) for name in self.D}).to(random.device)
        self.modules["pools"] = self.pools

    def graph_key(self, step):
        return 0  # all steps are alike

    def batches(self, n):
        """n pictures of each domain."""
        return [self.batch(self.by_domain.draw(self.labels.new_full((n,), k), self.random)) for k in (0, 1)]

    def from_pool(self, name, fakes):
        """What the discriminator `name` sees of these fakes and of earlier ones."""
        places, coins = self.random.integers(len(fakes), POOL), self.random.uniform(len(fakes))
        return self.pools[name](fakes.detach().float(), coins, places)

    def held_pictures(self, n):
        """Up to n held-out pictures of each domain, as many of both, float in [-1, 1]."""
        found = ([data.images[data.labels == k] for k in (0, 1)] for data in (self.shown, self.data))
        domains = next(domains for domains in found if all(map(len, domains)))
        n = min(n, *map(len, domains))
        return [from_uint8(evenly_spaced(images, n)) for images in domains]

    def samples(self, n, seed=0):
        """Rows of picture, translation, the way back: one of the first domain, then one of the second."""
        rows = []
        for x, (there, back, _) in zip(self.held_pictures(n // 6), self.directions):
            fake = self.translate(lambda G, y, name=there: G[name](y), x)
            rows.append(torch.stack([x, fake, self.translate(lambda G, y, name=back: G[name](y), fake)], 1))
        return torch.stack(rows, 1).flatten(0, 2)

    def examples(self):
        domains = [most_colourful_first(x) for x in self.held_pictures(EXAMPLES // 2)]
        return torch.stack(domains, 1).flatten(0, 1), None
