"""Many runs on one machine, some of them side by side: python training/campaign.py RUNS.toml.

RUNS.toml lists the runs. Their keys are the options of training/run.py VARIANT; those above the first [[run]] hold for
all.

  data = "huggan/AFHQ:cat"
  steps = 8000

  [[run]]
  name = "narrow"                # it lives in runs/narrow, what it says in runs/narrow/log.txt
  variant = "dcgan"
  generator = {width = 16}

  [[run]]
  name = "critic"
  variant = "wgan_gp"
  d-lr = 1e-3
  flip = false

Ctrl-C, or SIGTERM, lets every run save and stop. Started again, the campaign goes on from the checkpoints; what is
finished is left alone. A run that fails leaves the others alone; the exit status is then 1.
"""

import argparse
import ctypes
import json
import os
import re
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

try:
    import tomllib
except ModuleNotFoundError:  # Python 3.10
    import tomli as tomllib

if __package__ in (None, ""):
    sys.path[0] = str(Path(__file__).resolve().parents[1])

from rich.console import Console
from rich.live import Live
from rich.table import Table

import models
from models import console
from training import run
from training.engine import checkpoint
from training.engine.loop import caught_signals

RESERVED = {"out", "device", "quiet", "fresh", "list", "help"}  # options of run.py that a campaign sets, or never does
LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None
PDEATHSIG = 1  # prctl.h


def options(values):
    """A run's table as run.py's options."""
    for key, value in values.items():
        flag = key.replace("_", "-")
        if flag in RESERVED:
            raise ValueError(f"unknown key {key!r}: see the options of training/run.py VARIANT --help")
        if isinstance(value, bool):
            yield f"--{flag}" if value else f"--no-{flag}"
        elif isinstance(value, dict):
            yield from (f"--{flag}", *(f"{k}={v}" for k, v in value.items()))
        else:
            yield f"--{flag}={value}"


class Job:
    """One run: its command, its process, and how far it is. state: waiting, running, finished, stopped or failed."""

    def __init__(self, values):
        self.name = values.pop("name", None)
        if not (isinstance(self.name, str) and re.fullmatch(r"\w[\w.-]*", self.name)):
            raise ValueError(f"name is {self.name!r}: give every [[run]] one, of letters, digits, '_', '-' and '.'")
        self.out, self.process, self.cores, self.stopping = Path("runs") / self.name, None, None, False
        try:
            self.command = [str(values.pop("variant", "")), *options(values)]
            args = run.arguments(self.command)
            self.settings = run.settings_of(args, run.saved_by(args, self.out))
        except (ValueError, OSError) as error:
            raise ValueError(f"run {self.name!r}: {error}") from None
        self.state = "finished" if self.complete() else "waiting"

    def complete(self):
        """True if its newest checkpoint is that of its last step."""
        found = checkpoint.newest(self.out / "checkpoints", header=True)
        return found is not None and found[2]["step"] >= self.settings.steps

    def start(self, cores, device):
        """Begin or resume in a new process, on these CPU cores, or on any (None)."""
        self.out.mkdir(parents=True, exist_ok=True)
        with open(self.out / "log.txt", "ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, run.__file__, *self.command, "--out", self.out, "--device", device, "--quiet"],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=os.environ | ({"OMP_NUM_THREADS": str(len(cores))} if cores else {}),
                start_new_session=True,
                preexec_fn=partial(LIBC.prctl, PDEATHSIG, signal.SIGTERM) if LIBC else None,  # if the campaign dies
            )
        if cores and LIBC:
            os.sched_setaffinity(self.process.pid, cores)
        self.cores, self.state = cores, "running"

    def ended(self, stop):
        """True if its process has ended, whose state it then has. stop: let it save and stop."""
        if stop and not self.stopping:
            self.stopping = True
            self.process.terminate()
        code = self.process.poll()
        if code == 0:
            self.state = "finished" if self.complete() else "stopped"
        elif code is not None:
            self.state = "stopped" if self.stopping and code == -signal.SIGTERM else "failed"
        return code is not None

    def report(self):
        """Its name and state; of a failed run, too, the last line of its log or the signal that killed it."""
        if self.state != "failed":
            return f"{self.name}: {self.state}"
        lines = (self.out / "log.txt").read_text(encoding="utf-8", errors="replace").split("\n")
        killed, said = self.process.returncode < 0, [line for line in lines if line.strip()] or ["it says nothing"]
        reason = f"killed by signal {-self.process.returncode}" if killed else said[-1]
        return f"{self.name}: failed: {reason}"

    def row(self):
        newest, steps = newest_values(self.out / "metrics.jsonl"), self.settings.steps
        step, speed = newest.get("step", 0), newest.get("images_per_second")
        left = (steps - step) * self.settings.batch_size / speed / 60 if speed and self.state == "running" else None
        return (
            self.name,
            self.state,
            f"{step} / {steps}",
            f"{speed:.1f}" if speed else "",
            "" if left is None else f"{left:.0f}",
            f"kid {newest['kid']:.4g}" if "kid" in newest else "",
        )


def newest_values(path):
    """The newest value of everything in a metrics.jsonl: {} where there is none yet."""
    values = {}
    for line in path.read_text().split("\n")[:-1] if path.exists() else ():  # the last may be half written
        values |= json.loads(line)
    return values


def read(path):
    """The jobs that a RUNS.toml lists; ValueError names the value that is wrong."""
    try:
        common = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ValueError(f"{path} is no TOML file that can be read: {error}") from None
    runs = common.pop("run", None)
    if not isinstance(runs, list) or not all(isinstance(values, dict) for values in runs):
        raise ValueError(f"{path} lists no runs: give each a [[run]] with its name and variant, as --help shows")
    jobs = [Job({**common, **values}) for values in runs]
    names = [job.name for job in jobs]
    if twice := [name for name in names if names.count(name) > 1]:
        raise ValueError(f"{path} has two runs of the name {twice[0]!r}")
    return jobs


def share_cores(n, device):
    """The CPU cores of n runs side by side, shared out evenly; None for each on a GPU."""
    if device != "cpu":
        return [None] * n
    cores = available_cores()
    return [cores[len(cores) * i // n : len(cores) * (i + 1) // n] or [cores[i % len(cores)]] for i in range(n)]


def available_cores():
    """The CPU cores that this process may use."""
    return sorted(os.sched_getaffinity(0)) if LIBC else list(range(os.cpu_count() or 1))


def table(jobs):
    found = Table("run", "state", "step", "images/s", "minutes left", "distance", box=None)
    for job in jobs:
        found.add_row(*job.row())
    return found


def run_all(jobs, free, device):
    """Run what waits, one job for each entry of `free` cores at a time, to the end or a signal; True at the end.

    Shows each change of a state, and the table: on a terminal at all times, else at the end.
    """
    screen = Console(highlight=False, markup=False, emoji=False)
    with caught_signals() as signals, Live(table(jobs), console=screen, auto_refresh=False) as live:
        while any(job.state == "running" or job.state == "waiting" and not signals for job in jobs):
            for job in jobs:
                before = job.state
                if before == "waiting" and free and not signals:
                    job.start(free.pop(0), device)
                elif before == "running" and job.ended(bool(signals)):
                    free.append(job.cores)
                if job.state != before:
                    screen.print(job.report(), soft_wrap=True)
            live.update(table(jobs), refresh=True)
            time.sleep(1)
    return not signals


def main(argv=None):
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("runs", type=Path, metavar="RUNS.toml", help="what to run: see below")
    p.add_argument(
        "--jobs",
        type=int,
        metavar="N",
        help="runs side by side; default: one a CPU core, or one on a GPU. "
        "They share the cores evenly, each on its own; a GPU they share as they can",
    )
    p.add_argument("--device", default="auto", choices=("auto", "cpu", "cuda", "mps"), help="where to compute")
    args = p.parse_args(argv)
    try:
        if args.jobs is not None and args.jobs < 1:
            raise ValueError(f"--jobs {args.jobs}: give 1 or more")
        jobs, device = read(args.runs), models.pick_device(args.device)
    except ValueError as error:
        print(f"campaign.py: {str(error).splitlines()[0]}", file=sys.stderr)
        return 2
    n = args.jobs or (len(available_cores()) if device == "cpu" else 1)
    for threads in ("OMP_NUM_THREADS", "OPENCV_FOR_THREADS_NUM") if device != "cpu" else ():  # CPU work of all, shared
        os.environ.setdefault(threads, str(max(1, len(available_cores()) // n)))
    waiting = sum(job.state == "waiting" for job in jobs)
    ended = run_all(jobs, share_cores(max(1, min(n, waiting)), device), device)
    if not ended:
        print("stopped: run the same command to go on")
    return int(any(job.state == "failed" or ended and job.state != "finished" for job in jobs))


if __name__ == "__main__":
    sys.exit(console.run(main))
