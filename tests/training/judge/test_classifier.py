"""The classifier that labels grey samples: it learns, and does not forget rare classes."""

import torch

from tests.training.digits import digits
from training.data.image_set import ImageSet
from training.judge import classifier, labels


def predicted(net, images):
    return net.logits(net.features(images)).argmax(1)


def test_the_classifier_reads_digits_it_has_not_seen():
    images, truth = (torch.from_numpy(x) for x in digits(400))
    net = classifier.fit(ImageSet(images[:, None], truth, list("0123456789"), "rows"), "cpu", examples=2000)
    fresh = torch.from_numpy(digits(100, seed=1)[0])[:, None]
    assert (predicted(net, fresh) == torch.arange(100) % 10).float().mean() > 0.95


def test_a_rare_class_is_named_as_surely_as_a_common_one():
    rng = torch.Generator().manual_seed(0)
    truth = (torch.arange(600) % 25 == 0).long()  # one in 25
    grey = (100 + 30 * truth + 25 * torch.randn(600, generator=rng)).clamp(0, 255)
    images = grey.to(torch.uint8)[:, None, None, None].expand(-1, 1, 16, 16).contiguous()
    net = classifier.fit(ImageSet(images, truth, ["common", "rare"], "greys"), "cpu", examples=6000, augment=True)
    assert (predicted(net, images[truth == 1]) == 1).float().mean() > 0.5


def test_accuracy_is_the_mean_over_the_classes():
    always_the_first = torch.tensor([[1.0, 0.0]]).expand(4, 2)
    assert labels.mean_accuracy(always_the_first, torch.tensor([0, 0, 0, 1])) == 0.5
