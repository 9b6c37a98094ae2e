"""Progressive GAN: both networks grow from 4 px, each new resolution faded in (Karras 2017)."""

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F

from models.nets.layers import sizes
from training.recipes import wgan_gp
from training.recipes.losses import wasserstein_d
from training.recipes.settings import setting


@dataclass
class Settings(wgan_gp.Settings):
    drift: float = setting(1e-3, "weight of the critic's squared score on real pictures, which keeps it near zero")
    grow: dict = setting({}, "the step at which each size begins to fade in, as 8=1000 16=3000")
    fade: int = setting(1000, "generator steps that a size takes to fade in; 0: full size from the start")


# The critic learns faster than the generator: at equal rates the colours of all pictures swing together. 64 px, for
# quality goes before size: two hours and a half of two CPU cores are too few for 128 px.
SETTINGS = Settings(
    variant="progan",
    data="atlas:cats128",
    resolution=64,
    flip=True,
    augment="translation",
    steps=26_000,
    batch_size=32,
    snapshot_every=4000,
    decay_from=0.7,
    g_lr=1e-3,
    d_lr=3e-3,
    beta1=0.0,
    beta2=0.99,
    ema=0.998,
    grow={"8": 1500, "16": 3500, "32": 6000, "64": 9500},
    generator={"width": 16, "snapshots": True},
    discriminator={"width": 16},
)


def fade_in_steps(settings):
    """The steps at which 8, 16, ... px begin to fade in; [] for a GAN that has its full size from the start."""
    if not settings.fade:
        return []
    sides = sizes(settings.resolution)[1:]
    missing = [side for side in sides if str(side) not in settings.grow]
    if missing:
        raise ValueError(f"grow says nothing of {missing[0]} px: give {missing[0]}=STEP, too")
    steps = [settings.grow[str(side)] for side in sides]
    for side, before, step in zip(sides[1:], steps, steps[1:]):
        if step < before + settings.fade:
            raise ValueError(
                f"grow lets {side} px begin at step {step}, before {side // 2} px have faded in: give "
                f"{before + settings.fade} or more"
            )
    return steps


class Game(wgan_gp.Game):
    """WGAN-GP's game; f: also min epsilon E f(x)^2; pictures grow (Karras 2017, section 2 and appendix A.1)."""

    def d_loss(self, n, step):
        real, fake = self.real_and_fake(n)
        score, score_of_fake = self.scores(real, fake)
        drift = self.settings.drift * score.square().mean()
        return wasserstein_d(score, score_of_fake) + self.penalty(real, fake, step) + drift

    def grow(self, step):
        if begins := fade_in_steps(self.settings):
            if step in begins and self.G.snapshots:
                for G in (self.G, self.ema.module):
                    G.keep(begins.index(step), self.ema.module)
            faded = ((step - begin) / self.settings.fade for begin in begins)
            self.stage = {"level": sum(min(1.0, max(0.0, share)) for share in faded)}

    @property
    def fades(self):
        """True while a size is being faded in."""
        return self.stage.get("level", 0) % 1 > 0

    def graph_key(self, step):
        return None if self.fades else (self.stage.get("level"), super().graph_key(step))

    def shrink(self, x):
        """Pictures at the resolution that has been reached, faded as the generator's are."""
        if not self.stage:
            return x
        x = F.adaptive_avg_pool2d(x, 4 * 2 ** math.ceil(self.stage["level"]))
        if not self.fades:
            return x
        return torch.lerp(F.interpolate(F.avg_pool2d(x, 2), scale_factor=2.0), x, self.stage["level"] % 1)

    @torch.no_grad()
    def update_ema(self):
        super().update_ema()
        if self.fades:  # the average is the generator itself: what is new has no past yet
            for average, live in zip(self.ema.module.parameters(), self.G.parameters()):
                average.copy_(live)
