"""The latent vector, the label and the walk that a tab's controls stand for."""

import math
from html import escape

import torch

from demo.parts import data_uri
from demo.state import COORDINATES, DIRECTIONS
from demo.words import say
from models.images import to_images

FRAMES, FRAME_MS = 20, 60  # of a walk one way


def latent(sampler, state):
    """z of the picked picture, moved along directions, then along raw coordinates: [1, latent_dim]."""
    z = sampler.latents(1, state.seed + state.pick, state.truncation)
    k, r = min(DIRECTIONS, sampler.latent_dim), min(COORDINATES, sampler.latent_dim)
    z += torch.tensor(state.moves[:k]) @ sampler.directions[:k]
    z[:, :r] += torch.tensor(state.moves[DIRECTIONS : DIRECTIONS + r])
    return z


def grid_labels(sampler, state):
    """Class indices of the grid's pictures; None for a variant without classes."""
    if sampler.classes is None:
        return None
    if state.label in sampler.classes:
        return [sampler.classes.index(state.label)] * state.n
    return [i % len(sampler.classes) for i in range(state.n)]


def other_class(sampler, state):
    """The class that the picked picture is blended with: by default the last."""
    return state.other or sampler.classes[-1]


def picked_label(sampler, state):
    """The picked picture's label as `sample` takes it: [index], the shares of a mixture [1, classes], or None."""
    labels = grid_labels(sampler, state)
    return blended(sampler, state, labels and [labels[state.pick]])


def blended(sampler, state, labels):
    """Class indices as `sample` takes them, as they are or, where there is a blend, as shares [n, classes]."""
    if labels is None or not state.blend:
        return labels
    shares = (1 - state.blend) * torch.eye(len(sampler.classes))[labels]
    shares[:, sampler.classes.index(other_class(sampler, state))] += state.blend
    return shares


def label_in_words(sampler, state):
    """The picked picture's label: "Label: daisy", "60 % daisy, 40 % cat", or "" without classes."""
    labels = grid_labels(sampler, state)
    if labels is None:
        return ""
    first, other = sampler.classes[labels[state.pick]], other_class(sampler, state)
    if not state.blend or first == other:
        return say("Label: {label}", label=say(escape(first)))
    shares = {"share": f"{100 * (1 - state.blend):.0f}", "rest": f"{100 * state.blend:.0f}"}
    return say("{share} % {first}, {rest} % {other}", first=say(escape(first)), other=say(escape(other)), **shares)


def walk(sampler, start, end, label=None):
    """Looping APNG as a data URI: from the picture of seed `start` to that of `end` and back, along the sphere."""
    a, b = sampler.latents(1, start), sampler.latents(1, end)
    frames = FRAMES if sampler.resolution <= 128 else FRAMES // 4
    steps = [(1 - math.cos(math.pi * i / frames)) / 2 for i in range(frames + 1)]
    z = torch.cat([slerp(a, b, t) for t in steps])
    pictures = to_images(sampler.sample(z=z, labels=label))
    pictures += pictures[-2:0:-1]
    more = {"save_all": True, "append_images": pictures[1:], "duration": FRAME_MS * FRAMES // frames, "loop": 0}
    return data_uri.encoded(pictures[0], compress_level=3, **more)


def slerp(a, b, t):
    """Spherical interpolation (White 2016, section 2.1) from a to b at t in [0, 1], [1, d] each; lengths linearly."""
    ua, ub = a / a.norm(), b / b.norm()
    angle = torch.acos((ua * ub).sum().clamp(-1, 1))
    if angle < 1e-4:
        return a + t * (b - a)
    way = (torch.sin((1 - t) * angle) * ua + torch.sin(t * angle) * ub) / torch.sin(angle)
    return way * ((1 - t) * a.norm() + t * b.norm())
