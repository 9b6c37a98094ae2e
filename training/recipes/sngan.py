"""SN-GAN: every weight of D divided by its spectral norm, and the hinge loss (Miyato 2018)."""

from training.recipes.losses import hinge_d, wasserstein_g
from training.recipes.noise import CATS, NoiseGame, NoiseSettings

SETTINGS = NoiseSettings(
    **CATS,
    variant="sngan",
    steps=25_000,
    d_lr=4e-4,
    beta1=0.0,
    beta2=0.9,
)


class Game(NoiseGame):
    """D: min E max(0, 1 - D(x)) + E max(0, 1 + D(G(z))); G: max E D(G(z)) (Miyato 2018, equations 16 and 17)."""

    objective = "hinge"

    def d_loss(self, n, step):
        return hinge_d(*self.scores(*self.real_and_fake(n)))

    def g_loss(self, n):
        return wasserstein_g(self.scores_of_fakes(n))
