"""The loop: resume to the bit, stop on a signal, refuse NaN, keep the old checkpoint, share the work."""

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
from training.engine import checkpoint
from training.engine.checkpoint import CheckpointError
from training.engine.loop import Diverged
from training.recipes.settings import VARIANTS
from training.report.export import install

ROOT = Path(__file__).resolve().parents[2]


def weights_of(run):
    return {f"{name}.{key}": t.clone() for name, net in run.modules.items() for key, t in net.state_dict().items()}


def same(a, b):
    return a.keys() == b.keys() and all(torch.equal(a[key], b[key]) for key in a)


@pytest.mark.parametrize("variant", VARIANTS)
def test_resuming_gives_the_very_weights_of_never_having_stopped(variant, run_of):
    augment = {"augment": "color,translation,cutout", "flip": True}
    whole = run_of(variant, "whole", **augment)
    whole.train()
    first = run_of(variant, "parts", **augment)
    for _ in range(2):
        first.learn()
    first.save()
    torch.manual_seed(99)
    second = run_of(variant, "parts", **augment)
    assert second.step == 2
    second.train()
    assert same(weights_of(whole), weights_of(second))
    assert same(load_file(whole.saved), load_file(second.saved))


@pytest.mark.parametrize("variant", ["dcgan", "stargan"])
def test_the_discriminator_leads_alone_and_a_resumed_lead_is_exact(variant, run_of):
    whole, parts = (run_of(variant, out, lead=3) for out in ("whole", "parts"))
    begun = weights_of(parts)
    for _ in range(2):
        parts.learn()
    now = weights_of(parts)
    moved = {key.split(".")[0] for key in now if not torch.equal(begun[key], now[key])} - {"ema"}
    assert "D" in moved and all(
        torch.equal(begun[key], now[key])
        for key in now
        if key.startswith("G.") and "running" not in key and "tracked" not in key
    )
    parts.save()
    again = run_of(variant, "parts", lead=3)
    whole.train()
    again.train()
    assert same(weights_of(whole), weights_of(again)) and not same(begun, weights_of(again))


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_finished_run_exports_what_models_can_load(variant, run_of, tmp_path):
    run = run_of(variant)
    assert run.train()
    loaded = models.load(variant, device="cpu", folder=tmp_path / "run" / "export")
    if models.entry(variant).translates:
        options = {"faces": "whole", "expression": "3"} if variant == "stargan" else {}
        assert loaded.translate(Image.new("RGB", (20, 12)), **options).size == (20, 12)
    else:
        assert loaded.sample(n=2).shape == (2, loaded.channels, 16, 16)
    config = loaded.config
    assert config["steps"] == 6 and config["settings"]["objective"] == run.settings.objective
    lines = [json.loads(line) for line in (tmp_path / "run" / "metrics.jsonl").read_text().splitlines()]
    assert [line["step"] for line in lines] == [1, 2, 3, 4, 5, 6] and "images_per_second" in lines[0]
    assert (tmp_path / "run" / "samples" / "step_0000006.png").exists()
    assert list((tmp_path / "run").rglob("events.out.tfevents*"))


def test_install_puts_the_export_and_its_row_in_place(run_of, tmp_path):
    run_of("gan").train()
    weights, manifest = tmp_path / "weights", tmp_path / "manifest.json"
    install(tmp_path / "run" / "export", "gan", manifest, weights)
    from models import hub

    assert hub.fetch("gan", manifest=manifest, bundled=weights).source == "bundled copy"
    row = json.loads(manifest.read_text())["variants"]["gan"]
    assert row["revision"] is None and set(row["files"]) >= {"config.json", "generator.safetensors"}


@pytest.mark.parametrize("after, decay", [(1, 2 / 11), (1000, 0.9)])
def test_generator_average_follows_at_the_set_decay_faster_at_first(run_of, after, decay):
    run = run_of("gan", ema=0.9)
    run.learn()
    run.game.ema.n_averaged.fill_(after)
    before = [p.clone() for p in run.game.ema.module.parameters()]
    run.learn()
    for old, new, live in zip(before, run.game.ema.module.parameters(), run.game.G.parameters()):
        assert torch.allclose(new, decay * old + (1 - decay) * live, atol=1e-6)


def test_critic_takes_its_steps_and_stays_clipped(run_of):
    run = run_of("wgan", d_steps=5)
    calls = []
    after = run.game.after_d
    run.game.after_d = lambda: (calls.append(1), after())
    run.learn()
    assert len(calls) == 5
    assert max(p.abs().max().item() for p in run.game.D.parameters()) <= 0.01 + 1e-8


def test_best_snapshot_is_kept_when_later_ones_are_worse(run_of, tmp_path):
    run = run_of("gan", steps=9)
    scores = iter([5.0, 2.0, 7.0])
    run.judge = lambda pictures: {"swd": next(scores)}
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
        run_of("gan", generator={"width": 24})


def test_temperature_is_shipped_and_shown_and_never_learned_from(run_of, tmp_path):
    plain, hot = run_of("sagan", "plain"), run_of("sagan", "hot", temperature=1.5)
    assert plain.train() and hot.train()
    assert same(plain.game.shipped()["generator"].state_dict(), hot.game.shipped()["generator"].state_dict())
    shown = hot.game.samples(4)
    assert not torch.equal(plain.game.samples(4), shown)
    z = torch.randn(4, hot.game.G.latent_dim, generator=torch.Generator().manual_seed(0))
    loaded = models.load("sagan", device="cpu", folder=tmp_path / "hot" / "export")
    assert torch.allclose(loaded.sample(z=z), shown, atol=0.02)  # fp16


def test_a_temperature_that_cannot_be_is_one_clear_line(run_of):
    with pytest.raises(ValueError, match="temperature is 0.0; it must be above 0"):
        run_of("dcgan", temperature=0.0)
    with pytest.raises(ValueError, match="progan brings every z to one length"):
        run_of("progan", temperature=1.2)


def test_parts_of_a_batch_add_up_to_the_batch(run_of):
    whole, parts = run_of("wgan_gp", "whole", penalty=0.0), run_of("wgan_gp", "parts", penalty=0.0, accumulate=4)
    real, z = torch.rand(8, 3, 16, 16), torch.rand(8, 8)
    for run, n in ((whole, 8), (parts, 2)):
        slices = iter(range(0, 8, n))

        def loss_of(count, run=run, slices=slices):
            at = next(slices)
            return run.game.D(real[at : at + count]).mean() + z.mean()

        run._update(run.d_opt, run.game.D, loss_of)
    for a, b in zip(whole.game.D.parameters(), parts.game.D.parameters()):
        assert torch.allclose(a.grad, b.grad, atol=1e-6)


@pytest.mark.parametrize("variant", ["dcgan", "sagan", "biggan", "progan"])
def test_a_run_goes_on_from_a_finished_checkpoint(variant, run_of, tmp_path):
    first = run_of(variant, "first")
    first.train()
    second = run_of(variant, "second", steps=8)
    second.begin_from(tmp_path / "first" / "export")
    assert (second.step, second.images_seen) == (first.step, first.images_seen)
    assert second.game.ema.n_averaged == first.step, "what begins is a finished average, not noise"
    z = torch.randn(2, first.game.G.latent_dim)
    labels = (torch.tensor([0, 1]),) if first.game.classes else ()
    old, new = first.game.shipped(), second.game.shipped()
    for role, args in (("generator", (z, *labels)), ("discriminator", (torch.rand(2, 3, 16, 16), *labels))):
        a, b = (nets[role].eval()(*args) for nets in (old, new))
        assert torch.allclose(a, b, atol=0.05), role  # stored as fp16
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
    from PIL import Image

    folder = tmp_path / "pictures"
    folder.mkdir()
    for i in range(12):
        Image.effect_noise((20, 20), 60 + i).convert("RGB").save(folder / f"{i}.png")
    return folder


def command(pictures, out, *more):
    small = [
        "--resolution",
        "16",
        "--channels",
        "1",
        "--batch-size",
        "8",
        "--precision",
        "fp32",
        "--judge",
        "none",
        "--generator",
        "width=16",
        "latent_dim=8",
        "--discriminator",
        "width=16",
        "dropout=0",
    ]
    return ["gan", "--data", str(pictures), "--out", str(out), "--device", "cpu", "--quiet", *small, *more]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_finishes_the_step_saves_and_exits_zero(number, pictures, tmp_path):
    out = tmp_path / "out"
    endless = command(pictures, out, "--steps", "1000000")
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


@pytest.mark.parametrize("variant", ["gan", "dcgan", "progan", "biggan"])
def test_two_processes_train_the_same_gan_as_one(variant, pictures, tmp_path):
    args = ["--steps", "3", "--snapshot-every", "3"]
    if variant != "gan":
        latent = {"biggan": "latent_dim=9"}.get(variant, "latent_dim=8")
        args += ["--channels", "3", "--generator", "width=4", latent, "--discriminator", "width=4"]
        args += ["--augment", "translation,cutout"] if variant != "progan" else ["--grow", "8=1", "16=3", "--fade", "1"]
    if variant == "biggan":
        for i, picture in enumerate(sorted(pictures.iterdir())):
            (pictures / "ab"[i % 2]).mkdir(exist_ok=True)
            picture.rename(pictures / "ab"[i % 2] / picture.name)
    script = str(ROOT / "training" / "run.py")
    one, two = ([variant, *command(pictures, tmp_path / out, *args)[1:]] for out in ("one", "two"))
    if variant != "gan":
        one, two = ([a for a in c if a != "dropout=0"] for c in (one, two))
    env = {**os.environ, "OMP_NUM_THREADS": "1"}
    launch = [
        sys.executable,
        "-m",
        "accelerate.commands.launch",
        "--cpu",
        "--num_processes",
        "2",
        "--num_machines",
        "1",
        "--mixed_precision",
        "no",
        "--dynamo_backend",
        "no",
        "--main_process_port",
        "0",
    ]
    runs = [
        subprocess.run(c, env=env, capture_output=True, text=True, timeout=240)
        for c in ([sys.executable, script, *one], [*launch, script, *two])
    ]
    assert all(r.returncode == 0 for r in runs), runs[1].stderr[-2000:]
    a, b = (checkpoint.newest(tmp_path / out / "checkpoints")[1] for out in ("one", "two"))
    for key in a:
        if key[:2] in ("G.", "D.", "em"):
            assert torch.allclose(a[key], b[key], atol=2e-5), key
