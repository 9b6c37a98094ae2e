"""Verdicts of a conditional discriminator: held-out pictures and samples, with their own labels and with wrong ones."""

from types import SimpleNamespace

import pytest
import torch

from models.images import from_uint8
from training.data.image_set import ImageSet
from training.judge import verdicts

CLASSES = ["black", "grey", "white"]


def painted(labels):
    """Pictures [n, 1, 4, 4] in [-1, 1] whose brightness is their label."""
    return (torch.as_tensor(labels) - 1.0).view(-1, 1, 1, 1).expand(-1, 1, 4, 4)


def sampler(sees_labels):
    """A generator that paints what it is asked for, and a discriminator that is certain where the labels fit."""

    def verdict(x, labels):
        fits = (x.mean((1, 2, 3)).round() + 1).long() == labels
        return torch.where(fits if sees_labels else torch.ones_like(fits), 20.0, -20.0)

    return SimpleNamespace(classes=CLASSES, verdict=verdict, sample=lambda n, seed, labels: painted(labels))


@pytest.fixture
def real():
    """The same pictures under class names in another order than the checkpoint's."""
    labels = torch.arange(60) % 3
    images = ((painted(labels) + 1) * 127.5).round().to(torch.uint8)
    assert from_uint8(images).unique().tolist() == pytest.approx([-1, 0, 1], abs=0.01)
    return ImageSet(images, 2 - labels, CLASSES[::-1], "greys")


@pytest.mark.parametrize("sees_labels, wrong", [(True, 0.0), (False, 1.0)])
def test_a_discriminator_blind_to_labels_is_told_from_one_that_reads_them(sees_labels, wrong, real):
    found = verdicts.measure(sampler(sees_labels), real, share=0.5)
    assert (found["right"], found["wrong"], found["n"]) == (1.0, wrong, 30)
    assert (found["fake"], found["fake_wrong"]) == (1.0, wrong)


def test_without_held_out_pictures_there_is_no_verdict_on_them(real):
    assert verdicts.measure(sampler(True), real, share=0.0) == {}
