"""DiffAugment: what each policy does to a picture."""

import pytest
import torch

from training.data import augment
from training.recipes.random_stream import Draw


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


def test_zoom_moves_what_is_shown_and_never_its_colour(draw):
    x = torch.rand(8, 3, 16, 16)
    assert torch.allclose(augment.zoom(x, draw, 1.0), x, atol=1e-5)
    assert not torch.allclose(augment.zoom(x, draw, 1.3, 8.0), x, atol=0.1)
    plain = torch.ones(8, 3, 16, 16) * torch.tensor([0.1, -0.4, 0.7]).view(1, 3, 1, 1)
    assert torch.allclose(augment.zoom(plain, draw, 1.3, 8.0), plain, atol=1e-5)


def test_zoom_moves_a_label_map_with_its_photo_and_mixes_no_labels(draw):
    photo = torch.where(torch.rand(8, 1, 8, 8) < 0.5, -1.0, 1.0).repeat_interleave(8, 2).repeat_interleave(8, 3)
    both = augment.zoom(torch.cat([photo, photo], 1), draw, 1.3, 8.0, labels=1)
    assert both[:, 1].unique().tolist() == [-1, 1] and len(both[:, 0].unique()) > 2
    assert ((both[:, 0] > 0) == (both[:, 1] > 0)).float().mean() > 0.98


def test_zoom_enlarges_by_the_factor_at_most(draw):
    ramp = torch.linspace(-1, 1, 32).expand(200, 1, 32, 32)
    slopes = augment.zoom(ramp, draw, 1.25)[:, 0, 16, 12:20].diff(dim=1).mean(1) / (2 / 31)
    assert slopes.min() >= 0.799 and slopes.max() <= 1.251 and slopes.max() - slopes.min() > 0.3


def test_relighting_changes_the_greys_and_leaves_black_and_white(draw):
    light = torch.tensor([-1.0, 0.0, 1.0]).view(1, 1, 1, 3).expand(100, 1, 1, 3)
    black, grey, white = augment.relit(light, draw, 0.2).flatten(1).T
    assert torch.allclose(black, -torch.ones(100), atol=1e-2) and torch.allclose(white, torch.ones(100))
    assert grey.min() < -0.05 and grey.max() > 0.05 and grey.abs().max() <= 2 * 0.5**0.8 - 1 + 1e-3
