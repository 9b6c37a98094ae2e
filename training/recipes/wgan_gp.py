"""WGAN-GP: a penalty on the critic's gradient in place of clipped weights (Gulrajani 2017)."""

from dataclasses import dataclass

from training.recipes.losses import gradient_penalty, wasserstein_d, wasserstein_g
from training.recipes.noise import NoiseGame, NoiseSettings
from training.recipes.settings import setting


@dataclass
class Settings(NoiseSettings):
    """The noise family's, and the gradient penalty."""

    penalty: float = setting(10.0, "weight of the gradient penalty (lambda)")
    penalty_every: int = setting(2, "penalise every this many critic steps, that many times as strongly", least=1)


# The paper takes five critic steps at a tenth of this rate, each of them penalised.
SETTINGS = Settings(
    variant="wgan_gp",
    data="huggan/AFHQ:cat",
    flip=True,
    batch_size=32,
    snapshot_every=1000,
    decay_from=0.7,
    d_lr=1e-3,
    beta1=0.0,
    beta2=0.9,
    generator={"width": 32},
    discriminator={"width": 32},
)


class Game(NoiseGame):
    """f: max E f(x) - E f(G(z)) - lambda E (||grad f(x_hat)||_2 - 1)^2; G: max E f(G(z)) (Gulrajani 2017, eq. 3)."""

    objective = "wasserstein"

    def d_loss(self, n, step):
        real, fake, _ = self.real_and_fake(n)
        loss = wasserstein_d(*self.scores(real, fake))
        if penalty := self.penalty(step):
            loss = loss + penalty * gradient_penalty(self.judge, real, fake, self.random.uniform(n))
        return loss

    def penalty(self, step):
        """lambda on every `penalty_every`-th critic step, that many times as large; 0 on the others."""
        s = self.settings
        return 0.0 if step % s.penalty_every else s.penalty_every * s.penalty

    def g_loss(self, n):
        return wasserstein_g(self.scores_of_fakes(n))

    @property
    def period(self):
        return self.settings.penalty_every

    def graph_key(self, step):
        """Which of this step's critic steps are penalised."""
        d_steps = self.settings.d_steps
        return tuple(bool(self.penalty(i)) for i in range(step * d_steps, (step + 1) * d_steps))
