"""DiffAugment: what each policy does to a picture."""
import pytest
import torch

from training import augment
from training.draw import Draw


@pytest.fixture
def draw():
    return Draw(0, "cpu")


@pytest.mark.parametrize("name", augment.POLICIES)
def test_every_policy_keeps_the_shape_and_lets_gradients_through(name, draw):
    x = torch.rand(8, 3, 16, 16, requires_grad=True)
    y = augment.augment(x, augment.parse(name), draw)
    y.sum().backward()
    assert y.shape == x.shape and x.grad.abs().sum() > 0 and not torch.equal(x, y)


def test_translation_shifts_by_whole_pixels_and_pads_with_zeros(draw):
    x = torch.arange(1.0, 257.0).view(1, 1, 16, 16)
    for _ in range(20):
        y = augment.translation(x, draw)[0, 0]
        inside = y[2:-2, 2:-2]
        shift = inside[0, 0] - x[0, 0, 2, 2]
        assert torch.equal(inside, x[0, 0, 2:-2, 2:-2] + shift)


def test_cutout_blanks_at_most_half_the_side(draw):
    y = augment.cutout(torch.ones(64, 1, 16, 16), draw)
    blank = (y == 0).sum((1, 2, 3))
    assert blank.max() <= 64 and blank.min() >= 9 and 0 < blank.float().mean() < 64


def test_flip_mirrors_some(draw):
    x = torch.rand(64, 1, 4, 4)
    y = augment.flip(x, draw)
    mirrored = (y == x.flip(3)).all(3).all(2).all(1)
    assert 10 < mirrored.sum() < 54 and (mirrored | (y == x).all(3).all(2).all(1)).all()


def test_unknown_policy_is_named():
    with pytest.raises(ValueError, match="'rotate'.*color"):
        augment.parse("color,rotate")


def test_two_processes_draw_what_one_draws():
    whole = Draw(3, "cpu").uniform(8)
    halves = [Draw(3, "cpu", rank, 2).uniform(4) for rank in (0, 1)]
    assert torch.equal(whole, torch.cat(halves))
