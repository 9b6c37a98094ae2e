"""SAGAN and BigGAN: attention against a naive loop, truncation, chunks of z, mixtures of classes."""

import math

import pytest
import torch

from models import registry
from models.nets.layers import ConditionalBatchNorm2d, SelfAttention2d
from tests.models.test_family import exported, tiny  # noqa: F401  a fixture


def test_attention_matches_a_naive_loop():
    torch.manual_seed(0)
    layer = SelfAttention2d(16)
    with torch.no_grad():
        layer.gate.fill_(0.7)
    x = torch.randn(2, 16, 4, 4)
    with torch.no_grad():
        query, key, value = layer.query(x), layer.key(x), layer.value(x)
        weights, out = layer.weights(x), layer(x)
    assert torch.allclose(weights.sum(-1), torch.ones(2, 16))
    for n in range(2):
        for y in range(4):
            for z in range(4):
                scores, seen = [], []
                for i in range(2):
                    for j in range(2):
                        window = (slice(2 * i, 2 * i + 2), slice(2 * j, 2 * j + 2))
                        pooled = torch.stack([c[window].max() for c in key[n]])
                        scores.append(float(query[n, :, y, z] @ pooled))
                        seen.append(torch.stack([c[window].max() for c in value[n]]))
                shares = [math.exp(s) for s in scores]
                shares = torch.tensor([s / sum(shares) for s in shares])
                assert torch.allclose(weights[n, 4 * y + z], shares, atol=1e-5)
                mixed = sum(s * v for s, v in zip(shares, seen))
                expected = x[n, :, y, z] + 0.7 * layer.out.weight.detach()[:, :, 0, 0] @ mixed
                assert torch.allclose(out[n, :, y, z], expected, atol=1e-5)


def test_the_gate_starts_closed():
    layer, x = SelfAttention2d(8), torch.randn(1, 8, 4, 4)
    assert torch.equal(layer(x), x)


def test_conditional_batch_norm_by_hand():
    layer = ConditionalBatchNorm2d(1, 2)
    with torch.no_grad():
        layer.scale.weight.copy_(torch.tensor([[1.0, 0.0]]))
        layer.shift.weight.copy_(torch.tensor([[0.0, 5.0]]))
    x = torch.tensor([-1.0, 1.0]).view(2, 1, 1, 1)
    out = layer(x, torch.eye(2)).flatten()
    assert torch.allclose(out, torch.tensor([-2.0, 1.0 + 5.0]), atol=1e-3)  # mean 0, variance 1 already


@pytest.mark.parametrize("name", ("sagan", "biggan"))
def test_both_networks_are_spectrally_normed_in_training(name):
    configs = tiny(name)
    configs["generator"]["spectral"] = True
    torch.manual_seed(0)
    nets = registry.build(name, configs)
    G, D = nets["generator"], nets["discriminator"]
    for _ in range(60):
        D(G(torch.randn(4, G.latent_dim), torch.arange(4)), torch.arange(4))
    for net in (G.eval(), D.eval()):
        layers = [m for m in net.modules() if isinstance(m, (torch.nn.Linear, torch.nn.Conv2d))]
        for layer in layers:
            assert torch.linalg.matrix_norm(layer.weight.flatten(1), 2).item() == pytest.approx(1, abs=0.02)


@pytest.mark.parametrize("threshold", (0.04, 0.5, 2.0))
def test_truncation_draws_again_and_never_clamps(threshold, exported):  # noqa: F811
    import models

    g = models.load("biggan", device="cpu", folder=exported("biggan"))
    z, free = g.latents(600, seed=0, truncation=threshold), g.latents(600, seed=0)
    assert z.abs().max() <= threshold and (z.abs() == threshold).sum() == 0
    inside = free.abs() <= threshold
    assert torch.equal(z[inside], free[inside])  # what lay within stays what it was
    # a normal distribution cut at +-t: its variance is 1 - 2 t pdf(t) / (2 cdf(t) - 1)
    pdf = math.exp(-(threshold**2) / 2) / math.sqrt(2 * math.pi)
    variance = 1 - 2 * threshold * pdf / math.erf(threshold / math.sqrt(2))
    assert z.mean().item() == pytest.approx(0, abs=4 * (variance / z.numel()) ** 0.5)
    assert z.var().item() == pytest.approx(variance, rel=0.08)
    assert torch.equal(z[7:8], g.latents(1, seed=7, truncation=threshold))


def test_a_threshold_that_leaves_nothing_is_refused(exported):  # noqa: F811
    import models

    with pytest.raises(ValueError, match="truncation is 0"):
        models.load("biggan", device="cpu", folder=exported("biggan")).sample(truncation=0)


def test_a_mixture_of_one_class_is_that_class(exported):  # noqa: F811
    import models

    for name in ("sagan", "biggan"):
        g = models.load(name, device="cpu", folder=exported(name))
        one, half = torch.eye(10)[[3]], (torch.eye(10)[[3]] + torch.eye(10)[[4]]) / 2
        assert torch.equal(g.sample(labels=one), g.sample(labels=[3]))
        assert not torch.allclose(g.sample(labels=half), g.sample(labels=[3]), atol=1e-4)
        with pytest.raises(ValueError, match=r"\[1, 3\].*\[1, 10\]"):
            g.sample(labels=torch.rand(1, 3))


def test_every_chunk_of_z_enters_one_block_alone():
    torch.manual_seed(0)
    G = registry.build("biggan", tiny("biggan"))["generator"].eval()
    seen = []
    for block in G.blocks:
        block.norm1.scale.register_forward_hook(lambda m, args, out: seen.append(args[0]))
    z, labels = torch.randn(1, 9), torch.tensor([0])
    with torch.no_grad():
        G(z, labels)
        for i, chunk in enumerate(G.chunks[1:]):
            assert torch.equal(seen[i][:, -3:], z[:, chunk]) and seen[i].shape == (1, 6 + 3)
            assert torch.equal(seen[i][:, :6], seen[0][:, :6])  # one embedding for all


def test_without_skip_z_all_of_z_enters_the_first_layer_alone():
    config = tiny("biggan")
    config["generator"] |= {"skip_z": False, "latent_dim": 10}
    torch.manual_seed(0)
    G = registry.build("biggan", config)["generator"].eval()
    seen = []
    for block in G.blocks:
        block.norm1.scale.register_forward_hook(lambda m, args, out: seen.append(args[0]))
    z, labels = torch.randn(2, 10), torch.tensor([0, 0])
    with torch.no_grad():
        one, other = G(z, labels)
    assert G.chunks == [slice(0, 10)] and [w.shape[1] for w in G.z_weights()] == [10] and not torch.equal(one, other)
    assert all(torch.equal(x[0], x[1]) and x.shape == (2, 6) for x in seen)  # the class, whatever z


def test_a_latent_that_cannot_be_cut_is_one_line():
    with pytest.raises(ValueError, match="10 cannot be cut into 3"):
        registry.build("biggan", {**tiny("biggan"), "generator": {"latent_dim": 10, "resolution": 16}})
