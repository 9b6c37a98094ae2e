"""The classifier that labels samples: it learns, is kept, and does not forget rare classes."""

import pytest
import torch

from tests.training.digits import digits
from training.data.image_set import ImageSet
from training.judge import classifier


def labelled(n):
    images, labels = digits(n)
    return ImageSet(torch.from_numpy(images)[:, None], torch.from_numpy(labels), list("0123456789"), "rows")


def test_the_classifier_reads_held_out_images_and_is_remembered(tmp_path, monkeypatch):
    real = labelled(400)
    first = classifier.fit(real, epochs=5, folder=tmp_path)
    assert first.accuracy > 0.95
    fresh = torch.from_numpy(digits(100, seed=1)[0])[:, None]
    assert (first.predict(fresh) == torch.arange(100) % 10).float().mean() > 0.95
    monkeypatch.setattr(classifier, "_train", lambda *a: pytest.fail("trained again"))
    second = classifier.fit(real, epochs=5, folder=tmp_path)
    assert second.accuracy == first.accuracy and torch.equal(second.predict(fresh), first.predict(fresh))


def test_a_classifier_that_sees_classes_equally_often_names_a_rare_one(tmp_path):
    rng = torch.Generator().manual_seed(0)
    labels = (torch.arange(600) % 25 == 0).long()  # one in 25
    grey = (100 + 30 * labels + 25 * torch.randn(600, generator=rng)).clamp(0, 255)
    images = grey.to(torch.uint8)[:, None, None, None].expand(-1, 1, 16, 16).contiguous()
    data = ImageSet(images, labels, ["common", "rare"], "greys")
    plain, balanced = (classifier.fit(data, epochs=6, folder=tmp_path, balanced=choice) for choice in (False, True))
    assert plain.accuracy < 0.6  # not the 0.96 of one that says "common" to all: samples are drawn class by class
    rare = images[labels == 1]
    assert (plain.predict(rare) == 1).float().mean() < 0.2 and (balanced.predict(rare) == 1).float().mean() > 0.5
    assert classifier.mean_over_classes(torch.tensor([1.0, 1, 1, 0]), torch.tensor([0, 0, 0, 1])) == 0.5
    assert len(list(tmp_path.glob("*.safetensors"))) == 2


def test_a_damaged_cached_classifier_is_trained_again(tmp_path):
    real = labelled(100)
    classifier.fit(real, epochs=1, folder=tmp_path)
    path = next(tmp_path.glob("*.safetensors"))
    whole = path.read_bytes()
    path.write_bytes(whole[:100])
    classifier.fit(real, epochs=1, folder=tmp_path)
    assert path.read_bytes() == whole
