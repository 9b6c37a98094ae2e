"""Facades from label maps: the figures of pairs, and whether the label map can be read off a translation again."""

from training.judge import pairs, segmenter
from training.judge.pairs import PHOTOS, pair, photos, rows

__all__ = ["PHOTOS", "measure", "photos", "rows"]


def measure(t, kept, held, n, seed, device):
    """`pairs.measure`, and how well a segmenter of real photos reads the map off a translation (Isola 2016, 4.1)."""
    figures, fake = pairs.measure(t, kept, held, n, seed, device)
    photo, asked = pair(held.images[:n])
    asked, predict = segmenter.labels(asked, t.palette), segmenter_of(t, kept).predict
    agreed, of_real = (float((predict(x) == asked).float().mean()) for x in (fake[: len(photo)], photo))
    row = {"agreement": round(agreed, 4), "agreement_of_real": round(of_real, 4), "n": len(photo)}
    features = f"segmenter of real photos, {len(t.palette)} labels at {segmenter.OUTPUT} px"
    return {**figures, "read_again": {**row, "features": features}}, fake


def segmenter_of(t, kept):
    """A segmenter that learned from the real pairs of an `ImageSet`."""
    photo, label_map = pair(kept.images)
    return segmenter.fit(photo, segmenter.labels(label_map, t.palette), len(t.palette))
