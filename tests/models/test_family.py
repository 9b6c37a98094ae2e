"""What holds for every member of the family, by its registered name."""

import json

import pytest
import torch

import models
from models import hub, registry
from models.images import grid, to_images, to_uint8
from models.nets.layers import smooth_chroma
from tests.conftest import TINY
from training.report.export import export

LECTURE = [
    "gan",
    "cgan",
    "dcgan",
    "wgan",
    "wgan_gp",
    "progan",
    "sngan",
    "sagan",
    "biggan",
    "colorize",
    "pix2pix",
    "cyclegan",
    "stargan",
]
CONDITIONAL = ("cgan", "sagan", "biggan")
NOISE, TRANSLATORS = models.names(translates=False), models.names(translates=True)
SIZES = {"gan": (28, 1), "cgan": (28, 1), "progan": (128, 3)}


def labels_of(net, n):
    return (torch.arange(n) % net.classes,) if hasattr(net, "classes") else ()


def tiny(name):
    """Constructor arguments of small networks, as an export has them."""
    small = {"resolution": 16, "channels": 1 if name in ("gan", "cgan") else 3}
    small |= {"classes": 10} if name in CONDITIONAL else {}
    configs = {role: {**TINY[name][role], **small} for role in ("generator", "discriminator")}
    if name in ("sagan", "biggan"):
        configs["generator"]["spectral"] = False
    return configs


@pytest.fixture
def exported(tmp_path):
    """folder(variant): a tiny untrained checkpoint, exported as the trainer does."""

    def make(name):
        torch.manual_seed(0)
        configs = tiny(name)
        nets = registry.build(name, configs)
        config = {
            "variant": name,
            "networks": configs,
            "resolution": 16,
            "channels": configs["generator"]["channels"],
            "classes": [str(i) for i in range(10)] if name in CONDITIONAL else None,
            "dataset": {"name": "noise", "title": "noise", "terms": "none", "license": "other"},
            "license": "other",
            "latent_dim": 8,
            "steps": 0,
        }
        export(tmp_path / name, nets, config, torch.zeros(2, configs["generator"]["channels"], 16, 16))
        return tmp_path / name

    return make


def test_the_thirteen_in_lecture_order():
    assert models.names() == LECTURE


@pytest.mark.parametrize("name", LECTURE)
def test_every_member_says_what_it_brought(name):
    entry = models.entry(name)
    assert entry.brought.count(". ") >= 1 and entry.url.startswith("https://arxiv.org/abs/") and entry.year >= 2014


@pytest.mark.parametrize("name", NOISE)
def test_forward_and_backward(name):
    nets = registry.build(name, tiny(name))
    G, D = nets["generator"], nets["discriminator"]
    z = torch.randn(4, G.latent_dim)
    levels = [{"level": k} for k in range(len(G.to_rgb))] if hasattr(G, "to_rgb") else [{}]  # of one that grows
    for level in levels:
        fake = G(z, *labels_of(G, 4), **level)
        verdict = D(fake, *labels_of(D, 4), **level)
        assert verdict.shape == (4,)
        verdict.sum().backward()
    assert fake.shape == (4, G.channels, G.resolution, G.resolution)
    for net in (G, D):
        assert all(p.grad is not None and torch.isfinite(p.grad).all() for p in net.parameters())


@pytest.mark.parametrize("name", NOISE)
def test_full_size_defaults_are_the_published_resolution(name):
    G = models.entry(name).networks["generator"]()
    assert (G.resolution, G.channels) == (SIZES.get(name, (64, 3)))


@pytest.mark.parametrize("name", NOISE)
def test_save_and_strict_load(name, exported):
    folder = exported(name)
    sampler = models.load(name, device="cpu", folder=folder)
    nets = registry.build(name, tiny(name))
    for role, net in nets.items():
        stored = hub.from_folder(name, folder).state_dict(role)
        net.load_state_dict(stored, strict=True)
        assert set(stored) == set(net.state_dict())
    assert sampler.weights.source == "folder" and not sampler.generator.training


@pytest.mark.parametrize("name", NOISE)
def test_same_seed_same_picture_alone_or_in_company(name, exported):
    sampler = models.load(name, device="cpu", folder=exported(name))
    labels = [3] * 19 if sampler.classes else None
    many = sampler.sample(n=19, seed=5, labels=labels)
    assert torch.equal(many, sampler.sample(n=19, seed=5, labels=labels))
    for i in (0, 1, 7, 16, 18):
        assert torch.equal(many[i : i + 1], sampler.sample(n=1, seed=5 + i, labels=labels and 3))
    assert torch.equal(many[:5], sampler.sample(n=5, seed=5, labels=labels and labels[:5]))
    assert torch.equal(many, sampler.sample(z=sampler.latents(19, 5), labels=labels))
    assert not torch.equal(many[0], many[1]) and many.abs().max() <= 1


def test_smoothing_takes_a_checkerboard_of_colour_and_leaves_lightness():
    board = (torch.arange(16)[:, None] + torch.arange(16)) % 2 * 0.4 - 0.2
    red, blue = torch.tensor([1.0, 0, 0])[:, None, None], torch.tensor([0, 0, 1.0])[:, None, None]
    grey = torch.rand(1, 1, 16, 16, generator=torch.Generator().manual_seed(0)) - 0.5
    luma = torch.tensor([0.299, 0.587, 0.114])[:, None, None]
    smooth = smooth_chroma(0.6, 3).eval()
    x = grey + board * (red / luma[0] - blue / luma[2]) * luma[2]  # as light as `grey`: colours alternate
    out = smooth(x)
    assert ((out - x) * luma).sum(1).abs().max() < 1e-6
    assert (out - grey)[..., 3:-3, 3:-3].abs().max() < 0.15 * (x - grey).abs().max()
    assert torch.allclose(smooth(grey.expand(1, 3, 16, 16)), grey.expand(1, 3, 16, 16), atol=1e-6)
    even = 0.3 * (red - blue).expand(2, 3, 16, 16)
    assert torch.allclose(smooth(even), even, atol=1e-6)


def test_an_unsharp_mask_raises_colour_at_middle_scales_alone():
    smooth = smooth_chroma(0.5, 3, unsharp=0.3).eval()
    colour = 0.3 * torch.tensor([0.114, 0, -0.299])[:, None, None]  # without lightness

    def kept(period):
        wave = colour * torch.cos(2 * torch.pi * torch.arange(48.0) / period).expand(1, 3, 48, 48)
        out = smooth(wave)
        assert out.mul(torch.tensor([0.299, 0.587, 0.114])[:, None, None]).sum(1).abs().max() < 1e-6
        return float(out[..., 16:32].abs().max() / wave.abs().max())

    assert kept(8) > 1.1 and kept(2) < 0.8 and abs(kept(1e9) - 1) < 1e-5


@pytest.mark.parametrize(
    "sigma, channels, unsharp, words",
    [
        (-1, 3, 0, "chroma.*0 to 4 px"),
        (5, 3, 0, "chroma.*0 to 4 px"),
        (0.5, 1, 0, "no colour"),
        (0.5, 3, 2, "unsharp is 2; it must be 0 to 1"),
        (0, 3, 0.3, "chroma above 0"),
    ],
)
def test_smoothing_that_cannot_be(sigma, channels, unsharp, words):
    with pytest.raises(ValueError, match=words):
        smooth_chroma(sigma, channels, unsharp)


@pytest.mark.parametrize("name", ["dcgan", "wgan", "wgan_gp", "progan", "sngan"])
def test_a_checkpoint_may_smooth_its_colours(name, exported):
    folder = exported(name)
    plain = models.load(name, device="cpu", folder=folder)
    config = json.loads((folder / "config.json").read_text())
    config["networks"]["generator"]["chroma"] = 0.6
    (folder / "config.json").write_text(json.dumps(config))
    smooth = models.load(name, device="cpu", folder=folder)
    many = smooth.sample(n=5, seed=3)
    assert torch.equal(many[2:3], smooth.sample(n=1, seed=5)) and not torch.equal(many, plain.sample(n=5, seed=3))
    z = plain.latents(5, 3)
    raw, smoothed = (sampler.generator.train()(z) for sampler in (plain, smooth))  # no eval mode, which clamps
    assert torch.allclose(smoothed, smooth_chroma(0.6, 3)(raw), atol=1e-5)


@pytest.mark.parametrize("name", NOISE)
def test_temperature_stretches_every_z(name, exported):
    folder = exported(name)
    cold = models.load(name, device="cpu", folder=folder)
    config = json.loads((folder / "config.json").read_text()) | {"temperature": 1.5}
    (folder / "config.json").write_text(json.dumps(config))
    hot = models.load(name, device="cpu", folder=folder)
    z = cold.latents(3, 5)
    assert torch.equal(hot.sample(n=3, seed=5), cold.sample(z=1.5 * z))
    assert torch.equal(hot.sample(z=z), hot.sample(n=3, seed=5)) and torch.equal(hot.latents(3, 5), z)
    assert torch.equal(hot.sample(n=3, truncation=0.5), cold.sample(z=1.5 * cold.latents(3, 0, 0.5)))


@pytest.mark.parametrize("name", NOISE)
def test_directions_are_orthonormal_and_strongest_first(name, exported):
    sampler = models.load(name, device="cpu", folder=exported(name))
    V = sampler.directions
    assert torch.allclose(V @ V.T, torch.eye(len(V)), atol=1e-5)
    from models.nets.layers import z_weights

    k = len(sampler.chunks)
    for i, (chunk, weight) in enumerate(zip(sampler.chunks, z_weights(sampler.generator))):
        own = V[i::k]  # the first of every chunk, then the second of every chunk, ...
        assert own[:, chunk].norm(dim=1).allclose(torch.ones(len(own)))
        gains = (weight @ own[:, chunk].T).norm(dim=0)
        assert (gains[:-1] >= gains[1:] - 1e-5).all()


@pytest.mark.parametrize("name", NOISE)
def test_verdict_of_a_picture_does_not_depend_on_company(name, exported):
    sampler = models.load(name, device="cpu", folder=exported(name))
    x = sampler.sample(n=5, seed=0)
    labels = list(range(5)) if sampler.classes else None
    assert torch.equal(sampler.verdict(x, labels)[2:3], sampler.verdict(x[2:3], labels and [2]))


def test_labels_decide_the_picture(exported):
    cgan = models.load("cgan", device="cpu", folder=exported("cgan"))
    a, b = cgan.sample(n=1, labels=[1]), cgan.sample(n=1, labels=[2])
    assert not torch.equal(a, b)
    with pytest.raises(ValueError, match="0..9"):
        cgan.sample(n=1, labels=[10])


def test_labels_for_a_variant_without_classes_are_refused(exported):
    with pytest.raises(ValueError, match="no classes"):
        models.load("gan", device="cpu", folder=exported("gan")).sample(n=1, labels=[0])


def test_wrong_latent_is_refused_by_shape(exported):
    with pytest.raises(ValueError, match=r"\[2, 3\].*\[n, 8\]"):
        models.load("gan", device="cpu", folder=exported("gan")).sample(z=torch.zeros(2, 3))


def test_unknown_names_are_refused_with_the_names_there_are():
    with pytest.raises(models.UnknownVariant, match="'stylegan'.*dcgan"):
        models.load("stylegan")


def test_another_variants_folder_is_refused(exported):
    with pytest.raises(hub.WeightsError, match="gan"):
        models.load("dcgan", device="cpu", folder=exported("gan"))


def test_a_configuration_that_misfits_is_one_line():
    with pytest.raises(ValueError, match="does not fit"):
        registry.build("gan", {"generator": {"depht": 3}, "discriminator": {}})


def test_four_objectives_share_one_generator_topology():
    shapes = []
    for name in ("dcgan", "wgan", "wgan_gp", "sngan"):
        G = models.entry(name).networks["generator"]()
        shapes.append([(key, tuple(t.shape)) for key, t in G.state_dict().items()])
    assert all(s == shapes[0] for s in shapes)


def test_no_batch_norm_where_gradients_are_penalised_or_spectra_normed():
    for name in ("wgan_gp", "sngan"):
        D = models.entry(name).networks["discriminator"]()
        assert not any("BatchNorm" in type(m).__name__ for m in D.modules())


def test_spectral_norm_is_one():
    torch.manual_seed(0)
    D = registry.build("sngan", tiny("sngan"))["discriminator"]
    x = torch.randn(2, 3, 16, 16)
    for _ in range(60):
        D(x)
    from models.nets.layers import singular_values

    assert all(abs(value - 1) < 0.01 for value in singular_values(D.eval()).values())


def test_pictures_round_trip_and_grids():
    x = torch.linspace(-1, 1, 2 * 3 * 4 * 4).view(2, 3, 4, 4)
    assert to_images(x)[0].size == (4, 4) and to_images(x)[0].mode == "RGB"
    assert to_images(x[:, :1])[0].mode == "L"
    assert to_uint8(torch.tensor([-1.0, 0.0, 1.0, 7.0])).tolist() == [0, 128, 255, 255]
    sheet = grid(x, 3)
    assert sheet.size == (12, 4) and sheet.crop((4, 0, 8, 4)).tobytes() == to_images(x)[1].tobytes()


def test_models_imports_neither_training_nor_demo_nor_gradio():
    import subprocess
    import sys

    code = (
        "import sys, json, models; print(json.dumps([m for m in sys.modules if m.split('.')[0] in "
        "('training', 'demo', 'gradio', 'torchvision', 'accelerate')]))"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert json.loads(out.stdout) == []
