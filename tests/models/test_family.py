"""What holds for every variant, by its registered name."""

import inspect
import json
import re
import subprocess
import sys

import pytest
import torch

import models
from models import hub, registry
from models.nets.layers import z_weights
from tests.models.small import ARGUMENTS, SIDE, configs, networks, photo

LECTURE = "gan cgan dcgan wgan wgan_gp progan sngan sagan biggan colorize pix2pix cyclegan stargan".split()
NOISE, TRANSLATORS = models.names(translates=False), models.names(translates=True)
MODES = ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "YCbCr", "I", "F", "I;16"]


def inputs(net, side, n=2):
    """Random arguments of a network's forward pass, by the names of its parameters."""
    default = inspect.signature(type(net)).parameters.get("channels")
    first = next((m.in_channels for m in net.modules() if isinstance(m, torch.nn.Conv2d)), None)
    channels = default.default if default else first
    tensors = {
        "z": lambda: torch.randn(n, net.latent_dim),
        "x": lambda: torch.rand(n, channels, side, side) * 2 - 1,
        "labels": lambda: torch.arange(n) % net.classes,
        "vector": lambda: torch.rand(n, ARGUMENTS["labels"]),
    }
    return [tensors[p.name]() for p in inspect.signature(net.forward).parameters.values() if p.default is p.empty]


def test_names_come_in_the_lectures_order():
    assert [name for name in models.names() if name in LECTURE] == LECTURE
    assert models.names() == NOISE + TRANSLATORS and not set(NOISE) & set(TRANSLATORS)


@pytest.mark.parametrize("name", models.names())
def test_every_weight_of_every_network_learns(name):
    for role, net in networks(name).items():
        grows = "level" in inspect.signature(net.forward).parameters
        for level, side in enumerate((4, 8, SIDE)) if grows else [(None, SIDE)]:
            out = net(*inputs(net, side), **({"level": level} if grows else {}))
            sum(o.sum() for o in (out if isinstance(out, tuple) else (out,))).backward()
            if role.startswith("generator"):
                assert out.shape[0] == 2 and out.shape[2:] == (side, side)
        assert all(p.grad is not None and torch.isfinite(p.grad).all() for p in net.parameters()), role


@pytest.mark.parametrize("name", models.names())
def test_weights_load_strictly_in_eval_mode_and_take_no_gradients(name, checkpoint):
    folder = checkpoint(name)
    g = models.load(name, device="cpu", folder=folder)
    assert g.weights.source == "folder" and set(g.networks) == set(models.entry(name).networks)
    for role, net in g.networks.items():
        stored, state = hub.from_folder(name, folder).state_dict(role), net.state_dict()
        read = registry.build(name, g.config["networks"])[role].eval()
        read.load_state_dict(stored, strict=True)
        given = {re.sub(r"parametrizations\.(\w+)\.original", r"\1", key) for key in stored if "weight.0._" not in key}
        assert state.keys() == given, "a weight that is divided by its spectral norm is divided once"
        for key, tensor in state.items():
            layer, _, leaf = key.rpartition(".")
            assert torch.equal(getattr(read.get_submodule(layer), leaf), tensor)
        assert not net.training and not any(p.requires_grad for p in net.parameters())


@pytest.mark.parametrize("name", models.names())
def test_what_a_benchmark_times_can_be_called(name, loaded):
    timed = loaded(name).benchmarks()
    assert timed and all(function() is not None for function in timed.values())


@pytest.mark.parametrize("name", NOISE)
def test_the_same_seed_gives_the_same_picture_whatever_the_batch(name, loaded):
    g = loaded(name)
    labels = [3] * 19 if g.classes else None
    many = g.sample(n=19, seed=5, labels=labels)
    assert many.shape == (19, g.channels, g.resolution, g.resolution) and many.abs().max() <= 1
    assert torch.equal(many, g.sample(n=19, seed=5, labels=labels))
    for i in (0, 1, 7, 16, 18):
        assert torch.equal(many[i : i + 1], g.sample(n=1, seed=5 + i, labels=labels and 3))
    assert torch.equal(many[:5], g.sample(n=5, seed=5, labels=labels and labels[:5]))
    assert torch.equal(many, g.sample(z=g.latents(19, 5), labels=labels))
    assert not torch.equal(many[0], many[1])


@pytest.mark.parametrize("name", NOISE)
def test_the_verdict_on_a_picture_does_not_depend_on_the_batch(name, loaded):
    g = loaded(name)
    x = g.sample(n=5, seed=0)
    labels = list(range(5)) if g.classes else None
    verdicts = g.verdict(x, labels)
    assert verdicts.shape == (5,) and torch.equal(verdicts[2:3], g.verdict(x[2:3], labels and [2]))


@pytest.mark.parametrize("name", NOISE)
def test_directions_are_orthonormal_and_strongest_first(name, loaded):
    g = loaded(name)
    V, k = g.directions, len(g.chunks)
    assert torch.allclose(V @ V.T, torch.eye(g.latent_dim), atol=1e-5)
    for i, (chunk, weight) in enumerate(zip(g.chunks, z_weights(g.generator))):
        of_chunk = V[i::k]  # the first of every chunk, then the second of every chunk, ...
        assert of_chunk[:, chunk].norm(dim=1).allclose(torch.ones(len(of_chunk)))
        gains = (weight @ of_chunk[:, chunk].T).norm(dim=0)
        assert (gains[:-1] >= gains[1:] - 1e-5).all()


@pytest.mark.parametrize("name", NOISE)
def test_labels_decide_the_picture_or_are_refused(name, loaded):
    g = loaded(name)
    if g.classes is None:
        with pytest.raises(ValueError, match="no classes"):
            g.sample(labels=[0])
        return
    assert not torch.equal(g.sample(labels=[1]), g.sample(labels=[2]))
    one, half = torch.eye(5)[[3]], (torch.eye(5)[[3]] + torch.eye(5)[[4]]) / 2
    assert torch.equal(g.sample(labels=one), g.sample(labels=[3]))
    first, second = g.classes[:2]
    assert torch.equal(g.sample(3, labels=[second]), g.sample(3, labels=second))
    assert torch.equal(g.sample(3, labels=[second]), g.sample(3, labels=[1, 1, 1]))
    assert torch.equal(g.sample(2, labels=[second, 0]), g.sample(2, labels=[second, first]))
    with pytest.raises(ValueError, match=f"'dog' is unknown: choose {first}, {second}"):
        g.sample(labels=["dog"])
    assert not torch.allclose(g.sample(labels=half), g.sample(labels=[3]), atol=1e-4)
    with pytest.raises(ValueError, match=r"\[5\].*0\.\.4"):
        g.sample(labels=[5])
    with pytest.raises(ValueError, match=r"\[1, 3\].*\[1, 5\]"):
        g.sample(labels=torch.rand(1, 3))


@pytest.mark.parametrize("name", TRANSLATORS)
def test_the_same_size_out_whatever_the_size_and_aspect(name, loaded):
    t = loaded(name)
    assert t.ways
    for options in t.ways.values():
        for size in [(16, 16), (1, 1), (7, 90), (300, 40), (1, 900)]:
            out = t.translate(photo(size), **options)
            assert out.size == size and out.mode == "RGB"


@pytest.mark.parametrize("name", TRANSLATORS)
def test_every_mode_is_taken(name, loaded):
    t = loaded(name)
    for mode in MODES:
        out = t.translate(photo(mode=mode), **next(iter(t.ways.values())))
        assert out.size == (30, 22) and out.mode == "RGB", mode


@pytest.mark.parametrize("name", TRANSLATORS)
def test_the_same_picture_gives_the_same_translation_and_each_way_another(name, loaded):
    t = loaded(name)
    results = []
    for options in t.ways.values():
        first = t.translate(photo(), **options).tobytes()
        t.translate(photo(seed=1), **options)
        assert first == t.translate(photo(), **options).tobytes()
        results.append(first)
    assert len(set(results)) == len(results)


def test_a_wrong_latent_is_refused_by_shape(loaded):
    with pytest.raises(ValueError, match=r"\[2, 3\].*\[n, 12\]"):
        loaded("gan").sample(z=torch.zeros(2, 3))


def test_unknown_names_are_refused_with_the_names_there_are():
    with pytest.raises(models.UnknownVariant, match="'stylegan'.*dcgan"):
        models.load("stylegan")


def test_another_variants_folder_is_refused(checkpoint):
    with pytest.raises(hub.WeightsError, match="holds 'gan', not 'dcgan'"):
        models.load("dcgan", device="cpu", folder=checkpoint("gan"))


def test_a_configuration_that_does_not_fit_is_one_line():
    with pytest.raises(ValueError, match="does not fit the network: .*widht"):
        registry.build("gan", {"generator": {"widht": 3}, "discriminator": {}})
    with pytest.raises(ValueError, match="has the networks .*critic"):
        registry.build("gan", {"generator": {}, "critic": {}})


def test_a_module_beside_the_thirteen_is_found_and_registered(tmp_path, monkeypatch):
    (tmp_path / "wali.py").write_text(
        "from models.gan import Discriminator, Generator\nfrom models.registry import register\n"
        "register('wali', title='WALI', lecture=3.5, paper='', authors='', year=2018, url='', brought='',\n"
        "         networks={'generator': Generator, 'discriminator': Discriminator})\n"
    )
    monkeypatch.setattr(registry, "_entries", dict(registry._entries))
    monkeypatch.setattr(models, "__path__", [*models.__path__, str(tmp_path)])
    registry.discover(models.__path__)
    assert models.names()[2:4] == ["dcgan", "wali"] and not models.entry("wali").translates
    assert set(registry.build("wali", configs("wali"))) == {"generator", "discriminator"}
    del sys.modules["models.wali"], models.wali


def test_models_needs_neither_training_nor_the_page_nor_their_packages():
    foreign = ("training", "demo", "theory", "gradio", "torchvision", "accelerate", "scipy", "pandas", "cv2")
    code = (
        "import sys, json, models, models.translate, models.bench; "
        f"print(json.dumps([m for m in sys.modules if m.split('.')[0] in {foreign}]))"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert json.loads(out.stdout) == []
