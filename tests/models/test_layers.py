"""Layers that several variants share, against what the papers say of them, and pictures as tensors."""

import pytest
import torch

import models
from models.images import grid, to_images, to_uint8
from models.nets.layers import UpConv2d, singular_values, sizes
from models.nets.patchgan import PatchDiscriminator
from tests.models.small import networks


@pytest.mark.parametrize("name", ["wgan_gp", "sngan"])
def test_no_batch_norm_under_a_gradient_penalty_or_spectral_norm(name):
    D = networks(name)["discriminator"]
    assert not any(isinstance(m, torch.nn.BatchNorm2d) for m in D.modules())


def test_sngan_divides_every_weight_by_its_largest_singular_value():
    D = networks("sngan")["discriminator"]
    for _ in range(60):  # power iterations
        D(torch.randn(2, 3, 16, 16))
    found = singular_values(D.eval())
    assert len(found) == 3 and all(value == pytest.approx(1, abs=0.01) for value in found.values())


@pytest.mark.parametrize("box, checkered", [(True, False), (False, True)])
def test_box_kernels_paint_no_checkerboard_on_an_even_ground(box, checkered):
    """Odena 2016: where all weights of a transposed convolution are free, its four phases differ."""
    G = networks("dcgan", box=box)["generator"]
    last = [m for m in G.body if isinstance(m, (torch.nn.ConvTranspose2d, UpConv2d))][-1]
    x = last(torch.ones(1, last.in_channels, 8, 8))[..., 2:-2, 2:-2]
    assert bool((x.amax((2, 3)) - x.amin((2, 3))).max() > 1e-4) == checkered


@pytest.mark.parametrize("resolution", [0, 4, 6, 96, 100])
def test_a_side_that_is_not_4_px_doubled_is_refused(resolution):
    with pytest.raises(ValueError, match=f"resolution {resolution} is not 4 px doubled"):
        sizes(resolution)
    assert sizes(8) == [4, 8] and sizes(128) == [4, 8, 16, 32, 64, 128]


@pytest.mark.parametrize("layers, side", [(0, 1), (1, 16), (2, 34), (3, 70)])
def test_a_patch_is_as_large_as_the_paper_says(layers, side):
    torch.manual_seed(0)
    D = PatchDiscriminator(width=4, layers=layers, spectral=True)  # instance norm would spread over the picture
    x = torch.randn(1, 3, 128, 128, requires_grad=True)
    logits = D.eval()(x)
    logits[0, logits.shape[1] // 2, logits.shape[2] // 2].backward()
    rows = x.grad.abs().sum((0, 1, 3)).nonzero().flatten()
    assert rows[-1] - rows[0] + 1 == side


def test_spectral_norm_in_the_place_of_instance_norm_shows_a_patch_how_bright_it_is():
    def brightness(**options):  # how much halving the brightness moves the last features, against another picture
        torch.manual_seed(0)
        D = PatchDiscriminator(width=8, channels=6, **options)
        a, b = torch.rand(2, 1, 6, 64, 64)
        x, darker, other = (D.body[:-1](y) for y in (a, 0.5 * a, b))
        return (x - darker).norm() / (x - other).norm()

    assert brightness(spectral=True) > 2 * brightness()


def test_pictures_round_trip_and_grids():
    x = torch.linspace(-1, 1, 2 * 3 * 4 * 4).view(2, 3, 4, 4)
    assert models.to_images(x)[0].size == (4, 4) and to_images(x)[0].mode == "RGB"
    assert to_images(x[:, :1])[0].mode == "L"
    assert to_uint8(torch.tensor([-1.0, 0.0, 1.0, 7.0])).tolist() == [0, 128, 255, 255]
    sheet = grid(x, 3)
    assert sheet.size == (12, 4) and sheet.crop((4, 0, 8, 4)).tobytes() == to_images(x)[1].tobytes()
    assert sheet.crop((8, 0, 12, 4)).getextrema() == ((0, 0),) * 3
