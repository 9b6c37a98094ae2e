"""What holds for every translator, by its registered name, and what each has of its own."""

import numpy as np
import pytest
import torch
from PIL import Image

import models
from models import cielab as lab
from models import registry
from models.colorize import UNetGenerator
from models.nets.layers import smooth_chroma
from models.nets.resnet import Residual
from models.pix2pix import PALETTE
from models.stargan import mask_vector
from tests.conftest import TINY
from training.report.export import export

SIDE = 16
SETS = [["sharp", ["happy", "neutral"]], ["soft", ["fearful", "happy", "neutral"]]]
MODES = ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "YCbCr", "I", "F", "I;16"]
OPTIONS = {
    "colorize": [{"generator": "unet"}, {"generator": "resnet"}],
    "pix2pix": [{}],
    "cyclegan": [{"direction": "horse2zebra"}, {"direction": "zebra2horse"}],
    "stargan": [{"expression": "happy", "faces": "whole"}, {"expression": "fearful", "faces": "whole"}],
}


def configs(name):
    """Constructor arguments of small networks, as an export has them."""
    tiny = TINY[name]
    if name == "colorize":
        generators = {"generator_unet": tiny["generator"], "generator_resnet": tiny["second"]}
        return generators | {f"discriminator_{k}": tiny["discriminator"] for k in ("unet", "resnet")}
    found = {role: dict(tiny[role.split("_")[0]]) for role in models.entry(name).networks}
    if name == "stargan":
        found["generator"] |= {"labels": 7}
        found["discriminator"] |= {"domains": 5, "resolution": SIDE}
    return found


@pytest.fixture
def translator(tmp_path):
    """translator(variant): tiny and untrained, exported as the trainer does, loaded as the page does."""

    def make(name):
        torch.manual_seed(0)
        config = {
            "variant": name,
            "networks": configs(name),
            "resolution": SIDE,
            "channels": 3,
            "domains": SETS,
            "dataset": {"name": "noise", "title": "noise", "terms": "none", "license": "other"},
            "license": "other",
            "steps": 0,
        }
        export(tmp_path / name, registry.build(name, config["networks"]), config, torch.zeros(2, 3, SIDE, SIDE))
        return models.load(name, device="cpu", folder=tmp_path / name)

    return make


def photo(size=(30, 22), mode="RGB", seed=0):
    pixels = np.random.default_rng(seed).integers(0, 256, (size[1], size[0], 3), dtype=np.uint8)
    image = Image.fromarray(pixels)
    return image.convert("I").convert("I;16") if mode == "I;16" else image.convert(mode)


@pytest.mark.parametrize("name", models.names(translates=True))
def test_forward_and_backward(name):
    for role, net in registry.build(name, configs(name)).items():
        channels = {"colorize": 3, "pix2pix": 6, "cyclegan": 3, "stargan": 1}[name]
        if role.startswith("generator"):
            channels = {"colorize": 1, "pix2pix": 3, "cyclegan": 3, "stargan": 1}[name]
        x = torch.rand(2, channels, SIDE, SIDE) * 2 - 1
        told = (torch.randn(2, 7),) if (name, role) == ("stargan", "generator") else ()
        out = net(x, *told)
        sum(o.sum() for o in (out if isinstance(out, tuple) else (out,))).backward()
        assert all(p.grad is not None and torch.isfinite(p.grad).all() for p in net.parameters())
        if role.startswith("generator"):
            assert out.shape[2:] == x.shape[2:] and out.abs().max() <= 1


@pytest.mark.parametrize("name", models.names(translates=True))
def test_the_same_size_out_whatever_the_size_and_aspect(name, translator):
    t = translator(name)
    for how in OPTIONS[name]:
        for size in [(16, 16), (1, 1), (7, 90), (300, 40), (1, 900)]:
            out = t.translate(photo(size), **how)
            assert out.size == size and out.mode == "RGB"


@pytest.mark.parametrize("name", models.names(translates=True))
@pytest.mark.parametrize("mode", MODES)
def test_every_mode_is_taken(name, mode, translator):
    out = translator(name).translate(photo(mode=mode), **OPTIONS[name][0])
    assert out.size == (30, 22) and out.mode == "RGB"


@pytest.mark.parametrize("name", models.names(translates=True))
def test_the_same_picture_gives_the_same_translation(name, translator):
    t, how = translator(name), OPTIONS[name][0]
    first = t.translate(photo(), **how)
    t.translate(photo(seed=1), **how)
    assert first.tobytes() == t.translate(photo(), **how).tobytes()


@pytest.mark.parametrize(
    "name,how,named",
    [
        ("colorize", {"generator": "vgg"}, "'vgg'.*unet, resnet"),
        ("colorize", {"saturation": -1}, "-1.*0 to 4"),
        ("pix2pix", {"seed": 2**64}, "seed is 18446744073709551616"),
        ("cyclegan", {"direction": "zebra2cow"}, "'zebra2cow'.*horse2zebra"),
        ("stargan", {"expression": "hungry", "faces": "whole"}, "'hungry'.*happy"),
        ("stargan", {"blend": 2, "faces": "whole"}, "blend is 2"),
        ("stargan", {}, "no face was found"),
    ],
)
def test_a_bad_option_is_one_clear_line(name, how, named, translator):
    with pytest.raises(ValueError, match=named):
        translator(name).translate(Image.new("RGB", (40, 40), "white"), **how)


def test_colours_are_laid_over_the_lightness_and_saturation_scales_them(translator):
    middling = Image.new("RGB", (40, 28), (128, 128, 128))  # where no colour leaves sRGB
    t, image = translator("colorize"), Image.blend(photo((40, 28)), middling, 0.7)
    grey = lab.from_rgb(np.asarray(t.grey(image)))
    assert np.abs(grey[:, :, 1:]).max() < 0.5
    none = lab.from_rgb(np.asarray(t.translate(image, saturation=0)))
    assert np.abs(none - grey).max() < 0.5
    little, more = (lab.from_rgb(np.asarray(t.translate(image, saturation=s))) for s in (0.5, 1.0))
    seen = np.abs(little[:, :, 1:]).max()
    assert np.abs(more[:, :, 1:] - 2 * little[:, :, 1:]).max() < 0.3 * seen + 1
    assert np.abs(little[:, :, 0] - grey[:, :, 0]).max() < 1


def test_cut_skips_change_the_picture_and_leave_the_resnet_alone(translator):
    t, image = translator("colorize"), photo()
    assert t.translate(image, skips=False).tobytes() != t.translate(image).tobytes()
    whole, cut = (t.translate(image, "resnet", skips=skips).tobytes() for skips in (True, False))
    assert whole == cut


def test_cut_skips_are_zeros_in_the_decoder(translator):
    net = translator("colorize").networks["generator_unet"]
    seen = []
    net.up[-1].register_forward_pre_hook(lambda module, args: seen.append(args[0]))
    net(torch.randn(1, 1, SIDE, SIDE), skips=False)
    half = seen[0].shape[1] // 2
    assert not seen[0][:, half:].any() and seen[0][:, :half].any()


def test_residual_blocks_of_a_unet_only_add_to_what_it_was(translator):
    net = translator("colorize").networks["generator_unet"]
    plain = UNetGenerator(width=4, depth=3).eval()
    plain.load_state_dict({key: t for key, t in net.state_dict().items() if key in plain.state_dict()})
    blocks = [m for m in net.modules() if isinstance(m, Residual)]
    assert len(blocks) == 2, "on the way down and on the way up"
    x = torch.randn(1, 1, SIDE, SIDE)
    with torch.no_grad():
        assert not torch.allclose(net(x), plain(x), atol=1e-3)
        for block in blocks:
            block.body[-1].weight.zero_()
            block.body[-1].bias.zero_()
        assert torch.allclose(net(x), plain(x), atol=1e-6)


def test_a_rough_sketch_is_snapped_to_the_nearest_label(translator):
    t = translator("pix2pix")
    rough = Image.new("RGB", (20, 10), (10, 40, 230))
    rough.paste((250, 250, 30), (0, 0, 10, 10))
    snapped = t.snap(rough)
    assert snapped.getpixel((2, 2)) == PALETTE["blind"] and snapped.getpixel((15, 5)) == PALETTE["facade"]
    assert t.translate(rough).tobytes() == t.translate(snapped).tobytes()
    every = Image.new("RGB", (12, 1))
    every.putdata(list(PALETTE.values()))
    assert t.snap(every).tobytes() == every.tobytes()


def test_the_seed_is_the_dropout_s_noise(translator):
    t, sketch = translator("pix2pix"), Image.new("RGB", (16, 16), PALETTE["facade"])
    assert t.translate(sketch, seed=1).tobytes() == t.translate(sketch, seed=1).tobytes()
    assert t.translate(sketch, seed=1).tobytes() != t.translate(sketch, seed=2).tobytes()


def test_the_verdict_is_a_probability_for_each_patch(translator):
    t, sketch = translator("pix2pix"), photo()
    verdict = t.verdict(sketch, t.translate(sketch))
    assert verdict.ndim == 2 and min(verdict.shape) > 1 and 0 <= verdict.min() <= verdict.max() <= 1


@pytest.mark.parametrize("layers, side", [(0, 1), (1, 16), (3, 70)])
def test_a_patch_sees_as_many_pixels_as_the_paper_s(layers, side):
    D = models.entry("pix2pix").networks["discriminator"](width=4, layers=layers)
    for module in D.modules():
        if isinstance(module, torch.nn.GroupNorm):  # a norm sees the whole picture: leave it out
            module.forward = lambda x: x
    x = torch.randn(1, 6, 256, 256, requires_grad=True)
    out = D(x)
    out[0, out.shape[1] // 2, out.shape[2] // 2].backward()
    rows = x.grad.abs().sum((0, 1, 3)).nonzero()
    assert int(rows.max() - rows.min()) + 1 == side


def test_without_skips_nothing_passes_the_bottleneck_by():
    def reaches(**how):  # what of the picture is left once the bottleneck gives nothing
        net = models.entry("pix2pix").networks["generator"](width=4, depth=4, dropout=0.0, **how)
        net.down[-1].register_forward_hook(lambda module, args, out: torch.zeros_like(out))
        a, b = (net(torch.randn(1, 3, 16, 16, generator=torch.Generator().manual_seed(i))) for i in (0, 1))
        return (a - b).abs().max() > 0

    assert reaches() and not reaches(skips=False)


def test_without_norms_next_to_it_the_bottleneck_says_how_much():
    def changed(**how):  # in what is painted, once the bottleneck says ten times as much
        torch.manual_seed(0)
        net = models.entry("pix2pix").networks["generator"](width=4, depth=5, dropout=0.0, skips=False, **how)
        torch.nn.init.zeros_(net.up[0][1].bias)
        said = torch.randn(1, 32, 1, 1)
        net.down[-1].register_forward_hook(lambda module, args, out: said)
        quiet = net(torch.zeros(1, 3, 32, 32))
        said = 10 * said
        return (net(torch.zeros(1, 3, 32, 32)) - quiet).abs().max()

    assert changed() < 0.1 * changed(unnormed=3)


@pytest.mark.parametrize(
    "name, role, small, how",
    [
        ("pix2pix", "generator", {"depth": 5, "dropout": 0.0}, {"smooth": 2}),
        ("cyclegan", "generator_horse2zebra", {"blocks": 1}, {"smooth": True}),
    ],
)
def test_smoothed_doublings_leave_no_grid(name, role, small, how):
    def at_period_2(**how):
        torch.manual_seed(0)
        net = models.entry(name).networks[role](width=8, **small, **how)
        painted = net(torch.randn(1, 3, 64, 64, generator=torch.Generator().manual_seed(0)))
        return torch.fft.rfft(painted.detach())[..., -1].abs().mean()

    assert at_period_2(**how) < 0.3 * at_period_2()
    smooth, plain = (models.entry(name).networks[role](width=8, **small, **some) for some in (how, {}))
    assert smooth.state_dict().keys() == plain.state_dict().keys(), "a checkpoint without goes on with it"


@pytest.mark.parametrize("role, channels", [("generator", 3), ("discriminator", 6)])
def test_pix2pix_may_see_labels_in_their_colours_place(role, channels):
    torch.manual_seed(0)
    how = {"depth": 4, "dropout": 0.0} if role == "generator" else {}
    net = models.entry("pix2pix").networks[role](width=4, one_hot=True, **how).eval()
    colours = torch.tensor(list(PALETTE.values())) / 127.5 - 1
    map_ = colours[torch.randint(12, (2, 32, 32))].permute(0, 3, 1, 2)
    x = torch.cat([map_, torch.randn(2, channels - 3, 32, 32)], 1)
    blurred = x + 0.05 * torch.cat([torch.randn_like(map_), torch.zeros_like(x[:, 3:])], 1)
    assert torch.equal(net(x), net(blurred)), "a colour near a label's is that label"
    other = x.clone()
    other[:, :3, 4:12, 4:12] = colours[3][:, None, None]
    assert not torch.equal(net(x), net(other))
    with torch.autocast("cpu", torch.bfloat16):
        assert torch.equal(net.labels(x)[:, :12].argmax(1), net.labels(x.float())[:, :12].argmax(1))
    assert torch.equal(colours[net.labels(x)[:, :12].argmax(1)], map_.permute(0, 2, 3, 1))


def test_pix2pix_may_smooth_its_colours():
    plain, smooth = (
        models.entry("pix2pix").networks["generator"](width=4, depth=4, dropout=0.0, **how).eval()
        for how in ({}, {"chroma": 1.5})
    )
    smooth.load_state_dict(plain.state_dict())  # nothing to learn: any checkpoint may
    x = torch.rand(2, 3, 32, 32) * 2 - 1
    assert torch.allclose(smooth(x), smooth_chroma(1.5, 3).eval()(plain(x)), atol=1e-6)


def test_a_judge_of_patches_under_spectral_norm_sees_how_bright_a_picture_is():
    def told_apart(**how):  # how far apart its features of a picture and of a darker one lie, against a different one's
        torch.manual_seed(0)
        D = models.entry("pix2pix").networks["discriminator"](width=8, **how)
        a, b = torch.rand(2, 1, 6, 64, 64)
        (x, darker, other) = (D.seen(y)[0][-1] for y in (a, 0.5 * a, b))
        return (x - darker).norm() / (x - other).norm()

    assert told_apart(spectral=True) > 2 * told_apart()
    D = models.entry("pix2pix").networks["discriminator"](width=8, spectral=True)
    for _ in range(20):
        D(torch.randn(1, 6, 32, 32))
    assert not any(isinstance(module, torch.nn.GroupNorm) for module in D.modules())
    for module in D.modules():
        if isinstance(module, torch.nn.Conv2d):
            assert torch.linalg.matrix_norm(module.weight.flatten(1), 2).item() == pytest.approx(1, abs=0.1)


def test_pix2pix_by_residual_blocks_draws_no_noise():
    net = models.entry("pix2pix").networks["generator"](width=4, blocks=1)
    x = torch.randn(1, 3, 16, 16)
    assert torch.equal(net(x, generator=torch.Generator().manual_seed(1)), net(x)) and net(x).shape == x.shape


def test_the_cycle_closes_with_its_error(translator):
    t, image = translator("cyclegan"), photo((16, 16))
    there, back, error = t.cycle(image, "zebra2horse")
    assert there.tobytes() == t.translate(image, "zebra2horse").tobytes() and back.size == image.size
    apart = np.abs(np.asarray(back).astype(float) - np.asarray(image)).mean() / 127.5
    assert error == pytest.approx(apart, abs=0.02)


def test_the_blur_under_a_painting_is_as_bright_as_the_picture_and_has_no_detail():
    G = models.entry("cyclegan").networks["generator_horse2zebra"](width=4, blocks=1, blur=8)
    for weight in G.requires_grad_(False).body.parameters():
        weight.zero_()  # nothing is painted
    stripes = (torch.arange(64) // 2 % 2 * 0.4 - 0.2).expand(1, 3, 64, 64)
    dark, light = G(stripes - 0.5), G(stripes + 0.5)
    assert dark.mean() == pytest.approx(np.tanh(-0.5), abs=1e-4)
    assert light.mean() == pytest.approx(np.tanh(0.5), abs=1e-4)
    assert dark.std() < 1e-4, "the stripes came through"


def test_a_large_photo_keeps_its_detail(translator):
    t, big = translator("cyclegan"), photo((200, 120))
    out = np.asarray(t.translate(big)).astype(float) - np.asarray(big)
    inside = (np.asarray(big) > 30) & (np.asarray(big) < 225)  # elsewhere the change is cut off
    steps = np.abs(np.diff(out, axis=0))[inside[1:] & inside[:-1]]
    assert steps.mean() < 0.3 * np.abs(np.diff(np.asarray(big).astype(float), axis=0)).mean()


def test_the_mask_vector_of_two_sets_by_hand():
    told = mask_vector(torch.tensor([1, 2, 4]), [2, 3])
    assert told.tolist() == [[0, 1, 0, 0, 0, 1, 0], [0, 0, 1, 0, 0, 0, 1], [0, 0, 0, 0, 1, 0, 1]]


def test_a_name_in_two_sets_is_the_first_one_s(translator):
    t = translator("stargan")
    assert t.expressions == ["fearful", "happy", "neutral"]
    assert t.vector("happy").tolist() == [[1, 0, 0, 0, 0, 1, 0]]
    assert t.vector("fearful").tolist() == [[0, 0, 1, 0, 0, 0, 1]]
    half = t.vector("happy", "fearful", 0.25)
    assert half.tolist() == [[0.75, 0, 0.25, 0, 0, 0.75, 0.25]]
    assert torch.equal(t.vector("happy", "fearful", 1.0), t.vector("fearful"))


def test_labels_reach_the_picture_through_the_norms():
    torch.manual_seed(0)
    G = models.entry("stargan").networks["generator"](labels=3, width=4, blocks=1)
    x = torch.rand(1, 1, SIDE, SIDE) * 2 - 1
    a, b = (G(x, torch.eye(3)[None, k]) for k in (0, 1))
    assert (a - b).abs().max() > 1e-3


def test_luminance_moves_and_chroma_stays(translator):
    t, image = translator("stargan"), photo((16, 16))
    before, after = (
        np.asarray(p.convert("YCbCr")).astype(int) for p in (image, t.translate(image, "happy", faces="whole"))
    )
    inside = (after[..., 0] > 60) & (after[..., 0] < 190)
    assert np.abs(before - after)[..., 0].mean() > 2
    assert np.median(np.abs(before - after)[..., 1:][inside]) <= 2


def test_the_classifier_gives_shares_of_all_expressions(translator):
    t = translator("stargan")
    shares = t.classify(photo(), faces="whole")
    assert list(shares) == t.expressions and sum(shares.values()) == pytest.approx(1, abs=1e-5)
