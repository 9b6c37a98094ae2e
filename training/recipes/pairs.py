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


class PairGame(TranslatorGame):
    """Pairs side by side, the true output left and the input right, for one generator or several."""

    figures = "pairs"
    pairs = True

    def graph_key(self, step):
        return 0  # all steps are alike

    def pair(self, index):
        """Inputs and true outputs [n, C, H, W] in [-1, 1] of these training pictures."""
        return reversed(self.batch(index).split(3, 1))

    def translated_batch(self, n):
        """x, y, and for each generator (its fakes, its discriminator); G's step uses the same fakes as D's."""
        x, y = self.pair(self.random.integers(n, len(self.images)))
        generators, discriminators = (split_roles(net, "").values() for net in (self.G, self.D))
        self.last_batch = x, y, [(G(x), D) for G, D in zip(generators, discriminators)]
        return self.last_batch

    def score(self, D, x, y):
        """D's logits of patches of the pair (x, y), in fp32."""
        return D(torch.cat([x, y], 1)).float()

    def samples(self, n, seed=0):
        """Rows of input, translation, true output, all held out."""
        y, x = from_uint8(evenly_spaced(self.shown.images, n // 3)).split(3, 1)
        with torch.random.fork_rng():
            torch.manual_seed(seed)  # of the generator's dropout
            fake = self.translate(lambda G, x: G(x), x)
        return torch.stack([x, fake, y], 1).flatten(0, 1)

    def examples(self):
        return super().examples()[0][:, 3:], None
