"""Pix2Pix: a label map becomes a photograph, judged with its input and patch by patch (Isola 2016)."""

from training.recipes.game import l1
from training.recipes.losses import minimax_d, non_saturating_g
from training.recipes.pairs import PairGame, PairSettings

# The paper's networks are twice to three times as wide: two CPU cores can train these.
SETTINGS = PairSettings(
    variant="pix2pix",
    data="huggan/facades",
    hold_out=0.1,
    resolution=256,
    flip=True,
    jitter=True,
    steps=80_000,
    batch_size=1,
    decay_from=0.5,
    ema=0.995,
    generator={"width": 24, "smooth": 2},
    discriminator={"width": 32},
)


class Game(PairGame):
    """D: max log D(x, y) + log(1 - D(x, G(x))); G: max log D(x, G(x)) - lambda ||y - G(x)||_1 (Isola 2016, eq. 4)."""

    objective = "non_saturating"
    figures = "facades"

    def configure(self):  # fewer halvings where the resolution has fewer
        configs, power = super().configure(), self.settings.resolution & -self.settings.resolution
        if power < 256:
            configs["generator"].setdefault("depth", max(5, power.bit_length() - 1))
        return configs

    def d_loss(self, n, step):  # halved, so that D learns half as fast (section 3.3)
        x, y, fakes = self.translated_batch(n)
        return sum(minimax_d(self.score(D, x, y), self.score(D, x, fake.detach())) / 2 for fake, D in fakes)

    def g_loss(self, n):
        x, y, fakes = self.last_batch
        return sum(non_saturating_g(self.score(D, x, fake)) + self.settings.l1 * l1(fake, y) for fake, D in fakes)
