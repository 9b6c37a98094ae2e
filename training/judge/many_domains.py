"""Translators among many domains, learned from one or several sets: are targets read, and whose face is it still?"""

from dataclasses import replace

import numpy as np
import torch

from training.data.image_set import only_set, split
from training.judge import classifier, labels, photos, rounded, translations
from training.judge.neighbours import FEATURES as IDENTITY
from training.judge.neighbours import Training
from training.judge.translations import each, some, stacked


class Figures(translations.Figures):
    """Every held-out picture is taken to every domain of its set."""

    changes, photo_scale, background_stays = photos.FACES, 1, True

    def __init__(self, t, kept, held):
        super().__init__(t, kept, held)
        self.judged, self.learned = split(replace(held, names=None), 0.5)  # by chance: names have split it already
        self.readers = {}  # by device: one for all the translators that a claim compares

    def reader(self, device):
        """A classifier of all sets' expressions, which learned from half of the held-out faces."""
        if device not in self.readers:
            self.readers[device] = classifier.fit(self.learned, device, augment=True)
        return self.readers[device]

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

        How often a classifier reads the target, how far translations to two targets differ, how far a translation is
        from the face it came from, beside how far two faces are from each other, and the L1 error of the way back, by
        the right label and by a wrong one. The classifier learned from one half of the held-out faces, of which the
        generator saw none; all figures are of the other half.
        """
        judged, reader = one_set(self.judged, which), self.reader(device)
        columns = [self.held.classes.index(name) for name in judged.classes]

        def read(images):
            return reader.logits(reader.features(images))[:, columns]

        of_real = read(judged.images)
        row = {"accuracy_on_held_out_real": labels.mean_accuracy(of_real, judged.labels)}
        chosen = torch.randperm(len(judged), generator=torch.Generator().manual_seed(seed))[:n]
        x, own = judged.images[chosen], judged.labels[chosen]
        faces, fakes = Training(x, flip=False), []
        for k, target in enumerate(judged.classes):
            fakes.append(self.translated(x, [target] * len(x)))
            row[target] = (read(fakes[-1]).argmax(1) == k).float().mean()
            if (judged.labels == k).any():
                row[f"{target}_of_real"] = (of_real[judged.labels == k].argmax(1) == k).float().mean()
        row["all"] = np.mean([row[target] for target in judged.classes])
        differences = [(a.float() - b.float()).abs().mean() / 127.5 for i, a in enumerate(fakes) for b in fakes[:i]]
        moved = torch.stack([faces.distances_in_order(images) for images in fakes])
        between = torch.cdist(faces.known, faces.known)[~torch.eye(len(x), dtype=torch.bool)]
        row |= {
            "l1_between_targets": np.mean(differences),
            "identity_distance": moved.mean(),
            "identity_distance_of_two_faces": between.mean(),
            "identity_kept": (moved < between.median()).float().mean(),
        }
        there = torch.stack([fakes[(k + 1) % len(fakes)][i] for i, k in enumerate(own.tolist())])
        for name, step in ("way_back", 0), ("way_back_by_a_wrong_label", 2):
            back = self.translated(there, [judged.classes[(k + step) % len(fakes)] for k in own.tolist()])
            row[name] = (back.float() - x).abs().mean() / 127.5
        features = f"classifier of held-out real faces, each class as often; L1 in [-1, 1]; identity in {IDENTITY}"
        return {**rounded(row), "n": len(x) * len(fakes), "features": features}, torch.cat(fakes)

    def translated(self, images, targets):
        """Faces uint8 [n, C, S, S], each in its target's expression: the same."""
        mode, targets = "L" if images.shape[1] == 1 else "RGB", iter(targets)
        return stacked(each(images, lambda face: self.t.translate(face, **self.t.ways[next(targets)]).convert(mode)))

    def inputs(self, n):
        """Faces of the first set, for its domains."""
        ways = {domain: self.t.ways[domain] for domain in self.t.config["domains"][0][1]}
        return [(image, ways, None) for image in some(one_set(self.judged, 0).images, n)]


def one_set(data, which):
    """One of the joined sets, or all where there is but one."""
    return data if data.origin is None else only_set(data, which)
