"""BigGAN: SAGAN's game, z into every block, orthogonal regularization of G (Brock 2018)."""

from dataclasses import dataclass

from torch import nn

from training.recipes import sagan
from training.recipes.losses import orthogonal_penalty
from training.recipes.noise import NoiseSettings
from training.recipes.settings import setting


@dataclass
class Settings(NoiseSettings):
    orthogonal: float = setting(1e-4, "weight of the generator's orthogonal regularization (beta)")


SETTINGS = Settings(
    variant="biggan",
    data="torchvision:CIFAR10",
    flip=True,
    augment="translation",
    steps=20_000,
    batch_size=32,  # the paper's 2048 is beyond two CPU cores
    snapshot_every=1000,
    decay_from=0.7,
    d_lr=4e-4,
    beta1=0.0,
    generator={"width": 16},
    discriminator={"width": 32},
)


class Game(sagan.Game):
    """SAGAN's hinge game; G: also min beta ||W W^T (1 - I)||_F^2 over its weights W (Brock 2018, equation 3)."""

    def g_loss(self, n):
        return super().g_loss(n) + self.settings.orthogonal * orthogonal_penalty(self.regularized_weights())

    def regularized_weights(self):
        """The generator's weights [out, ...] as the forward pass uses them, without the shared class embedding."""
        return [
            m.weight.transpose(0, 1) if isinstance(m, nn.ConvTranspose2d) else m.weight
            for name, m in self.G.named_modules()
            if isinstance(m, (nn.Linear, nn.Conv2d, nn.ConvTranspose2d)) and name != "embed"
        ]
