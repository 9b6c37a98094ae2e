"""FID, KID, precision and recall on Inception features, where torch-fidelity and its weights are at hand."""

import os
import urllib.error
import urllib.request
from functools import lru_cache
from pathlib import Path

import torch

WEIGHTS = "https://github.com/toshas/torch-fidelity/releases/download/v0.2.0/weights-inception-2015-12-05-6726825d.pth"
HASH = "6726825d"  # the weights' sha256 begins so, as their name says
PATIENCE = 3  # seconds to wait for the server's first word


class InceptionError(RuntimeError):
    """Inception features cannot be had here: one line that says why."""


def inception_available() -> bool:
    """True if torch-fidelity is installed and its weights are cached or can be fetched; takes seconds."""
    return inception_missing() is None


@lru_cache
def inception_missing() -> str | None:
    """Why Inception features cannot be had here, in one line, or None where they can."""
    if reason := metrics_missing():
        return reason
    if _weights_file().is_file():
        return None
    if os.environ.get("HF_HUB_OFFLINE") in ("1", "true", "True", "ON", "YES"):
        return f"HF_HUB_OFFLINE is set and {_weights_file()} is not there"
    try:
        urllib.request.urlopen(urllib.request.Request(WEIGHTS, method="HEAD"), timeout=PATIENCE).close()
    except (OSError, ValueError) as error:
        reason = getattr(error, "reason", None) or error
        return f"Inception weights cannot be fetched ({reason}): put {WEIGHTS} at {_weights_file()}"
    return None


def metrics_missing() -> str | None:
    """Why `distances` cannot be had here, in one line, or None where they can."""
    try:
        from torch_fidelity.metric_prc import prc_features_to_metric  # noqa: F401  came with 0.4
    except ImportError:
        return "torch-fidelity 0.4 or newer is not installed: pip install torch-fidelity"
    return None


def distances(real: torch.Tensor, fake: torch.Tensor, *, seed=0) -> dict[str, float]:
    """Distances between the features [n, D] of two sets of images, each at least 10 strong.

    fid (Heusel 2017), kid x 1000 (Binkowski 2018), precision and recall (Kynkaanniemi 2019).
    """
    from torch_fidelity.metric_fid import fid_features_to_statistics, fid_statistics_to_metric
    from torch_fidelity.metric_prc import prc_features_to_metric

    statistics = [fid_features_to_statistics(f) for f in (fake, real)]
    shape = prc_features_to_metric(fake, real, verbose=False)
    return {
        "fid": float(fid_statistics_to_metric(*statistics, verbose=False)["frechet_inception_distance"]),
        "kid": kid(real, fake, seed=seed),
        "precision": float(shape["precision"]),
        "recall": float(shape["recall"]),
    }


class InceptionKID:
    """KID x 1000 of fakes against one real set, whose features are taken once: a judge for a run's snapshots.

    real: uint8 [N, C, H, W]; `n` of them are taken at random. InceptionError where the weights cannot be had.
    """

    def __init__(self, real: torch.Tensor, *, n=1024, seed=0, device="cpu"):
        self.net, self.seed = extractor(device), seed
        chosen = torch.randperm(len(real), generator=torch.Generator().manual_seed(seed))[:n]
        self.real = features(self.net, real[chosen])

    def __call__(self, fake: torch.Tensor) -> float:
        """fake: uint8 [M, C, H, W]; the first as many as there are real ones are used."""
        return kid(self.real, features(self.net, fake[: len(self.real)]), seed=self.seed)


def kid(real: torch.Tensor, fake: torch.Tensor, *, seed=0, subsets=100, size=1000) -> float:
    """Unbiased kernel distance x 1000 between features [n, D], over random subsets as large as both allow."""
    from torch_fidelity.metric_kid import kid_features_to_metric

    size = min(size, len(real), len(fake))
    found = kid_features_to_metric(fake, real, kid_subsets=subsets, kid_subset_size=size, rng_seed=seed, verbose=False)
    return 1000 * float(found["kernel_inception_distance_mean"])


def extractor(device="cpu") -> torch.nn.Module:
    """Inception as FID knows it, uint8 [n, 3, H, W] -> ([n, 2048],); verified by hash when fetched."""
    if reason := inception_missing():
        raise InceptionError(reason)
    from torch_fidelity.feature_extractor_inceptionv3 import FeatureExtractorInceptionV3

    path = _weights_file()
    try:
        if not path.is_file():
            path.parent.mkdir(parents=True, exist_ok=True)
            torch.hub.download_url_to_file(WEIGHTS, str(path), hash_prefix=HASH)
        net = FeatureExtractorInceptionV3("inception", ["2048"], feature_extractor_weights_path=str(path))
    except (OSError, RuntimeError) as error:
        raise InceptionError(f"Inception weights cannot be fetched ({error})") from None
    return net.to(device)


@torch.inference_mode()
def features(net: torch.nn.Module, images: torch.Tensor, batch=64) -> torch.Tensor:
    """uint8 [n, 1 or 3, H, W] -> float [n, D] on the CPU."""
    device = next(net.parameters()).device
    parts = (net(part.expand(-1, 3, -1, -1).to(device))[0].cpu() for part in images.split(batch))
    return torch.cat(list(parts))


def _weights_file() -> Path:
    return Path(torch.hub.get_dir()) / "checkpoints" / WEIGHTS.rpartition("/")[2]
