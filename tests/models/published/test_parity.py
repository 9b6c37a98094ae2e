"""Each published network and its conversion give the same outputs; and back again, the same tensors."""

import pytest
import torch

from models.published.formats import recognise
from tests.models.published import theirs

Z, FACE = torch.Size([3, 12]), torch.Size([1, 3, 32, 32])
# name: (network, sizes of its inputs, whether it is compared in training mode: there batch norm over one picture is
# instance norm, which is how the published code tests it)
CASES = {
    "resnet": (lambda: theirs.ResNet(), [FACE], True),
    "resnet, batch norm": (lambda: theirs.ResNet(blocks=3, norm=theirs.BATCH), [FACE], True),
    "unet 128": (lambda: theirs.UNet(depth=7), [(1, 3, 128, 128)], True),
    "unet 256": (lambda: theirs.UNet(depth=8), [(1, 3, 256, 256)], True),
    "unet, instance norm": (lambda: theirs.UNet(depth=7, norm=theirs.INSTANCE), [(1, 3, 128, 128)], True),
    "patchgan": (lambda: theirs.PatchGAN(), [(1, 3, 64, 64)], True),
    "patchgan of pairs": (lambda: theirs.PatchGAN(6, norm=theirs.BATCH), [(1, 6, 64, 64)], True),
    "patchgan of 34 px": (lambda: theirs.PatchGAN(layers=2), [(1, 3, 64, 64)], True),
    "stargan g": (lambda: theirs.StarG(), [FACE, (1, 5)], True),
    "stargan d": (lambda: theirs.StarD(), [FACE], True),
    "dcgan g": (lambda: theirs.ExampleG(), [Z], False),
    "dcgan d": (lambda: theirs.ExampleD(), [(3, 3, 64, 64)], False),
}


def pair(name):
    """(published network, converted one, part, its arguments, inputs)"""
    make, shapes, training = CASES[name]
    net = theirs.random(make()).train(training)
    _, part = recognise(net.state_dict())
    arguments, state = part.convert(net.state_dict())
    ours = part.build(arguments).eval()
    if hasattr(ours, "dropout"):
        ours.dropout = 0.0
    ours.load_state_dict(state, strict=True)
    generator = torch.Generator().manual_seed(1)
    return net, ours, part, arguments, [torch.randn(shape, generator=generator).clamp(-1, 1) for shape in shapes]


@pytest.mark.parametrize("name", CASES)
@torch.no_grad()
def test_outputs_are_the_published_networks(name):
    net, ours, _, _, inputs = pair(name)
    expected, found = net(*inputs), ours(*inputs)
    for a, b in zip(*((x if isinstance(x, tuple) else (x,)) for x in (expected, found)), strict=True):
        assert a.std() > 1e-3, "outputs that hardly vary would prove nothing"
        torch.testing.assert_close(b, a, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("name", CASES)
@torch.no_grad()
def test_an_export_runs_in_the_published_network_and_converts_back(name):
    net, ours, part, arguments, inputs = pair(name)
    tensors = part.export(arguments, ours.state_dict())
    missing, surplus = net.load_state_dict(tensors, strict=False)
    assert surplus == [] and all("running" in key or "num_batches" in key for key in missing)
    again = part.build(arguments).eval()
    if hasattr(again, "dropout"):
        again.dropout = 0.0
    again.load_state_dict(part.convert(tensors)[1], strict=True)
    outputs = [out if isinstance(out, tuple) else (out,) for out in (ours(*inputs), again(*inputs), net(*inputs))]
    for a, b, theirs_ in zip(*outputs, strict=True):
        torch.testing.assert_close(b, a, rtol=0, atol=1e-6)
        torch.testing.assert_close(theirs_, a, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("name", CASES)
def test_a_missing_a_surplus_and_a_misshapen_tensor_are_named(name):
    tensors = dict(CASES[name][0]().state_dict())
    _, part = recognise(tensors)
    last = [key for key in tensors if key.endswith("weight") and tensors[key].ndim == 4][-2]
    with pytest.raises(ValueError, match=rf"(missing: |tensor ').*{last}"):
        part.convert({key: t for key, t in tensors.items() if key != last})
    with pytest.raises(ValueError, match="surplus: spare"):
        part.convert(tensors | {"spare": torch.zeros(3)})
    with pytest.raises(ValueError, match=rf"misshapen: .*{last} is \[9, 9, 9, 9\]|surplus|missing"):
        part.convert(tensors | {last: torch.zeros(9, 9, 9, 9)})


def test_tensors_of_no_format_are_named_with_the_formats_there_are():
    with pytest.raises(ValueError, match="tensors named a.b are of no known format: .*BigGAN-deep.*docs/published.md"):
        recognise({"a.b": torch.zeros(1)})


def test_pix2pix_drops_out_where_the_published_code_does():
    part = recognise(theirs.UNet(depth=8).state_dict())[1]
    ours = part.build({"width": 2, "depth": 8, "dropout": 0.5})
    reference = theirs.UNetBlock([0, 2, 4, 8, 16, 16, 16, 16, 16], theirs.BATCH, dropout=0.5)
    levels = [name.count("model") - 1 for name, m in reference.named_modules() if isinstance(m, torch.nn.Dropout)]
    # Level l of the published network is the decoder's layer 7 - l here, the innermost first.
    assert sorted(8 - level - 1 for level in levels) == list(ours.dropped)
