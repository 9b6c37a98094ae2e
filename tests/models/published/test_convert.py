"""Files of every format to this project's layout and back, on disk, at the command line and from the Hub."""

import json
import re

import pytest
import torch
from huggingface_hub import constants
from PIL import Image
from safetensors.torch import load_file, save, save_file

import models
from models import registry
from models.published import __main__ as command
from models.published import convert, source
from tests.hub_server import HubServer, connect, sha256
from tests.models.published import theirs

FACE = Image.effect_mandelbrot((32, 32), (-2, -1, 1, 1), 50).convert("RGB")


def folder(root, **nets):
    """Published networks as files NAME.safetensors in a folder."""
    root.mkdir()
    for seed, (name, net) in enumerate(nets.items()):
        save_file(theirs.random(net, seed).state_dict(), root / f"{name}.safetensors")
    return root


def converted(tmp_path, variant=None, options=None, **nets):
    """What `models.load` gives for published networks, and their config."""
    config = convert.convert(folder(tmp_path / "in", **nets), tmp_path / "out", variant, **options or {})
    return models.load(config["variant"], device="cpu", folder=tmp_path / "out"), config


CYCLEGAN = dict.fromkeys(("G_A", "G_B"), lambda: theirs.ResNet(4, 1))
CYCLEGAN |= dict.fromkeys(("D_A", "D_B"), lambda: theirs.PatchGAN(layers=2))


def test_cyclegan_s_four_files_take_their_roles_by_their_names(tmp_path):
    nets = {f"latest_net_{role}": make() for role, make in CYCLEGAN.items()}
    t, config = converted(tmp_path, options={"resolution": 32, "licence": "BSD"}, **nets)
    assert set(t.networks) == set(models.entry("cyclegan").networks)
    assert (config["format"], config["license"], config["resolution"]) == ("junyanz", "BSD", 32)
    ways = [t.translate(FACE, way).tobytes() for way in ("horse2zebra", "zebra2horse")]
    assert ways[0] != ways[1]
    _, back, error = t.cycle(FACE, "zebra2horse")
    assert back.size == FACE.size and error > 0


def test_one_direction_alone_translates_without_a_way_back(tmp_path):
    t, config = converted(tmp_path, zebra2horse=theirs.ResNet(4, 1))
    assert list(config["networks"]) == ["generator_zebra2horse"] and t.directions == ("zebra2horse",)
    assert t.cycle(FACE, "zebra2horse")[1:] == (None, None)
    with pytest.raises(ValueError, match="direction"):
        t.translate(FACE, "horse2zebra")


def test_pix2pix_keeps_the_input_s_colours_and_its_seed_draws_the_dropout(tmp_path):
    t, config = converted(tmp_path, latest_net_G=theirs.UNet(4, 7), latest_net_D=theirs.PatchGAN(6, norm=theirs.BATCH))
    assert config["variant"] == "pix2pix" and config["resolution"] == t.resolution == 128
    picture = FACE.resize((128, 128))
    assert t.snap(picture).tobytes() == picture.tobytes()
    first, again, other = (t.translate(picture, seed=seed).tobytes() for seed in (1, 1, 2))
    assert first == again != other
    assert ((0 < t.verdict(picture, picture)) & (t.verdict(picture, picture) < 1)).all()


def test_stargan_gives_a_face_each_of_the_labels_told(tmp_path):
    names = ["Black_Hair", "Blond_Hair", "Male"]
    nets = {"200000-G": theirs.StarG(4, 3, 1), "200000-D": theirs.StarD(32, 4, 3, 2)}
    t, config = converted(tmp_path, options={"classes": names}, **nets)
    assert t.expressions == sorted(names) and t.resolution == 32
    assert len({t.translate(FACE, name, faces="whole").tobytes() for name in names}) == 3
    assert sum(t.classify(FACE, faces="whole").values()) == pytest.approx(1)
    assert config["published"]["sha256"].keys() == {"200000-D.safetensors", "200000-G.safetensors"}


def test_dcgan_samples_and_judges(tmp_path):
    s, _ = converted(tmp_path, netG_epoch_24=theirs.ExampleG(), netD_epoch_24=theirs.ExampleD())
    picture = s.sample(2, seed=5)
    assert picture.shape == (2, 3, 64, 64) and torch.equal(picture[1], s.sample(1, seed=6)[0])
    assert s.verdict(picture).shape == (2,)


REFUSED = {
    "no generator": ({"netD": theirs.ExampleD}, {}, "discriminator alone: give a generator"),
    "two formats": ({"netG": theirs.ExampleG, "1-G": theirs.StarG}, {}, "several formats (pytorch-dcgan, yunjey)"),
    "two for a role": ({"netG_1": theirs.ExampleG, "netG_2": theirs.ExampleG}, {}, "a second file for generator"),
    "another variant": ({"netG": theirs.ExampleG}, {"variant": "biggan"}, "cannot be 'biggan': choose dcgan"),
    "other names": ({"1-G": theirs.StarG}, {"classes": ["a", "b"]}, "2 names are given, the network has 5"),
    "equal names": ({"1-G": theirs.StarG}, {"classes": list("aabcd")}, "give 5 different ones"),
    "two sets": ({"1-G": lambda: theirs.StarG(4, 15, 1), "1-D": lambda: theirs.StarD(32, 4, 13, 2)}, {}, "two sets"),
    "its own size": ({"net_G": theirs.UNet}, {"resolution": 99}, "this U-Net has 128 px"),
    "a critic": ({"netG": theirs.ExampleG, "model": theirs.PatchGAN}, {}, "several formats"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_does_not_fit_is_refused_and_nothing_is_written(tmp_path, name):
    nets, options, why = REFUSED[name]
    given = folder(tmp_path / "in", **{file: make() for file, make in nets.items()})
    with pytest.raises(ValueError, match=re.escape(why)):
        convert.convert(given, tmp_path / "out", **options)
    assert not (tmp_path / "out").exists()


OWN = {
    "pytorch-dcgan": (
        "dcgan",
        {
            "generator": {"latent_dim": 6, "width": 4, "resolution": 32, "channels": 3},
            "discriminator": {"width": 4, "resolution": 32, "channels": 3},
        },
    ),
    "junyanz": (
        "cyclegan",
        {
            **dict.fromkeys(("generator_horse2zebra", "generator_zebra2horse"), {"width": 4, "blocks": 1}),
            **dict.fromkeys(("discriminator_horse", "discriminator_zebra"), {"width": 4, "layers": 2}),
        },
    ),
}


def ours(root, form):
    """A checkpoint of ours with nothing for which a format has no place: no biases in DCGAN, kernels of 3 px in G."""
    variant, sizes = OWN[form]
    torch.manual_seed(0)
    root.mkdir()
    for role, net in registry.build(variant, sizes).items():
        for key, tensor in theirs.random(net, len(role)).state_dict().items():
            if (
                form == "pytorch-dcgan"
                and key.endswith("bias")
                and key.replace("bias", "running_var") not in net.state_dict()
            ):
                tensor.zero_()
            if role.startswith("generator_") and tensor.shape[2:] == (4, 4):
                tensor[..., 3, :] = tensor[..., 3] = 0
        save_file(net.state_dict(), root / f"{role}.safetensors")
    config = {"variant": variant, "networks": sizes, "resolution": 32, "channels": 3, "latent_dim": 6, "classes": None}
    (root / "config.json").write_text(json.dumps(config))
    return variant


@pytest.mark.long
@pytest.mark.parametrize("form", OWN)
@torch.no_grad()
def test_a_checkpoint_of_ours_goes_there_and_back(tmp_path, form):
    variant = ours(tmp_path / "ours", form)
    assert convert.export(tmp_path / "ours", tmp_path / "theirs", form) == {}
    convert.convert(tmp_path / "theirs", tmp_path / "back", variant)
    nets = [registry.build(variant, OWN[form][1]) for _ in range(2)]
    for role in OWN[form][1]:
        for name, found in zip(("ours", "back"), nets):
            found[role].load_state_dict(load_file(tmp_path / name / f"{role}.safetensors"), strict=False)
        x = torch.randn(2, 6) if hasattr(nets[0][role], "latent_dim") else torch.rand(2, 3, 32, 32) * 2 - 1
        before, after = (found[role].eval()(x) for found in nets)
        assert before.std() > 1e-3
        torch.testing.assert_close(after, before, rtol=1e-6, atol=1e-6)


def test_what_a_format_has_no_place_for_is_said(tmp_path):
    variant = ours(tmp_path / "ours", "junyanz")
    with pytest.raises(ValueError, match="choose biggan-deep, junyanz, yunjey, pytorch-dcgan"):
        convert.export(tmp_path / "ours", tmp_path / "theirs", "onnx")
    with pytest.raises(ValueError, match="holds no dcgan or sngan"):
        convert.export(tmp_path / "ours", tmp_path / "theirs", "pytorch-dcgan")
    tensors = load_file(tmp_path / "ours" / "generator_horse2zebra.safetensors")
    key = next(key for key, tensor in tensors.items() if tensor.shape[2:] == (4, 4))
    tensors[key][..., 3, 3] = 1
    save_file(tensors, tmp_path / "ours" / "generator_horse2zebra.safetensors")
    left = convert.export(tmp_path / "ours", tmp_path / "theirs", "junyanz")
    assert left == {"generator_horse2zebra": "ResNet generator has no place for kernels of 4 px; its own have 3"}
    assert len(list((tmp_path / "theirs").iterdir())) == 3 and variant == "cyclegan"


class Hub:
    """One repository with a DCGAN on a Hub of the loopback address."""

    name, file = "someone/cats", "netG.safetensors"

    def __init__(self, server):
        self.data = save(theirs.random(theirs.ExampleG()).state_dict())
        self.server, self.commit = server, server.push(self.name, {self.file: self.data})
        self.repo = f"{self.name}@{self.commit}"

    def convert(self, out, *more, file=None):
        return command.main([self.repo, "--file", file or self.file, "--out", str(out), *more])


@pytest.fixture
def published(monkeypatch, tmp_path):
    server = HubServer()
    connect(monkeypatch, server, tmp_path / "home")
    yield Hub(server)
    server.stop()


def test_a_repo_is_converted_at_a_pinned_commit_and_again_offline(published, tmp_path, monkeypatch, capsys):
    pinned = f"{published.file}:{sha256(published.data)}"
    published.server.push(published.name, {published.file: b"another commit's"})
    assert published.convert(tmp_path / "a", "--licence", "MIT", file=pinned) == 0
    config = json.loads((tmp_path / "a" / "config.json").read_text())
    assert config["published"] == {"source": published.repo, "sha256": {published.file: sha256(published.data)}}
    assert config["license"] == "MIT" and "resolution: 64 px" in capsys.readouterr().out
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    published.server.stop()
    assert published.convert(tmp_path / "b") == 0
    files = [sorted(p.read_bytes() for p in (tmp_path / x).glob("*.safetensors")) for x in "ab"]
    assert files[0] == files[1]


def test_a_download_that_was_cut_off_goes_on_where_it_stopped(published, tmp_path, monkeypatch):
    monkeypatch.setattr(constants, "DOWNLOAD_CHUNK_SIZE", 1000)  # the client keeps whole chunks of what came
    published.server.dropped[published.file] = len(published.data) // 2
    assert published.convert(tmp_path / "out") == 0
    first, second = published.server.starts
    assert first == 0 and 0 <= len(published.data) // 2 - second < 1000


@pytest.mark.parametrize("told, kept", [([], "mit"), (["--licence", "MIT, asked"], "MIT, asked")])
def test_size_and_licence_are_said_before_the_download(published, tmp_path, capsys, monkeypatch, told, kept):
    published.server.repos[published.name].card = {"license": "mit"}
    fetch = source.fetch
    monkeypatch.setattr(source, "fetch", lambda *given: (print("fetched"), fetch(*given))[1])
    assert published.convert(tmp_path / "out", *told) == 0
    before, _, _ = capsys.readouterr().out.partition("fetched")
    assert before == f"{published.repo}: netG.safetensors, 0.1 MB, licence: {kept}\n"
    assert json.loads((tmp_path / "out" / "config.json").read_text())["license"] == kept


WRONG = {
    "another sha256": (lambda repo: (repo, "netG.safetensors:" + "0" * 64), "is refused: expected sha256 000000000000"),
    "no commit": (lambda repo: (repo.partition("@")[0], "netG.safetensors"), "with the commit's 40 hex digits"),
    "a branch": (lambda repo: ("someone/cats@main", "netG.safetensors"), "with the commit's 40 hex digits"),
    "no such file": (lambda repo: (repo, "netD.pth"), "the commit has no such file"),
    "out of the folder": (lambda repo: (repo, "../netG.pth"), "is no NAME or NAME:SHA256"),
    "no such commit": (lambda repo: ("someone/cats@" + "f" * 40, "netG.pth"), "the repo has no such commit"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_not_what_was_named_is_refused_in_one_line(published, tmp_path, capsys, name):
    how, why = WRONG[name]
    repo, file = how(published.repo)
    assert command.main([repo, "--file", file, "--out", str(tmp_path / "out")]) == 2
    line = capsys.readouterr().err
    assert why in line and line.count("\n") == 1 and not (tmp_path / "out").exists()


def test_a_folder_of_something_else_is_not_replaced(tmp_path, capsys):
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "letter.txt").write_text("dear")
    given = folder(tmp_path / "in", netG=theirs.ExampleG())
    assert command.main([str(given), "--out", str(tmp_path / "letters")]) == 2
    assert "give another folder" in capsys.readouterr().err and (tmp_path / "letters" / "letter.txt").exists()
