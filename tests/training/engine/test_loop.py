"""The loop: runs resume to the bit, stop on a signal, refuse NaN, keep the old checkpoint, share the work."""

import errno
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import torch
from PIL import Image
from safetensors.torch import load_file

import models
from models import hub
from training import recipes
from training.engine import checkpoint
from training.engine.checkpoint import CheckpointError
from training.engine.loop import Diverged
from training.report.export import install

ROOT = Path(__file__).resolve().parents[3]


def weights_of(run):
    return {f"{name}.{key}": t.clone() for name, net in run.modules.items() for key, t in net.state_dict().items()}


def same(a, b):
    return a.keys() == b.keys() and all(torch.equal(a[key], b[key]) for key in a)


@pytest.mark.parametrize("variant", models.names())
def test_resuming_gives_the_very_weights_of_never_having_stopped(variant, run_of):
    settings = recipes.load(variant).SETTINGS
    random = {"flip": True, "jitter": True, "augment": "translation"}
    random = {name: value for name, value in random.items() if hasattr(settings, name)}
    whole = run_of(variant, "whole", **random)
    whole.train()
    first = run_of(variant, "parts", **random)
    for _ in range(2):
        first.learn()
    first.save()
    torch.manual_seed(99)
    second = run_of(variant, "parts", **random)
    assert second.step == 2
    second.train()
    assert same(weights_of(whole), weights_of(second))
    assert same(load_file(whole.saved), load_file(second.saved))


def test_the_discriminator_learns_alone_first_and_that_resumes_to_the_bit(run_of):
    whole, parts = (run_of("stargan", out, lead=3) for out in ("whole", "parts"))
    begin = weights_of(parts)
    for _ in range(2):
        parts.learn()
    now = weights_of(parts)
    moved = {key.split(".")[0] for key in now if not torch.equal(begin[key], now[key])}
    assert moved == {"D"}
    parts.save()
    again = run_of("stargan", "parts", lead=3)
    whole.train()
    again.train()
    assert same(weights_of(whole), weights_of(again))
    end = weights_of(again)
    assert {key.split(".")[0] for key in end if not torch.equal(begin[key], end[key])} == {"G", "D", "ema"}


@pytest.mark.parametrize("variant", models.names())
def test_a_finished_run_exports_what_models_can_load(variant, run_of, tmp_path):
    run = run_of(variant)
    assert run.train()
    loaded = models.load(variant, device="cpu", folder=tmp_path / "run" / "export")
    if models.entry(variant).translates:
        for options in loaded.ways.values():
            assert loaded.translate(Image.new("RGB", (20, 12)), **options).size == (20, 12)
    else:
        assert loaded.sample(n=2).shape == (2, loaded.channels, 16, 16)
    config = loaded.config
    assert config["steps"] == 6 and config["objective"] == run.game.objective
    lines = [json.loads(line) for line in (tmp_path / "run" / "metrics.jsonl").read_text().splitlines()]
    assert [line["step"] for line in lines] == [1, 2, 3, 4, 5, 6] and "images_per_second" in lines[0]
    assert (tmp_path / "run" / "samples" / "step_0000006.png").exists()
    assert list((tmp_path / "run").rglob("events.out.tfevents*"))


def test_install_puts_the_export_and_its_row_in_place(run_of, tmp_path, monkeypatch):
    run_of("gan").train()
    weights, manifest = tmp_path / "weights", tmp_path / "manifest.json"
    monkeypatch.setattr(hub, "WEIGHTS", weights)
    monkeypatch.setattr(hub, "MANIFEST", manifest)
    install(tmp_path / "run" / "export", "gan")
    assert hub.fetch("gan", manifest=manifest, bundled=weights).source == "bundled copy"
    row = json.loads(manifest.read_text())["variants"]["gan"]
    assert row["revision"] is None and set(row["files"]) >= {"config.json", "generator.safetensors"}


@pytest.mark.parametrize("after, decay", [(1, 2 / 11), (1000, 0.9)])
def test_the_moving_average_has_the_set_decay_and_a_warm_up(run_of, after, decay):
    run = run_of("gan", ema=0.9)
    run.learn()
    run.game.ema.n_averaged.fill_(after)
    before = [p.clone() for p in run.game.ema.module.parameters()]
    run.learn()
    for old, new, live in zip(before, run.game.ema.module.parameters(), run.game.G.parameters()):
        assert torch.allclose(new, decay * old + (1 - decay) * live, atol=1e-6)


def test_the_discriminator_takes_its_steps_before_each_of_the_generator_s(run_of):
    run, steps = run_of("gan", d_steps=3), []
    for name in ("d_loss", "g_loss"):
        loss = getattr(run.game, name)
        setattr(
            run.game, name, lambda *args, name=name, loss=loss, **more: (steps.append(name), loss(*args, **more))[1]
        )
    run.learn()
    run.learn()
    assert steps == 2 * ["d_loss", "d_loss", "d_loss", "g_loss"] and run.images_seen == 2 * 3 * 8


def test_learning_rates_fall_linearly_to_zero(run_of):
    run, rates = run_of("gan", steps=8, decay_from=0.5, g_lr=1e-3, d_lr=2e-3), []
    for _ in range(8):
        run.learn()
        rates.append((run.g_opt.param_groups[0]["lr"], run.d_opt.param_groups[0]["lr"]))
    assert [g for g, _ in rates] == pytest.approx([1e-3] * 5 + [7.5e-4, 5e-4, 2.5e-4])
    assert all(d == pytest.approx(2 * g) for g, d in rates)


def test_best_snapshot_is_kept_when_later_ones_are_worse(run_of, tmp_path):
    run = run_of("gan", steps=9)
    scores = iter([5.0, 2.0, 7.0])
    run.distances = lambda samples: {"kid": next(scores)}
    run.train()
    steps = {
        name: json.loads((tmp_path / "run" / name / "config.json").read_text())["steps"] for name in ("export", "last")
    }
    assert steps == {"export": 6, "last": 9} and run.best == 2.0


def test_nan_stops_with_the_step_and_the_last_good_checkpoint(run_of, tmp_path):
    run = run_of("gan", steps=20, log_every=5, snapshot_every=3)
    learn = run.learn

    def poisoned():
        if run.step == 6:
            with torch.no_grad():
                next(run.game.G.parameters()).fill_(float("nan"))
        return learn()

    run.learn = poisoned
    with pytest.raises(Diverged, match=r"step 7; .*step_0000006"):
        run.train()
    path, tensors, meta = checkpoint.newest(tmp_path / "run" / "checkpoints")
    assert meta["step"] == 6 and all(torch.isfinite(t.float()).all() for t in tensors.values())


def test_a_full_disk_keeps_the_old_checkpoint(run_of, tmp_path, monkeypatch):
    run = run_of("gan")
    run.learn()
    run.save()
    run.learn()

    def full(tensors, path, metadata=None):
        Path(path).write_bytes(b"half")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(checkpoint, "save_file", full)
    with pytest.raises(CheckpointError, match="cannot write .*No space left"):
        run.save()
    folder = tmp_path / "run" / "checkpoints"
    assert [p.name for p in folder.iterdir()] == ["step_0000001.safetensors"]
    assert checkpoint.newest(folder)[2]["step"] == 1


def test_a_damaged_newest_checkpoint_is_passed_over(run_of, tmp_path, capsys):
    run = run_of("gan")
    for _ in range(2):
        run.learn()
        run.save()
    newest = tmp_path / "run" / "checkpoints" / "step_0000002.safetensors"
    newest.write_bytes(newest.read_bytes()[:1000])
    assert run_of("gan").step == 1
    assert "step_0000002.safetensors is damaged" in capsys.readouterr().out


def test_a_checkpoint_of_another_variant_is_refused(run_of):
    run = run_of("gan")
    run.learn()
    run.save()
    with pytest.raises(CheckpointError, match="belongs to gan, not cgan.*--fresh"):
        run_of("cgan")
    assert run_of("cgan", fresh=True).step == 0


def test_fresh_starts_over_and_later_runs_resume_the_new_one(run_of):
    old = run_of("gan", steps=5)
    old.train()
    new = run_of("gan", fresh=True)
    assert new.step == 0
    new.learn()
    new.save()
    assert run_of("gan").step == 1


def test_a_checkpoint_of_another_size_is_refused(run_of):
    run = run_of("gan")
    run.learn()
    run.save()
    with pytest.raises(CheckpointError, match="another shape.*--fresh"):
        run_of("gan", generator={"width": 8})


@pytest.mark.parametrize("variant", models.names())
def test_a_run_goes_on_from_a_finished_checkpoint(variant, run_of, tmp_path):
    first = run_of(variant, "first")
    first.train()
    second = run_of(variant, "second", steps=8)
    second.begin_from(tmp_path / "first" / "export")
    assert (second.step, second.images_seen) == (first.step, first.images_seen)
    assert second.game.ema.n_averaged == first.step, "no warm-up: what begins is a finished average"
    second.game.grow(second.step)
    assert (first.game.samples(24) - second.game.samples(24)).abs().mean() < 0.01  # stored as fp16
    assert second.train() and second.step == 8


def test_a_checkpoint_to_go_on_from_must_fit(run_of, tmp_path):
    run_of("dcgan", "first").train()
    with pytest.raises(CheckpointError, match="other shapes"):
        run_of("dcgan", "second", generator={"width": 8}).begin_from(tmp_path / "first" / "export")
    run_of("sagan", "third").train()
    with pytest.raises(CheckpointError, match="other shapes"):  # a layer that the run has not is not dropped in silence
        run_of("sagan", "fourth", generator={"attention": 0}).begin_from(tmp_path / "third" / "export")


@pytest.fixture
def pictures(tmp_path):
    """Twelve grey pictures in two class folders."""
    for i in range(12):
        place = tmp_path / "pictures" / "ab"[i % 2] / f"{i}.png"
        place.parent.mkdir(parents=True, exist_ok=True)
        Image.effect_noise((20, 20), 60 + i).convert("RGB").save(place)
    return tmp_path / "pictures"


def command(settings, pictures, out):
    """run.py's options for these settings."""
    options = [settings.variant, "--data", str(pictures), "--out", str(out), "--device", "cpu", "--quiet"]
    for name, value in vars(settings).items():
        flag = "--" + name.replace("_", "-")
        if isinstance(value, dict):
            options += [flag, *(f"{k}={json.dumps(v)}" for k, v in value.items())] if value else []
        elif isinstance(value, bool):
            options.append(flag if value else flag.replace("--", "--no-"))
        elif name not in ("variant", "data"):
            options.append(f"{flag}={value}")
    return options


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_finishes_the_step_saves_and_exits_zero(number, pictures, tiny_settings, tmp_path):
    out = tmp_path / "out"
    endless = command(tiny_settings("gan", steps=10**6, snapshot_every=10**6), pictures, out)
    run = subprocess.Popen(
        [sys.executable, ROOT / "training" / "run.py", *endless],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
    )
    deadline = time.time() + 120
    while time.time() < deadline and not (out / "metrics.jsonl").exists():
        time.sleep(0.1)
    time.sleep(0.5)
    run.send_signal(number)
    stdout, stderr = run.communicate(timeout=60)
    assert run.returncode == 0, stderr
    path, _, meta = checkpoint.newest(out / "checkpoints")
    assert f"stopped at step {meta['step']}" in stdout and path.name in stdout


LAUNCH = "--cpu --num_processes 2 --num_machines 1 --mixed_precision no --dynamo_backend no --main_process_port 0"


@pytest.mark.parametrize(
    "variant", [pytest.param(name, marks=pytest.mark.long) for name in ("dcgan", "progan", "biggan")]
)
def test_two_processes_train_the_same_gan_as_one(variant, pictures, tiny_settings, tmp_path):
    settings = tiny_settings(variant, steps=3, augment="translation")
    script = str(ROOT / "training" / "run.py")
    one, two = ([script, *command(settings, pictures, tmp_path / out)] for out in ("one", "two"))
    launch = [sys.executable, "-m", "accelerate.commands.launch", *LAUNCH.split()]
    env = {**os.environ, "OMP_NUM_THREADS": "1"}
    runs = [
        subprocess.run(argv, env=env, capture_output=True, text=True, timeout=240)
        for argv in ([sys.executable, *one], [*launch, *two])
    ]
    assert all(r.returncode == 0 for r in runs), runs[1].stderr[-2000:]
    a, b = (checkpoint.newest(tmp_path / out / "checkpoints")[1] for out in ("one", "two"))
    for key in a:
        if key[:2] in ("G.", "D.", "em"):
            assert torch.allclose(a[key], b[key], atol=2e-5), key
