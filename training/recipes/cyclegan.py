"""CycleGAN: horses to zebras and back, without pairs (Zhu 2017)."""

from dataclasses import dataclass

from training.recipes.game import l1
from training.recipes.losses import least_squares_d, least_squares_g
from training.recipes.settings import TranslatorSettings, setting
from training.recipes.two_domains import TwoDomainGame


@dataclass
class Settings(TranslatorSettings):
    cycle: float = setting(10.0, "weight of the L1 distance after going there and back (lambda)")
    identity: float = setting(
        0.2, "weight, as a share of `cycle`, of leaving pictures of the target domain as they are"
    )


# What two CPU cores can train; the paper's networks are twice to three times as wide.
SETTINGS = Settings(
    variant="cyclegan",
    data="huggan/horse2zebra",
    hold_out=0.1,
    resolution=128,
    flip=True,
    jitter=True,
    steps=60_000,
    batch_size=1,
    decay_from=0.5,
    ema=0.995,
    generator={"width": 24, "blocks": 6, "blur": 16},
    discriminator={"width": 32},
)


class Game(TwoDomainGame):
    """D: min ((D(y) - 1)^2 + D(G(x))^2) / 2; G: min (D(G(x)) - 1)^2 + lambda ||F(G(x)) - x||_1 (Zhu 2017, eq. 3).

    F, the generator back, has the same losses with x and y exchanged. The identity loss ||F(x) - x||_1 keeps colours
    (section 5.2).
    """

    objective = "least_squares"
    imagenet_classes = {"horse": (339,), "zebra": (340,)}  # 339 is the sorrel

    def d_loss(self, n, step):
        reals = self.batches(n)
        fakes = [self.G[there](x) for x, (there, _, _) in zip(reals, self.directions)]
        self.last_batch, loss = (reals, fakes), 0.0
        for y, fake, (_, _, name) in zip(reversed(reals), fakes, self.directions):
            D = self.D[name]
            loss = loss + least_squares_d(D(y).float(), D(self.from_pool(name, fake)).float()) / 2
        return loss

    def g_loss(self, n):
        s, loss = self.settings, 0.0
        for x, fake, (_, back, name) in zip(*self.last_batch, self.directions):
            D, F = self.D[name], self.G[back]
            loss = loss + least_squares_g(D(fake).float()) + s.cycle * l1(F(fake), x)
            if s.identity:
                loss = loss + s.cycle * s.identity * l1(F(x), x)
        return loss
