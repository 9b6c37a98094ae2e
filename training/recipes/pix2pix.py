"""Pix2Pix: a label map becomes a photograph, judged with its input and patch by patch (Isola 2016)."""

import torch

from training.recipes.game import l1
from training.recipes.losses import fake_d, non_saturating_g, real_d
from training.recipes.pairs import PairGame, PairSettings

# The paper's networks are twice as wide: two CPU cores can train these. D under spectral norm: instance norm would hide
# from it how bright and how colourful a picture is.
SETTINGS = PairSettings(
    variant="pix2pix",
    data="atlas:facades256",
    hold_out=0.2,
    resolution=256,
    flip=True,
    jitter=True,
    steps=26_000,
    batch_size=4,
    snapshot_every=5000,
    decay_from=0.5,
    ema=0.998,
    mismatch=0.5,
    generator={"width": 24, "box": True},
    discriminator={"width": 32, "spectral": True},
)


class Game(PairGame):
    """D: max log D(x, y) + log(1 - D(x, G(x))); G: max log D(x, G(x)) - lambda ||y - G(x)||_1 (Isola 2016, eq. 4).

    D's second term is shared between fakes and true outputs y with another's x, without which D may ignore x (Reed
    2016, section 4.1).
    """

    objective = "non_saturating"
    figures = "facades"

    def configure(self):  # fewer halvings where the resolution has fewer
        configs, power = super().configure(), self.settings.resolution & -self.settings.resolution
        if power < 256:
            configs["generator"].setdefault("depth", max(5, power.bit_length() - 1))
        return configs

    def d_loss(self, n, step):  # halved, so that D learns half as fast (section 3.3)
        (x, y, fakes, other_x), share, loss = self.translated_batch(n), self.settings.mismatch, 0.0
        for fake, D in fakes:
            pairs = [(x, y), (x, fake.detach()), *([(other_x, y)] if share else [])]
            right, made, *wrong = self.score(D, *map(torch.cat, zip(*pairs))).chunk(len(pairs))
            loss = loss + real_d(right) + (1 - share) * fake_d(made) + sum(share * fake_d(score) for score in wrong)
        return loss / 2

    def g_loss(self, n):
        x, y, fakes = self.last_batch
        return sum(non_saturating_g(self.score(D, x, fake)) + self.settings.l1 * l1(fake, y) for fake, D in fakes)
