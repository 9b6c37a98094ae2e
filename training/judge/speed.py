"""Size of a variant's generators, and how long they take."""

import torch

from models import bench

ROUNDS = 10


def measure(g, hardware):
    """Parameters, megabytes in fp16, and the median milliseconds of everything that `g.benchmarks()` times.

    hardware: in words.
    """
    networks = g.networks if hasattr(g, "networks") else {"generator": g.generator}
    sizes = [sum(p.numel() for p in net.parameters()) for role, net in networks.items() if "generator" in role]
    times = {f"milliseconds, {what}": bench.milliseconds(work, ROUNDS) for what, work in g.benchmarks().items()}
    return {
        "parameters": sum(sizes),
        "megabytes": round(2 * sum(sizes) / 1e6, 2),
        **{what: round(time, 1) for what, time in times.items()},
        "threads": torch.get_num_threads(),
        "n": ROUNDS,
        "features": f"eager fp32, {hardware}, medians",
    }
