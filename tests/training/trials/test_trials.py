"""What a claim changes about a network or a loss."""

import pytest
import torch

import models
from models import registry
from training import claims, recipes
from training.trials import layers, noise, translators
from training.trials.claim import Arm


@pytest.mark.parametrize("name", [name for name in claims.CLAIMS if name != "objectives"])
def test_the_arms_of_a_claim_differ_in_what_they_learn(name):
    arms = list(claims.CLAIMS[name].arms.values())
    assert len({arm.variant for arm in arms}) == 1
    settings = recipes.load(arms[0].variant).SETTINGS
    learned = [(recipes.overlay(settings, **arm.changes), arm.first_set, arm.game, arm.networks) for arm in arms]
    assert all(learned[i] != learned[j] for i in range(len(learned)) for j in range(i))


def test_a_substituted_network_is_built_and_gone_afterwards():
    arm = Arm("biggan", networks={"generator": noise.NoiseFirst})
    shape = {"width": 4, "resolution": 16, "classes": 3}
    configs = {"generator": {**shape, "latent_dim": 9}, "discriminator": shape}
    with arm.substituted():
        assert isinstance(registry.build("biggan", configs)["generator"], noise.NoiseFirst)
    assert not isinstance(registry.build("biggan", configs)["generator"], noise.NoiseFirst)


def test_noise_first_feeds_z_to_the_first_layer_alone():
    torch.manual_seed(0)
    z, labels = torch.randn(2, 9), torch.tensor([0, 1])
    for cls, later in ((noise.NoiseFirst, False), (models.entry("biggan").networks["generator"], True)):
        g = cls(latent_dim=9, width=4, resolution=16, classes=3).eval()
        assert (g.start.weight.shape[1] == 9) != later
        g.start.register_forward_hook(lambda layer, inputs, output: torch.ones_like(output))
        pictures = g(z, labels), g(-z, labels)
        assert torch.equal(*pictures) != later, "with the first layer fixed, only later chunks of z can matter"


def test_without_an_adversary_the_discriminator_does_not_learn(tiny_settings, tiny_data):
    settings = tiny_settings("pix2pix", resolution=32)
    stream = recipes.random_stream.RandomStream(0, torch.device("cpu"))
    game = translators.WithoutAdversary(settings, tiny_data(settings), stream)
    game.d_loss(2, 0).backward()
    game.g_loss(2).backward()
    assert all(p.grad is None for p in game.D.parameters())
    assert any(p.grad is not None and p.grad.abs().max() > 0 for p in game.G.parameters())


def test_without_convolutions_strides_or_interpolation():
    shape = {"resolution": 32, "channels": 3}
    connected, pooled, interpolated, dcgan = (
        {
            role: (arm.networks.get(role) or net)(**{**arm.changes.get(role, {}), **shape})
            for role, net in models.entry("dcgan").networks.items()
        }
        for arm in reversed(layers.CLAIMS["layers"].arms.values())
    )
    convolutions = (torch.nn.Conv2d, torch.nn.ConvTranspose2d)
    assert not any(isinstance(m, convolutions) for net in connected.values() for m in net.modules())
    steps = [m.stride for m in pooled["discriminator"].modules() if isinstance(m, torch.nn.Conv2d)]
    assert set(steps) == {(1, 1)} and sum(isinstance(m, torch.nn.MaxPool2d) for m in pooled["discriminator"].modules())
    for nets in (connected, pooled, interpolated, dcgan):
        fakes = nets["generator"](torch.randn(2, nets["generator"].latent_dim))
        assert fakes.shape == (2, 3, 32, 32) and nets["discriminator"](fakes).shape == (2,)
    even = {
        name: next(nets["generator"].body[3].parameters()) for name, nets in (("up", interpolated), ("free", dcgan))
    }
    assert even["up"].shape[-1] == 3 and even["free"].shape[-1] == 4
