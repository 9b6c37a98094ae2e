"""Runs that go on with other folders, sizes or devices than they were begun with."""

import json
import re
import shutil

import pytest
import torch
from PIL import Image

import models
from models import hub
from training import recipes, run
from training.engine import checkpoint
from training.recipes.random_stream import RandomStream

COLOURS = {"ant": "red", "bee": "lime", "cat": "blue", "dog": "white"}
TINY = (
    "--resolution 8 --channels 3 --batch-size 4 --judge none --precision fp32 --device cpu --quiet --snapshot-every 1"
).split()


@pytest.fixture
def set_of(tmp_path):
    """set_of(classes): a folder with a folder of plain pictures for each, of its own colour."""

    def make(classes, place="set"):
        shutil.rmtree(tmp_path / place, ignore_errors=True)
        for name, colour in classes.items():
            (tmp_path / place / name).mkdir(parents=True)
            for i in range(6):
                Image.new("RGB", (8, 8), colour).save(tmp_path / place / name / f"{i}.png")
        return tmp_path / place

    return make


def train(variant, place, out, *options):
    return run.main([variant, "--data", str(place), "--out", str(out), *TINY, *map(str, options)])


def three(names="ant bee cat"):
    return {name: COLOURS[name] for name in names.split()}


def shown_classes(export):
    """The classes by the colours of real.png's pictures, in the order of their labels."""
    config, strip = json.loads((export / "config.json").read_text()), Image.open(export / "real.png").convert("RGB")
    side, names = strip.height, {v: k for k, v in COLOURS.items()}
    by_colour = {(255, 0, 0): "red", (0, 255, 0): "lime", (0, 0, 255): "blue", (255, 255, 255): "white"}
    step = strip.width / len(config["real_labels"])
    found = [
        names[by_colour[strip.getpixel((int(step * (i + 0.5)), side // 2))]] for i in range(len(config["classes"]))
    ]
    return config["classes"], found


@pytest.mark.parametrize("variant", ["cgan", "biggan"])
def test_a_run_from_a_checkpoint_keeps_the_order_of_its_classes(variant, set_of, tmp_path):
    place, small = (
        set_of(three()),
        () if variant == "cgan" else ("--generator", "width=4", "--discriminator", "width=4"),
    )
    assert train(variant, place, tmp_path / "first", "--steps", 1, *small) == 0
    export = tmp_path / "first" / "export"
    assert shown_classes(export) == (["ant", "bee", "cat"], ["ant", "bee", "cat"])
    config = json.loads((export / "config.json").read_text())
    config["classes"] = ["cat", "ant", "bee"]  # as of joined sets
    (export / "config.json").write_text(json.dumps(config))
    assert train(variant, place, tmp_path / "second", "--from", export, "--steps", 2) == 0
    assert shown_classes(tmp_path / "second" / "export") == (["cat", "ant", "bee"], ["cat", "ant", "bee"])
    assert train(variant, place, tmp_path / "second", "--steps", 3) == 0, "and so does a run that is resumed"
    assert shown_classes(tmp_path / "second" / "export") == (["cat", "ant", "bee"], ["cat", "ant", "bee"])


@pytest.mark.parametrize("names", ["ant bee dog", "ant bee cat dog", "ant bee"])
@pytest.mark.parametrize("way", ["from", "resume"])
def test_other_classes_are_refused_with_both_lists(names, way, set_of, tmp_path, capsys):
    assert train("cgan", set_of(three()), tmp_path / "out", "--steps", 1) == 0
    capsys.readouterr()
    place, export = set_of(three(names)), tmp_path / "out" / "export"
    options = ("--from", export) if way == "from" else ()
    assert train("cgan", place, tmp_path / ("new" if options else "out"), *options, "--steps", 2) == 2
    line = capsys.readouterr().err
    assert line.count("\n") == 1 and "ant, bee, cat" in line and names.replace(" ", ", ") in line
    assert train("cgan", place, tmp_path / "out", "--fresh", "--steps", 1) == 0


@pytest.mark.parametrize("variant", ["cyclegan", "stargan"])
def test_domains_of_other_names_are_refused(variant, set_of, tmp_path, capsys):
    small = "--generator width=4 blocks=1 --discriminator width=4 --resolution 32 --hold-out 0".split()
    assert train(variant, set_of(three("ant bee")), tmp_path / "out", "--steps", 1, *small) == 0
    assert train(variant, set_of(three("ant bee")), tmp_path / "out", "--steps", 2, *small) == 0
    capsys.readouterr()
    assert train(variant, set_of(three("ant dog")), tmp_path / "out", "--steps", 3, *small) == 2
    assert "ant, dog" in (line := capsys.readouterr().err) and "ant, bee" in line


def test_a_run_says_what_it_learns_from(set_of, tmp_path, capsys):
    assert train("gan", set_of(three()), tmp_path / "out", "--steps", 1) == 0
    assert "learning from set: 18 images, 3 classes: ant 6, bee 6, cat 6\n" in capsys.readouterr().out


@pytest.mark.parametrize(
    "options, said",
    [
        (["--channels", "1"], "leave away --channels"),
        (["--resolution", "32"], "leave away --resolution"),
        (["--generator", "width=8"], "leave away --generator"),
        (["--channels", "1", "--discriminator", "width=8"], "leave away --channels and --discriminator"),
    ],
)
def test_a_setting_that_does_not_fit_the_checkpoint_is_named(options, said, set_of, tmp_path, capsys):
    if not (hub.WEIGHTS / "dcgan").exists():
        pytest.skip("it has no bundled weights")
    fixed = [*TINY[2:], "--steps", "10000000"]
    argv = ["dcgan", "--data", str(set_of(three())), "--out", str(tmp_path / "o"), *fixed]
    assert run.main([*argv, "--from", str(hub.WEIGHTS / "dcgan"), *options]) == 2
    assert capsys.readouterr().err.endswith(f"weights/dcgan has other shapes than this run: {said}\n")


@pytest.mark.parametrize("steps", [1, 2])
def test_a_checkpoint_with_no_step_left_says_so_and_names_no_export(steps, set_of, tmp_path, capsys):
    place = set_of(three())
    assert train("gan", place, tmp_path / "first", "--steps", 2) == 0
    export, out = tmp_path / "first" / "export", tmp_path / "second"
    capsys.readouterr()
    assert train("gan", place, out, "--from", export, "--steps", steps) == 2
    found = capsys.readouterr()
    assert f"{export} stands at step 2 already: give --steps above that" in found.err
    assert "finished" not in found.out and not (out / "export").exists()


@pytest.mark.parametrize("saved, built", [(False, True), (True, False)])
def test_adam_stays_capturable_or_not_as_the_run_that_resumes_built_it(saved, built, tmp_path):
    def parts(capturable):
        net = torch.nn.Linear(2, 1)
        return net, torch.optim.Adam(net.parameters(), 1e-3, capturable=capturable), RandomStream(0, "cpu")

    net, optimizer, stream = parts(saved)
    optimizer.param_groups[0]["capturable"] = False  # a step on the CPU
    net(torch.ones(1, 2)).sum().backward()
    optimizer.step()
    optimizer.param_groups[0]["capturable"] = saved
    checkpoint.save(tmp_path, {"step": 1}, {"D": net}, {"d_opt": optimizer}, stream)
    other, second, stream = parts(built)
    checkpoint.restore(checkpoint.newest(tmp_path)[1], {"D": other}, {"d_opt": second}, stream)
    assert second.param_groups[0]["capturable"] is built
    state = second.state[other.weight]
    assert state["step"] == 1 and torch.equal(state["exp_avg"], optimizer.state[net.weight]["exp_avg"])


def begin(variant, resolution, batch_size=2):
    """One step of a variant's narrow networks of this resolution, at the recipe's depths."""
    recipe = recipes.load(variant)
    narrow = {name: {"width": 4} for name in ("generator", "second", "discriminator") if hasattr(recipe.SETTINGS, name)}
    settings = recipes.overlay(recipe.SETTINGS, resolution=resolution, batch_size=batch_size, **narrow)
    game = recipe.Game(settings, recipe.Game.noise_data(settings, 4), RandomStream(0, "cpu"))
    game.d_loss(batch_size, step=0)
    game.g_loss(batch_size)


@pytest.mark.parametrize("variant", models.names(translates=True))
@pytest.mark.parametrize("resolution", [1, 4, 16, 24, 32, 40, 64, 70, 100, 128, 250, 384])
def test_a_size_is_learned_or_others_are_named(variant, resolution):
    try:
        begin(variant, resolution)
    except ValueError as error:
        numbers = re.split(" as |choose ", str(error))[1]
        assert str(error).startswith(f"resolution {resolution}") and "\n" not in str(error)
        for other in re.findall(r"\d+", numbers):
            begin(variant, int(other), batch_size=1)


def test_the_depth_of_pix2pix_follows_its_resolution():
    for resolution in (32, 64, 96, 128, 384):
        begin("pix2pix", resolution, 1)
    with pytest.raises(ValueError, match="multiples of 256 px"):
        recipe = recipes.load("pix2pix")
        settings = recipes.overlay(recipe.SETTINGS, resolution=128, generator={"width": 4, "depth": 8})
        recipe.Game(settings, recipe.Game.noise_data(settings, 2), RandomStream(0, "cpu"))
