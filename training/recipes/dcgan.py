"""DCGAN: the GAN's game between convolutional networks (Radford 2015)."""

from training.recipes import gan
from training.recipes.noise import CATS, NoiseSettings

SETTINGS = NoiseSettings(
    **CATS,
    variant="dcgan",
    steps=25_000,
)


class Game(gan.Game):
    """D: max E log D(x) + E log(1 - D(G(z))); G: max E log D(G(z)) (Goodfellow 2014, equation 1 and section 3)."""
