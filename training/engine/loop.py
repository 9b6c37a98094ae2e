"""The loop the whole family learns by: D steps, a G step, the moving average, a line of the log, a snapshot."""

import dataclasses
import json
import shutil
import signal
import time
from functools import partial
from pathlib import Path

import torch
from accelerate import Accelerator
from accelerate.utils import set_seed
from tqdm import tqdm

from models import hub
from models.images import grid, to_uint8
from training.data import licences
from training.engine import checkpoint, distributed, memory
from training.engine.checkpoint import CheckpointError
from training.engine.graphs import Graphs
from training.judge import inception
from training.judge import sliced_wasserstein as metrics
from training.recipes.noise import NoiseGame
from training.recipes.random_stream import Draw
from training.recipes.translation import ColorizeGame, CycleGame, PairGame, StarGame
from training.report import export

GAMES = {"colorize": ColorizeGame, "pix2pix": PairGame, "cyclegan": CycleGame, "stargan": StarGame}  # others: noise
JUDGED = 1024  # pictures a snapshot is judged by


class Diverged(RuntimeError):
    """A loss that is no longer finite: names the step, and the checkpoint to go on from."""


class Run:
    """One training run in a folder: begins or resumes, learns, and can be stopped at any step.

    settings: `training.settings.Settings`; data: `training.data.ImageSet`; device: "auto", "cpu", "cuda" or "mps".
    """

    def __init__(self, settings, data, out, device="auto", fresh=False, quiet=False):
        self.settings, self.out, self.quiet = settings, Path(out), quiet
        self.accelerator = Accelerator(
            cpu=device == "cpu",
            log_with="tensorboard",
            project_dir=self.out,
            mixed_precision="bf16" if settings.precision == "bf16" else "no",
        )
        world, rank = self.accelerator.num_processes, self.accelerator.process_index
        if settings.batch_size % (world * settings.accumulate):
            raise ValueError(
                f"batch size {settings.batch_size} cannot be shared by {world} processes in "
                f"{settings.accumulate} parts equally"
            )
        self.local_batch = settings.batch_size // world
        set_seed(settings.seed)
        self.device, self.data = self.accelerator.device, data  # all of it, held out or not
        if self.device.type == "cpu":
            memory.keep()
        torch.backends.cudnn.benchmark = True  # shapes are the same at every step: the fastest kernels are sought once
        self.draw = Draw(settings.seed, self.device, rank, world)
        self.game = GAMES.get(settings.variant, NoiseGame)(settings, data, self.draw)
        if world > 1:
            distributed.share_batch_norm(self.game.G)
            distributed.share_batch_norm(self.game.D)
        self.g_opt = self._optimizer(self.game.G, settings.g_lr)
        self.d_opt = self._optimizer(self.game.D, settings.d_lr)
        self.modules = self.game.modules
        self.optimizers = {"g_opt": self.g_opt, "d_opt": self.d_opt}
        self.step, self.images_seen, self.best, self.seconds = 0, 0, None, 0.0
        self.stopping, self.saved = False, None
        self.bad_step = torch.full((), -1, device=self.device)
        if fresh and self.accelerator.is_main_process:
            for left in ("checkpoints", "tensorboard"):
                shutil.rmtree(self.out / left, ignore_errors=True)
        if not fresh:
            self._resume()
        self.judge = self._judge()
        self.game.grow(self.step)
        self.graphs = None
        if self.device.type == "cuda" and world == 1:
            self.graphs = Graphs(self._play, [self.draw.generator])
        self.slow(1.0)

    def _optimizer(self, net, lr):
        s, cuda = self.settings, self.device.type == "cuda"
        if s.optimizer == "rmsprop":
            return torch.optim.RMSprop(net.parameters(), lr, foreach=True, capturable=cuda)
        return torch.optim.Adam(
            net.parameters(), lr, (s.beta1, s.beta2), capturable=cuda, fused=cuda or self.device.type == "cpu"
        )

    def _judge(self):
        """A function from uint8 pictures to {name: distance}, the first of which keeps the best snapshot."""
        choice = self.settings.judge
        if choice == "none" or not self.accelerator.is_main_process:
            return None
        real = self.data.images[torch.randperm(len(self.data.images), generator=torch.Generator().manual_seed(0))]
        swd = metrics.SlicedWasserstein(real[:JUDGED])
        if choice == "kid" or choice == "auto" and inception.inception_available():
            kid = inception.InceptionKID(real[:JUDGED])
            return lambda x: {"kid": kid(x), "swd": swd(x)["mean"]}
        return lambda x: {"swd": swd(x)["mean"]}

    def _resume(self):
        found = checkpoint.newest(self.out / "checkpoints")
        if found is None:
            return
        path, tensors, meta = found
        theirs = meta["facts"]["settings"]["variant"]
        if theirs != self.settings.variant:
            raise CheckpointError(
                f"{path} belongs to {theirs}, not {self.settings.variant}: give another --out, or --fresh to start over"
            )
        checkpoint.restore(tensors, meta, self.modules, self.optimizers, self.draw)
        facts = meta["facts"]
        self.step, self.best, self.seconds = meta["step"], facts["best"], facts["seconds"]
        self.images_seen = facts["images_seen"]
        self.saved = path
        self.say(f"resuming {path} at step {self.step}")

    def begin_from(self, folder):
        """Take over a finished checkpoint's networks and its counts; the optimizers' moments begin anew."""
        weights = hub.from_folder(self.settings.variant, folder)
        try:
            self.game.load({role: weights.state_dict(role) for role in self.game.configs})
        except RuntimeError:
            raise CheckpointError(
                f"{folder} has other shapes than this run: leave away --generator and --discriminator"
            ) from None
        config = weights.config
        self.step, self.images_seen = config["steps"], config["images_seen"]
        self.game.ema.n_averaged.fill_(self.step)  # these weights are no noise: the average keeps its pace
        self.seconds = 3600 * config["hours"]
        self.say(f"going on from {folder} at step {self.step}")

    def train(self):
        """Learn until `settings.steps`, a signal, or a loss that is not finite; True if the end was reached."""
        s = self.settings
        self._open_logs()
        bar = tqdm(
            total=s.steps,
            initial=self.step,
            desc=s.variant,
            unit="step",
            dynamic_ncols=True,
            disable=self.quiet or not self.accelerator.is_main_process,
        )
        begun, logged = time.monotonic() - self.seconds, (time.monotonic(), self.step)
        previous = self._catch_signals()
        try:
            while self.step < s.steps and not self._stop_asked():
                d_loss, g_loss = self.learn()
                bar.update()
                self.seconds = time.monotonic() - begun
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
        finally:
            bar.close()
            for number, handler in previous.items():
                signal.signal(number, handler)
            self.accelerator.end_training()
        return self.step >= s.steps

    def learn(self):
        """One step of the game: `d_steps` updates of D, one of G, the moving average; both losses."""
        s = self.settings
        if s.decay_from < 1:
            self.slow(min(1.0, (1 - self.step / s.steps) / (1 - s.decay_from)))
        self.game.grow(self.step)
        d_loss, g_loss = self.graphs(self.game.kind_of(self.step)) if self.graphs else self._play()
        self.step += 1
        self.images_seen += s.batch_size * s.d_steps
        broken = ~torch.isfinite(d_loss + g_loss)
        self.bad_step = torch.where(broken & (self.bad_step < 0), self.step, self.bad_step)
        return d_loss, g_loss

    def slow(self, share):
        """Both learning rates at a share of the settings'; in tensors that stay in place, where graphs read them."""
        for optimizer, lr in ((self.g_opt, self.settings.g_lr), (self.d_opt, self.settings.d_lr)):
            group = optimizer.param_groups[0]
            if self.graphs is None:
                group["lr"] = lr * share
            elif isinstance(group["lr"], torch.Tensor):
                group["lr"].fill_(lr * share)
            else:
                group["lr"] = torch.tensor(lr * share, device=self.device)

    def _play(self):
        """The updates of one step; both losses."""
        s = self.settings
        for i in range(s.d_steps):
            d_loss = self._update(self.d_opt, self.game.D, partial(self.game.d_loss, step=self.step * s.d_steps + i))
            self.game.after_d()
        g_loss = torch.zeros_like(d_loss)
        if self.step >= s.lead:
            self.game.D.requires_grad_(False)
            g_loss = self._update(self.g_opt, self.game.G, self.game.g_loss)
            self.game.D.requires_grad_(True)
            self.game.after_g()
        return d_loss, g_loss

    def _update(self, optimizer, net, loss_of):
        """One step of an optimizer on loss_of(n pictures), computed in `accumulate` parts; the loss."""
        parts, total = self.settings.accumulate, 0.0
        optimizer.zero_grad(set_to_none=True)
        for _ in range(parts):
            with self.accelerator.autocast():
                loss = loss_of(self.local_batch // parts) / parts
            self.accelerator.backward(loss)
            total = total + loss.detach()
        if self.accelerator.num_processes > 1:
            grads = [p.grad for p in net.parameters() if p.grad is not None]
            distributed.average([*grads, *(b for b in net.buffers() if b.is_floating_point())], self.accelerator)
        optimizer.step()
        return total

    def snapshot(self):
        """Save everything, draw the grid, judge the moving average, keep it if it is the best so far."""
        self._check_finite()
        if self.accelerator.is_main_process:
            shipped = self.game.shipped()
            samples = self.game.samples(JUDGED if self.judge else 64)
            sheet = grid(samples[:64], 10 if self.game.classes and len(self.game.classes) == 10 else 8)
            (self.out / "samples").mkdir(exist_ok=True)
            checkpoint.write(self.out / "samples" / f"step_{self.step:07d}.png", lambda p: sheet.save(p, "PNG"))
            distances = self.judge(to_uint8(samples)) if self.judge else {}
            self._log(distances)
            self.accelerator.get_tracker("tensorboard").log_images(
                {"samples": to_uint8(samples[:64]).numpy()}, step=self.step
            )
            score = next(iter(distances.values()), None)
            self._export(shipped, self.out / "last")
            if score is None or self.best is None or score <= self.best:
                self.best = score
                self._export(shipped, self.out / "export")
        self.save()

    def _export(self, shipped, folder):
        facts = {
            "images_seen": self.images_seen,
            "hardware": hardware(self.device),
            "hours": round(self.seconds / 3600, 2),
        }
        dataset = licences.dataset(self.data.name, len(self.data.images))
        config = export.config_of(self.settings, self.game, dataset, self.step, facts)
        shown, labels = self.game.examples()
        if labels is not None:
            config["real_labels"] = labels
        export.export(folder, shipped, config, shown)

    def save(self):
        """A whole checkpoint of this very step."""
        self._check_finite()
        if self.accelerator.is_main_process:
            facts = {
                "settings": dataclasses.asdict(self.settings),
                "images_seen": self.images_seen,
                "best": self.best,
                "seconds": self.seconds,
            }
            self.saved = checkpoint.save(
                self.out / "checkpoints", self.step, self.modules, self.optimizers, self.draw, facts
            )
        self.accelerator.wait_for_everyone()

    def _check_finite(self):
        step = int(self.bad_step)
        if step >= 0:
            good = f"the last good checkpoint is {self.saved}" if self.saved else "no checkpoint was saved before it"
            raise Diverged(
                f"a loss turned NaN or infinite at step {step}; {good}. Lower --g-lr and --d-lr, and run again"
            )

    def _stop_asked(self):
        if self.accelerator.num_processes == 1:
            return self.stopping
        asked = torch.tensor(float(self.stopping), device=self.device)
        return bool(self.accelerator.reduce(asked, "sum") > 0)

    def _catch_signals(self):
        def ask(number, frame):
            self.stopping = True

        return {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}

    def _open_logs(self):
        self.out.mkdir(parents=True, exist_ok=True)
        if self.accelerator.is_main_process:
            export.write_json(self.out / "config.json", dataclasses.asdict(self.settings))
            path = self.out / "metrics.jsonl"
            lines = path.read_text().splitlines() if path.exists() else []
            kept = [line for line in lines if json.loads(line)["step"] <= self.step]
            checkpoint.write(path, lambda p: p.write_text("".join(f"{line}\n" for line in kept)))
        self.accelerator.init_trackers("tensorboard")

    def _log(self, values):
        if self.accelerator.is_main_process and values:
            with open(self.out / "metrics.jsonl", "a", encoding="utf-8") as file:
                seconds = round(self.seconds, 1)
                file.write(json.dumps({"step": self.step, "seconds": seconds, **values}) + "\n")
        self.accelerator.log(values, step=self.step)

    def say(self, line):
        """Print a line, once however many processes there are."""
        self.accelerator.print(line)


def hardware(device):
    """What a run learned on, in words."""
    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    threads = torch.get_num_threads()
    return f"{threads} CPU core{'s' if threads > 1 else ''}" if device.type == "cpu" else device.type
