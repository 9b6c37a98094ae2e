"""What a step costs: its floating-point operations, the device's limit, and where its time goes."""

import re
import time

import torch
import torch.nn.functional as F
from torch.profiler import ProfilerActivity, profile
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils.flop_counter import flop_registry

aten = torch.ops.aten
for _direction in ("", "_backward"):  # missing in the registry
    flop_registry.setdefault(
        getattr(aten, f"_scaled_dot_product_flash_attention_for_cpu{_direction}"),
        flop_registry[getattr(aten, f"_scaled_dot_product_flash_attention{_direction}")],
    )

# An operation belongs to the first group whose pattern its name matches, else to its caller's.
GROUPS = {
    "products": re.compile("conv|mm|mv|matmul|linear|attention", re.I),
    "norms": re.compile("norm", re.I),
    "optimizer": re.compile("^Optimizer|_fused_|_foreach_"),
    "copies": re.compile("copy|cat$|stack|clone|index"),
}


class Counter(TorchDispatchMode):
    """Counts by torch's own formulas. (torch's FlopCounterMode also names modules, and fails at a double backward.)"""

    total = 0

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        out = func(*args, **(kwargs or {}))
        if (formula := flop_registry.get(func._overloadpacket)) is not None:
            self.total += formula(*args, **(kwargs or {}), out_val=out)
        return out


def flops(step, steps=1):
    """Floating-point operations a call, those of matrix products and convolutions."""
    with Counter() as counter:
        for _ in range(steps):
            step()
    return counter.total / steps


def seconds(step, steps, device):
    """Seconds a call."""
    begun = time.perf_counter()
    for _ in range(steps):
        step()
    if device.type != "cpu":
        getattr(torch, device.type).synchronize()
    return (time.perf_counter() - begun) / steps


def fastest_products(dtype, device):
    """Functions that do what a device is fastest at: a large matrix product, a large convolution."""
    side, n = (8192, 256) if device.type == "cuda" else (1024, 8)
    a, b = torch.randn(2, side, side, device=device).to(dtype)
    x, w = (
        torch.randn(*shape, device=device).to(dtype=dtype, memory_format=torch.channels_last)
        for shape in ((n, 256, 32, 32), (256, 256, 3, 3))
    )
    return [lambda: a @ b, lambda: F.conv2d(x, w)]


def shares(step, steps, device):
    """{group: share of the time}; "between" is where no operation runs: Python, or waiting."""
    cuda = device.type == "cuda"
    with profile(activities=[ProfilerActivity.CPU, *[ProfilerActivity.CUDA] * cuda]) as found:
        total = 1e6 * steps * seconds(step, steps, device)
    out = dict.fromkeys([*GROUPS, "rest"], 0.0)
    for event in found.events():
        if event.device_type == torch.autograd.DeviceType.CPU:
            out[group(event)] += (event.self_device_time_total if cuda else event.self_cpu_time_total) / total
    return {**out, "between": max(0.0, 1 - sum(out.values()))}


def group(event):
    """The group of an operation, or "rest"; whatever an optimizer calls is the optimizer's."""
    names = [event.name]
    while event := event.cpu_parent:
        names.append(event.name)
    if GROUPS["optimizer"].search(names[-1]):
        return "optimizer"
    return next((kind for name in names for kind, pattern in GROUPS.items() if pattern.search(name)), "rest")
