"""The command that translates folders: what it writes, what it skips, what it refuses."""

import inspect
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import models
from models import image_files, translate


class Inverter:
    """A translator that turns pictures to negatives and notes its options; a picture without red has no face."""

    expressions = ["happy", "sad"]

    def __init__(self):
        self.options = []

    def check(self, **options):
        self.translate(Image.new("RGB", (9, 9), "red"), **options)

    def translate(self, image, expression=None, faces=None, saturation=1.0, **options):
        if expression not in (None, *self.expressions):
            raise ValueError(f"expression {expression!r} is none of happy, sad")
        if not 0 <= options.get("blend", 0) <= 1:
            raise ValueError(f"blend is {options['blend']}; give 0 to 1")
        if not 0 <= saturation <= 2:
            raise ValueError(f"saturation is {saturation}; give 0 to 2")
        if expression and faces is None and not np.asarray(image)[..., 0].any():
            raise ValueError("no face is found in the picture")
        self.options.append(dict(options, **{k: v for k, v in {"expression": expression, "faces": faces}.items() if v}))
        return Image.fromarray(255 - np.asarray(image.convert("RGB")))


@pytest.fixture
def fake(monkeypatch):
    """The translator that models.load gives, and how it was asked for: fake.asked."""
    t = Inverter()

    def load(name, device="auto", folder=None):
        t.asked = (name, device, folder)
        return t

    monkeypatch.setattr(models, "load", load)
    return t


@pytest.fixture
def source(tmp_path):
    """a.jpg, sub/b.gif, sub/c.TIFF and some litter."""
    place = tmp_path / "in"
    (place / "sub" / ".hidden").mkdir(parents=True)
    Image.new("RGB", (30, 20), "red").save(place / "a.jpg")
    Image.new("P", (7, 40), 0).save(place / "sub" / "b.gif")
    Image.new("CMYK", (9, 9)).save(place / "sub" / "c.TIFF")
    for litter in ("notes.txt", "sub/.hidden/x.png", ".DS_Store", "._a.jpg"):
        (place / litter).write_bytes(b"litter")
    return place


def run(*argv):
    return translate.main([str(a) for a in argv])


def tree(folder):
    return sorted(p.relative_to(folder).as_posix() for p in Path(folder).rglob("*") if p.is_file())


def refused(capsys, *argv):
    """The one line of a refusal."""
    with pytest.raises(SystemExit) as caught:
        run(*argv)
    out, err = capsys.readouterr()
    assert caught.value.code == 2 and not out and err.count("\n") == 1, err
    return err


def test_a_folder_keeps_its_names_sizes_and_sub_folders(fake, source, tmp_path, capsys):
    before = tree(source)
    assert run("cyclegan", "--in", source, "--out", tmp_path / "new" / "out") == 0
    assert tree(tmp_path / "new" / "out") == ["a.png", "sub/b.png", "sub/c.png"] and tree(source) == before
    with Image.open(tmp_path / "new" / "out" / "a.png") as image:
        assert image.size == (30, 20) and image.mode == "RGB" and image.getpixel((5, 5))[0] < 5
    with Image.open(tmp_path / "new" / "out" / "sub" / "b.png") as image:
        assert image.size == (7, 40)
    out, err = capsys.readouterr()
    assert out == "3 translated, 0 skipped\n"
    assert err == f"files passed over, no pictures by their suffix: 1, the first {source / 'notes.txt'}\n"
    assert fake.asked == ("cyclegan", "auto", None)


def test_links_are_followed_and_do_not_lead_round(fake, source, tmp_path, capsys):
    far = tmp_path / "far"
    far.mkdir()
    for name in ("x.jpg", "y.jfif", "z.png"):
        Image.new("RGB", (6, 4), "red").save(far / name, "JPEG")
    (source / "linked").symlink_to(far)
    (source / "sub" / "file.png").symlink_to(far / "z.png")
    (source / "sub" / "up").symlink_to("..")
    (source / "itself").symlink_to(source)
    assert run("cyclegan", "--in", source, "--out", tmp_path / "out") == 0
    linked = ["linked/x.png", "linked/y.png", "linked/z.png", "sub/file.png"]
    assert tree(tmp_path / "out") == sorted(["a.png", "sub/b.png", "sub/c.png", *linked])
    assert capsys.readouterr().out == "7 translated, 0 skipped\n"


def test_a_picture_of_a_kind_that_is_not_taken_is_named(fake, source, tmp_path, capsys):
    Image.new("RGB", (8, 8)).save(source / "b.tga")
    assert run("cyclegan", "--in", source, "--out", tmp_path / "out") == 1
    assert "b.tga: That file is no picture" in capsys.readouterr().err


def test_own_files_may_be_larger_than_a_visitors(fake, tmp_path, capsys):
    """An A4 page scanned at 300 dpi in 16-bit grey, and one in colour at 600 dpi."""
    (tmp_path / "in").mkdir()
    deep = np.linspace(0, 65535, 3508 * 2480).reshape(3508, 2480).astype(np.uint16)
    Image.fromarray(deep).save(tmp_path / "in" / "deep.tif")
    Image.new("RGB", (4960, 7016), "red").save(tmp_path / "in" / "fine.tif")
    for name, says in (("deep", "15 MB at most"), ("fine", "15 MB at most")):
        with pytest.raises(image_files.PictureError, match=says):
            image_files.read(tmp_path / "in" / f"{name}.tif")
    assert run("cyclegan", "--in", tmp_path / "in", "--out", tmp_path / "out") == 0
    with Image.open(tmp_path / "out" / "deep.png") as image:
        assert image.size == (2480, 3508) and image.getpixel((0, 0))[0] == 255 and image.getpixel((9, 3507))[0] == 0
    with Image.open(tmp_path / "out" / "fine.png") as image:
        assert image.size == (4960, 7016)


def test_own_files_have_limits_that_help_tells(fake, tmp_path, capsys):
    (tmp_path / "in").mkdir()
    Image.new("1", (10_001, 10_000)).save(tmp_path / "in" / "vast.png")
    with open(tmp_path / "in" / "long.tif", "wb") as file:
        file.truncate(600_000_001)
    assert run("cyclegan", "--in", tmp_path / "in", "--out", tmp_path / "out") == 1
    err = capsys.readouterr().err
    assert "long.tif: That file is too big: 600 MB at most." in err
    assert "vast.png: That picture has 100.01 megapixels: 100 at most." in err
    with pytest.raises(SystemExit):
        run("cyclegan", "--help")
    assert "up to 100 megapixels and 600 MB each" in " ".join(capsys.readouterr().out.split())


def test_a_picture_is_what_its_bytes_say_whatever_its_suffix(fake, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(image_files, "FORMATS", ("PNG", "JPEG"))
    (tmp_path / "in").mkdir()
    Image.new("RGB", (6, 4), "red").save(tmp_path / "in" / "jpeg.heic", "JPEG")
    for name in ("a.heic", "b.HEIF", "c.hif", "d.jpg"):
        (tmp_path / "in" / name).write_bytes(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(99))
    (tmp_path / "in" / "e.avif").write_bytes(b"\0\0\0\x18ftypavif\0\0\0\0mif1avif" + bytes(99))
    assert run("cyclegan", "--in", tmp_path / "in", "--out", tmp_path / "out") == 1
    out, err = capsys.readouterr()
    assert tree(tmp_path / "out") == ["jpeg.png"] and out == "1 translated, 5 skipped\n"
    lines = sorted(err.splitlines())
    assert all("is HEIC: save it as JPEG or PNG, or pip install pillow-heif" in line for line in lines[:4])
    assert "is AVIF: update Pillow" in lines[4]


def test_one_file_will_do(fake, source, tmp_path):
    assert run("pix2pix", "--in", source / "a.jpg", "--out", tmp_path / "out") == 0
    assert tree(tmp_path / "out") == ["a.png"]


def test_what_an_earlier_run_wrote_is_overwritten(fake, source, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "a.png").write_bytes(b"old")
    assert run("cyclegan", "--in", source, "--out", tmp_path / "out") == 0
    with Image.open(tmp_path / "out" / "a.png") as image:
        assert image.size == (30, 20)


@pytest.mark.parametrize(
    "argv, options",
    [
        (["colorize"], {}),
        (["colorize", "--generator", "resnet", "--no-skips"], {"generator": "resnet", "skips": False}),
        (["pix2pix", "--seed", "7"], {"seed": 7}),
        (["cyclegan", "--direction", "zebra2horse"], {"direction": "zebra2horse"}),
        (["stargan", "--expression", "happy"], {"expression": "happy"}),
        (
            ["stargan", "--expression", "happy", "--other", "sad", "--blend", "0.25", "--whole"],
            {"expression": "happy", "other": "sad", "blend": 0.25, "faces": "whole"},
        ),
    ],
)
def test_options_reach_the_translator(fake, source, tmp_path, argv, options):
    assert (
        run(*argv, "--in", source / "a.jpg", "--out", tmp_path / "out", "--device", "cpu", "--checkpoint", "runs/x")
        == 0
    )
    assert fake.options[-1] == options and fake.asked == (argv[0], "cpu", Path("runs/x"))


def test_refused_pictures_are_named_and_skipped(fake, source, tmp_path, capsys):
    (source / "broken.png").write_bytes(b"no picture")
    (source / "empty.webp").write_bytes(b"")
    whole = (source / "a.jpg").read_bytes()
    (source / "sub" / "cut.jpg").write_bytes(whole[: len(whole) // 2])
    assert run("cyclegan", "--in", source, "--out", tmp_path / "out") == 1
    out, err = capsys.readouterr()
    assert out == "3 translated, 3 skipped\n" and tree(tmp_path / "out") == ["a.png", "sub/b.png", "sub/c.png"]
    lines = err.splitlines()
    assert len(lines) == 4 and "broken.png: That file is no picture" in lines[1] and "empty" in lines[2]
    assert "cut.jpg" in lines[3]


def test_a_picture_without_a_face_is_skipped_unless_it_is_one(fake, source, tmp_path, capsys):
    argv = ("stargan", "--expression", "sad", "--in", source, "--out", tmp_path / "out")
    assert run(*argv) == 1
    out, err = capsys.readouterr()
    assert "b.gif: no face is found in the picture\n" in err and tree(tmp_path / "out") == ["a.png", "sub/c.png"]
    assert run(*argv, "--whole") == 0 and len(tree(tmp_path / "out")) == 3


def test_two_pictures_of_one_name_do_not_overwrite_each_other(fake, source, tmp_path, capsys):
    Image.new("RGB", (5, 5)).save(source / "a.png")
    assert run("cyclegan", "--in", source, "--out", tmp_path / "out") == 1
    assert "a.png belongs to another picture" in capsys.readouterr().err
    with Image.open(tmp_path / "out" / "a.png") as image:
        assert image.size == (30, 20)


def test_no_picture_of_the_source_is_overwritten(fake, source, tmp_path, capsys):
    (source / "in").mkdir()
    Image.new("RGB", (5, 5)).save(source / "a.png")
    Image.new("RGB", (6, 6)).save(source / "in" / "a.png")
    before = (source / "a.png").read_bytes()
    assert run("cyclegan", "--in", source, "--out", source.parent) == 1, "in/in/a.png would become in/a.png"
    assert (source / "a.png").read_bytes() == before


@pytest.mark.parametrize("failure", [RuntimeError("out of\nmemory"), MemoryError(), KeyError("x"), OSError(28, "full")])
def test_a_picture_that_fails_leaves_nothing_behind(fake, source, tmp_path, capsys, monkeypatch, failure):
    def save(self, path, format):
        Path(path).write_bytes(b"half")
        raise failure

    monkeypatch.setattr(Image.Image, "save", save)
    assert run("cyclegan", "--in", source, "--out", tmp_path / "out") == 1
    out, err = capsys.readouterr()
    assert out == "0 translated, 3 skipped\n" and err.count("\n") == 4 and tree(tmp_path / "out") == []


@pytest.mark.parametrize(
    "argv, says",
    [
        ([], "required: VARIANT"),
        (["dcgan"], "invalid choice: 'dcgan'"),
        (["cyclegan"], "required: --in, --out"),
        (["cyclegan", "--in", "IN", "--out", "OUT", "--direction", "up"], "invalid choice: 'up'"),
        (["cyclegan", "--in", "IN", "--out", "OUT", "--seed", "3"], "unrecognized arguments: --seed 3"),
        (["cyclegan", "--in", "IN", "--out", "OUT", "--device", "tpu"], "invalid choice: 'tpu'"),
        (["pix2pix", "--in", "IN", "--out", "OUT", "--seed", "x"], "invalid int value: 'x'"),
        (["colorize", "--in", "IN", "--out", "OUT", "--saturation", "nan"], "saturation is nan"),
        (["colorize", "--in", "IN", "--out", "OUT", "--saturation", "5"], "saturation is 5.0"),
        (["stargan", "--in", "IN", "--out", "OUT"], "required: --expression"),
        (["stargan", "--in", "IN", "--out", "OUT", "--expression", "smug"], "'smug' is none of happy, sad"),
        (["stargan", "--in", "IN", "--out", "OUT", "--expression", "sad", "--blend", "2"], "blend is 2.0; give 0 to 1"),
        (["cyclegan", "--in", "nowhere", "--out", "OUT"], "--in nowhere does not exist"),
        (["cyclegan", "--in", "EMPTY", "--out", "OUT"], "holds no pictures"),
        (["cyclegan", "--in", "IN", "--out", "IN"], "lies within it"),
        (["cyclegan", "--in", "IN", "--out", "IN/sub/out"], "lies within it"),
        (["cyclegan", "--in", "IN", "--out", "IN/sub/../../in"], "lies within it"),
        (["cyclegan", "--in", "IN/a.jpg", "--out", "IN"], "lies within it"),
        (["cyclegan", "--in", "IN", "--out", "EMPTY/file"], "is no folder"),
    ],
)
def test_unusable_arguments_are_one_line(fake, source, tmp_path, capsys, argv, says):
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty" / "file").write_bytes(b"")
    places = {"IN": str(source), "OUT": str(tmp_path / "out"), "EMPTY": str(tmp_path / "empty")}
    argv = [places.get(a.split("/")[0], a.split("/")[0]) + a[len(a.split("/")[0]) :] for a in argv]
    assert says in refused(capsys, *argv) and not (tmp_path / "out").exists()


@pytest.mark.parametrize("error", [OSError("weights\ncannot be had"), AssertionError("no CUDA"), KeyError("x")])
def test_weights_that_cannot_be_had_are_one_line(monkeypatch, source, tmp_path, capsys, error):
    def load(*args, **options):
        raise error

    monkeypatch.setattr(models, "load", load)
    said = refused(capsys, "cyclegan", "--in", source, "--out", tmp_path / "out")
    assert said.startswith("python -m models.translate: ") and str(error).split()[0] in said


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="needs permissions that bind")
def test_a_folder_that_cannot_be_written_is_named(fake, source, tmp_path, capsys):
    (tmp_path / "out").mkdir(mode=0o500)
    assert run("cyclegan", "--in", source, "--out", tmp_path / "out") == 1
    assert "Permission denied" in capsys.readouterr().err


def test_help_explains_itself(capsys):
    with pytest.raises(SystemExit, match="0"):
        run("--help")
    everything = capsys.readouterr().out
    assert all(name in everything for name in models.names(translates=True)) and "Exit status" in everything
    command = [sys.executable, "-m", "models.translate", "stargan", "--help"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=Path(translate.__file__).parents[1], timeout=300)
    assert done.returncode == 0 and done.stderr == ""
    assert all(flag in done.stdout for flag in ("--in", "--out", "--expression", "--whole", "--blend"))


@pytest.mark.parametrize("name", models.names(translates=True))
def test_every_option_is_one_that_the_translator_takes(name, loaded):
    t = loaded(name)
    taken = inspect.signature(t.translate).parameters
    for flag, keywords in t.options.items():
        assert keywords.get("dest", flag.removeprefix("--")) in taken and keywords["help"]


def test_options_of_stargan_are_checked_without_a_face(loaded):
    loaded("stargan").check(expression="happy")
    with pytest.raises(ValueError, match="'smug' is unknown: choose fearful, happy, neutral"):
        loaded("stargan").check(expression="smug")
