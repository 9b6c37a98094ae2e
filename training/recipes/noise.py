"""Games whose generator makes pictures from noise z, with class labels or without."""

import copy
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import nn
from torch.nn.utils import parametrize

from models import registry
from models.images import from_uint8
from models.progan import MinibatchStd
from training.recipes.game import EXAMPLES, ByClass, Game
from training.recipes.settings import Settings, setting

BATCH_LAYERS = (nn.modules.batchnorm._BatchNorm, MinibatchStd)  # layers that see a batch as a whole in training


@dataclass
class NoiseSettings(Settings):
    augment: str = setting("", "DiffAugment policy: what D sees is shifted at random", ("", "translation"))


# What dcgan, wgan, wgan_gp and sngan share, so that their objectives can be compared: each sees 800,000 pictures.
CATS = {
    "data": "atlas:cats128",
    "flip": True,
    "augment": "translation",  # 4,903 pictures are few: without it D learns them by heart
    "batch_size": 32,
    "snapshot_every": 5000,
    "decay_from": 0.7,
    # The width is what two CPU cores train in two hours and a half. Without box the colours' power at the finest scale
    # is 59 times photographs' after 38,400 pictures (width 16), with it 2.3 times.
    "generator": {"width": 32, "box": True},
    "discriminator": {"width": 32},
}


class NoiseGame(Game):
    """Batches, fakes and samples of an unconditional or class-conditional variant."""

    figures = "samples"
    balanced = False  # each class equally likely in a batch, however many pictures it has
    stage = {}  # keyword arguments of both networks: {"level": float} while a GAN grows

    def __init__(self, settings, data, random):
        self.classes = data.classes if self.labelled else None
        super().__init__(settings, data, random)
        self.facts = {"latent_dim": self.G.latent_dim}
        self.configs["generator"] |= self.facts
        if self.classes and len(self.classes) == 10:
            self.columns = 10
        if any(parametrize.is_parametrized(m) for m in self.G.modules()):
            self.shipped_configs = {**self.configs, "generator": {**self.configs["generator"], "spectral": False}}
        self.has_batch_statistics = any(isinstance(m, BATCH_LAYERS) for m in self.D.modules())
        if self.has_batch_statistics:
            self.facts = {**self.facts, "batch_statistics": "real and generated pictures in equal parts"}
        if self.balanced:
            self.by_class = ByClass(self.labels, len(self.classes))
            if (self.by_class.counts == 0).any():
                empty = self.classes[int(self.by_class.counts.argmin())]
                raise ValueError(f"class {empty!r} has no pictures: fill its folder")

    def configure(self):
        s = self.settings
        shape = {"resolution": s.resolution, "channels": s.channels}
        shape |= {"classes": len(self.classes)} if self.classes else {}
        return {"generator": {**s.generator, **shape}, "discriminator": {**s.discriminator, **shape}}

    def batch(self, n):
        """[n real pictures, float [n, C, H, W] in [-1, 1]], and their labels where D reads them."""
        index = self.random_indices(n)
        x = self.shrink(self.pictures(index))
        return [x, self.labels[index]] if self.classes else [x]

    def shrink(self, x):
        """Pictures [n, C, H, W] at the size that has been reached; only a growing GAN's are smaller than the data's."""
        return x

    def random_indices(self, n):
        """Indices of n pictures: each picture equally likely, or each class where `balanced`."""
        if not self.balanced:
            return self.random.integers(n, len(self.images))
        return self.by_class.draw(self.random.integers(n, len(self.classes)), self.random)

    def fakes(self, n, *labels):
        """G(z) for n new z, with these labels."""
        return self.G(self.random.normal(n, self.G.latent_dim), *labels, **self.stage)

    def real_and_fake(self, n):
        """[n real pictures, as many fakes with the same labels], augmented, and the labels where D reads them."""
        real, *labels = self.batch(n)
        with torch.no_grad():
            return [self.augmented(real), self.augmented(self.fakes(n, *labels)), *labels]

    def judge(self, x, *labels):
        """D's logits or scores [n], in fp32."""
        return self.D(x, *labels, **self.stage).float()

    def scores(self, real, fake, *labels):
        """D(real), D(fake). One pass reads D's weights once; batch statistics need two."""
        if self.has_batch_statistics:
            return self.judge(real, *labels), self.judge(fake, *labels)
        return self.judge(torch.cat([real, fake]), *(y.repeat(2) for y in labels)).chunk(2)

    def scores_of_fakes(self, n):
        """D(G(z)) for n new z and random labels."""
        labels = [self.random.integers(n, len(self.classes))] if self.classes else []
        return self.judge(self.augmented(self.fakes(n, *labels)), *labels)

    def graph_key(self, step):
        return 0  # all steps are alike

    def shipped(self):
        shipped = registry.entry(self.settings.variant).networks["generator"](**self.shipped_configs["generator"])
        with torch.no_grad():
            for key, t in shipped.state_dict().items():
                owner, _, name = key.rpartition(".")
                t.copy_(getattr(self.ema.module.get_submodule(owner), name))
        return {"generator": shipped.eval(), "discriminator": self.calibrated_discriminator()}

    @torch.no_grad()
    def calibrated_discriminator(self, batches=16, n=128):
        """D, its batch statistics taken anew on equal parts of real pictures and of the averaged generator's fakes.

        Training batches are real or fake as a whole, and so nothing like a single picture's verdict on the page.
        """
        if not self.has_batch_statistics:
            return self.D
        D = copy.deepcopy(self.D).train()
        layers = [m for m in D.modules() if isinstance(m, BATCH_LAYERS)]
        for layer in layers:
            layer.reset_running_stats()
            layer.momentum = None  # a plain mean over the batches that follow
        n = min(n, len(self.images))
        order = torch.randperm(len(self.images), generator=torch.Generator().manual_seed(3)).to(self.random.device)
        for k in range(batches):
            real = from_uint8(self.images[order[torch.arange(k * n, (k + 1) * n) % len(order)]])
            fake = self.samples(n, seed=3 + k).to(real.device)
            D(self.shrink(torch.cat([real, fake])), **self.stage)
        return D.eval()

    def examples(self):  # training pictures, one a class
        shown = torch.linspace(0, len(self.images) - 1, EXAMPLES).long()
        if self.classes:
            shown = torch.stack([(self.labels == i % len(self.classes)).nonzero()[0, 0] for i in range(EXAMPLES)])
        return from_uint8(self.images[shown].cpu()), self.labels[shown].tolist() if self.classes else None

    def latents(self, n, generator):
        """Float32 [n, latent_dim] on the CPU from N(0, 1)."""
        return torch.randn(n, self.G.latent_dim, generator=generator)

    @torch.no_grad()
    def samples(self, n, seed=0):  # from fixed z; classes take turns
        z = self.latents(n, torch.Generator().manual_seed(seed))
        args = [z, torch.arange(n) % len(self.classes)] if self.classes else [z]
        chunks = zip(*(x.to(self.random.device).split(128) for x in args))
        x = torch.cat([self.ema.module(*chunk, **self.stage).float().cpu() for chunk in chunks])
        return F.interpolate(x, size=self.images.shape[-2:])  # of a GAN that is still growing
