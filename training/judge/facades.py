"""Facades from label maps: the figures of pairs, and whether the label map can be read off a translation again."""

from functools import cached_property

import torch

from models.images import from_uint8, to_images
from training.judge import pairs, rounded, segmenter
from training.judge.pairs import pair


class Figures(pairs.Figures):
    """Pairs', and how well a segmenter of real photos reads the map off translations (Isola 2016, section 4.1)."""

    def measure(self, n, seed, device):
        figures, fake = super().measure(n, seed, device)
        photo, label_map = pair(self.held.images[:n])
        predict, asked = self.segmenter.predict, segmenter.labels(label_map, self.t.palette)
        agreed, of_real = ((predict(x) == asked).float().mean() for x in (fake, photo))
        features = f"segmenter of real photos, {len(self.t.palette)} labels at {segmenter.OUTPUT} px"
        row = {**rounded({"agreement": agreed, "agreement_of_real": of_real}), "n": len(photo), "features": features}
        return {**figures, "read_again": row, "own_map": self.own_map(n)}, fake

    def own_map(self, n, others=8):
        """How often D's mean verdict on a real photo is higher with its own map than with another's."""
        photos, maps = (to_images(from_uint8(x)) for x in pair(self.held.images[:n]))
        others = min(others, len(maps) - 1)
        own, other = [], []
        for i, photo in enumerate(photos):
            own.append(self.t.verdict(maps[i], photo).mean())
            other.append([self.t.verdict(maps[(i + k) % len(maps)], photo).mean() for k in range(1, others + 1)])
        own, other = torch.tensor(own), torch.tensor(other)
        row = {"higher_with_own": (own[:, None] > other).float().mean(), "own": own.mean(), "another": other.mean()}
        return {**rounded(row), "n": len(maps) * others, "features": "the discriminator's mean verdict on a real photo"}

    @cached_property
    def segmenter(self):
        """A segmenter that learned from the real pairs that are not held out."""
        photo, label_map = pair(self.kept.images)
        return segmenter.fit(photo, segmenter.labels(label_map, self.t.palette), len(self.t.palette))
