"""Milliseconds a picture and memory of every variant: python -m models.bench [VARIANT ...]."""

import argparse
import statistics
import sys
import timeit
from contextlib import suppress
from pathlib import Path

import torch

import models
from models import console


def milliseconds(function, rounds):
    """Median time of a call, after one call to warm up."""
    function()
    return 1000 * statistics.median(timeit.repeat(function, number=1, repeat=rounds))


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("variants", nargs="*", metavar="VARIANT", help="default: all whose weights are at hand")
    parser.add_argument("--rounds", type=int, default=10, help="timings of each, of which the median is printed")
    parser.add_argument("--device", default="auto", choices=("auto", "cpu", "cuda", "mps"))
    args = parser.parse_args(argv)
    print(f"milliseconds, {torch.get_num_threads()} threads; translators: a photo of 640 x 480 px")
    for name in args.variants or models.names():
        try:
            g = models.load(name, args.device)
        except (OSError, ValueError) as error:
            print(f"{name:10}{str(error).splitlines()[0]}", file=sys.stderr)
            continue
        times = {title: milliseconds(function, args.rounds) for title, function in g.benchmarks().items()}
        print(f"{name:10}" + "".join(f"{title:>10}{time:8.1f}" for title, time in times.items()), flush=True)
    with suppress(OSError):  # only Linux says it there
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        print(f"{pages * 4096 / 1e6:.0f} MB resident with all of them loaded")
    return 0


if __name__ == "__main__":
    sys.exit(console.run(main))
