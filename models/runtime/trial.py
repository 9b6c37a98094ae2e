"""Try engines in a process of their own, which a compiler's fault may end: python -m models.runtime.trial THREADS FILE.

Reads a network, its inputs and the engines' names from standard input, as `handover.packed` wrote them there, and
prints one line of JSON for each engine before and after it is tried. The network is written to FILE for the engines
that are built from files.
"""

import json
import os
import sys
import time
from contextlib import suppress
from functools import partial
from pathlib import Path

import torch

from models.runtime import handover
from models.runtime.engines import ENGINES, takes_files, write_model

MOST_ERROR = 2 / 127.5  # mean |engine - eager| for pictures in [-1, 1]: 2 of 255
TURNS, CALLS, BUDGET = 5, 3, 3.0  # turns of an engine, its calls in each, seconds after which no turn begins


def main():
    torch.set_num_threads(int(sys.argv[1]))
    if hasattr(os, "nice"):
        os.nice(5)  # whoever waits for a picture comes first
    net, args, names = handover.unpacked(sys.stdin.buffer.read())
    path = Path(sys.argv[2])
    with torch.no_grad():
        for suffix in (".xml", ".bin"):  # another process may have the old ones mapped: they are not written over
            path.with_suffix(suffix).unlink(missing_ok=True)
        for name in names:
            print(json.dumps({"begun": name}), flush=True)
            with suppress(Exception):  # whatever a library raises that lacks this network's operators
                if takes_files(name) and not path.exists():
                    write_model(net, args, path)
                print(json.dumps({"engine": name, **trial(name, net, args, path)}), flush=True)


def trial(name, net, args, path):
    """{"seconds", "eager"}: an engine's least time and eager's beside it; ValueError if its pictures are others.

    On a CPU it is the processor's time on one thread, since that does not depend on what else the machine does now.
    """
    function = ENGINES[name](net, args, path)
    if not faithful(function, net, args):
        raise ValueError(f"{name} changes the pictures")
    clock = time.perf_counter
    if args[0].device.type == "cpu" and sys.platform != "win32":  # whose clock of a process ticks 64 times a second
        clock, threads = time.process_time, torch.get_num_threads()
        torch.set_num_threads(1)
        function = ENGINES[name](net, args, path)
    found, eager = seconds([partial(outputs, function, args), partial(outputs, net, args)], clock, budget=BUDGET)
    if clock is time.process_time:
        torch.set_num_threads(threads)
    return {"seconds": found, "eager": eager}


def faithful(function, net, args):
    """Whether a function's outputs are a network's within MOST_ERROR, and a row's the same to the bit in any place."""
    flipped = tuple(a.flip(tuple(range(a.ndim))) for a in args)  # shows what a trace has frozen
    for given in (args, flipped):
        for found, right in zip(outputs(function, given), outputs(net, given), strict=True):
            if found.shape != right.shape or not (found - right).abs().mean() <= MOST_ERROR:
                return False
    rolled = outputs(function, [a.roll(1, 0) for a in args])
    return all(torch.equal(a.roll(1, 0), b) for a, b in zip(outputs(function, args), rolled))


def outputs(function, args):
    """The outputs as float32 on the CPU, where a device has computed them when they come."""
    found = function(*args)
    return [out.float().cpu() for out in (found if isinstance(found, tuple) else (found,))]


def seconds(functions, clock=time.perf_counter, turns=TURNS, budget=float("inf")):
    """The least time of each function, a few calls of each in turn: what else the machine does slows them alike.

    Not one by one: the threads of one library wait for more work awhile, and slow the other's next call.
    """
    times, begun = [[] for _ in functions], time.perf_counter()
    for turn in range(turns):
        for function, found in zip(functions, times):
            for _ in range(CALLS):
                start = clock()
                function()
                found.append(clock() - start)
        if turn and time.perf_counter() - begun > budget:
            break
    return [min(found) for found in times]


if __name__ == "__main__":
    main()
