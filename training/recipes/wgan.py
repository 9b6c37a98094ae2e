"""WGAN: a critic with clipped weights estimates the Wasserstein distance (Arjovsky 2017)."""

from dataclasses import dataclass

from training.recipes.losses import clip_weights, wasserstein_d, wasserstein_g
from training.recipes.noise import CATS, NoiseGame, NoiseSettings
from training.recipes.settings import setting


@dataclass
class Settings(NoiseSettings):
    clip: float = setting(0.01, "the critic's weights are clipped to +- this after each of its steps (c)")


# The paper takes five critic steps at a twentieth of these rates: fewer and larger ones fit two CPU cores.
# Two critic steps a generator step: 12,500 of these show the critic the 800,000 pictures that the others see in 25,000.
SETTINGS = Settings(
    **CATS,
    variant="wgan",
    steps=12_500,
    d_steps=2,
    optimizer="rmsprop",
    g_lr=2e-4,
    d_lr=2e-4,
)


class Game(NoiseGame):
    """f: max E f(x) - E f(G(z)), its weights in [-c, c]; G: max E f(G(z)) (Arjovsky 2017, algorithm 1)."""

    objective = "wasserstein"

    def d_loss(self, n, step):
        return wasserstein_d(*self.scores(*self.real_and_fake(n)))

    def after_d(self):
        clip_weights(self.D, self.settings.clip)

    def g_loss(self, n):
        return wasserstein_g(self.scores_of_fakes(n))
