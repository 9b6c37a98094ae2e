"""Which number format is fastest here: measured, not guessed."""

import time

import torch
from torch import nn


def choose(precision, device):
    """ "auto" -> "bf16" or "fp32" for this device; any other value as it is.

    A GPU that computes in bf16 gets it. A CPU is timed on one convolution's forward and backward, because bf16 wins
    with matrix units (AMX) and loses without them.
    """
    if precision != "auto":
        return precision
    faster = {
        "cuda": torch.cuda.is_bf16_supported,
        "cpu": lambda: _seconds(torch.bfloat16) < 0.8 * _seconds(torch.float32),
    }
    return "bf16" if device.type in faster and faster[device.type]() else "fp32"


def _seconds(dtype, tries=5):
    """Seconds of this process, whatever else runs on the machine."""
    net = nn.Conv2d(64, 128, 4, 2, 1).to(memory_format=torch.channels_last)
    x = torch.zeros(16, 64, 32, 32).contiguous(memory_format=torch.channels_last)
    for i in range(tries + 1):
        if i == 1:  # the first is to warm up
            begun = time.process_time()
        with torch.autocast("cpu", torch.bfloat16, enabled=dtype is torch.bfloat16):
            net(x).float().sum().backward()
    return time.process_time() - begun
