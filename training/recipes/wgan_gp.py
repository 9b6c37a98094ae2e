"""WGAN-GP: a penalty on the critic's gradient in place of clipped weights (Gulrajani 2017)."""

from dataclasses import dataclass

from training.recipes.losses import gradient_penalty, wasserstein_d, wasserstein_g
from training.recipes.noise import CATS, NoiseGame, NoiseSettings
from training.recipes.settings import setting


@dataclass
class Settings(NoiseSettings):
    penalty: float = setting(10.0, "weight of the gradient penalty (lambda)")
    penalty_every: int = setting(2, "penalise every this many critic steps, that many times as strongly", least=1)


# The paper takes five critic steps a generator step, all penalised, at a fifth of this rate: one fits two CPU cores.
# Its penalty is 10: of shifted pictures a critic kept that smooth learns too little (KID 233 at best, then rising; with
# a penalty of 1: 122).
SETTINGS = Settings(
    **CATS,
    variant="wgan_gp",
    steps=25_000,
    d_lr=5e-4,
    penalty=1.0,
    beta1=0.0,
    beta2=0.9,
)


class Game(NoiseGame):
    """f: max E f(x) - E f(G(z)) - lambda E (||grad f(x_hat)||_2 - 1)^2; G: max E f(G(z)) (Gulrajani 2017, eq. 3)."""

    objective = "wasserstein"

    def d_loss(self, n, step):
        real, fake = self.real_and_fake(n)
        return wasserstein_d(*self.scores(real, fake)) + self.penalty(real, fake, step)

    def penalty(self, real, fake, step):
        """lambda times the gradient penalty; on every `penalty_every`-th critic step, that many times as large."""
        s = self.settings
        if step % s.penalty_every:
            return 0.0
        return s.penalty_every * s.penalty * gradient_penalty(self.judge, real, fake, self.random.uniform(len(real)))

    def g_loss(self, n):
        return wasserstein_g(self.scores_of_fakes(n))

    def graph_key(self, step):  # which of this step's critic steps are penalised
        s = self.settings
        return tuple(i % s.penalty_every == 0 for i in range(step * s.d_steps, (step + 1) * s.d_steps))
