"""SAGAN: self-attention in both networks, told a class; D learns faster than G (Zhang 2018)."""

from training.recipes import sngan
from training.recipes.noise import NoiseSettings

# A few hundred pictures in some classes, hence the augmentation.
SETTINGS = NoiseSettings(
    variant="sagan",
    data="atlas:scenes64+flowers128+cats128",
    flip=True,
    augment="translation",
    steps=30_000,
    batch_size=32,
    snapshot_every=5000,
    decay_from=0.7,
    d_lr=4e-4,
    beta1=0.0,
    generator={"width": 32},
    discriminator={"width": 32},
)


class Game(sngan.Game):
    """D: min E max(0, 1 - D(x, y)) + E max(0, 1 + D(G(z, y), y)); G: max E D(G(z, y), y) (Zhang 2018, eq. 4)."""

    labelled = balanced = True
