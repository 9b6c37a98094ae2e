"""Weights at rest: in fp16, as the checkpoints hold them, until their layer runs.

Beside the engine that runs a network its weights in fp32 are seldom needed, and take twice the memory.
"""

import ctypes
import time
import weakref
from contextlib import suppress

import torch

LEAST = 4096  # numbers in a weight; smaller ones are not worth a hook
PAUSE = 2.0  # seconds that weights stay in fp32 after they were needed

_woken = weakref.WeakKeyDictionary()  # network -> when its weights were last needed, or None: all are at rest


def lay(*nets):
    """Put networks' weights on the CPU to rest, those that fp16 holds exactly; each layer wakes its own.

    Nothing else may run them meanwhile. It does nothing to a network whose weights rest, or were needed just now.
    """
    due = [net for net in nets if _due(net)]
    for net in due:
        _woken[net] = None
        for module in net.modules():
            weights = [weight for weight in module.parameters(recurse=False) if _fits(weight)]
            if weights:
                _Layer(net, module, weights)
    if due:
        give_back()


def tensors(net):
    """A network's state_dict, floats in fp32 whether they rest or not."""
    return {key: t.float() if t.is_floating_point() else t for key, t in net.state_dict().items()}


def give_back():
    """Return freed memory to the system: glibc keeps it, a tenth of a gigabyte after an engine is built."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL("libc.so.6").malloc_trim(0)


def _due(net):
    woken = _woken.get(net, -PAUSE)
    return woken is not None and time.monotonic() - woken >= PAUSE


def _fits(weight):
    large = weight.dtype == torch.float32 and weight.device.type == "cpu" and weight.numel() >= LEAST
    return large and torch.equal(weight.half().float(), weight)


class _Layer:
    """A layer whose weights are at rest until it is called."""

    def __init__(self, net, module, weights):
        self.net, self.weights = weakref.ref(net), weights
        for weight in weights:
            weight.data = weight.data.half()
        self.hook = module.register_forward_pre_hook(self)

    @torch.inference_mode(False)
    def __call__(self, module, args):
        for weight in self.weights:
            weight.data = weight.data.float()
        self.hook.remove()
        if self.net() is not None:
            _woken[self.net()] = time.monotonic()
