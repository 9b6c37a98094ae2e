"""Parts of an image set: what is held out, and what stands for every class."""

import torch

from training.data.image_set import ImageSet, class_balanced, evenly_spaced, split


def numbered(n=40, side=2):
    """n pictures whose values are their places, in two classes and two sets."""
    images = torch.arange(n, dtype=torch.uint8).view(n, 1, 1, 1).expand(n, 3, side, side)
    return ImageSet(images, torch.arange(n) % 2, ["a", "b"], "numbers", torch.arange(n) // (n // 2))


def test_the_same_tenth_is_always_held_out():
    data = numbered()
    kept, held = split(data, 0.1)
    assert len(held) == 4 and len(kept) == 36
    both = torch.cat([kept.images, held.images])[:, 0, 0, 0]
    assert sorted(both.tolist()) == list(range(40))
    places = held.images[:, 0, 0, 0].long()
    assert torch.equal(held.labels, places % 2) and torch.equal(held.origin, places // 20)
    assert torch.equal(split(numbered(side=4), 0.1)[1].images[:, 0, 0, 0], held.images[:, 0, 0, 0])
    assert split(data, 0)[0] is data


def test_samples_of_a_set_show_every_class():
    data = numbered()
    assert evenly_spaced(data.images, 5)[:, 0, 0, 0].tolist() == [0, 9, 19, 29, 39]
    assert len(evenly_spaced(data.images, 99)) == 40
    data.labels = (torch.arange(40) >= 36).long()  # few of the second
    chosen = class_balanced(data, 6)[:, 0, 0, 0]
    assert len(chosen.unique()) == 6 and (chosen >= 36).sum() == 3
