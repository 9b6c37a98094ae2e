"""Probes of a U-Net's levels, where what a level holds is known by hand."""

import pytest
import torch
import torch.nn.functional as F

from models.translator import to_tensor
from training.data.image_set import ImageSet
from training.judge import levels


class Encoder:
    """Its first level is the picture itself, its second the means of squares of 4 px, its third nothing."""

    def encode(self, x):
        grey = x.mean(1, keepdim=True)
        return F.pixel_unshuffle(x, 2), F.avg_pool2d(x, 4), torch.zeros_like(F.avg_pool2d(grey, 8))


class Fake:
    name, unets, networks = "colorize", {"U-Net": "generator"}, {"generator": Encoder()}

    def network_input(self, image):
        return to_tensor(image)

    def run(self, encode, x):
        return encode(x)


def noise(n, classes=None):
    """Pictures of noise; of two classes the second is brighter on the left."""
    images = torch.randint(40, 160, (n, 3, 16, 16), generator=torch.Generator().manual_seed(n), dtype=torch.uint8)
    labels = None if classes is None else torch.arange(n) % 2
    if classes:
        images[labels == 1, :, :, :8] += 40
    return ImageSet(images, labels, classes, "noise")


@pytest.fixture(scope="module")
def found():
    return levels.measure(Fake(), noise(200, ["even", "left"]), noise(60, ["even", "left"]), 60, 0)["levels"]


def test_a_picture_is_made_again_from_what_holds_it_and_from_its_means_no_better_than_by_them(found):
    exact, means, nothing = found["U-Net psnr"]
    assert found["px"] == [8, 4, 2] and found["channels"] == [12, 3, 1] and found["n"] == 60
    assert exact == levels.MOST_PSNR and means == pytest.approx(found["mean psnr"][1], abs=0.1) and nothing < means


def test_a_class_is_read_off_a_level_that_tells_it_and_guessed_off_one_that_does_not(found):
    assert found["U-Net class"][0] > 0.95 and found["U-Net class"][1] > 0.95 and found["pixels class"] > 0.95
    assert found["U-Net class"][2] == found["chance"] == 0.5


def test_pictures_without_classes_have_no_figure_of_any():
    assert not any("class" in key for key in levels.measure(Fake(), noise(40), noise(20), 20, 0)["levels"])


def test_every_class_counts_as_much_as_any_other():
    many = ImageSet(torch.zeros(90, 3, 4, 4, dtype=torch.uint8), torch.tensor([0] * 80 + [1] * 10), ["a", "b"], "many")
    chosen = levels.balanced(many, 40, 0)
    assert many.labels[chosen].bincount().tolist() == [20, 10] and len(chosen.unique()) == 30
    x, labels = torch.eye(2)[torch.tensor([0] * 50 + [1] * 50)], torch.tensor([0] * 50 + [1] * 50)
    wanted = torch.tensor([0] * 40 + [1] * 2)  # of the second class half is read right, of the first all
    seen = torch.eye(2)[torch.tensor([0] * 40 + [0, 1])]
    mixed = torch.randperm(100, generator=torch.Generator().manual_seed(0))
    assert levels.accuracy(x[mixed], seen, labels[mixed], wanted) == 0.75


def test_a_probe_is_the_least_squares_solution():
    x, weights = torch.randn(300, 4, generator=torch.Generator().manual_seed(0)), torch.randn(5, 2)
    y = levels.with_bias(x) @ weights
    parts = [levels.Moments.of(*pair) for pair in zip(x.tensor_split(5), y.tensor_split(5))]
    fitted = levels.fit(parts)
    assert torch.allclose(fitted.float(), weights, atol=1e-3)
    off = levels.Moments.of(x, y + 0.5)
    assert off.error(weights.double()) == pytest.approx(0.25, abs=1e-4)


def test_psnr_is_in_decibels_of_the_whole_range():
    assert levels.psnr(4.0) == 0 and levels.psnr(0.04) == pytest.approx(20) and levels.psnr(0.0) == levels.MOST_PSNR


def test_a_translator_without_a_u_net_is_refused_by_name():
    class ResNet(Fake):
        name, unets = "cyclegan", {}

    with pytest.raises(ValueError, match="cyclegan has no U-Net"):
        levels.measure(ResNet(), noise(20), noise(20), 20, 0)
