"""Translators among many domains, learned from one or several sets: are targets read, and whose face is it still?"""

import numpy as np
import torch

from models.images import from_uint8, to_images
from training.data.image_set import evenly_spaced, only_set
from training.judge import classifier, neighbours, rounded
from training.judge import photos as kinds
from training.judge.translations import each, stacked

PHOTOS = kinds.Photos(kinds.FACES, scale=1, background_stays=True)


def measure(t, kept, held, n, seed, device):
    """`of_set` for every set that t learned from; the first set's translations."""
    figures, translations = {}, []
    for i, (name, _) in enumerate(t.config["domains"]):
        row, fakes = of_set(t, *(one_set(part, i) for part in (kept, held)), n, seed, device)
        figures[f"read_as_target_{name}" if i else "read_as_target"] = row
        translations.append(fakes)
    return figures, translations[0]


def one_set(data, which):
    """The pictures of one of the joined sets, or all where there is but one."""
    return data if data.origin is None else only_set(data, which)


def of_set(t, kept, held, n, seed, device):
    """(figures, translations uint8 [m, C, S, S]) on one set's held-out pictures, each taken to every domain of it.

    How often a classifier of real pictures reads the target, how far translations to two targets differ, and how far a
    translation is from the face it came from, beside how far two faces are from each other.
    """
    domains = classifier.fit(kept, device=device, balanced=True)
    row = {"accuracy_on_held_out_real": domains.accuracy_on(held.images, held.labels)}
    x = held.images[torch.randperm(len(held), generator=torch.Generator().manual_seed(seed))[:n]]
    faces, mode, fakes = neighbours.Training(x, flip=False), "L" if x.shape[1] == 1 else "RGB", []
    for k, target in enumerate(domains.classes):
        how = t.ways[target]
        fakes.append(stacked(each(x, lambda image, how=how: t.translate(image, **how).convert(mode))))
        row[target] = float((domains(fakes[-1]) == k).float().mean())
    row["all"] = np.mean([row[target] for target in domains.classes])
    differences = [(a.float() - b.float()).abs().mean() / 127.5 for i, a in enumerate(fakes) for b in fakes[:i]]
    row["l1_between_targets"] = np.mean(differences)
    moved = torch.stack([faces.distances_in_order(images) for images in fakes])
    between = torch.cdist(faces.known, faces.known)[~torch.eye(len(x), dtype=torch.bool)]
    row |= {
        "identity_distance": moved.mean(),
        "identity_distance_of_two_faces": between.mean(),
        "identity_kept": (moved < between.median()).float().mean(),
    }
    features = f"classifier of the real images, each class as often; L1 in [-1, 1]; identity in {neighbours.FEATURES}"
    return {**rounded(row), "n": len(x) * len(fakes), "features": features}, torch.cat(fakes)


def _first_set(t, held, n):
    """(n held-out pictures of the first set as PIL images, its domains)."""
    _, domains = t.config["domains"][0]
    return to_images(from_uint8(evenly_spaced(one_set(held, 0).images, n))), domains


def rows(t, held, n):
    """A face of the first set, and each of its domains."""
    images, domains = _first_set(t, held, n)
    return [[("face", x), *((d, t.translate(x, **t.ways[d])) for d in domains)] for x in images]


def photos(t, held, n):
    """Faces of the first set, to its domains by turns; in a photo, the face has to be found."""
    images, domains = _first_set(t, held, n)
    ways = [{key: value for key, value in t.ways[d].items() if key != "faces"} for d in domains]
    return [(ways[i % len(ways)], image) for i, image in enumerate(images)]
