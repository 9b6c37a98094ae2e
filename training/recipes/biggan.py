"""BigGAN: SAGAN's game, z into every block, orthogonal regularization of G (Brock 2018)."""

from dataclasses import dataclass

import torch
from torch import nn

from models.nets.layers import TruncatedBatchNorm2d
from training.recipes import sagan
from training.recipes.losses import orthogonal_penalty
from training.recipes.noise import NoiseSettings
from training.recipes.settings import setting


@dataclass
class Settings(NoiseSettings):
    orthogonal: float = setting(1e-4, "weight of the generator's orthogonal regularization (beta)")


SETTINGS = Settings(
    variant="biggan",
    data="atlas:scenes64+flowers128+cats128",
    flip=True,
    augment="translation",
    steps=17_000,
    batch_size=32,  # the paper's 2048 is beyond two CPU cores
    snapshot_every=5000,
    decay_from=0.7,
    d_lr=4e-4,
    beta1=0.0,
    generator={"width": 16, "thresholds": [0.1, 0.5, 1.0, 1.5, 2.0]},
    discriminator={"width": 32},
)


class Game(sagan.Game):
    """SAGAN's hinge game; G: also min beta ||W W^T (1 - I)||_F^2 over its weights W (Brock 2018, equation 3)."""

    truncation = None  # of the z on which batch-norm statistics are being taken

    def g_loss(self, n):
        return super().g_loss(n) + self.settings.orthogonal * orthogonal_penalty(self.regularized_weights())

    def regularized_weights(self):
        """The generator's weights [out, ...] as the forward pass uses them, without the shared class embedding."""
        return [
            m.weight.transpose(0, 1) if isinstance(m, nn.ConvTranspose2d) else m.weight
            for name, m in self.G.named_modules()
            if isinstance(m, (nn.Linear, nn.Conv2d, nn.ConvTranspose2d)) and name != "embed"
        ]

    @torch.no_grad()
    def calibrate(self):
        """Take batch-norm statistics anew: for z truncated at each of the generator's thresholds, then for whole z."""
        norms = [m for m in self.ema.modules() if isinstance(m, TruncatedBatchNorm2d)]
        for row, threshold in enumerate(self.ema.module.thresholds):
            self.truncation = threshold
            super().calibrate()
            for norm in norms:
                norm.means[row].copy_(norm.running_mean)
                norm.variances[row].copy_(norm.running_var)
        self.truncation = None
        super().calibrate()

    def calibration_pass(self):
        self.samples(512 if self.truncation else 2048, seed=1)

    def latents(self, n, generator):
        z = super().latents(n, generator)
        t = self.truncation
        return nn.init.trunc_normal_(z, a=-t, b=t, generator=generator) if t else z
