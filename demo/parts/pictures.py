"""From latents to what a browser shows: lossless pictures, each with the discriminator's verdict."""

import base64
import io
import math
from functools import lru_cache

import torch
from PIL import Image

from demo.state import DIRECTIONS
from models.images import from_uint8, grid, to_images

FRAMES, FRAME_MS = 20, 60
LOGITS = ("minimax", "non_saturating")


def png(image, level=1):
    """A PIL image as a data URI of a PNG; low compression, for a slider waits for it."""
    buffer = io.BytesIO()
    image.save(buffer, "PNG", compress_level=level)
    return _uri(buffer)


def stored(path):
    """A PNG file as a data URI, byte for byte."""
    return _uri(io.BytesIO(path.read_bytes()))


def latent(sampler, state):
    """z of the picked picture, moved along directions, then along raw coordinates: [1, latent_dim]."""
    z = sampler.latents(1, state.seed + state.pick, state.truncation)
    along, raw = torch.tensor(state.moves[:DIRECTIONS]), torch.tensor(state.moves[DIRECTIONS:])
    k, r = min(len(along), sampler.latent_dim), min(len(raw), sampler.latent_dim)
    z += along[:k] @ sampler.directions[:k]
    z[:, :r] += raw[:r]
    return z


def labels_of(sampler, state):
    """Class indices of the grid's pictures; None for a variant without classes."""
    if sampler.classes is None:
        return None
    if state.label in sampler.classes:
        return [sampler.classes.index(state.label)] * state.n
    return [i % len(sampler.classes) for i in range(state.n)]


def other_of(sampler, state):
    """The class that the picked picture is blended into."""
    return state.other or sampler.classes[-1]


def label_of(sampler, state):
    """The picked picture's label as `sample` takes it: [index], the shares of a mixture [1, classes], or None."""
    labels = labels_of(sampler, state)
    if labels is None or not state.blend:
        return labels and [labels[state.pick]]
    shares = torch.zeros(1, len(sampler.classes))
    shares[0, labels[state.pick]] = 1 - state.blend
    shares[0, sampler.classes.index(other_of(sampler, state))] += state.blend
    return shares


def shares_in_words(sampler, state):
    """What the picked picture was told to be: "Label: daisy", "60 % daisy, 40 % cat", or nothing."""
    labels = labels_of(sampler, state)
    if labels is None:
        return ""
    first, other = sampler.classes[labels[state.pick]], other_of(sampler, state)
    if not state.blend or first == other:
        return f"Label: {first}"
    return f"{100 * (1 - state.blend):.0f} % {first}, {100 * state.blend:.0f} % {other}"


def is_probability(sampler):
    """Whether the verdict is a probability: a minimax discriminator's is, a critic's score is not."""
    objective = sampler.config.get("settings", {}).get("objective")
    return objective in LOGITS if objective else sampler.name in ("gan", "cgan", "dcgan")


def judge(sampler):
    """What the paper calls the network that judges."""
    return "critic" if sampler.name.startswith("wgan") else "discriminator"


def verdicts(sampler, pictures, labels=None):
    """One number a picture: the probability of being real, or the critic's raw score."""
    raw = sampler.verdict(pictures, labels)
    return (torch.sigmoid(raw) if is_probability(sampler) else raw).tolist()


def real_pictures(sampler):
    """The shipped strip of training pictures: float [n, C, H, W] in [-1, 1], or None."""
    path = sampler.weights.files.get("real.png")
    if path is None:
        return None
    with Image.open(path) as strip:
        return torch.cat([tensor(crop) for crop in _tiles(strip, sampler)])


def tensor(image):
    """PIL image L or RGB -> float [1, C, H, W] in [-1, 1]."""
    raw = torch.frombuffer(bytearray(image.tobytes()), dtype=torch.uint8)
    return from_uint8(raw.view(1, image.height, image.width, -1).permute(0, 3, 1, 2).contiguous())


def judged(sampler, pictures, labels=None):
    """[{"src", "score"}] of pictures [n, C, H, W] in [-1, 1]."""
    scores = verdicts(sampler, pictures, labels)
    return [{"src": png(i), "score": round(s, 4)} for i, s in zip(to_images(pictures), scores)]


def judged_real(sampler):
    """As `judged`, for the shipped training pictures, each under its own label where there are labels."""
    pictures, labels = real_pictures(sampler), sampler.config.get("real_labels")
    if pictures is None or sampler.classes is not None and labels is None:
        return []
    items = judged(sampler, pictures, labels if sampler.classes else None)
    for item, label in zip(items, labels if sampler.classes else []):
        item["label"] = sampler.classes[label]
    return items


@lru_cache(maxsize=32)
def scale(sampler):
    """The verdicts' common scale, from the shipped real and 32 drawn pictures: {"low", "high", "real"}."""
    real = [item["score"] for item in judged_real(sampler)]
    if is_probability(sampler):
        return {"low": 0.0, "high": 1.0, "real": real}
    scores = [*real, *verdicts(sampler, sampler.sample(32, seed=0), None)]
    room = 0.15 * (max(scores) - min(scores)) or 1.0
    return {"low": min(scores) - room, "high": max(scores) + room, "real": real}


def walk(sampler, start, end, label=None):
    """Looping APNG as a data URI: from the picture of seed `start` to that of `end` and back."""
    a, b = sampler.latents(1, start), sampler.latents(1, end)
    steps = [(1 - math.cos(math.pi * i / FRAMES)) / 2 for i in range(FRAMES + 1)]
    z = torch.cat([slerp(a, b, t) for t in steps])
    labels = None if sampler.classes is None else label
    frames = to_images(sampler.sample(z=z, labels=labels))
    frames += frames[-2:0:-1]
    buffer = io.BytesIO()
    frames[0].save(buffer, "PNG", save_all=True, append_images=frames[1:], duration=FRAME_MS, loop=0, compress_level=3)
    return _uri(buffer)


def slerp(a, b, t):
    """The point at share t of the way from a to b on the sphere, [1, d] each; lengths go along linearly."""
    ua, ub = a / a.norm(), b / b.norm()
    angle = torch.acos((ua * ub).sum().clamp(-1, 1))
    if angle < 1e-4:
        return a + t * (b - a)
    way = (torch.sin((1 - t) * angle) * ua + torch.sin(t * angle) * ub) / torch.sin(angle)
    return way * ((1 - t) * a.norm() + t * b.norm())


def columns(n):
    """How many columns a grid of n pictures has: as square as can be, 8 at most."""
    return min(8, math.ceil(math.sqrt(n)))


def sheet(pictures, across=None):
    """One PIL image of all pictures, edge to edge."""
    return grid(pictures, across or columns(len(pictures)))


def _tiles(strip, sampler):
    side, mode = sampler.resolution, "L" if sampler.channels == 1 else "RGB"
    strip = strip.convert(mode)
    return [strip.crop((x, 0, x + side, side)) for x in range(0, strip.width - side + 1, side)]


def _uri(buffer):
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode()
