"""BigGAN-deep against the published package's own module, where it is installed, at every truncation it has."""

import importlib.util
import sys
import types

import pytest
import torch
from safetensors.torch import save_file

import models
from models.published import convert
from models.published.biggan_deep import PARTS
from models.runtime import batches
from models.sampler import Sampler
from tests.models.published import theirs

PART = PARTS[0]
LAYERS = [(False, 16, 16), (True, 16, 8), (False, 8, 8), (True, 8, 4), (False, 4, 2), (True, 2, 1)]
STEPS = 17  # 1 / 16 has no rounding: the package takes the row below a step that falls short by a bit


@pytest.fixture(scope="module")
def package():
    """The package; its downloader wants boto3 and requests, which no test needs."""
    found = importlib.util.find_spec("pytorch_pretrained_biggan")
    if found is None:
        pytest.skip("pip install --no-deps pytorch-pretrained-biggan")
    stand_ins = {"requests": {}, "boto3": {}, "botocore": {}, "botocore.exceptions": {"ClientError": OSError}}
    added = [name for name in stand_ins if importlib.util.find_spec(name.split(".")[0]) is None]
    for name in added:
        sys.modules[name] = types.ModuleType(name)
        vars(sys.modules[name]).update(stand_ins[name])
    try:
        import pytorch_pretrained_biggan
    finally:
        for name in added:
            del sys.modules[name]
    return pytorch_pretrained_biggan


@pytest.fixture(scope="module")
def published(package):
    """A small BigGAN-deep of theirs with random weights and statistics, 32 px, spectral norms settled."""
    config = package.BigGANConfig(
        output_dim=32, z_dim=12, class_embed_dim=12, channel_width=8, num_classes=7, layers=LAYERS
    )
    config.attention_layer_position, config.n_stats = 2, STEPS
    net = theirs.random(package.BigGAN(config)).eval()
    with torch.no_grad():
        for name, tensor in net.state_dict().items():
            if name.endswith("running_vars"):
                tensor.abs_().add_(0.5)
    net.train()
    z, label = torch.randn(2, 12), torch.eye(7)[:2]
    with torch.no_grad():
        for _ in range(20):  # power iterations
            net(z, label, 1.0)
    return net.eval()


@pytest.fixture
def ours(published):
    arguments, state = PART.convert(published.state_dict())
    net = PART.build(arguments).eval()
    net.load_state_dict(state, strict=True)
    return net


@pytest.mark.parametrize("step", range(1, STEPS))
@torch.no_grad()
def test_outputs_are_the_packages_at_every_truncation(published, ours, step):
    truncation = step / (STEPS - 1)
    z, label = torch.randn(3, 12, generator=torch.Generator().manual_seed(step)) * truncation, torch.tensor([0, 3, 6])
    expected = published(z, torch.eye(7)[label], truncation)
    found = ours(z, label, torch.full((3,), 2 * truncation))
    assert expected.std() > 1e-2
    torch.testing.assert_close(found, expected, rtol=1e-4, atol=1e-4)


@torch.no_grad()
def test_between_two_truncations_the_nearer_statistics_weigh_more(ours):
    """The package's weights are the wrong way round: just above a step it takes the next step's statistics."""
    z, label = torch.randn(1, 12), torch.tensor([2])
    at, just_above, next_step = (ours(z, label, torch.tensor([t])) for t in (0.5, 0.5001, 0.625))
    assert (just_above - at).abs().max() < 1e-3 < (next_step - at).abs().max()


@torch.no_grad()
def test_an_export_runs_in_the_package_and_converts_back(published, ours):
    arguments, _ = PART.convert(published.state_dict())
    tensors = PART.export(arguments, ours.state_dict())
    z, label = torch.randn(2, 12), torch.tensor([1, 5])
    _, state = PART.convert(tensors)
    again = PART.build(arguments).eval()
    again.load_state_dict(state, strict=True)
    torch.testing.assert_close(again(z, label), ours(z, label), rtol=0, atol=0)
    published.load_state_dict(tensors, strict=True)
    torch.testing.assert_close(published(z, torch.eye(7)[label], 1.0), ours(z, label), rtol=1e-4, atol=1e-4)


def test_a_converted_file_samples_by_its_names_within_the_threshold(published, tmp_path):
    save_file(published.state_dict(), tmp_path / "pytorch_model.bin")
    names = [f"kind {i}" for i in range(7)]
    convert.convert(tmp_path / "pytorch_model.bin", tmp_path / "out", classes=names)
    sampler = models.load("biggan", device="cpu", folder=tmp_path / "out")
    assert sampler.classes == names and sampler.resolution == 32 and sampler.latent_dim == 12
    z = sampler.latents(64, seed=3, truncation=0.6)
    assert z.abs().max() <= 0.6 and (sampler.latents(64, seed=3) * 0.3 - z).abs().max() < 1e-6
    pictures = sampler.sample(2, seed=3, labels=["kind 4", "kind 4"], truncation=0.6)
    assert torch.equal(pictures[1], sampler.sample(1, seed=4, labels=["kind 4"], truncation=0.6)[0])
    shares = torch.eye(7)[[4, 4]]
    torch.testing.assert_close(sampler.sample(2, seed=3, labels=shares, truncation=0.6), pictures)
    with pytest.raises(ValueError, match="no discriminator"):
        sampler.verdict(pictures, [0, 0])


@pytest.mark.parametrize("side", [256, 512])
def test_large_pictures_are_painted_and_counted_one_by_one(tmp_path, side):
    widths = [8 * w for w in [2] * (2 * (side.bit_length() - 3) - 2)] + [8] * 3
    sizes = {"latent_dim": 6, "width": 8, "widths": widths, "attention": 8, "classes": 3, "rows": 51}
    tensors = PART.export(sizes, theirs.random(PART.build(sizes)).state_dict())
    save_file(tensors, tmp_path / "pytorch_model.bin")
    convert.convert(tmp_path / "pytorch_model.bin", tmp_path / "out", classes=list("abc"))
    sampler, seen = models.load("biggan", device="cpu", folder=tmp_path / "out"), []
    with batches.watched(lambda *at: seen.append(at)):
        pictures = sampler.sample(2, seed=3, truncation=0.5)
    assert pictures.shape == (2, 3, side, side) and seen == [(0, 2), (1, 2), (2, 2)]
    assert sampler.directions.shape == (6, 6)


@torch.no_grad()
def test_directions_of_z_take_no_memory_for_the_many_rows_of_the_first_layer():
    """16 places x 2048 channels: a full left factor would hold 4 GB."""
    tall = torch.randn(16 * 2048, 128, generator=torch.Generator().manual_seed(0))
    sampler = types.SimpleNamespace(
        chunks=[slice(0, 128)], latent_dim=128, generator=types.SimpleNamespace(z_weights=lambda: [tall])
    )
    found = Sampler.directions.func(sampler)
    torch.testing.assert_close(found @ found.T, torch.eye(128), rtol=0, atol=1e-4)
    lengths = (tall @ found.T).norm(dim=0)
    assert (lengths[:-1] >= lengths[1:] - 1e-2).all(), "the strongest first"


def test_published_sizes_are_read_from_the_tensors(package):
    """128, 256 and 512 px differ in their blocks alone; on the meta device, since 512 px has 55 million weights."""
    w = {128: [16, 16, 16, 16, 8, 8, 4, 4, 2, 2, 1], 256: [16, 16, 16, 16, 8, 8, 8, 8, 4, 4, 2, 2, 1]}
    w[512] = [16, 16, 16, 16, 8, 8, 8, 8, 4, 4, 2, 2, 1, 1, 1]
    for side, widths in w.items():
        layers = [(i % 2 == 1, a, b) for i, (a, b) in enumerate(zip(widths, widths[1:]))]
        with torch.device("meta"):
            net = package.BigGAN(package.BigGANConfig(output_dim=side, layers=layers))
        names = {name.replace("weight_orig", "weight"): tuple(t.shape) for name, t in net.state_dict().items()}
        for name in [n for n in names if n.endswith("running_means")]:
            names[name.replace("running_means", "means")] = (50, names[name][1])
        arguments = PART.arguments(names)
        assert arguments["widths"] == [128 * x for x in widths] and arguments["rows"] == 51
        assert PART.build(arguments, "meta").resolution == side
