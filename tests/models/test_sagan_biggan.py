"""SAGAN and BigGAN: attention against a naive loop, spectral norm, truncation, chunks of z."""

import math

import pytest
import torch
from torch.overrides import TorchFunctionMode

from models import biggan
from models.nets.layers import ConditionalBatchNorm2d, SelfAttention2d, TruncatedBatchNorm2d, place_of
from tests.models.small import networks


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


def test_a_share_of_the_gate_is_that_share_of_the_attention(loaded):
    layer, x = SelfAttention2d(8), torch.randn(1, 8, 4, 4)
    with torch.no_grad():
        layer.gate.fill_(0.7)
        whole, half = layer(x), layer(x, 0.5)
    assert torch.allclose(half, (x + whole) / 2, atol=1e-6) and torch.equal(layer(x, 0.0), x)
    g = loaded("sagan")
    g.attention_layer.gate.data.fill_(0.7)
    assert torch.equal(g.sample(2, seed=3, gate=1.0), g.sample(2, seed=3))
    assert not torch.equal(g.sample(2, seed=3, gate=0.0), g.sample(2, seed=3))
    for name in ("dcgan", "biggan"):
        with pytest.raises(ValueError, match=f"{name} has no gate"):
            loaded(name).sample(gate=0.5)


def test_conditional_batch_norm_by_hand():
    layer = ConditionalBatchNorm2d(1, 2)
    with torch.no_grad():
        layer.scale.weight.copy_(torch.tensor([[1.0, 0.0]]))
        layer.shift.weight.copy_(torch.tensor([[0.0, 5.0]]))
    x = torch.tensor([-1.0, 1.0]).view(2, 1, 1, 1)
    out = layer(x, torch.eye(2)).flatten()
    assert torch.allclose(out, torch.tensor([-2.0, 1.0 + 5.0]), atol=1e-3)  # mean 0, variance 1 already


@pytest.mark.parametrize("name", ("sagan", "biggan"))
def test_every_convolution_of_both_networks_has_spectral_norm_one(name):
    nets = networks(name, spectral=True)
    G, D = nets["generator"], nets["discriminator"]
    for _ in range(60):  # power iterations
        D(G(torch.randn(4, G.latent_dim), torch.arange(4)), torch.arange(4))
    for net in (G.eval(), D.eval()):
        convolutions = [m for m in net.modules() if isinstance(m, torch.nn.Conv2d)]
        assert convolutions
        for layer in convolutions:
            assert torch.linalg.matrix_norm(layer.weight.flatten(1), 2).item() == pytest.approx(1, abs=0.02)


@pytest.mark.parametrize("threshold", (0.04, 0.5, 2.0))
def test_truncation_draws_again_and_never_clamps(threshold, loaded):
    g = loaded("biggan")
    z, free = g.latents(200, seed=0, truncation=threshold), g.latents(200, seed=0)
    assert z.abs().max() <= threshold and (z.abs() == threshold).sum() == 0
    inside = free.abs() <= threshold
    assert torch.equal(z[inside], free[inside])  # values inside are kept
    # a normal distribution cut at +-t: its variance is 1 - 2 t pdf(t) / (2 cdf(t) - 1)
    pdf = math.exp(-(threshold**2) / 2) / math.sqrt(2 * math.pi)
    variance = 1 - 2 * threshold * pdf / math.erf(threshold / math.sqrt(2))
    assert z.mean().item() == pytest.approx(0, abs=4 * (variance / z.numel()) ** 0.5)
    assert z.var().item() == pytest.approx(variance, rel=0.08)
    assert torch.equal(z[7:8], g.latents(1, seed=7, truncation=threshold))


def test_a_threshold_that_leaves_nothing_is_refused(loaded):
    with pytest.raises(ValueError, match="truncation is 0"):
        loaded("biggan").sample(truncation=0)


def test_every_chunk_of_z_enters_one_block_beside_the_class_embedding():
    G = networks("biggan")["generator"].eval()
    conditions = []
    for block in G.blocks:
        block.norm1.scale.register_forward_hook(lambda module, args, out: conditions.append(args[0]))
    z = torch.randn(1, G.latent_dim)
    with torch.no_grad():
        G(z, torch.tensor([0]))
    for condition, chunk in zip(conditions, G.chunks[1:], strict=True):
        assert torch.equal(condition[:, biggan.EMBEDDING :], z[:, chunk])
        assert torch.equal(condition[:, : biggan.EMBEDDING], conditions[0][:, : biggan.EMBEDDING])
    assert [i for chunk in G.chunks for i in range(chunk.start, chunk.stop)] == list(range(G.latent_dim))


def test_a_latent_that_cannot_be_cut_is_one_line():
    with pytest.raises(ValueError, match="10 cannot be cut into 3"):
        networks("biggan", latent_dim=10)


@pytest.mark.parametrize("name", ("sagan", "biggan"))
def test_a_class_may_be_as_loud_as_it_learns_to_be(name):
    """Its embedding, gains and biases are as they were set: under spectral norm they could be no longer than 1."""
    G = networks(name, spectral=True)["generator"]
    layers = [layer for m in G.modules() if isinstance(m, ConditionalBatchNorm2d) for layer in (m.scale, m.shift)]
    layers += [G.embed] if name == "biggan" else []
    with torch.no_grad():
        for layer in layers:
            layer.weight.fill_(3.0)
    assert all((layer(torch.eye(layer.in_features)[:1]) == 3).all() for layer in layers)
    assert torch.linalg.matrix_norm(G.start.weight, 2) < 3  # as for the others


def test_gains_and_biases_start_small_however_long_the_condition_is():
    layer = networks("biggan", width=32)["generator"].blocks[0].norm1
    gains = layer.scale(torch.randn(500, layer.scale.in_features))
    assert gains.std().item() == pytest.approx(0.1, rel=0.1)


def test_power_iteration_is_out_of_autocast_s_hands():
    inside = []

    class Watch(TorchFunctionMode):
        def __torch_function__(self, function, types, args=(), kwargs=None):
            if function is torch.mv:
                inside.append(torch.is_autocast_enabled("cpu"))
            return function(*args, **(kwargs or {}))

    D = networks("sngan")["discriminator"]
    with Watch(), torch.autocast("cpu", torch.bfloat16):
        D(torch.randn(2, 3, 16, 16))
    assert inside and not any(inside)


THRESHOLDS = [0.5, 1.0]


@pytest.mark.parametrize(
    "truncation, place", [(0.1, 0), (0.5, 0), (0.75, 0.5), (1.0, 1), (2.0, 1.5), (3.0, 2), (float("inf"), 2)]
)
def test_a_threshold_lies_between_the_rows_of_its_neighbours(truncation, place):
    assert place_of(torch.tensor([truncation]), THRESHOLDS).item() == pytest.approx(place)


def test_batch_norm_takes_the_statistics_of_each_picture_s_threshold():
    layer, x = TruncatedBatchNorm2d(1, thresholds=2).eval(), torch.full((4, 1, 1, 1), 3.0)
    layer.means[:], layer.variances[:] = torch.tensor([[1.0], [2.0]]), torch.tensor([[4.0], [1.0]])
    out = layer(x, torch.tensor([0.0, 0.5, 1.0, 2.0])).flatten()
    expected = torch.tensor([2 / 2, 1.5 / 2.5**0.5, 1.0, 3.0])  # the last by the plain mean 0 and variance 1
    assert torch.allclose(out, expected, atol=1e-4) and torch.equal(layer(x)[3], layer(x, torch.full((4,), 2.0))[3])


def test_a_truncated_picture_is_made_by_its_threshold_s_statistics_in_any_company(loaded):
    g = loaded("biggan", thresholds=THRESHOLDS)
    for norm in (m for m in g.generator.modules() if isinstance(m, TruncatedBatchNorm2d)):
        norm.variances[:] = torch.tensor([0.25, 0.5])[:, None]
    z = g.latents(1, seed=4, truncation=0.5)
    whole, mine = g.sample(z=z), g.sample(z=z, truncation=0.5)
    assert not torch.allclose(whole, mine, atol=1e-3)
    assert torch.equal(mine, g.sample(1, seed=4, truncation=0.5))
    assert torch.equal(torch.cat([mine, whole]), g.sample(z=z.repeat(2, 1), labels=[0, 0], truncation=[0.5, None]))
    with pytest.raises(ValueError, match="3 values for 1 pictures"):
        g.sample(z=z, truncation=[1, 2, 3])
