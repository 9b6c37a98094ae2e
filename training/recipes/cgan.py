"""cGAN: the GAN's game, with a class label into both networks; D also sees real pictures with wrong labels."""

import torch

from training.recipes import gan
from training.recipes.losses import matching_aware_d
from training.recipes.noise import NoiseSettings

# Mirza's D sees right labels alone and may ignore them: wrong ones are Reed's.
SETTINGS = NoiseSettings(
    variant="cgan",
    data="atlas:mnist",
    hold_out=0.02,  # 1,200 digits, on which D's verdicts are measured
    resolution=28,
    channels=1,
    steps=24_000,
    batch_size=128,
    snapshot_every=4000,
    g_lr=4e-4,
    d_lr=4e-4,
    decay_from=0.6,
    ema=0.9995,
    judge="none",  # the rates fall to zero, and ImageNet's features say little of digits
)


class Game(gan.Game):
    """D: max E log D(x | y) + (E log(1 - D(x | y')) + E log(1 - D(G(z | y) | y))) / 2, y' another label than y
    (Reed 2016, section 4.1); G: max E log D(G(z | y) | y) (Mirza 2014, equation 2).
    """

    labelled = True

    def __init__(self, settings, data, random):
        super().__init__(settings, data, random)
        if len(self.classes) < 2:
            raise ValueError(f"{data.name} has the class {self.classes[0]!r} alone: give two class folders or more")

    def d_loss(self, n, step):
        real, fake, label = self.real_and_fake(n)
        wrong = (label + 1 + self.random.integers(n, len(self.classes) - 1)) % len(self.classes)
        scores = self.judge(torch.cat([real, real, fake]), torch.cat([label, wrong, label]))
        return matching_aware_d(*scores.chunk(3))
