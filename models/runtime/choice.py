"""Which engine is fastest for a network on this machine, without changing its pictures: measured once, then cached."""

import copy
import hashlib
import json
import platform
import subprocess
import sys
from contextlib import suppress
from functools import cache
from pathlib import Path

import torch

from models import atomic, hub
from models.runtime import handover
from models.runtime.engines import EAGER, ENGINES, openvino_library

GAIN = 0.8  # an engine must need at most this share of eager's time
LIMIT = 180  # seconds for the trial of a network
ROOT = Path(__file__).resolve().parents[2]


def fastest(net, args, wanted):
    """A function of tensors shaped as `args` that does what the network does, or None: eager is not clearly slower.

    Its attribute `engine` is the engine's name. wanted: names of the engines to choose from.
    """
    path = _path(net, args, wanted)
    name = _read(path, wanted)
    # A copy, since hooks on the network that answers requests would see these calls too; its inputs are no longer
    # tensors of inference mode, which cannot be traced.
    args = tuple(a.clone() for a in args)
    if name is None:
        found = measured(net, args, wanted)
        name = chosen(found)
        _write(path, {"engine": name, "measured": found})
    if name == EAGER:
        return None
    with torch.no_grad():
        function = ENGINES[name](net if name.startswith("torch") else copy.deepcopy(net), args)
    function.engine = name
    return function


def chosen(found):
    """The fastest engine of what `measured` gives; eager where that is no clear gain over the least of its times."""
    best = min(found, key=lambda name: found[name]["seconds"], default=EAGER)
    eager = min((times["eager"] for times in found.values()), default=0)
    return best if found and found[best]["seconds"] <= GAIN * eager else EAGER


def measured(net, args, wanted):
    """{engine: {"seconds", "eager"}} of those that give the network's pictures, tried in processes of their own.

    An engine that ends its process, as a compiler's fault does, is left out. OSError if no process can be started;
    ValueError for what is no variant's network.
    """
    found, left = {}, list(wanted)
    while left:
        lines = _trial(handover.packed(net, args, left))
        found |= {line.pop("engine"): line for line in lines if "engine" in line}
        begun = [line["begun"] for line in lines if "begun" in line]
        if not begun:
            raise OSError("the process that tries engines says nothing")
        left = left[len(begun) :]
    return found


def _trial(sent):
    command = [sys.executable, "-m", "models.runtime.trial", str(torch.get_num_threads())]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    try:
        said = subprocess.run(command, input=sent, cwd=ROOT, timeout=LIMIT, **pipes).stdout
    except subprocess.TimeoutExpired as error:
        said = error.stdout or b""
    return [json.loads(line) for line in said.splitlines() if line.startswith(b"{")]


@cache
def machine():
    """What this machine's times depend on, in one line."""
    cpu = platform.processor()
    with suppress(OSError):  # Linux
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        cpu = " ".join(sorted({line for line in lines if line.startswith(("model name", "flags", "Features"))}))
    with suppress(ImportError):
        cpu += f" openvino {openvino_library()[0].__version__}"
    gpu = torch.cuda.get_device_name() if torch.cuda.is_available() else ""
    return f"{platform.system()} {platform.machine()} {cpu} x{torch.get_num_threads()} {gpu} torch {torch.__version__}"


def _path(net, args, wanted):
    """The file of a choice, named after machine, weights, inputs and engines; None where there is no home."""
    kinds = [(str(a.dtype), str(a.device), list(a.shape)) for a in args]
    digest = hashlib.sha256(f"{machine()} {type(net)} {kinds} {wanted}".encode())
    for key, tensor in net.state_dict().items():
        digest.update(key.encode() + tensor.detach().contiguous().cpu().numpy().tobytes())
    with suppress(RuntimeError):
        return hub.cache_folder() / "engines" / f"{digest.hexdigest()[:32]}.json"
    return None


def _read(path, wanted):
    with suppress(OSError, ValueError, TypeError, KeyError, AttributeError):
        name = json.loads(path.read_text("utf-8"))["engine"]
        return name if name in (EAGER, *wanted) else None
    return None


def _write(path, found):
    with suppress(OSError, AttributeError):  # it is measured again next time
        path.parent.mkdir(parents=True, exist_ok=True)
        atomic.write(path, lambda temporary: temporary.write_text(json.dumps(found), "utf-8"))
