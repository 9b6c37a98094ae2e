"""What each of the four translators does of its own."""

import numpy as np
import pytest
import torch
from PIL import Image

from models import cielab
from models.pix2pix import PALETTE
from models.pix2pix import Generator as Pix2PixGenerator
from models.stargan import Generator as StarGANGenerator
from models.stargan import mask_vector
from tests.models.small import SIDE, photo


@pytest.mark.parametrize(
    "name, options, words",
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
def test_a_bad_option_is_one_clear_line(name, options, words, loaded):
    with pytest.raises(ValueError, match=words):
        loaded(name).translate(Image.new("RGB", (40, 40), "white"), **options)


def test_colours_are_laid_over_the_lightness_and_saturation_scales_them(loaded):
    middling = Image.new("RGB", (40, 28), (128, 128, 128))  # where no colour leaves sRGB
    t, image = loaded("colorize"), Image.blend(photo((40, 28)), middling, 0.7)
    grey = cielab.from_rgb(np.asarray(t.grey(image)))
    assert np.abs(grey[:, :, 1:]).max() < 0.5
    none = cielab.from_rgb(np.asarray(t.translate(image, saturation=0)))
    assert np.abs(none - grey).max() < 0.5
    little, more = (cielab.from_rgb(np.asarray(t.translate(image, saturation=s))) for s in (0.5, 1.0))
    strongest = np.abs(little[:, :, 1:]).max()
    assert np.abs(more[:, :, 1:] - 2 * little[:, :, 1:]).max() < 0.3 * strongest + 1
    assert np.abs(little[:, :, 0] - grey[:, :, 0]).max() < 1


def test_without_skips_another_network_paints_and_the_resnet_stays(loaded):
    t, image = loaded("colorize"), photo()
    assert t.translate(image, skips=False).tobytes() != t.translate(image).tobytes()
    whole, same = (t.translate(image, "resnet", skips=skips).tobytes() for skips in (True, False))
    assert whole == same


def test_the_plain_network_is_the_u_net_without_what_its_skips_carry(loaded):
    """With the bottleneck's output at zero, the picture shows in the U-Net's colours alone."""
    for role, shows in ("unet", True), ("plain", False):
        net = loaded("colorize").networks[f"generator_{role}"]
        net.down[-1].register_forward_hook(lambda module, args, out: torch.zeros_like(out))
        a, b = (net(torch.randn(1, 1, SIDE, SIDE, generator=torch.Generator().manual_seed(i))) for i in (0, 1))
        assert bool((a - b).abs().max() > 0) == shows


def test_a_rough_sketch_is_snapped_to_the_nearest_label(loaded):
    t = loaded("pix2pix")
    rough = Image.new("RGB", (20, 10), (10, 40, 230))
    rough.paste((250, 250, 30), (0, 0, 10, 10))
    snapped = t.snap(rough)
    assert snapped.getpixel((2, 2)) == PALETTE["blind"] and snapped.getpixel((15, 5)) == PALETTE["facade"]
    assert t.translate(rough).tobytes() == t.translate(snapped).tobytes()
    every = Image.new("RGB", (12, 1))
    every.putdata(list(PALETTE.values()))
    assert t.snap(every).tobytes() == every.tobytes()


def test_the_seed_is_the_dropout_s_noise(loaded):
    t, sketch = loaded("pix2pix"), Image.new("RGB", (16, 16), PALETTE["facade"])
    assert t.translate(sketch, seed=1).tobytes() == t.translate(sketch, seed=1).tobytes()
    assert t.translate(sketch, seed=1).tobytes() != t.translate(sketch, seed=2).tobytes()


def test_the_verdict_is_a_probability_for_each_patch(loaded):
    t, sketch = loaded("pix2pix"), photo()
    verdict = t.verdict(sketch, t.translate(sketch))
    assert verdict.ndim == 2 and min(verdict.shape) > 1 and 0 <= verdict.min() <= verdict.max() <= 1


def test_without_skips_everything_passes_the_bottleneck():
    def reaches(**options):  # whether the picture shows once the bottleneck's output is zero
        net = Pix2PixGenerator(width=4, depth=4, dropout=0.0, **options)
        net.down[-1].register_forward_hook(lambda module, args, out: torch.zeros_like(out))
        a, b = (net(torch.randn(1, 3, 16, 16, generator=torch.Generator().manual_seed(i))) for i in (0, 1))
        return (a - b).abs().max() > 0

    assert reaches() and not reaches(skips=False)


@pytest.mark.parametrize("box, checkered", [(True, False), (False, True)])
def test_box_kernels_of_a_u_net_paint_no_checkerboard_on_an_even_ground(box, checkered):
    double = Pix2PixGenerator(width=4, depth=4, box=box).up[-1][1]
    x = double(torch.ones(1, double.in_channels, 8, 8))[..., 2:-2, 2:-2]
    assert bool((x.amax((2, 3)) - x.amin((2, 3))).max() > 1e-4) == checkered


def test_the_cycle_closes_with_its_error(loaded):
    t, image = loaded("cyclegan"), photo((16, 16))
    there, back, error = t.cycle(image, "zebra2horse")
    assert there.tobytes() == t.translate(image, "zebra2horse").tobytes() and back.size == image.size
    difference = np.abs(np.asarray(back).astype(float) - np.asarray(image)).mean() / 127.5
    assert error == pytest.approx(difference, abs=0.02)


def test_a_large_photo_keeps_its_detail(loaded):
    t, big = loaded("cyclegan"), photo((200, 120))
    out = np.asarray(t.translate(big)).astype(float) - np.asarray(big)
    inside = (np.asarray(big) > 30) & (np.asarray(big) < 225)  # elsewhere the change is cut off
    steps = np.abs(np.diff(out, axis=0))[inside[1:] & inside[:-1]]
    assert steps.mean() < 0.3 * np.abs(np.diff(np.asarray(big).astype(float), axis=0)).mean()


def test_the_mask_vector_of_two_sets_by_hand():
    vector = mask_vector(torch.tensor([1, 2, 4]), [2, 3])
    assert vector.tolist() == [[0, 1, 0, 0, 0, 1, 0], [0, 0, 1, 0, 0, 0, 1], [0, 0, 0, 0, 1, 0, 1]]


def test_a_name_in_two_sets_is_the_first_one_s(loaded):
    t = loaded("stargan")
    assert t.expressions == ["fearful", "happy", "neutral"]
    assert t.vector("happy").tolist() == [[1, 0, 0, 0, 0, 1, 0]]
    assert t.vector("fearful").tolist() == [[0, 0, 1, 0, 0, 0, 1]]
    half = t.vector("happy", "fearful", 0.25)
    assert half.tolist() == [[0.75, 0, 0.25, 0, 0, 0.75, 0.25]]
    assert torch.equal(t.vector("happy", "fearful", 1.0), t.vector("fearful"))


def test_another_label_gives_another_picture():
    torch.manual_seed(0)
    G = StarGANGenerator(labels=3, width=4, blocks=1)
    x = torch.rand(1, 1, SIDE, SIDE) * 2 - 1
    a, b = (G(x, torch.eye(3)[None, k]) for k in (0, 1))
    assert (a - b).abs().max() > 1e-3


def test_luminance_moves_and_chroma_stays(loaded):
    t, image = loaded("stargan"), photo((16, 16))
    before, after = (
        np.asarray(p.convert("YCbCr")).astype(int) for p in (image, t.translate(image, "happy", faces="whole"))
    )
    inside = (after[..., 0] > 60) & (after[..., 0] < 190)
    assert np.abs(before - after)[..., 0].mean() > 2
    assert np.median(np.abs(before - after)[..., 1:][inside]) <= 2


def test_an_expression_of_two_sets_is_read_where_the_first_has_it(loaded):
    t = loaded("stargan")
    logits = torch.tensor([[0.5, -1.0, 2.0, 9.0, 9.0]])  # sharp: happy, neutral; soft: fearful, happy, neutral
    t.networks["discriminator"] = lambda x: (torch.zeros(1, 1, 1), logits)
    shares = t.classify(photo(), faces="whole")
    assert list(shares) == ["fearful", "happy", "neutral"]
    assert list(shares.values()) == pytest.approx(torch.tensor([2.0, 0.5, -1.0]).softmax(0).tolist())
