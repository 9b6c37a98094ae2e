"""StarGAN: one generator for all expressions and both data sets, told by a label (Choi 2017)."""

from dataclasses import dataclass

import torch

from training.recipes.game import l1
from training.recipes.losses import domain_classification, gradient_penalty, wasserstein_d, wasserstein_g
from training.recipes.many_domains import ManyDomainGame, ManyDomainSettings
from training.recipes.settings import setting


@dataclass
class Settings(ManyDomainSettings):
    penalty: float = setting(10.0, "weight of the gradient penalty (lambda_gp)")
    penalty_every: int = setting(2, "penalise every this many critic steps, that many times as strongly", least=1)
    classification: float = setting(1.0, "weight of the domain classification (lambda_cls)")
    cycle: float = setting(5.0, "weight of the L1 distance after going there and back (lambda_rec)")
    lead: int = setting(3000, "first steps in which the discriminator alone learns, to classify")


# The paper takes five critic steps and 200,000 batches; a critic that knows the expressions before the generator
# begins, and sees shifted faces, teaches them in fewer. A quarter of the faces is kept for the reader that judges.
SETTINGS = Settings(
    variant="stargan",
    data="atlas:expressions128+expressions48",
    hold_out=0.25,
    resolution=128,
    channels=1,
    flip=True,
    augment="translation",
    steps=20_000,
    batch_size=16,
    snapshot_every=5000,
    decay_from=0.5,
    ema=0.998,
    d_lr=5e-4,
    generator={"width": 32, "blocks": 4},
    discriminator={"width": 32},
)


class Game(ManyDomainGame):
    """D: min -L_adv + lambda_cls L_cls(x); G: min L_adv + lambda_cls L_cls(fake) + lambda_rec ||x - G(fake, c')||.

    L_adv is WGAN-GP's; fake = G(x, c); c: the target, c': the original domain; L1 norm (Choi 2017, equations 1 to 8).
    """

    objective = "wasserstein"

    @property
    def lead(self):
        return self.settings.lead

    def graph_key(self, step):  # whether the generator has begun, and which critic steps are penalised
        s = self.settings
        begun, steps = step >= s.lead, range(step * s.d_steps, (step + 1) * s.d_steps)
        return begun, tuple(begun and i % s.penalty_every == 0 for i in steps)

    def d_loss(self, n, step):
        s = self.settings
        x, domain = self.real(n)
        real = self.augmented(x)
        score, logits = self.D(real)
        loss = s.classification * domain_classification(logits.float(), domain, self.set_of)
        if step // s.d_steps < s.lead:
            return loss
        with torch.no_grad():
            fake = self.augmented(self.translation(x, self.random_domains(n)).float())
        loss = loss + wasserstein_d(score.float(), self.D(fake)[0].float())
        if s.penalty and step % s.penalty_every == 0:
            penalty = gradient_penalty(lambda y: self.D(y)[0].mean((1, 2)), real, fake, self.random.uniform(n))
            loss = loss + s.penalty_every * s.penalty * penalty
        return loss

    def g_loss(self, n):
        s = self.settings
        x, domain = self.real(n)
        target = self.random_domains(n)
        fake = self.translation(x, target)
        score, logits = self.D(self.augmented(fake.float()))
        return (
            wasserstein_g(score.float())
            + s.classification * domain_classification(logits.float(), target, self.set_of)
            + s.cycle * l1(self.translation(fake, domain), x)
        )
