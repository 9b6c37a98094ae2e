"""GAN: two fully connected networks play the minimax game (Goodfellow 2014)."""

from training.recipes.losses import minimax_d, non_saturating_g
from training.recipes.noise import NoiseGame, NoiseSettings

SETTINGS = NoiseSettings(
    variant="gan",
    data="atlas:mnist",
    resolution=28,
    channels=1,
    steps=40_000,
    batch_size=128,
    snapshot_every=4000,
    g_lr=5e-4,
    d_lr=5e-4,
    decay_from=0.6,
    ema=0.9998,
    judge="none",  # the rates fall to zero, and ImageNet's features say little of digits
)


class Game(NoiseGame):
    """D: max E log D(x) + E log(1 - D(G(z))); G: max E log D(G(z)) (Goodfellow 2014, equation 1 and section 3)."""

    objective = "non_saturating"

    def d_loss(self, n, step):
        return minimax_d(*self.scores(*self.real_and_fake(n)))

    def g_loss(self, n):
        return non_saturating_g(self.scores_of_fakes(n))
