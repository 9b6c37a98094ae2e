"""The engines: each is built from a network, or files written of it, for inputs of one set of shapes."""

import sys
import warnings
import weakref
from functools import cache, partial

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

EAGER = "eager"
FILES = 2  # the version of what `write_model` writes


@cache
def openvino_library():
    """(The module, its core); ImportError where it is not installed. It sends no usage data from here."""
    sys.modules.setdefault("openvino_telemetry", None)  # it reports its import wherever it finds that package
    import openvino

    return openvino, openvino.Core()


class Ended(nn.Module):
    """A network whose pictures pass a convolution of 1 px that changes nothing.

    In bf16 OpenVINO leaves all layers in fp32 that follow the last convolution, to which it does not count transposed
    ones: DCGAN's generator and a U-Net's decoder would take half as long again.
    """

    def __init__(self, net):
        super().__init__()
        self.net = net

    def forward(self, *args):
        out = self.net(*args)
        if isinstance(out, tuple) or out.ndim < 4:
            return out
        return F.conv2d(out, torch.eye(out.shape[1], device=out.device)[:, :, None, None])


def write_model(net, args, path):
    """The network as OpenVINO's files, path and path with the suffix .bin; weights in fp16, as they are shipped."""
    if any(a.device.type != "cpu" for a in args):
        raise ValueError("OpenVINO computes on the CPU here")
    library, _ = openvino_library()
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")  # the tracer's
        model = library.convert_model(Ended(net), example_input=args, input=[list(a.shape) for a in args])
    library.save_model(model, path, compress_to_fp16=True)


def openvino(net, args, path, precision):
    """What `write_model` wrote, compiled for CPUs. precision: "f32" or "bf16".

    From files and not from the network: the weights are mapped into memory, not copied, and the tracer stays out of
    this process.
    """
    _, core = openvino_library()
    if {"f32": "FP32", "bf16": "BF16"}[precision] not in core.get_property("CPU", "OPTIMIZATION_CAPABILITIES"):
        raise ValueError(f"this CPU does not compute in {precision}")
    options = {
        "INFERENCE_PRECISION_HINT": precision,
        "INFERENCE_NUM_THREADS": torch.get_num_threads(),
        "PERFORMANCE_HINT": "LATENCY",
        "ENABLE_CPU_PINNING": False,  # other networks, and other processes, share the cores
    }
    compiled = core.compile_model(path, "CPU", options)
    request, count = compiled.create_infer_request(), len(compiled.outputs)

    def call(*args):
        found = request.infer([np.ascontiguousarray(a.numpy()) for a in args])
        outputs = tuple(torch.from_numpy(found[i].copy()) for i in range(count))
        return outputs if count > 1 else outputs[0]

    return call


def autocast(net, args, path=None):
    """PyTorch's own mixed precision: products and convolutions in bf16."""
    reference = weakref.ref(net)  # the function is kept as long as the network, not the other way round

    def call(*args):
        with torch.autocast(args[0].device.type, torch.bfloat16):
            return reference()(*args)

    return call


# Each is built from a network, inputs and the files of `write_model`, where it takes them.
ENGINES = {
    "openvino-f32": partial(openvino, precision="f32"),
    "openvino-bf16": partial(openvino, precision="bf16"),
    "torch-bf16": autocast,
}


def takes_files(name):
    """Whether an engine is built from the files of `write_model`."""
    return name.startswith("openvino")
