"""Milliseconds of every variant, eager and on the engines of this machine: python -m models.bench [VARIANT ...].

limit: what the call's matrix products and convolutions would take at the rate of this machine's fastest large matrix
product. chosen: on the engines that `models.runtime` chooses. ratio: eager / chosen. error: the mean difference of the
pictures, in 255ths of their range.
"""

import argparse
import sys
from contextlib import suppress
from pathlib import Path

import numpy as np
import torch
from torch.utils.flop_counter import FlopCounterMode

import models
from models import console, runtime
from models.runtime.trial import CALLS, seconds

SIDE = 1536  # of the matrices whose product gives the limit


def products_a_second(device):
    """Floating-point operations a second of a large matrix product, in fp32 or bf16, whichever are more."""
    rates = []
    for dtype in (torch.float32, torch.bfloat16):
        with suppress(RuntimeError):
            a = torch.randn(SIDE, SIDE, device=device).to(dtype)
            rates.append(2 * SIDE**3 / min(seconds([lambda a=a: (a @ a)[:1, :1].float().cpu()])))
    return max(rates)


def on(engines, function):
    """The function as it runs eagerly ("eager") or on the engines that are chosen ("auto")."""

    def call():
        runtime.start(engines)
        return function()

    return call


def row(g, function, rounds, rate):
    """(limit, eager, chosen: seconds; error; engines): one line of the table."""
    eager, chosen = on("eager", function), on(None, function)
    with FlopCounterMode(display=False) as counter:
        right = pixels(eager())
    chosen()
    runtime.settle()
    error = np.abs(right - pixels(chosen())).mean()
    names = {name for net in g.networks.values() for name in runtime.engine_of(net)[-1:]}
    return counter.get_total_flops() / rate, *seconds([eager, chosen], turns=max(1, rounds // CALLS)), error, names


def pixels(pictures):
    """Pictures, a tensor in [-1, 1] or PIL, as float [..] in 0..255."""
    return pictures.numpy() * 127.5 + 127.5 if torch.is_tensor(pictures) else np.asarray(pictures, dtype=float)


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("variants", nargs="*", metavar="VARIANT", help="default: all whose weights are at hand")
    parser.add_argument("--rounds", type=int, default=10, help="timings of each, of which the least is printed")
    parser.add_argument("--device", default="auto", choices=("auto", "cpu", "cuda", "mps"))
    args = parser.parse_args(argv)
    rate = products_a_second(models.pick_device(args.device))
    print(
        f"milliseconds, {torch.get_num_threads()} threads, limit at {rate / 1e9:.0f} GFLOP/s; translators: a photo of "
        f"640 x 480 px\n{'variant':10}{'':14}{'limit':>8}{'eager':>8}{'chosen':>8}{'ratio':>7}{'error':>7}  engine"
    )
    for name in args.variants or models.names():
        try:
            g = models.load(name, args.device)
        except (OSError, ValueError) as error:
            print(f"{name:10}{str(error).splitlines()[0]}", file=sys.stderr)
            continue
        for title, function in g.benchmarks().items():
            limit, eager, chosen, error, names = row(g, function, args.rounds, rate)
            times = "".join(f"{1000 * time:8.1f}" for time in (limit, eager, chosen))
            print(
                f"{name:10}{title:14}{times}{eager / chosen:7.1f}{error:7.2f}  {', '.join(sorted(names))}", flush=True
            )
    with suppress(OSError):  # only Linux says it there
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        print(f"{pages * 4096 / 1e6:.0f} MB resident with all of them loaded")
    return 0


if __name__ == "__main__":
    sys.exit(console.run(main))
