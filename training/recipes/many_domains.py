"""Games between many domains, of one or several data sets, with one generator."""

from dataclasses import dataclass

import torch

from models.images import from_uint8
from models.stargan import mask_vector
from training.data.image_set import ImageSet, evenly_spaced
from training.recipes.game import EXAMPLES, ByClass, TranslatorGame
from training.recipes.settings import TranslatorSettings, setting


@dataclass
class ManyDomainSettings(TranslatorSettings):
    augment: str = setting("", "DiffAugment policy: what D sees is shifted at random", ("", "translation"))


class ManyDomainGame(TranslatorGame):
    """Pictures and target domains; each data set's classes are its domains, counted through all sets.

    sets: [[name, [its classes]], ...]; sizes: how many domains each has.
    """

    figures = "many_domains"
    labelled = True

    @classmethod
    def noise_data(cls, settings, n, seed=0):  # two joined sets of three and four domains, which share three names
        found = super().noise_data(settings, n, seed)
        origin = (torch.arange(n) >= n // 2).long()
        labels = torch.where(origin == 0, found.labels % 3, found.labels % 4)
        return ImageSet(found.images, labels, found.classes[:4], "sharp+soft", origin=origin)

    def configure(self):
        data, s = self.data, self.settings
        if len(data.classes) < 2:
            raise ValueError(f"{data.name} has one class: {s.variant} needs a sub-folder for each domain")
        origin = torch.zeros_like(data.labels) if data.origin is None else data.origin
        domains, index = torch.stack([origin, data.labels], 1).unique(dim=0, return_inverse=True)
        self.labels = index.to(self.random.device)
        names = enumerate(data.name.split("+"))
        self.sets = [[name, [data.classes[k] for of, k in domains.tolist() if of == i]] for i, name in names]
        self.facts, self.sizes = {"domains": self.sets}, [len(classes) for _, classes in self.sets]
        self.by_domain = ByClass(self.labels, sum(self.sizes))
        # On the device once: what a CUDA graph records may copy nothing to it.
        device, every = self.random.device, torch.arange(sum(self.sizes))
        self.vectors = mask_vector(every, self.sizes).to(device)
        self.set_of = torch.repeat_interleave(torch.arange(len(self.sizes)), torch.tensor(self.sizes)).to(device)
        self.first = torch.tensor([sum(self.sizes[:i]) for i in range(len(self.sizes))], device=device)
        self.domains_of_set = torch.tensor(self.sizes, device=device)
        shape = {"domains": sum(self.sizes), "resolution": s.resolution, "channels": s.channels}
        labels = sum(self.sizes) + len(self.sizes)
        return {
            "generator": {**s.generator, "labels": labels, "channels": s.channels},
            "discriminator": {**s.discriminator, **shape},
        }

    def random_domains(self, n):
        """n domains: each set as often, in it each domain as often."""
        which = self.random.integers(n, len(self.sizes))
        return self.first[which] + (self.random.uniform(n) * self.domains_of_set[which]).long()

    def real(self, n):
        """n pictures and their domains."""
        domain = self.random_domains(n)
        return self.batch(self.by_domain.draw(domain, self.random)), domain

    def translation(self, x, domain):
        """G(x, c): the pictures in these domains."""
        return self.G(x, self.vectors[domain])

    def samples(self, n, seed=0):
        """A row a held-out face: itself, then each of the first set's domains; rows are filled up to 8 with black."""
        vectors = mask_vector(torch.arange(self.sizes[0]), self.sizes)
        x = self.examples()[0]
        fakes = [self.translate(lambda G, y, v=v: G(y, v[None].to(y.device)), x) for v in vectors]
        rows = torch.stack([x, *fakes, *[torch.full_like(x, -1)] * (-(len(fakes) + 1) % 8)], 1)
        return rows.flatten(0, 1)[:n]

    def examples(self):  # pictures of the first set
        images, origin = self.shown.images, self.shown.origin
        if origin is not None and (origin == 0).any():
            images = images[origin == 0]
        return from_uint8(evenly_spaced(images, EXAMPLES)), None
