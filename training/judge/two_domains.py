"""Translators between two domains without pairs: are translations read as the other domain, and do they come back?"""

import numpy as np
import torch
import torch.nn.functional as F

from models.images import from_uint8, to_images
from training.data.image_set import evenly_spaced
from training.judge import classifier, rounded
from training.judge import photos as kinds
from training.judge.translations import each, stacked

PHOTOS = kinds.Photos(kinds.SCENES, background_stays=True)


def measure(t, kept, held, n, seed, device):
    """What a classifier of real pictures reads translations as, the cycle's L1 error, and what the background lost.

    The k-th of t.ways begins at the domain of label k. Both domains are shown to the classifier equally often, at a
    size where stripes can be seen. Background: the half of a picture that the classifier depends on least.
    """
    domains = classifier.fit(kept, device=device, balanced=True)
    row, translations = {"accuracy_on_held_out_real": domains.accuracy_on(held.images, held.labels)}, []
    for k, (title, how) in enumerate(t.ways.items()):
        x = held.images[held.labels == k][:n]
        found = each(x, lambda image, how=how: t.cycle(image, **how))
        fake = stacked([there for there, _, _ in found])
        row[title] = (domains(fake) == 1 - k).float().mean()
        row[f"{title}_unchanged"] = (domains(x) == 1 - k).float().mean()
        row[f"{title}_cycle_l1"] = np.mean([error for _, _, error in found])
        change, behind = (fake.float() - x).abs().mean(1) / 127.5, background(domains, x)
        row[f"{title}_change_of_background"] = change[behind].mean()
        row[f"{title}_change_of_the_rest"] = change[~behind].mean()
        translations.append(fake)
    features = "classifier of the real images, each class as often; L1 in [-1, 1]"
    protocol = {"n": sum(map(len, translations)), "features": features}
    return {"read_as_the_other": {**rounded(row), **protocol}}, torch.cat(translations)


def background(domains, images):
    """The half of each of uint8 [n, C, S, S] where the classifier's margin has the smaller gradient: bool [n, S, S]."""
    found = []
    for part in images.split(64):
        x = from_uint8(part).requires_grad_()
        slope = torch.autograd.grad(domains.net(x).diff(dim=1).sum(), x)[0].abs().mean(1, keepdim=True)
        side = 2 * (x.shape[-1] // 16) + 1  # an eighth of the picture: what lies between two edges of a body is body
        slope = F.avg_pool2d(slope, side, 1, side // 2, count_include_pad=False)[:, 0]
        found.append(slope < slope.flatten(1).median(1).values[:, None, None])
    return torch.cat(found)


def photos(t, held, n):
    """As many held-out pictures of each domain, one domain after the other."""
    each_domain = n // len(t.ways)
    return [
        (how, image)
        for k, how in enumerate(t.ways.values())
        for image in to_images(from_uint8(evenly_spaced(held.images[held.labels == k], each_domain)))
    ]


def rows(t, held, n):
    """Photo, translation, and the way back, n of each domain."""
    found = []
    for how, photo in photos(t, held, n * len(t.ways)):
        there, back, _ = t.cycle(photo, **how)
        found.append([("photo", photo), ("translation", there), ("way back", back)])
    return found
