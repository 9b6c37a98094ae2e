"""The command line: a variant's own options, one clear line for bad input, never a traceback."""

import dataclasses
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from PIL import Image

import models
from models import hub
from training import recipes, run
from training.recipes.random_stream import RandomStream

SCRIPT = Path(__file__).resolve().parents[2] / "training" / "run.py"


def fails(capsys, *argv):
    assert run.main([str(a) for a in argv]) == 2
    out = capsys.readouterr()
    assert out.err.count("\n") == 1 and "Traceback" not in out.err
    return out.err


def help_of(capsys, *argv):
    with pytest.raises(SystemExit) as stop:
        run.main([*argv, "--help"])
    assert stop.value.code == 0
    return capsys.readouterr().out


def test_help_explains_itself_as_a_script(tmp_path):
    shown = subprocess.run([sys.executable, SCRIPT, "--help"], capture_output=True, text=True, cwd=tmp_path)
    assert shown.returncode == 0
    flags = "--data --out --steps --batch-size --device --precision --seed --from --fresh --install --list"
    assert all(flag in shown.stdout for flag in flags.split())
    assert "--clip" not in shown.stdout


@pytest.mark.parametrize("variant", models.names())
def test_a_variant_s_help_shows_its_own_settings_alone(variant, capsys):
    shown = help_of(capsys, variant)
    own = {"--" + f.name.replace("_", "-") for f in dataclasses.fields(recipes.load(variant).SETTINGS)} - {"--variant"}
    others = {"--clip", "--drift", "--grow", "--orthogonal", "--penalty", "--l1", "--cycle", "--second", "--lead"} - own
    words = set(shown.replace(",", " ").split())
    assert own <= words and not others & words


@pytest.mark.parametrize("variant", models.names())
def test_the_list_names_every_variant_and_its_data(variant, capsys):
    assert run.main(["--list"]) == 0
    row = next(line for line in capsys.readouterr().out.splitlines() if line.split()[0] == variant)
    assert recipes.load(variant).SETTINGS.data in row and recipes.load(variant).Game.objective in row


@pytest.mark.parametrize(
    "variant, flag", [("pix2pix", "--augment"), ("sngan", "--l1"), ("stargan", "--identity"), ("sagan", "--fade")]
)
def test_a_setting_of_other_variants_is_refused(capsys, variant, flag):
    assert fails(capsys, variant, flag, "1") == f"run.py: {variant} has no option {flag}: see run.py {variant} --help\n"


def test_the_variant_may_stand_behind_options_that_name_another():
    args = run.arguments(["--out", "gan", "progan", "--fade", "3"])
    assert (args.variant, args.out, args.fade) == ("progan", Path("gan"), 3)


def test_unknown_variant(capsys):
    assert "'stylegan'" in fails(capsys, "stylegan") and "'stylegan'" in fails(capsys, "stylegan", "--clip", "1")


def test_no_variant(capsys):
    assert "VARIANT" in fails(capsys)


def test_missing_and_empty_data(capsys, tmp_path):
    assert "nowhere" in fails(capsys, "gan", "--data", tmp_path / "nowhere", "--out", tmp_path / "o")
    (tmp_path / "empty").mkdir()
    assert "empty" in fails(capsys, "gan", "--data", tmp_path / "empty", "--out", tmp_path / "o")


def test_a_folder_that_is_no_checkpoint_to_go_on_from(capsys, tmp_path):
    line = fails(capsys, "gan", "--from", tmp_path / "nowhere", "--out", tmp_path / "o")
    assert "nowhere" in line and "config.json" in line


def data_like(config, game, settings):
    """Random pictures with the classes or domains that a checkpoint learned from."""
    data = game.noise_data(settings, 40)
    if config.get("classes"):
        data.classes, data.labels = config["classes"], torch.arange(40) % len(config["classes"])
    if "domains" in config:
        data.name = "+".join(name for name, _ in config["domains"])
        data.classes = list(dict.fromkeys(name for _, classes in config["domains"] for name in classes))
        data.origin = torch.arange(40) % len(config["domains"])
        sizes = torch.tensor([len(classes) for _, classes in config["domains"]])
        data.labels = torch.arange(40) // len(sizes) % sizes[data.origin]
    return data


@pytest.mark.parametrize(
    "variant",
    [pytest.param(name, marks=pytest.mark.long) if name == "progan" else name for name in models.names()],
)
def test_a_run_goes_on_from_every_shipped_checkpoint(variant, tmp_path):
    place = hub.WEIGHTS / variant
    if not place.exists():
        pytest.skip("it has no bundled weights")
    weights = hub.from_folder(variant, place)
    args = run.arguments([variant, "--from", str(place), "--batch-size", "2"])
    settings = run.settings_of(args, run.saved_by(args, tmp_path))
    assert settings.steps == weights.config["settings"]["steps"] and settings.batch_size == 2
    kind = recipes.load(variant).Game
    game = kind(settings, data_like(weights.config, kind, settings), RandomStream(0, "cpu"))
    game.load({role: weights.state_dict(role) for role in game.configs})
    assert game.shipped_configs == weights.config["networks"]
    for role, net in game.shipped().items():
        expected, anew = weights.state_dict(role), ["_u", "_v"]  # vectors of a spectral norm are found anew
        if role == "discriminator":  # and its batch statistics are taken anew, here on these few pictures
            anew += ["running_mean", "running_var", "num_batches_tracked", "usual"]
        for key, t in net.state_dict().items():
            assert key.endswith(tuple(anew)) or torch.allclose(t, expected[key].to(t.dtype), atol=1e-2), (role, key)


def test_a_wrong_resolution_policy_or_number(capsys, tmp_path):
    folder = tmp_path / "pictures"
    folder.mkdir()
    for i in range(4):
        Image.new("RGB", (8, 8), (i, 0, 0)).save(folder / f"{i}.png")
    base = ("dcgan", "--data", folder, "--out", tmp_path / "o", "--device", "cpu", "--precision", "fp32")
    assert "48" in fails(capsys, *base, "--judge", "none", "--resolution", "48")
    assert "'cutout'" in fails(capsys, *base, "--augment", "cutout")
    assert "steps is 0" in fails(capsys, *base, "--steps", "0")
    assert "width=wide" in fails(capsys, *base, "--generator", "width=wide")
