"""The command line: one clear line for bad input, never a traceback."""

import subprocess
import sys
from pathlib import Path

import pytest

from training import run
from training.recipes.settings import VARIANTS

SCRIPT = Path(__file__).resolve().parents[2] / "training" / "run.py"


def fails(capsys, *argv):
    assert run.main([str(a) for a in argv]) == 2
    out = capsys.readouterr()
    assert out.err.count("\n") == 1 and "Traceback" not in out.err
    return out.err


def test_help_and_list_explain_themselves_as_a_script(tmp_path):
    shown = subprocess.run([sys.executable, SCRIPT, "--help"], capture_output=True, text=True, cwd=tmp_path)
    assert shown.returncode == 0 and "--gradient" not in shown.stdout
    flags = "--data --out --steps --batch-size --device --precision --seed --fresh --install"
    assert all(flag in shown.stdout for flag in flags.split())


@pytest.mark.parametrize("variant", VARIANTS)
def test_list_names_every_trainable_variant(variant, capsys):
    assert run.main(["--list"]) == 0
    assert variant in capsys.readouterr().out


def test_unknown_variant(capsys):
    assert "'stylegan'" in fails(capsys, "stylegan")


def test_no_variant(capsys):
    assert run.main([]) == 2


def test_missing_data(capsys, tmp_path):
    assert "nowhere" in fails(capsys, "gan", "--data", tmp_path / "nowhere", "--out", tmp_path / "o")


def test_a_checkpoint_to_go_on_from_that_is_none(capsys, tmp_path):
    line = fails(capsys, "gan", "--from", tmp_path / "nowhere", "--out", tmp_path / "o")
    assert "nowhere" in line and "config.json" in line


def test_empty_data(capsys, tmp_path):
    (tmp_path / "empty").mkdir()
    assert "empty" in fails(capsys, "gan", "--data", tmp_path / "empty", "--out", tmp_path / "o")


def test_a_wrong_resolution_and_a_wrong_policy(capsys, tmp_path):
    from PIL import Image

    folder = tmp_path / "pictures"
    folder.mkdir()
    for i in range(4):
        Image.new("RGB", (8, 8), (i, 0, 0)).save(folder / f"{i}.png")
    base = (
        "dcgan",
        "--data",
        folder,
        "--out",
        tmp_path / "o",
        "--device",
        "cpu",
        "--judge",
        "none",
        "--precision",
        "fp32",
    )
    assert "48" in fails(capsys, *base, "--resolution", "48")
    assert "'rotate'" in fails(capsys, *base, "--augment", "rotate")
    assert "steps is 0" in fails(capsys, *base, "--steps", "0")


def test_constructor_arguments_must_be_numbers(capsys):
    with pytest.raises(SystemExit) as stop:
        run.main(["gan", "--generator", "width=wide"])
    assert stop.value.code == 2 and "width=wide" in capsys.readouterr().err


@pytest.mark.parametrize(
    "variant, flag, readers",
    [
        ("pix2pix", "--augment", "the noise family, stargan"),
        ("sngan", "--l1", "colorize, pix2pix"),
        ("stargan", "--identity", "cyclegan"),
        ("sagan", "--fade", "progan"),
    ],
)
def test_a_setting_that_a_variant_never_reads_is_refused(capsys, tmp_path, variant, flag, readers):
    line = fails(capsys, variant, flag, "1", "--out", tmp_path / "o")
    assert line == f"run.py: {flag} is nothing that {variant} learns by (for {readers}): leave it away\n"
