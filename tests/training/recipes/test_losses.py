"""The objectives against values worked out by hand."""

import math

import pytest
import torch
from torch import nn

from training.recipes import losses


def test_undecided_discriminator_costs_two_log_two():
    zero = torch.zeros(4)
    assert losses.minimax_d(zero, zero).item() == pytest.approx(2 * math.log(2))
    assert losses.non_saturating_g(zero).item() == pytest.approx(math.log(2))


def test_real_pictures_with_wrong_labels_and_fakes_count_half_each():
    right, wrong, fake = torch.tensor([2.0]), torch.tensor([-3.0]), torch.tensor([0.5])
    by_hand = [math.log(1 + math.exp(x)) for x in (-2.0, -3.0, 0.5)]
    expected = by_hand[0] + (by_hand[1] + by_hand[2]) / 2
    assert losses.matching_aware_d(right, wrong, fake).item() == pytest.approx(expected)
    # With p real and right, half as many fakes of the same law and no wrong ones, the best verdict is 2/3.
    verdicts = torch.linspace(0.01, 0.99, 99).logit()
    costs = [losses.matching_aware_d(v, torch.tensor(-30.0), v).item() for v in verdicts]
    assert verdicts[costs.index(min(costs))].sigmoid().item() == pytest.approx(2 / 3, abs=0.01)


def test_the_generator_s_gradient_stays_large_where_d_rejects_the_fakes():
    logit = torch.tensor([-10.0], requires_grad=True)
    (grad,) = torch.autograd.grad(losses.non_saturating_g(logit), logit)
    assert grad.item() == pytest.approx(-1, abs=1e-3)


def test_least_squares_by_hand():
    real, fake = torch.tensor([0.5, 1.0]), torch.tensor([0.0, 2.0])
    assert losses.least_squares_d(real, fake).item() == pytest.approx(0.125 + 2.0)
    assert losses.least_squares_g(fake).item() == pytest.approx((1 + 1) / 2)


def test_domains_are_classified_among_their_own_set():
    logits = torch.tensor([[1.0, 2.0, 9.0, 9.0], [9.0, 9.0, 3.0, 3.0]])
    by_hand = (-1 + math.log(math.e + math.e**2) + math.log(2)) / 2
    found = losses.domain_classification(logits, torch.tensor([0, 3]), torch.tensor([0, 0, 1, 1]))
    assert found.item() == pytest.approx(by_hand, abs=1e-5)


def test_wasserstein_and_hinge_by_hand():
    real, fake = torch.tensor([2.0, 0.0]), torch.tensor([-3.0, 0.5])
    assert losses.wasserstein_d(real, fake).item() == pytest.approx(-1.25 - 1.0)
    assert losses.wasserstein_g(fake).item() == pytest.approx(1.25)
    assert losses.hinge_d(real, fake).item() == pytest.approx((0 + 1) / 2 + (0 + 1.5) / 2)


class Linear(nn.Module):
    """f(x) = <w, x>, whose gradient is w everywhere."""

    def __init__(self, w):
        super().__init__()
        self.w = nn.Parameter(w)

    def forward(self, x):
        return (x * self.w).flatten(1).sum(1)


def test_gradient_penalty_of_a_linear_critic_is_its_slope_less_one_squared():
    w = torch.zeros(3, 4, 4)
    w[0, 0, 0], w[2, 3, 1] = 3.0, 4.0  # norm 5 over channels, rows and columns together
    critic = Linear(w)
    x, y = torch.randn(6, 3, 4, 4), torch.randn(6, 3, 4, 4)
    penalty = losses.gradient_penalty(critic, x, y, torch.rand(6))
    assert penalty.item() == pytest.approx(16, rel=1e-5)
    penalty.backward()
    assert torch.allclose(critic.w.grad, 2 * (5 - 1) * w / 5, atol=1e-5)


def test_gradient_penalty_stays_finite_where_the_gradient_is_zero():
    critic = Linear(torch.zeros(1, 2, 2))
    penalty = losses.gradient_penalty(critic, torch.ones(2, 1, 2, 2), torch.ones(2, 1, 2, 2), torch.rand(2))
    penalty.backward()
    assert penalty.item() == pytest.approx(1, abs=1e-5) and torch.isfinite(critic.w.grad).all()


def test_gradient_penalty_is_fp32_inside_bf16_autocast():
    seen = []

    class Watch(nn.Module):
        def __init__(self):
            super().__init__()
            self.layer = nn.Linear(4, 1)

        def forward(self, x):
            out = self.layer(x.flatten(1)).squeeze(1)
            seen.append(out.dtype)
            return out

    with torch.autocast("cpu", torch.bfloat16):
        penalty = losses.gradient_penalty(
            Watch(), torch.randn(2, 1, 2, 2).bfloat16(), torch.randn(2, 1, 2, 2), torch.rand(2)
        )
    assert seen == [torch.float32] and penalty.dtype == torch.float32


def test_gradient_penalty_looks_between_real_and_fake():
    points = []

    def critic(x):
        points.append(x.detach())
        return x.flatten(1).sum(1)

    losses.gradient_penalty(critic, torch.ones(3, 1, 2, 2), torch.zeros(3, 1, 2, 2), torch.tensor([0.0, 0.25, 1.0]))
    assert points[0][:, 0, 0, 0].tolist() == [0.0, 0.25, 1.0]


def test_clipping_clips_every_parameter():
    net = nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4))
    losses.clip_weights(net, 0.01)
    assert max(p.abs().max().item() for p in net.parameters()) == pytest.approx(0.01)


def test_orthogonal_penalty_by_hand():
    weight = torch.tensor([[1.0, 0.0], [1.0, 1.0]])  # W W^T = [[1, 1], [1, 2]]: off the diagonal 1 and 1
    assert losses.orthogonal_penalty([weight, torch.eye(3)]).item() == pytest.approx(2.0)
