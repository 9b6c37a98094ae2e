"""Adversarial losses and regularizers: small pure functions of logits or critic scores, computed in fp32."""

import torch
import torch.nn.functional as F


def real_d(real):
    """-log D(x), with real the logits (Goodfellow 2014, equation 1)."""
    return F.softplus(-real).mean()


def fake_d(fake):
    """-log(1 - D(G(z))), with fake the logits (Goodfellow 2014, equation 1)."""
    return F.softplus(fake).mean()


def minimax_d(real, fake):
    """-log D(x) - log(1 - D(G(z))), with real and fake the logits (Goodfellow 2014, equation 1)."""
    return real_d(real) + fake_d(fake)


def matching_aware_d(right, wrong, fake):
    """-log D(x, y) - (log(1 - D(x, y')) + log(1 - D(G(z, y), y))) / 2 (Reed 2016, algorithm 1).

    Logits [n] of real pictures with their labels, of real ones with wrong labels, and of fakes.
    """
    return real_d(right) + (fake_d(wrong) + fake_d(fake)) / 2


def non_saturating_g(fake):
    """-log D(G(z)): its gradient stays large where D rejects the fakes (Goodfellow 2014, section 3)."""
    return F.softplus(-fake).mean()


def wasserstein_d(real, fake):
    """E f(G(z)) - E f(x): minus the dual form's estimate of the distance (Arjovsky 2017, equation 3)."""
    return fake.mean() - real.mean()


def wasserstein_g(fake):
    """-E f(G(z)) (Arjovsky 2017, algorithm 1); the hinge game's generator has the same loss (Miyato 2018, eq. 17)."""
    return -fake.mean()


def hinge_d(real, fake):
    """max(0, 1 - D(x)) + max(0, 1 + D(G(z))) (Miyato 2018, equation 16)."""
    return F.relu(1 - real).mean() + F.relu(1 + fake).mean()


def least_squares_d(real, fake):
    """(D(x) - 1)^2 + D(G(z))^2 (Mao 2016, equation 9; Zhu 2017, section 4)."""
    return (real - 1).square().mean() + fake.square().mean()


def least_squares_g(fake):
    """(D(G(z)) - 1)^2 (Mao 2016, equation 9)."""
    return (fake - 1).square().mean()


def domain_classification(logits, domain, set_of):
    """-log D_cls(c | x) among the domains of each picture's own data set (Choi 2017, equations 2 and 7).

    logits: [n, domains]; domain: int64 [n], counted through all sets; set_of: int64 [domains], each domain's set.
    """
    return F.cross_entropy(logits.masked_fill(set_of[None] != set_of[domain][:, None], -torch.inf), domain)


def gradient_penalty(critic, real, fake, eps):
    """E (||grad f(x_hat)||_2 - 1)^2 at x_hat = eps x + (1 - eps) G(z) (Gulrajani 2017, equation 3).

    real, fake: [n, ...]; eps: [n] in [0, 1]. The norm runs over every dimension but the batch, in fp32.
    """
    with torch.autocast(real.device.type, enabled=False):
        eps = eps.float().view(-1, *[1] * (real.ndim - 1))
        x_hat = (eps * real.float() + (1 - eps) * fake.float()).detach().requires_grad_(True)
        (grad,) = torch.autograd.grad(critic(x_hat).sum(), x_hat, create_graph=True)
        norm = (grad.flatten(1).square().sum(1) + 1e-12).sqrt()
        return (norm - 1).square().mean()


def orthogonal_penalty(weights):
    """Sum of ||W W^T (1 - I)||_F^2 over weights [out, ...] as [out, rest], in fp32 (Brock 2018, equation 3)."""
    with torch.autocast(weights[0].device.type, enabled=False):
        products = [w @ w.T for w in (weight.float().flatten(1) for weight in weights)]
        return sum((product - product.diag().diag()).square().sum() for product in products)


@torch.no_grad()
def clip_weights(critic, limit):
    """Every parameter into [-limit, limit] (Arjovsky 2017, algorithm 1, line 7)."""
    for p in critic.parameters():
        p.clamp_(-limit, limit)
