"""The network that learned ImageNet: it knows what pictures show, and every figure names it."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from PIL import Image

from models.hub import WEIGHTS
from training.data.image_set import ImageSet
from training.judge import features, imagenet, nearest_mean
from training.recipes import cyclegan


@pytest.fixture(scope="module")
def horses_and_zebras():
    """The eight real pictures of CycleGAN's page, horses and zebras by turns: uint8 [8, 3, 128, 128]."""
    with Image.open(WEIGHTS / "cyclegan" / "real.png") as sheet:
        pixels = torch.from_numpy(np.array(sheet.convert("RGB")))
    return torch.stack(pixels.permute(2, 0, 1).split(128, 2))


def test_zebras_are_seen_as_zebras_and_horses_are_not(horses_and_zebras):
    vectors, probabilities = imagenet.read(horses_and_zebras, "cpu")
    zebra = probabilities[:, cyclegan.Game.imagenet_classes["zebra"]].sum(1)
    assert vectors.shape == (8, 1280) and torch.allclose(probabilities.sum(1), torch.ones(8))
    assert zebra[1::2].mean() > 0.5 > 0.1 > zebra[::2].mean()


def test_a_picture_keeps_its_features_at_another_size_and_grey_ones_have_some(horses_and_zebras):
    small = F.interpolate(horses_and_zebras.float(), 96, mode="area").round().byte()
    large, small, grey = (imagenet.read(x, "cpu")[0] for x in (horses_and_zebras, small, small[:, :1]))
    assert torch.equal(torch.cdist(small, large).argmin(1), torch.arange(8)) and torch.isfinite(grey).all()


def test_the_nearest_mean_reads_what_it_has_not_seen(horses_and_zebras):
    labels = torch.arange(4) % 2
    reads = nearest_mean.NearestMean(ImageSet(horses_and_zebras[:4], labels, ["horse", "zebra"], "few"), "cpu")
    assert reads.logits(reads.features(horses_and_zebras[4:])).argmax(1).tolist() == labels.tolist()


def test_inception_is_taken_where_its_weights_are_at_hand(monkeypatch, tmp_path):
    taken = pytest.importorskip("torch_fidelity.feature_extractor_inceptionv3")
    monkeypatch.setattr(torch.hub, "get_dir", lambda: str(tmp_path))
    assert features.extractor("cpu")[1] == "EfficientNet-Lite2 (ImageNet)"
    (tmp_path / "checkpoints").mkdir()
    (tmp_path / "checkpoints" / features.INCEPTION).touch()

    class Stub(torch.nn.Module):
        def __init__(self, name, layers, feature_extractor_weights_path):
            super().__init__()

        def forward(self, x):
            return (x.float().mean((2, 3)),)

    monkeypatch.setattr(taken, "FeatureExtractorInceptionV3", Stub)
    extract, name = features.extractor("cpu")
    grey = torch.full((70, 1, 8, 8), 7, dtype=torch.uint8)
    assert name.startswith("Inception-v3") and torch.equal(extract(grey), torch.full((70, 3), 7.0))
