"""Which engine is fastest for a network on this machine, without changing its pictures: measured once, then cached."""

import hashlib
import json
import os
import platform
import subprocess
import sys
from contextlib import suppress
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import torch
from filelock import FileLock

from models import atomic, hub
from models.runtime import handover, rest
from models.runtime.engines import EAGER, ENGINES, FILES, openvino_library, takes_files

GAIN = 0.8  # an engine must need at most this share of eager's time
LIMIT = 180  # seconds for the trial of a network
MOST_KEPT = 500_000_000  # bytes of models for OpenVINO in the cache; photos of every shape have one
ROOT = Path(__file__).resolve().parents[2]


def fastest(net, args, wanted):
    """A function of tensors shaped as `args` that does what the network does, or None: eager is not clearly slower.

    Its attribute `engine` is the engine's name. wanted: names of the engines to choose from.
    """
    with TemporaryDirectory(ignore_cleanup_errors=True) as spare:  # Windows keeps files that are mapped
        path = _path(net, args, wanted) or Path(spare, "choice.json")
        # Its inputs are no longer tensors of inference mode, which cannot be traced.
        args = tuple(a.clone() for a in args)
        with FileLock(path.with_suffix(".lock")):  # copies of the page on one machine choose once
            name = _read(path, wanted)
            if name is None:
                found = measured(net, args, wanted, _model(path))
                name = chosen(found)
                _write(path, {"engine": name, "measured": found, "model": _digest(path) if takes_files(name) else None})
            if not takes_files(name):
                _remove_model(path)
        if name == EAGER:
            return None
        with torch.no_grad():
            function = ENGINES[name](net, args, _model(path))
    function.engine = name
    return function


def chosen(found):
    """The fastest engine of what `measured` gives; eager where that is no clear gain over the least of its times."""
    best = min(found, key=lambda name: found[name]["seconds"], default=EAGER)
    eager = min((times["eager"] for times in found.values()), default=0)
    return best if found and found[best]["seconds"] <= GAIN * eager else EAGER


def measured(net, args, wanted, model):
    """{engine: {"seconds", "eager"}} of those that give the network's pictures, tried in processes of their own.

    model: where they write the network for OpenVINO's engines.

    An engine that ends its process, as a compiler's fault does, is left out. OSError if no process can be started;
    ValueError for what is no variant's network.
    """
    found, left = {}, list(wanted)
    while left:
        lines = _trial(handover.packed(net, args, left), model)
        found |= {line.pop("engine"): line for line in lines if "engine" in line}
        begun = [line["begun"] for line in lines if "begun" in line]
        if not begun:
            raise OSError("the process that tries engines says nothing")
        left = left[len(begun) :]
    return found


def _trial(sent, model):
    command = [sys.executable, "-m", "models.runtime.trial", str(torch.get_num_threads()), str(model)]
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
    digest = hashlib.sha256(f"{machine()} {FILES} {type(net)} {kinds} {wanted}".encode())
    for key, tensor in rest.tensors(net).items():
        digest.update(key.encode() + tensor.contiguous().cpu().numpy().tobytes())
    with suppress(RuntimeError, OSError):
        folder = hub.cache_folder() / "engines"
        folder.mkdir(parents=True, exist_ok=True)
        return folder / f"{digest.hexdigest()[:32]}.json" if os.access(folder, os.W_OK) else None
    return None


def _model(path):
    """Where the model of a choice lies: this file, and one that ends in .bin."""
    return path.with_suffix(".xml")


def _remove_model(path):
    for suffix in (".xml", ".bin"):
        with suppress(OSError):
            path.with_suffix(suffix).unlink()


def _digest(path):
    """The sha256 of a choice's model."""
    parts = (path.with_suffix(suffix).read_bytes() for suffix in (".xml", ".bin"))
    return hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()


def _read(path, wanted):
    """The engine that was chosen; None where there is no choice, or its model is not the one that was tried."""
    with suppress(OSError, ValueError, TypeError, KeyError, AttributeError):
        found = json.loads(path.read_text("utf-8"))
        name = found["engine"]
        if name in (EAGER, *wanted) and (not takes_files(name) or found["model"] == _digest(path)):
            for suffix in (".json", ".xml", ".bin"):
                with suppress(OSError):
                    os.utime(path.with_suffix(suffix))  # the last one used is the last to be dropped
            return name
    return None


def _write(path, found):
    with suppress(OSError):  # it is measured again next time
        atomic.write(path, lambda temporary: temporary.write_text(json.dumps(found), "utf-8"))
    with suppress(OSError):
        kept = 0
        for model in sorted(path.parent.glob("*.bin"), key=lambda model: -model.stat().st_mtime):
            kept += model.stat().st_size
            if kept > MOST_KEPT:
                _remove_model(model)
