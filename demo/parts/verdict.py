"""What the discriminator says of pictures: a probability or a critic's score, and the scale it is shown on."""

from functools import lru_cache
from html import escape

import torch

from demo.parts import data_uri, views
from demo.parts.examples import bundled
from demo.words import say
from models.images import to_images
from models.translator import to_tensor

LOGITS = ("minimax", "non_saturating")  # the losses whose discriminator ends in the logit of a probability


def is_probability(sampler):
    """True if the sigmoid of the discriminator's output is a probability; other losses leave an unbounded score."""
    settings = sampler.config.get("settings", {})
    return (sampler.config.get("objective") or settings.get("objective")) in LOGITS


def verdicts(sampler, pictures, labels=None):
    """One number for each picture [n, C, H, W] in [-1, 1]: the probability of being real, or the critic's raw score.

    None for each where the checkpoint has no discriminator.
    """
    if sampler.discriminator is None:
        return [None] * len(pictures)
    raw = sampler.verdict(pictures, labels)
    return (torch.sigmoid(raw) if is_probability(sampler) else raw).tolist()


def rounded(score):
    """A verdict as the API gives it; None stays None."""
    return None if score is None else round(score, 4)


def judged(sampler, pictures, names, labels=None):
    """[{"src", "score", "name", "text"}] of pictures [n, C, H, W] in [-1, 1]; text: the score in few digits."""
    scores = [rounded(score) for score in verdicts(sampler, pictures, labels)]
    return [
        {"src": data_uri.png(image), "score": score, "name": name, "text": views.number(score)}
        for image, score, name in zip(to_images(pictures), scores, names)
    ]


def judged_real(sampler):
    """As `judged`, for the checkpoint's training pictures, each with its own label where there are labels."""
    pictures, labels = real_pictures(sampler), sampler.config.get("real_labels") if sampler.classes else None
    if pictures is None or sampler.classes and labels is None:
        return []
    items = judged(sampler, pictures, [say("Training picture")] * len(pictures), labels)
    for item, label in zip(items, labels or []):
        item["text"] = say("{verdict} as {label}", verdict=item["text"], label=say(escape(sampler.classes[label])))
    return items


def real_pictures(sampler):
    """The checkpoint's strip of training pictures: float [n, C, H, W] in [-1, 1]; None where it has none."""
    mode = "L" if sampler.channels == 1 else "RGB"
    pictures = [to_tensor(image.convert(mode)) for image in bundled(sampler)]
    return torch.cat(pictures) if pictures else None


@lru_cache(maxsize=32)
def scale(sampler):
    """Ends of the scale that verdicts are shown on, and the real pictures' verdicts: {"low", "high", "real"}."""
    real = [item["score"] for item in judged_real(sampler)]
    if is_probability(sampler) or sampler.discriminator is None:
        return {"low": 0.0, "high": 1.0, "real": real}
    scores = [*real, *verdicts(sampler, sampler.sample(32, seed=0), None)]
    room = 0.15 * (max(scores) - min(scores)) or 1.0
    return {"low": min(scores) - room, "high": max(scores) + room, "real": real}


def percent(score, ends):
    """Where a score lies between a scale's ends, from 0 to 100."""
    return round(min(100.0, max(0.0, 100 * (score - ends["low"]) / (ends["high"] - ends["low"]))), 2)


def meter(score, ends, probability, judge="discriminator"):
    """What the scale under a picture shows, as the stage's template reads it.

    score: None for a picture that no discriminator can judge, such as one below full size. ends: of `scale`. judge:
    what the paper calls the network.
    """
    if probability:
        meaning = say("is the probability of being real, says the discriminator")
        low, high = say("0, generated"), say("1, real")
    else:
        meaning = say("is the {judge}'s score: higher is more real, the number alone means nothing", judge=say(judge))
        low, high = views.number(ends["low"]), views.number(ends["high"])
    if score is None:
        meaning = say(
            "no verdict: the {judge} was trained to judge full-size pictures, so grow to the top for it",
            judge=say(judge),
        )
    return {
        "text": "\u2013" if score is None else views.number(score),
        "meaning": meaning,
        "at": None if score is None else percent(score, ends),
        "low": low,
        "high": high,
        "real": [percent(r, ends) for r in ends["real"]],
        "legend": say("thin lines: real pictures") if ends["real"] else "",
    }
