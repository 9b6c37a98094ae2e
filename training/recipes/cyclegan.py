"""CycleGAN: horses to zebras and back, without pairs (Zhu 2017)."""

from dataclasses import dataclass

import torch

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


# The paper's networks for 128 px, half as wide, which two CPU cores can train, and its losses. Animals at both scales:
# whole photos are what people bring, and where the animal fills the picture its stripes are wide enough to be seen.
SETTINGS = Settings(
    variant="cyclegan",
    data="atlas:horse_zebra_close+horse_zebra256",
    hold_out=0.1,
    resolution=128,
    flip=True,
    jitter=True,
    steps=22_000,
    batch_size=4,
    snapshot_every=5000,
    decay_from=0.5,
    ema=0.998,
    g_lr=3e-4,
    d_lr=4e-4,
    identity=0.1,
    generator={"width": 32, "blocks": 6},
    discriminator={"width": 48},
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
            scores = self.D[name](torch.cat([y, self.from_pool(name, fake)])).float()
            loss = loss + least_squares_d(*scores.chunk(2)) / 2
        return loss

    def g_loss(self, n):
        s, loss = self.settings, 0.0
        for x, fake, (_, back, name) in zip(*self.last_batch, self.directions):
            from_fake, from_own = self.G[back](torch.cat([fake, x])).chunk(2)
            loss = loss + least_squares_g(self.D[name](fake).float())
            loss = loss + s.cycle * (l1(from_fake, x) + s.identity * l1(from_own, x))
        return loss
