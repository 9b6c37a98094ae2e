"""DCGAN: the GAN's game between convolutional networks (Radford 2015)."""

from training.recipes import gan
from training.recipes.noise import NoiseSettings

SETTINGS = NoiseSettings(
    variant="dcgan",
    data="atlas:cats128",
    flip=True,
    augment="translation",
    batch_size=32,
    snapshot_every=1000,
    decay_from=0.7,
    generator={"width": 32},  # what two CPU cores train in half an hour
    discriminator={"width": 32},
)


class Game(gan.Game):
    """D: max E log D(x) + E log(1 - D(G(z))); G: max E log D(G(z)) (Goodfellow 2014, equation 1 and section 3)."""
