"""Games that learn from pairs: an input x and its true output y."""

from dataclasses import dataclass

import torch

from models.images import from_uint8
from training.data.image_set import evenly_spaced
from training.recipes.game import TranslatorGame, split_roles
from training.recipes.settings import TranslatorSettings, setting


@dataclass
class PairSettings(TranslatorSettings):
    l1: float = setting(100.0, "weight of the L1 distance to the true output (lambda)")
    mismatch: float = setting(
        0.0, "share of D's loss on fakes that falls on true outputs with another's input instead (Reed 2016)"
    )


class PairGame(TranslatorGame):
    """Pairs side by side, the true output left and the input right, for one generator or several."""

    figures = "pairs"
    pairs = True
    columns = 9

    def graph_key(self, step):
        return 0  # all steps are alike

    def halves(self, pictures):
        """(inputs, true outputs) of training pictures."""
        return reversed(pictures.split(3, 1))

    def translated_batch(self, n):
        """x, y, for each generator (its fakes, its discriminator), and other pairs' x; G's step uses the same fakes."""
        index = self.random.integers(n, len(self.images))
        x, y = self.halves(self.batch(index))
        generators, discriminators = (split_roles(net, "").values() for net in (self.G, self.D))
        self.last_batch = x, y, [(G(x), D) for G, D in zip(generators, discriminators)]
        if not self.settings.mismatch:
            return *self.last_batch, None
        others = (index + 1 + self.random.integers(n, len(self.images) - 1)) % len(self.images)
        return *self.last_batch, next(iter(self.halves(self.batch(others))))

    def score(self, D, x, y):
        """D's logits of patches of the pair (x, y), in fp32."""
        return D(torch.cat([x, y], 1)).float()

    def calibration_pass(self):
        x, _ = self.halves(from_uint8(evenly_spaced(self.images, 512)))
        with torch.random.fork_rng():
            torch.manual_seed(0)  # of the generator's dropout
            for G in split_roles(self.ema.module, "").values():
                for k in range(64):
                    G(x[k::64])

    def samples(self, n, seed=0):
        """Rows of input, translation, true output, all held out."""
        x, y = self.halves(from_uint8(evenly_spaced(self.shown.images, n // 3)))
        with torch.random.fork_rng():
            torch.manual_seed(seed)
            fake = self.translate(lambda G, x: G(x), x)
        return torch.stack([x, fake, y], 1).flatten(0, 1)

    def examples(self):
        return super().examples()[0][:, 3:], None
