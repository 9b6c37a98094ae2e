"""A campaign: runs side by side, stopped and gone on with, a broken one among them; one clear line for a bad file."""

import json
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from PIL import Image

import models
from training import campaign, recipes
from training.engine import checkpoint

SCRIPT = Path(__file__).resolve().parents[2] / "training" / "campaign.py"
TINY = """
data = "pictures"
resolution = 16
channels = 1
batch-size = 8
precision = "fp32"
judge = "none"
generator = {width = 16, latent_dim = 8}
discriminator = {width = 16}
flip = true
log-every = 1
"""
RUN = '\n[[run]]\nname = "{}"\nvariant = "{}"\n{}\n'


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A folder with pictures/, in which we are."""
    (tmp_path / "pictures").mkdir()
    for i in range(12):
        Image.effect_noise((16, 16), 60 + i).save(tmp_path / "pictures" / f"{i}.png")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def begin(*argv):
    return subprocess.Popen(
        [sys.executable, SCRIPT, "RUNS.toml", "--device", "cpu", *argv],
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def reached(name):
    return checkpoint.newest(Path("runs") / name / "checkpoints", header=True)[2]["step"]


def test_the_family_s_file_runs_every_recipe_as_it_stands(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    jobs = campaign.read(SCRIPT.with_name("family.toml"))
    assert sorted(job.name for job in jobs) == sorted(models.names())
    for job in jobs:
        assert job.settings == recipes.load(job.name).SETTINGS and job.out == Path("runs") / job.name


@pytest.mark.long
def test_runs_side_by_side_one_of_them_broken(place, capsys):
    good = (
        TINY
        + RUN.format("a", "gan", "steps = 3")
        + RUN.format("b", "dcgan", "steps = 2\ngenerator = {width = 4}\ndiscriminator = {width = 4}")
    )
    Path("RUNS.toml").write_text(good + RUN.format("broken", "gan", 'data = "nowhere"'))
    process = begin("--jobs", "2")
    out, err = process.communicate(timeout=600)
    assert process.returncode == 1 and not err, err
    said = out.splitlines()
    assert said[:2] == ["a: running", "b: running"]
    assert any(line.startswith("broken: failed: ") and "'nowhere'" in line for line in said)
    table = {line.split()[0]: line.split() for line in said[-3:]}
    assert table["a"][1:5] == ["finished", "3", "/", "3"] and table["b"][1:5] == ["finished", "2", "/", "2"]
    assert table["broken"][1] == "failed"
    settings = json.loads(Path("runs/b/export/config.json").read_text())["settings"]
    assert settings["generator"]["width"] == 4 and settings["flip"] and settings["batch_size"] == 8

    Path("RUNS.toml").write_text(good)
    written = {path: path.stat().st_mtime_ns for path in Path("runs").rglob("*")}
    assert campaign.main(["RUNS.toml", "--device", "cpu"]) == 0
    assert "running" not in capsys.readouterr().out
    assert written == {path: path.stat().st_mtime_ns for path in Path("runs").rglob("*")}


@pytest.mark.long
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_killed_and_started_again_it_goes_on(number, place):
    Path("RUNS.toml").write_text(TINY + RUN.format("a", "gan", "steps = 1000000"))
    process, deadline = begin(), time.monotonic() + 300
    while not campaign.newest_values(Path("runs/a/metrics.jsonl")) and time.monotonic() < deadline:
        time.sleep(0.1)
    process.send_signal(number)
    out, err = process.communicate(timeout=240)
    if number == signal.SIGTERM:
        assert process.returncode == 0 and "a: stopped" in out and "run the same command to go on" in out, err
    while not list(Path("runs/a/checkpoints").glob("*.safetensors")) and time.monotonic() < deadline:
        time.sleep(0.1)
    step = reached("a")
    assert step > 0
    Path("RUNS.toml").write_text(TINY + RUN.format("a", "gan", f"steps = {step + 5}"))
    again = begin()
    out, err = again.communicate(timeout=300)
    assert again.returncode == 0 and reached("a") == step + 5, err
    assert f"at step {step}" in Path("runs/a/log.txt").read_text()


@pytest.mark.parametrize(
    "text,named",
    [
        (RUN.format("a", "stylegan", ""), "run 'a'.*'stylegan'"),
        (RUN.format("../a", "gan", ""), "'../a'"),
        ('[[run]]\nvariant = "gan"', "name is None"),
        (RUN.format("a", "gan", "steps = 'many'"), "run 'a'.*--steps.*'many'"),
        (RUN.format("a", "gan", "steps = 0"), "run 'a'.*steps is 0"),
        (RUN.format("a", "gan", "stepz = 5"), "run 'a'.*--stepz"),
        (RUN.format("a", "gan", "fresh = true"), "run 'a'.*'fresh'"),
        (RUN.format("a", "gan", "generator = {width = 'wide'}"), "run 'a'.*width=wide"),
        (RUN.format("a", "gan", 'judge = "best"'), "run 'a'.*best"),
        (RUN.format("a", "gan", "clip = 0.1"), "run 'a'.*gan has no option --clip"),
        (RUN.format("a", "gan", "") * 2, "two runs of the name 'a'"),
        ("steps = 5", "lists no runs"),
        ("run = 5", "lists no runs"),
        ("steps = = 5", "no TOML file.*line 1"),
    ],
)
def test_a_bad_file_is_one_clear_line(text, named, place, capsys):
    Path("RUNS.toml").write_text(text)
    assert campaign.main(["RUNS.toml"]) == 2
    err = capsys.readouterr().err
    assert err.count("\n") == 1 and re.search(named, err), err
    assert not Path("runs").exists()


def test_a_missing_file_and_no_jobs(place, capsys):
    assert campaign.main(["nowhere.toml"]) == 2 and "nowhere.toml" in capsys.readouterr().err
    assert campaign.main(["nowhere.toml", "--jobs", "0"]) == 2 and "--jobs 0" in capsys.readouterr().err


def test_cores_are_shared_out_evenly(monkeypatch):
    monkeypatch.setattr(campaign, "available_cores", lambda: [0, 1, 2, 3, 4])
    assert campaign.share_cores(2, "cpu") == [[0, 1], [2, 3, 4]]
    more_runs_than_cores = campaign.share_cores(6, "cpu")
    assert all(len(cores) == 1 for cores in more_runs_than_cores)
    assert {core for (core,) in more_runs_than_cores} == {0, 1, 2, 3, 4}
    assert campaign.share_cores(3, "cuda") == [None] * 3


def test_help_shows_a_file_that_can_be_read(place):
    shown = subprocess.run([sys.executable, SCRIPT, "--help"], capture_output=True, text=True).stdout
    example = "\n".join(
        line.strip()
        for line in shown.splitlines()
        if line.startswith("  ") and " = " in line or line.strip() == "[[run]]"
    )
    Path("RUNS.toml").write_text(example)
    jobs = campaign.read("RUNS.toml")
    assert [(job.name, job.settings.variant, job.settings.steps) for job in jobs] == [
        ("narrow", "dcgan", 8000),
        ("critic", "wgan_gp", 8000),
    ]
    assert jobs[1].settings.flip is False and jobs[0].settings.generator["width"] == 16
