"""Pix2Pix: a label map becomes a photograph, judged with its input and patch by patch (Isola 2016)."""

import torch

from models.images import from_uint8
from training.data.image_set import evenly_spaced
from training.recipes.game import EXAMPLES, l1
from training.recipes.losses import minimax_d, non_saturating_g
from training.recipes.pairs import PairGame, PairSettings

# The paper's networks are twice to three times as wide: two CPU cores can train these.
SETTINGS = PairSettings(
    variant="pix2pix",
    data="huggan/facades",
    resolution=256,
    steps=80_000,
    batch_size=1,
    generator={"width": 24, "smooth": 2},
    discriminator={"width": 32},
)


class Game(PairGame):
    """D: max log D(x, y) + log(1 - D(x, G(x))); G: max log D(x, G(x)) - lambda ||y - G(x)||_1 (Isola 2016, eq. 4)."""

    objective = "non_saturating"
    figures = "facades"
    pairs = True  # a file has the photograph left, its label map right

    def pair(self, index):
        photo, labels = self.batch(index).split(3, 1)
        return labels, photo

    def d_loss(self, n, step):
        x, y, ((fake, D),) = self.translated_batch(n)
        return minimax_d(self.score(D, x, y), self.score(D, x, fake.detach())) / 2  # half as fast (section 3.3)

    def g_loss(self, n):
        x, y, ((fake, D),) = self.last_batch
        return non_saturating_g(self.score(D, x, fake)) + self.settings.l1 * l1(fake, y)

    def held_pairs(self, n):
        """Up to n held-out label maps and their photographs."""
        photo, labels = from_uint8(evenly_spaced(self.shown.images, n)).split(3, 1)
        return labels, photo

    def samples(self, n, seed=0):
        """Rows of label map, translation, photograph, all held out."""
        labels, photo = self.held_pairs(n // 3)
        noise = torch.Generator().manual_seed(seed)
        fake = self.translate(lambda G, x: G(x, generator=noise), labels)
        return torch.stack([labels, fake, photo], 1).flatten(0, 1)

    def examples(self):
        return self.held_pairs(EXAMPLES)[0], None
