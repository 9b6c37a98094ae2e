"""GAN: two fully connected networks play the minimax game (Goodfellow 2014)."""

from training.recipes.losses import minimax_d, non_saturating_g
from training.recipes.noise import NoiseGame, NoiseSettings

SETTINGS = NoiseSettings(
    variant="gan",
    data="torchvision:MNIST",
    resolution=28,
    channels=1,
    batch_size=128,
    snapshot_every=2000,
)


class Game(NoiseGame):
    """D: max E log D(x) + E log(1 - D(G(z))); G: max E log D(G(z)) (Goodfellow 2014, equation 1 and section 3)."""

    objective = "non_saturating"

    def d_loss(self, n, step):
        return minimax_d(*self.scores(*self.real_and_fake(n)))

    def g_loss(self, n):
        return non_saturating_g(self.scores_of_fakes(n))
