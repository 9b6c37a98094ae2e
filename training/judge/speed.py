"""Size of a variant's generators, and how long they take."""

import statistics
import timeit

import torch

ROUNDS = 10


def milliseconds(function):
    """Median time of a call, after one call to warm up."""
    function()
    return 1000 * statistics.median(timeit.repeat(function, number=1, repeat=ROUNDS))


def measure(g, hardware):
    """Parameters, megabytes in fp16, and the median milliseconds of everything that `g.benchmarks()` times.

    hardware: in words.
    """
    networks = g.networks if hasattr(g, "networks") else {"generator": g.generator}
    sizes = [sum(p.numel() for p in net.parameters()) for role, net in networks.items() if "generator" in role]
    times = {f"milliseconds, {what}": milliseconds(work) for what, work in g.benchmarks().items()}
    return {
        "parameters": sum(sizes),
        "megabytes": round(2 * sum(sizes) / 1e6, 2),
        **{what: round(time, 1) for what, time in times.items()},
        "threads": torch.get_num_threads(),
        "n": ROUNDS,
        "features": f"eager fp32, {hardware}, medians",
    }
