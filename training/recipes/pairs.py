"""Games that learn from pairs: an input x and its true output y."""

from dataclasses import dataclass

import torch

from training.recipes.game import TranslatorGame, split_roles
from training.recipes.settings import TranslatorSettings, setting


@dataclass
class PairSettings(TranslatorSettings):
    """The translators', and the distance to the true output."""

    l1: float = setting(100.0, "weight of the L1 distance to the true output (lambda)")


class PairGame(TranslatorGame):
    """Batches of pairs for one generator and discriminator, or for several side by side.

    A recipe says what `pair(index)` is: inputs and true outputs [n, C, H, W] in [-1, 1].
    """

    figures = "pairs"

    def graph_key(self, step):
        return 0  # all steps are alike

    def translated_batch(self, n):
        """x, y, and for each generator (its fakes, its discriminator); G's step uses the same fakes as D's."""
        x, y = self.pair(self.random.integers(n, len(self.images)))
        generators, discriminators = (split_roles(net, "").values() for net in (self.G, self.D))
        self.last_batch = x, y, [(G(x), D) for G, D in zip(generators, discriminators)]
        return self.last_batch

    def score(self, D, x, y):
        """D's logits of patches of the pair (x, y), in fp32."""
        return D(torch.cat([x, y], 1)).float()
