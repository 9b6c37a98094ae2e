"""Milliseconds of every variant, eager and on the engines of this machine: python -m models.bench [VARIANT ...].

fp32, bf16: what the call's matrix products and convolutions would take at the rate of this machine's large matrix
products in that precision. chosen: on the engines that `models.runtime` chooses. ratio: eager / chosen. error: the mean
difference of the pictures, in 255ths of their range.
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


def products_a_second(device, dtype):
    """Floating-point operations a second of a large matrix product; nan where the device has none of that kind."""
    with suppress(RuntimeError):
        a = torch.randn(SIDE, SIDE, device=device).to(dtype)
        return 2 * SIDE**3 / min(seconds([lambda: (a @ a)[:1, :1].float().cpu()]))
    return float("nan")


def on(engines, function):
    """The function as it runs eagerly ("eager") or on the engines that are chosen ("auto")."""

    def call():
        runtime.start(engines)
        return function()

    return call


def row(g, function, rounds, rates):
    """(fp32, bf16, eager, chosen: seconds; error; engines): one line of the table."""
    eager, chosen = on("eager", function), on(None, function)
    with FlopCounterMode(display=False) as counter:
        right = pixels(eager())
    chosen()
    runtime.settle()
    error = np.abs(right - pixels(chosen())).mean()
    names = {name for net in g.networks.values() for name in runtime.engine_of(net)[-1:]}
    limits = [counter.get_total_flops() / rate for rate in rates]
    return *limits, *seconds([eager, chosen], turns=max(1, rounds // CALLS)), error, names


def pixels(pictures):
    """Pictures, a tensor in [-1, 1] or PIL, as float [..] in 0..255."""
    return pictures.numpy() * 127.5 + 127.5 if torch.is_tensor(pictures) else np.asarray(pictures, dtype=float)


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("variants", nargs="*", metavar="VARIANT", help="default: all whose weights are at hand")
    parser.add_argument("--rounds", type=int, default=10, help="timings of each, of which the least is printed")
    parser.add_argument("--device", default="auto", choices=("auto", "cpu", "cuda", "mps"))
    args = parser.parse_args(argv)
    device = models.pick_device(args.device)
    rates = [products_a_second(device, dtype) for dtype in (torch.float32, torch.bfloat16)]
    heads = "".join(f"{head:>8}" for head in ("fp32", "bf16", "eager", "chosen"))
    print(
        f"milliseconds, {torch.get_num_threads()} threads; limits at {rates[0] / 1e9:.0f} GFLOP/s in fp32, "
        f"{rates[1] / 1e9:.0f} in bf16; translators: a photo of 640 x 480 px\n"
        f"{'variant':10}{'':14}{heads}{'ratio':>7}{'error':>7}  engine"
    )
    for name in args.variants or models.names():
        try:
            g = models.load(name, args.device)
        except (OSError, ValueError) as error:
            print(f"{name:10}{str(error).splitlines()[0]}", file=sys.stderr)
            continue
        for title, function in g.benchmarks().items():
            *limits, eager, chosen, error, names = row(g, function, args.rounds, rates)
            times = "".join(f"{1000 * time:8.1f}" for time in (*limits, eager, chosen))
            print(
                f"{name:10}{title:14}{times}{eager / chosen:7.1f}{error:7.2f}  {', '.join(sorted(names))}", flush=True
            )
    with suppress(OSError):  # only Linux says it there
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        print(f"{pages * 4096 / 1e6:.0f} MB resident with all of them loaded")
    return 0


if __name__ == "__main__":
    sys.exit(console.run(main))
