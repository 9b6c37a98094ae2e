"""Translators among many domains, learned from one or several sets: are targets read, and whose face is it still?"""

import numpy as np
import torch

from training.data.image_set import only_set
from training.judge import classifier, labels, photos, rounded, translations
from training.judge.neighbours import FEATURES as IDENTITY
from training.judge.neighbours import Training
from training.judge.translations import each, some, stacked


class Figures(translations.Figures):
    """Every held-out picture is taken to every domain of its set."""

    changes, photo_scale, background_stays = photos.FACES, 1, True

    def __init__(self, t, kept, held):
        super().__init__(t, kept, held)
        self.classifiers = {}  # by set: one for all the translators that a claim compares

    def measure(self, n, seed, device):
        """`of_set` for every set that t learned from; the first set's translations."""
        figures, outputs = {}, []
        for i, (name, _) in enumerate(self.t.config["domains"]):
            row, fakes = self.of_set(i, n, seed, device)
            figures[f"read_as_target_{name}" if i else "read_as_target"] = row
            outputs.append(fakes)
        return figures, outputs[0]

    def of_set(self, which, n, seed, device):
        """(figures, translations uint8 [m, C, S, S]) of one set.

        How often a classifier of real pictures reads the target, how far translations to two targets differ, and how
        far a translation is from the face it came from, beside how far two faces are from each other.
        """
        kept, held = one_set(self.kept, which), one_set(self.held, which)
        if which not in self.classifiers:
            self.classifiers[which] = classifier.fit(kept, device, augment=True)
        domains = self.classifiers[which]

        def read(images):
            return domains.logits(domains.features(images))

        row = {"accuracy_on_held_out_real": labels.mean_accuracy(read(held.images), held.labels)}
        x = held.images[torch.randperm(len(held), generator=torch.Generator().manual_seed(seed))[:n]]
        faces, mode, fakes = Training(x, flip=False), "L" if x.shape[1] == 1 else "RGB", []
        for k, target in enumerate(kept.classes):
            options = self.t.ways[target]
            fakes.append(stacked(each(x, lambda face, how=options: self.t.translate(face, **how).convert(mode))))
            row[target] = (read(fakes[-1]).argmax(1) == k).float().mean()
        row["all"] = np.mean([row[target] for target in kept.classes])
        differences = [(a.float() - b.float()).abs().mean() / 127.5 for i, a in enumerate(fakes) for b in fakes[:i]]
        moved = torch.stack([faces.distances_in_order(images) for images in fakes])
        between = torch.cdist(faces.known, faces.known)[~torch.eye(len(x), dtype=torch.bool)]
        row |= {
            "l1_between_targets": np.mean(differences),
            "identity_distance": moved.mean(),
            "identity_distance_of_two_faces": between.mean(),
            "identity_kept": (moved < between.median()).float().mean(),
        }
        features = f"classifier of the real images, each class as often; L1 in [-1, 1]; identity in {IDENTITY}"
        return {**rounded(row), "n": len(x) * len(fakes), "features": features}, torch.cat(fakes)

    def inputs(self, n):
        """Faces of the first set, for its domains."""
        ways = {domain: self.t.ways[domain] for domain in self.t.config["domains"][0][1]}
        return [(image, ways, None) for image in some(one_set(self.held, 0).images, n)]


def one_set(data, which):
    """One of the joined sets, or all where there is but one."""
    return data if data.origin is None else only_set(data, which)
