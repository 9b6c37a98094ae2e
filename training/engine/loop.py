"""The training loop that all variants share: D steps, a G step, the moving average, logs, snapshots."""

import dataclasses
import json
import shutil
import signal
import time
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import torch
from accelerate import Accelerator
from accelerate.utils import set_seed
from tqdm import tqdm

from models import hub
from models.images import grid, to_uint8
from training import recipes
from training.engine import checkpoint, distributed, memory
from training.engine.checkpoint import CheckpointError
from training.engine.graphs import Graphs
from training.judge import distances, features
from training.recipes.random_stream import RandomStream

SAMPLES = 512  # pictures of each kind by which a snapshot is measured
SHOWN = 64  # pictures on its sheet
SHAPES = ("resolution", "channels", "generator", "second", "discriminator")  # settings that shape the networks
COUNTS = ("step", "images_seen", "best", "seconds")  # what a run keeps count of, saved with its networks


class Diverged(RuntimeError):
    """A loss that is no longer finite: names the step, and the checkpoint to go on from."""


@contextmanager
def caught_signals():
    """A list to which Ctrl-C and SIGTERM add their numbers, and do nothing else while this lasts."""
    numbers = []
    handlers = {n: signal.signal(n, lambda n, frame: numbers.append(n)) for n in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield numbers
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)


class Run:
    """One training run in a folder: begins or resumes, learns, and can be stopped at any step.

    settings: the recipe's; data: `ImageSet`; device: "auto", "cpu", "cuda" or "mps"; game: a Game class in place of the
    recipe's; export: called as export(run, folder) at snapshots, None: nothing is exported.
    """

    def __init__(self, settings, data, out, device="auto", fresh=False, quiet=False, game=None, export=None):
        self.settings, self.data, self.out, self.quiet, self.export = settings, data, Path(out), quiet, export
        self.accelerator = Accelerator(
            cpu=device == "cpu",
            log_with="tensorboard",
            project_dir=self.out,
            mixed_precision="bf16" if settings.precision == "bf16" else "no",
        )
        world, rank = self.accelerator.num_processes, self.accelerator.process_index
        if settings.batch_size % world:
            raise ValueError(f"batch size {settings.batch_size} cannot be shared equally by {world} processes")
        self.local_batch, self.device = settings.batch_size // world, self.accelerator.device
        set_seed(settings.seed)
        if self.device.type == "cpu":
            memory.keep_freed()
        torch.backends.cudnn.benchmark = True  # shapes are the same at every step: the fastest kernels are sought once
        self.random = RandomStream(settings.seed, self.device, rank, world)
        self.game = (game or recipes.load(settings.variant).Game)(settings, data, self.random)
        for network in (self.game.G, self.game.D) if world > 1 else ():
            distributed.share_batch_norm(network)
        self.g_opt = self._optimizer(self.game.G, settings.g_lr)
        self.d_opt = self._optimizer(self.game.D, settings.d_lr)
        self.modules, self.optimizers = self.game.modules, {"g_opt": self.g_opt, "d_opt": self.d_opt}
        self.rates = torch.zeros(2, device=self.device)  # CUDA graphs read them: tensors that stay
        self.step, self.images_seen, self.best, self.seconds, self.saved = 0, 0, None, 0.0, None
        self.begun_from = None  # the finished checkpoint that it went on from, by --from
        self.bad_step = torch.full((), -1, device=self.device)
        for folder in ("checkpoints", "tensorboard") if fresh and self.accelerator.is_main_process else ():
            shutil.rmtree(self.out / folder, ignore_errors=True)
        if not fresh:
            self._resume()
        self.distances = self._distances()
        self.game.grow(self.step)
        self.graphs = None
        if self.device.type == "cuda" and world == 1:
            self.graphs = Graphs(self._updates, self.random.generator)
        self._scale_learning_rates(1.0)

    def _optimizer(self, net, lr):
        s, device = self.settings, self.device.type
        adam = partial(torch.optim.Adam, betas=(s.beta1, s.beta2), fused=device in ("cuda", "cpu"))
        optimizer = {"adam": adam, "rmsprop": partial(torch.optim.RMSprop, foreach=True)}[s.optimizer]
        return optimizer(net.parameters(), lr, capturable=device == "cuda")

    def _distances(self):
        """A function from uint8 samples to {name: distance}, by which the best snapshot is kept; or None."""
        if self.settings.judge == "none" or not self.accelerator.is_main_process:
            return None
        order = torch.randperm(len(self.data), generator=torch.Generator().manual_seed(0))
        extract, _ = features.extractor(self.device)
        real = extract(self.data.images[order[:SAMPLES]])
        return lambda samples: {"kid": distances.kid(real, extract(samples))}

    def _resume(self):
        found = checkpoint.newest(self.out / "checkpoints")
        if found is None:
            return
        self.saved, tensors, meta = found
        saved, variant = meta["settings"]["variant"], self.settings.variant
        if saved != variant:
            raise CheckpointError(
                f"{self.saved} belongs to {saved}, not {variant}: give another --out, or --fresh to start over"
            )
        checkpoint.restore(tensors, self.modules, self.optimizers, self.random)
        self.step, self.images_seen, self.best, self.seconds = (meta[name] for name in COUNTS)
        self.begun_from = meta.get("begun_from")
        self.accelerator.print(f"resuming {self.saved} at step {self.step}")

    def begin_from(self, folder):
        """Take over a finished checkpoint's networks and its counts; the optimizers' moments begin anew."""
        weights = hub.from_folder(self.settings.variant, folder)
        try:
            self.game.load({role: weights.state_dict(role) for role in self.game.configs})
        except RuntimeError:
            old, new = weights.config.get("settings", {}), vars(self.settings)
            given = [f"--{name}" for name in SHAPES if name in new and old.get(name, new[name]) != new[name]]
            why = f"leave away {' and '.join(given)}" if given else "it learned other classes or data sets"
            raise CheckpointError(f"{folder} has other shapes than this run: {why}") from None
        config, self.begun_from = weights.config, str(folder)
        self.step, self.images_seen, self.seconds = config["steps"], config["images_seen"], 3600 * config["hours"]
        self.game.ema.n_averaged.fill_(self.step)  # no warm-up: these weights are finished
        self.accelerator.print(f"going on from {folder} at step {self.step}")

    def train(self):
        """Learn until `settings.steps`, a signal, or a loss that is not finite; True if the end was reached."""
        s = self.settings
        hide = self.quiet or not self.accelerator.is_main_process
        bar = tqdm(total=s.steps, initial=self.step, desc=s.variant, unit="step", dynamic_ncols=True, disable=hide)
        with caught_signals() as signals, bar:
            self._open_logs()
            begin, logged = time.monotonic() - self.seconds, (time.monotonic(), self.step)
            while self.step < s.steps and not self._asked_to_stop(signals):
                d_loss, g_loss = self.learn()
                bar.update()
                self.seconds = time.monotonic() - begin
                if self.step % s.log_every == 0:
                    self._check_finite()
                    speed = s.batch_size * (self.step - logged[1]) / (time.monotonic() - logged[0])
                    logged = time.monotonic(), self.step
                    line = {"d_loss": d_loss.item(), "g_loss": g_loss.item(), "images_per_second": round(speed, 1)}
                    bar.set_postfix_str(f"D {line['d_loss']:.3f}, G {line['g_loss']:.3f}, {speed:.0f} images/s")
                    self._log(line)
                if self.step % s.snapshot_every == 0 or self.step == s.steps:
                    self.snapshot()
                    logged = time.monotonic(), self.step
            if self.step < s.steps:
                self.save()
        self.accelerator.end_training()
        return self.step >= s.steps

    def learn(self):
        """One step of the game: `d_steps` updates of D, one of G, the moving average; both losses."""
        s = self.settings
        if s.decay_from < 1:
            self._scale_learning_rates(min(1.0, (1 - self.step / s.steps) / (1 - s.decay_from)))
        self.game.grow(self.step)
        d_loss, g_loss = self.graphs(self.game.graph_key(self.step)) if self.graphs else self._updates()
        self.step += 1
        self.images_seen += s.batch_size * s.d_steps
        not_finite = ~torch.isfinite(d_loss + g_loss)
        self.bad_step = torch.where(not_finite & (self.bad_step < 0), self.step, self.bad_step)
        return d_loss, g_loss

    def _updates(self):
        """The updates of one step, which a CUDA graph can record; both losses."""
        d_steps = self.settings.d_steps
        for i in range(self.step * d_steps, (self.step + 1) * d_steps):
            d_loss = self._update(self.d_opt, self.game.D, partial(self.game.d_loss, step=i))
            self.game.after_d()
        if self.step < self.game.lead:
            return d_loss, torch.zeros_like(d_loss)
        self.game.D.requires_grad_(False)
        g_loss = self._update(self.g_opt, self.game.G, self.game.g_loss)
        self.game.D.requires_grad_(True)
        self.game.update_ema()
        return d_loss, g_loss

    def _update(self, optimizer, net, loss_of):
        """One step of an optimizer on loss_of(n pictures); the loss."""
        optimizer.zero_grad(set_to_none=True)
        with self.accelerator.autocast():
            loss = loss_of(self.local_batch)
        self.accelerator.backward(loss)
        if self.accelerator.num_processes > 1:
            grads = [p.grad for p in net.parameters() if p.grad is not None]
            distributed.average([*grads, *(b for b in net.buffers() if b.is_floating_point())], self.accelerator)
        optimizer.step()
        return loss.detach()

    def _scale_learning_rates(self, share):  # of the settings'
        rates = (self.settings.g_lr * share, self.settings.d_lr * share)
        for optimizer, rate, tensor in zip((self.g_opt, self.d_opt), rates, self.rates):
            optimizer.param_groups[0]["lr"] = tensor.fill_(rate) if self.graphs else rate

    def snapshot(self):
        """Sample grid and distances of the moving average, exports of the last and the best, a checkpoint."""
        self._check_finite()
        if self.accelerator.is_main_process:
            self.game.calibrate()
            samples = self.game.samples(SAMPLES if self.distances else SHOWN)
            sheet = grid(samples[: SHOWN // self.game.columns * self.game.columns], self.game.columns)
            (self.out / "samples").mkdir(exist_ok=True)
            checkpoint.write(self.out / "samples" / f"step_{self.step:07d}.png", lambda p: sheet.save(p, "PNG"))
            images = {"samples": to_uint8(samples[:SHOWN]).numpy()}
            self.accelerator.get_tracker("tensorboard").log_images(images, step=self.step)
            distances = self.distances(to_uint8(samples)) if self.distances else {}
            self._log(distances)
            score = next(iter(distances.values()), None)
            better = score is None or self.best is None or score <= self.best
            self.best = score if better else self.best
            for folder in (("last", "export") if better else ("last",)) if self.export else ():
                self.export(self, self.out / folder)
        self.save()

    def save(self):
        """Write a checkpoint of this step."""
        self._check_finite()
        if self.accelerator.is_main_process:
            counts = {name: getattr(self, name) for name in COUNTS}
            settings, game = dataclasses.asdict(self.settings), self.game
            meta = {"settings": settings, "classes": game.classes, "begun_from": self.begun_from}
            meta |= {**game.facts, **counts}
            self.saved = checkpoint.save(self.out / "checkpoints", meta, self.modules, self.optimizers, self.random)
        self.accelerator.wait_for_everyone()

    def _check_finite(self):
        step = int(self.bad_step)
        if step >= 0:
            good = f"the last good checkpoint is {self.saved}" if self.saved else "no checkpoint was saved before it"
            raise Diverged(
                f"a loss turned NaN or infinite at step {step}; {good}. Lower --g-lr and --d-lr, and run again"
            )

    def _asked_to_stop(self, signals):
        """True if a signal has reached this process or, of several, any."""
        if self.accelerator.num_processes == 1:
            return bool(signals)
        return bool(self.accelerator.reduce(torch.tensor(float(len(signals)), device=self.device), "sum") > 0)

    def _open_logs(self):
        """Begin TensorBoard's log; drop lines of metrics.jsonl that were written after the checkpoint resumed from."""
        self.out.mkdir(parents=True, exist_ok=True)
        if self.accelerator.is_main_process:
            settings, path = json.dumps(dataclasses.asdict(self.settings), indent=2), self.out / "metrics.jsonl"
            checkpoint.write(self.out / "config.json", lambda p: p.write_text(settings + "\n", encoding="utf-8"))
            lines = path.read_text().splitlines(keepends=True) if path.exists() else []
            kept = "".join(line for line in lines if json.loads(line)["step"] <= self.step)
            checkpoint.write(path, lambda p: p.write_text(kept))
        self.accelerator.init_trackers("tensorboard")

    def _log(self, values):
        if self.accelerator.is_main_process and values:
            with open(self.out / "metrics.jsonl", "a", encoding="utf-8") as file:
                seconds = round(self.seconds, 1)
                file.write(json.dumps({"step": self.step, "seconds": seconds, **values}) + "\n")
        self.accelerator.log(values, step=self.step)


def hardware(device):
    """What a run learned on, in words."""
    threads = torch.get_num_threads()
    if device.type == "cpu":
        return f"{threads} CPU core{'s' if threads > 1 else ''}"
    return torch.cuda.get_device_name(device) if device.type == "cuda" else device.type
