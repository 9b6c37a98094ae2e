"""Progressive GAN: levels, fades, and the fused convolutions it shares with SAGAN and BigGAN."""

import pytest
import torch
import torch.nn.functional as F

from models import progan
from models.nets import layers
from tests.models.small import networks


def pair():
    nets = networks("progan")
    return nets["generator"].eval(), nets["discriminator"].eval()


def test_a_level_is_a_stage_and_its_share():
    assert [progan.stage(level, 128) for level in (0, 0.25, 1, 2.5, 5, None)] == [
        (0, 1.0),
        (1, 0.25),
        (1, 1.0),
        (3, 0.5),
        (5, 1.0),
        (5, 1.0),
    ]
    with pytest.raises(ValueError, match=r"5.5 .* 0 \(4 px\) and 5 \(128 px\)"):
        progan.stage(5.5, 128)


def test_a_whole_level_is_that_stage_alone_and_a_fade_lies_between():
    G, _ = pair()
    z = torch.randn(3, 12)
    h = G.start(z)
    alone = []
    for block, to_rgb in zip(G.stages, G.to_rgb):
        h = block(h)
        alone.append(to_rgb(h).clamp(-1, 1))
    for k, picture in enumerate(alone):
        assert picture.shape[-1] == 4 * 2**k
        assert torch.allclose(G(z, level=k), picture, atol=1e-6)
    before = F.interpolate(alone[1], scale_factor=2.0)
    assert torch.allclose(G(z, level=1 + 1e-7), before, atol=1e-5)  # alpha 0: the old stage, doubled
    G.train()
    half, old, new = G(z, level=1.5), F.interpolate(G(z, level=1), scale_factor=2.0), G(z, level=2)
    assert torch.allclose(half, (old + new) / 2, atol=1e-6)


def test_a_kept_size_is_blended_into_the_next_one():
    G = networks("progan", snapshots=True)["generator"]
    other = networks("progan")["generator"]
    with torch.no_grad():
        for p in other.parameters():
            p.mul_(1.1)
        z = torch.randn(3, 12)
        for k in (0, 1):
            G.keep(k, other)
        old, new = other(z, level=1), G(z)
        G.eval()
        assert torch.allclose(G(z, level=1), old.clamp(-1, 1), atol=1e-5)
        half = (F.interpolate(old, scale_factor=2.0) + new) / 2
        assert torch.allclose(G(z, level=1.5), half.clamp(-1, 1), atol=1e-5)
        G.train()
        assert not torch.allclose(G(z, level=1), old, atol=1e-3), "training goes on with the layers as they are"


def test_the_discriminator_fades_as_the_generator_does():
    _, D = pair()
    x = torch.rand(4, 3, 16, 16) * 2 - 1
    assert torch.allclose(D(x, level=1 + 1e-7), D(F.avg_pool2d(x, 2), level=1), atol=1e-5)
    assert not torch.allclose(D(x, level=1.5), D(x, level=2), atol=1e-6)


def test_minibatch_std_by_hand():
    layer = progan.MinibatchStd()
    x = torch.tensor([0.0, 2.0, 0.0, 2.0, 5.0, 5.0, 5.0, 5.0]).view(8, 1, 1, 1)
    std = layer(x)[:, 1].flatten()
    assert torch.allclose(std, torch.tensor([1.0] * 4 + [0.0] * 4), atol=1e-3)
    assert layer.usual == 0  # no pass of training leaves a trace
    layer.momentum = None
    for scale in (1, 3):
        layer(scale * x)
    assert layer.usual == pytest.approx((0.5 + 1.5) / 2, rel=1e-3)
    assert torch.equal(layer.eval()(x)[:, 1].flatten(), layer.usual.expand(8))


def test_equalized_weights_have_hes_scale():
    torch.manual_seed(0)
    conv = progan.Conv(32, 64)
    assert conv.weight.std().item() == pytest.approx(1, rel=0.02)
    assert conv.scaled().std().item() == pytest.approx((2 / (32 * 9)) ** 0.5, rel=0.02)


def test_pixel_norm_by_hand():
    x = torch.tensor([3.0, 4.0]).view(1, 2, 1, 1)
    assert torch.allclose(progan.PixelNorm()(x).flatten(), torch.tensor([3.0, 4.0]) / 12.5**0.5)


def test_fused_convolutions_are_what_they_replace():
    x, kernel, bias = torch.randn(2, 3, 8, 6), torch.randn(5, 3, 3, 3), torch.randn(5)
    up = F.conv2d(F.interpolate(x, scale_factor=2.0), kernel, bias, padding=1)
    down = F.avg_pool2d(F.conv2d(x, kernel, bias, padding=1), 2)
    assert torch.allclose(layers.up_conv(x, kernel, bias), up, atol=1e-4)
    assert torch.allclose(layers.conv_down(x, kernel, bias), down, atol=1e-4)
