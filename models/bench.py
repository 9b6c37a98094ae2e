"""Milliseconds a sample and memory of every variant that draws from noise: python -m models.bench [VARIANT ...]."""
import argparse
import statistics
import sys
import time
from pathlib import Path

import torch

import models


def milliseconds(g, n, rounds):
    """Median time of sampling n pictures."""
    g.sample(n)
    times = []
    for _ in range(rounds):
        begun = time.perf_counter()
        g.sample(n)
        times.append(1000 * (time.perf_counter() - begun))
    return statistics.median(times)


def resident():
    """This process's memory in MB, or None where the system does not tell."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except OSError:
        return None
    return pages * 4096 / 1e6


def main(argv=None):
    """Print one line a variant, then the memory with all of them loaded."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("variants", nargs="*", metavar="VARIANT", help="default: all whose weights are at hand")
    parser.add_argument("--rounds", type=int, default=10, help="timings of each, of which the median is printed")
    parser.add_argument("--device", default="auto", choices=("auto", "cpu", "cuda", "mps"))
    args = parser.parse_args(argv)
    print(f"{'variant':10}{'n = 1':>10}{'n = 16':>10}  milliseconds, {torch.get_num_threads()} threads")
    for name in args.variants or models.built():
        try:
            g = models.load(name, args.device)
        except (OSError, ValueError) as error:
            print(f"{name:10}{str(error).splitlines()[0]}", file=sys.stderr)
            continue
        one, many = (milliseconds(g, n, args.rounds) for n in (1, 16))
        print(f"{name:10}{one:10.1f}{many:10.1f}")
    if (memory := resident()) is not None:
        print(f"{memory:.0f} MB resident with all of them loaded")
    return 0


if __name__ == "__main__":
    sys.exit(main())
