"""The engines: each is built from a network and inputs, for inputs of the same shapes."""

import sys
import warnings
import weakref
from functools import cache

import numpy as np
import torch

EAGER = "eager"


@cache
def openvino_library():
    """(The module, its core); ImportError where it is not installed. It sends no usage data from here."""
    sys.modules.setdefault("openvino_telemetry", None)  # it reports its import wherever it finds that package
    import openvino

    return openvino, openvino.Core()


def openvino(net, args, precision):
    """The network compiled by OpenVINO for CPUs. precision: "f32" or "bf16"."""
    if any(a.device.type != "cpu" for a in args):
        raise ValueError("OpenVINO computes on the CPU here")
    library, core = openvino_library()
    if {"f32": "FP32", "bf16": "BF16"}[precision] not in core.get_property("CPU", "OPTIMIZATION_CAPABILITIES"):
        raise ValueError(f"this CPU does not compute in {precision}")
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")  # the tracer's
        model = library.convert_model(net, example_input=args, input=[list(a.shape) for a in args])
    options = {
        "INFERENCE_PRECISION_HINT": precision,
        "INFERENCE_NUM_THREADS": torch.get_num_threads(),
        "PERFORMANCE_HINT": "LATENCY",
        "ENABLE_CPU_PINNING": False,  # other networks, and other processes, share the cores
    }
    request, count = core.compile_model(model, "CPU", options).create_infer_request(), len(model.outputs)

    def call(*args):
        found = request.infer([np.ascontiguousarray(a.numpy()) for a in args])
        outputs = tuple(torch.from_numpy(found[i].copy()) for i in range(count))
        return outputs if count > 1 else outputs[0]

    return call


def autocast(net, args):
    """PyTorch's own mixed precision: products and convolutions in bf16."""
    reference = weakref.ref(net)  # the function is kept as long as the network, not the other way round

    def call(*args):
        with torch.autocast(args[0].device.type, torch.bfloat16):
            return reference()(*args)

    return call


ENGINES = {
    "openvino-f32": lambda net, args: openvino(net, args, "f32"),
    "openvino-bf16": lambda net, args: openvino(net, args, "bf16"),
    "torch-bf16": autocast,
}
