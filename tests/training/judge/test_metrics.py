"""Distances between sets of images behave as their papers say."""

from functools import lru_cache

import pytest
import torch
import torch.nn.functional as F

from training.judge import inception, samples
from training.judge.sliced_wasserstein import SlicedWasserstein, laplacian


@lru_cache
def scenes(n=128, size=64, channels=3, seed=0):
    """Soft blobs with fine grain: uint8 [n, channels, size, size], structure at every scale."""
    rng = torch.Generator().manual_seed(seed)
    layers = [torch.randn(n, channels, side, side, generator=rng) for side in (size // 16, size // 4, size)]
    x = sum(w * F.interpolate(x, size=size, mode="bilinear") for w, x in zip((1.0, 0.6, 0.35), layers))
    return (x * 40 + 128).clamp(0, 255).byte()


def blur(images, radius=1):
    x = F.pad(images.float(), [radius] * 4, mode="reflect")
    return F.avg_pool2d(x, 2 * radius + 1, 1).round().byte()


@pytest.fixture(scope="module")
def real():
    return scenes(seed=1)


@pytest.fixture(scope="module")
def swd(real):
    return SlicedWasserstein(real, patches=24, projections=48)


@pytest.fixture(scope="module")
def floor(swd):
    return swd(scenes(seed=2))


def test_levels_are_the_papers_down_to_16_px(floor):
    assert list(floor) == ["64", "32", "16", "mean"]
    assert floor["mean"] == pytest.approx(sum(floor[level] for level in ("64", "32", "16")) / 3)


@pytest.mark.parametrize("levels", [[28, 14], [32, 16], [64, 32, 16], [128, 64, 32, 16]])
def test_the_pyramid_halves_and_keeps_flat_grey_at_the_bottom(levels):
    *bands, base = laplacian(torch.full((1, 1, levels[0], levels[0]), 0.5))
    assert [level.shape[-1] for level in (*bands, base)] == levels
    assert all(band.abs().max() < 1e-6 for band in bands) and torch.allclose(base, torch.tensor(0.5))


def test_identical_sets_have_no_distance(real):
    swd = SlicedWasserstein(real, patches=24, projections=48)
    assert swd(swd.real)["mean"] == pytest.approx(0, abs=1e-3)


def test_another_sample_of_the_same_world_is_near(floor):
    assert 0 < floor["mean"] < 100


def test_blur_hurts_the_finest_level_most(swd, floor):
    found = swd(blur(scenes(seed=2)))
    excess = {level: found[level] - floor[level] for level in ("64", "32", "16")}
    assert excess["64"] > 3 * excess["16"] and excess["64"] > excess["32"] and excess["64"] > 100


def test_a_colour_cast_hurts_the_coarsest_level_most(swd, floor):
    cast = scenes(seed=2).float() + torch.tensor([40.0, 0, -40]).view(3, 1, 1)
    found = swd(cast.clamp(0, 255).byte())
    assert found["16"] > floor["16"] + 200 and found["16"] - floor["16"] > 5 * abs(found["64"] - floor["64"])


@pytest.mark.parametrize(
    "distort",
    [
        lambda x, k: x.float() + k * 12 * torch.randn(x.shape, generator=torch.Generator().manual_seed(3)),
        lambda x, k: blur(x, k).float(),
        lambda x, k: (x.float() - 128) * (1 - 0.25 * k) + 128,
        lambda x, k: x[: len(x) // 4**k].repeat(4**k, 1, 1, 1).float(),
    ],
    ids=["noise", "blur", "contrast", "collapse"],
)
def test_more_distortion_is_farther(swd, floor, distort):
    found = [swd(distort(scenes(seed=2), k).clamp(0, 255).byte())["mean"] for k in (1, 2, 3)]
    assert floor["mean"] < found[0] < found[1] < found[2]


def test_the_same_seed_gives_the_same_figure_and_leaves_the_global_one_alone(real):
    state = torch.get_rng_state()
    fake = scenes(48, seed=2)
    a, b, c = (SlicedWasserstein(real, n=48, patches=16, projections=32, seed=s)(fake) for s in (0, 0, 1))
    assert a == b and a != c
    assert torch.equal(state, torch.get_rng_state())


def test_as_many_of_each_are_used(real):
    swd = SlicedWasserstein(real, patches=16, projections=32)
    fake = scenes(60, seed=2)
    assert swd(fake[:40]) == swd(torch.cat([fake[:40]])) and swd(fake) != swd(fake[:40])


def test_small_grey_digits_have_two_levels():
    images = scenes(64, 28, 1)
    assert list(SlicedWasserstein(images, patches=16, projections=32)(images)) == ["28", "14", "mean"]


def test_another_shape_is_refused(swd):
    with pytest.raises(ValueError, match=r"\(1, 28, 28\) against \(3, 64, 64\)"):
        swd(scenes(16, 28, 1))


class Stub(torch.nn.Module):
    """Stands for Inception: colours averaged over a 4 x 4 grid."""

    def __init__(self):
        super().__init__()
        self.unused = torch.nn.Parameter(torch.zeros(1))

    def forward(self, x):
        assert x.dtype == torch.uint8 and x.shape[1] == 3
        return (F.adaptive_avg_pool2d(x.float() / 64, 4).flatten(1),)


@pytest.fixture
def stub(monkeypatch):
    pytest.importorskip("torch_fidelity.metric_prc")
    monkeypatch.setattr(inception, "extractor", lambda device="cpu": Stub())


def test_inception_figures_tell_near_from_far(stub, real):
    fake = scenes(seed=2)
    near, far = (samples.by_inception(real, x, "cpu") for x in (fake, 255 - fake // 2))
    assert near["n"] == len(fake) and near["features"].startswith("inception")
    assert near["fid"] < far["fid"] and near["kid"] < far["kid"]
    assert near["precision"] > 0.6 > far["precision"] and near["recall"] > 0.6 > far["recall"]
    same = samples.by_inception(real, real, "cpu")
    assert same["fid"] == pytest.approx(0, abs=1e-3) and same["precision"] == same["recall"] == 1


def test_the_snapshots_judge_agrees_and_takes_grey(stub):
    grey = scenes(64, 28, 1)
    judge = inception.InceptionKID(grey, n=64)
    assert judge(scenes(64, 28, 1, seed=2)) < judge(255 - grey // 2)


def test_inception_out_of_reach_is_one_line_within_seconds(monkeypatch, tmp_path):
    pytest.importorskip("torch_fidelity.metric_prc")

    def fail(*args, timeout, **options):
        assert timeout <= 5
        raise OSError("no network")

    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    monkeypatch.setattr(torch.hub, "get_dir", lambda: str(tmp_path))
    monkeypatch.setattr("urllib.request.urlopen", fail)
    inception.inception_missing.cache_clear()
    try:
        assert not inception.inception_available()
        with pytest.raises(inception.InceptionError, match="no network") as error:
            inception.extractor()
        assert "\n" not in str(error.value)
    finally:
        inception.inception_missing.cache_clear()
