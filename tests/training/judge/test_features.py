"""Without Inception, distances need a set with classes."""

import pytest

from training.judge import features, inception


def test_without_inception_a_set_without_classes_wants_a_reader(monkeypatch, tiny_data, tiny_settings):
    monkeypatch.setattr(inception, "inception_available", lambda: False)
    monkeypatch.setattr(inception, "inception_missing", lambda: "no network")
    data = tiny_data(tiny_settings("dcgan"))
    data.labels = data.classes = None
    with pytest.raises(ValueError, match="no network.*--reader"):
        features.extractor(None, data, "cpu")
