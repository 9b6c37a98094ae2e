"""Power at the finest scale, of patterns whose power is known."""

import pytest
import torch

from training.judge import checkerboard


@pytest.fixture
def photographs():
    """Noise smoothed to a photograph's fall of power, uint8 [40, 3, 32, 32]."""
    x = torch.randn(40, 3, 35, 35, generator=torch.Generator().manual_seed(0))
    return (128 + 60 * torch.nn.functional.avg_pool2d(x, 4, 1)).clamp(0, 255).byte()


def painted(x, pattern):
    """Pictures plus a pattern [2, 2] that repeats."""
    return (x.float() + torch.tensor(pattern).repeat(16, 16)).clamp(0, 255).byte()


def test_pictures_of_one_kind_have_the_same_power(photographs):
    assert checkerboard.measure(photographs[:20], photographs[20:]) == pytest.approx(1, abs=0.1)


@pytest.mark.parametrize("pattern", [((8, -8), (-8, 8)), ((8, -8), (8, -8)), ((8, 8), (-8, -8))])
def test_what_repeats_every_two_pixels_is_found(photographs, pattern):
    weak = painted(photographs, torch.tensor(pattern).div(4).tolist())
    strong = painted(photographs, pattern)
    found = [checkerboard.measure(photographs, x) for x in (photographs, weak, strong)]
    assert found[0] == 1 and 1.1 < found[1] < found[2] / 4


def test_blur_is_below_one_and_an_even_ground_no_measure(photographs):
    blurred = torch.nn.functional.avg_pool2d(photographs.float(), 3, 1, 1).byte()
    assert checkerboard.measure(photographs, blurred) < 0.7
    with pytest.raises(ValueError, match="give photographs"):
        checkerboard.measure(torch.full_like(photographs, 90), photographs)
