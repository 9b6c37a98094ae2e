"""Counts against the networks themselves, and doublings against PyTorch's."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from models import dcgan, gan
from theory import counts


def parameters(net):
    return sum(p.numel() for p in net.parameters())


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("side", [8, 16, 64])
def test_counts_are_those_of_the_networks(side, channels):
    shape = {"resolution": side, "channels": channels}
    assert counts.convolutional(side, channels, 8) == (
        parameters(dcgan.Generator(width=8, **shape)),
        parameters(dcgan.Discriminator(width=8, **shape)),
    )
    assert counts.fully_connected(side, channels, 32) == (
        parameters(gan.Generator(width=32, **shape)),
        parameters(gan.Discriminator(width=32, **shape)),
    )


def test_the_figures_of_64_px_in_colour():
    g, d = counts.fully_connected(64, 3)
    assert g == pytest.approx(6.9e6, rel=0.01) and d == pytest.approx(6.8e6, rel=0.01)
    g, d = counts.convolutional(64, 3, 32)
    assert g == pytest.approx(1.2e6, rel=0.05) and d == pytest.approx(0.7e6, rel=0.05)


def test_one_layer_from_picture_to_picture():
    pixels = 3 * 64**2
    assert counts.linear(pixels, pixels, bias=False) == 150_994_944
    assert counts.convolution(3, 3, 4, bias=False) == 144


@pytest.mark.parametrize("side", [4, 24, 65])
def test_sides_that_are_no_doublings_are_named(side):
    with pytest.raises(ValueError, match=f"side {side} is not 4 px doubled"):
        counts.convolutional(side, 3, 32)


@pytest.mark.parametrize("kernel", [2, 3, 4, 5, 6])
def test_transposed_convolutions_paint_a_checkerboard_and_interpolation_does_not(kernel):
    for seed in range(3):
        transposed, interpolated = counts.even_ground(kernel, seed)
        assert transposed.shape == interpolated.shape == (32, 32)
        assert counts.unevenness(interpolated) < 1e-12 and counts.unevenness(transposed) > 0.1
        assert np.allclose(transposed, np.roll(transposed, (8, 8), (0, 1))), "three doublings repeat every 8 px"


@pytest.mark.parametrize("spread", [counts.apart, counts.repeated])
def test_doublings_are_pytorch_s_away_from_the_border(spread):
    rng = np.random.default_rng(0)
    x, weights = rng.normal(size=(2, 6, 6)), rng.normal(size=(3, 2, 4, 4))
    given = torch.tensor(x)[None]
    if spread is counts.apart:
        right = F.conv_transpose2d(given, torch.tensor(weights).transpose(0, 1), stride=2)
    else:
        right = F.conv2d(F.interpolate(given, scale_factor=2), torch.tensor(weights).flip(2, 3), padding=3)
    assert np.allclose(counts.convolved(spread(x), weights)[:, 4:12, 4:12], right[0, :, 4:12, 4:12])
