"""cGAN: the GAN's game, with a class label into both networks (Mirza 2014)."""

from training.recipes import gan
from training.recipes.noise import NoiseSettings

SETTINGS = NoiseSettings(
    variant="cgan",
    data="torchvision:MNIST",
    resolution=28,
    channels=1,
    batch_size=128,
    snapshot_every=2000,
)


class Game(gan.Game):
    """D: max E log D(x | y) + E log(1 - D(G(z | y) | y)); G: max E log D(G(z | y) | y) (Mirza 2014, equation 2)."""

    labelled = True
