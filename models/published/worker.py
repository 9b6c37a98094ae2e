"""Read a file of torch.save within limits of memory and time, and write its tensors as safetensors: IN OUT."""

import re
import sys
from pathlib import Path

import torch
from safetensors.torch import save_file

SPARE = 256 * 2**20  # bytes beyond three times the file's size
NESTED = "state_dict"  # where a checkpoint with other facts keeps its tensors


class Refused(ValueError):
    """Why the file is not read, in one line."""


def limit(size):
    """From here on this process may have three times `size` bytes and SPARE more, and a minute of computing."""
    try:
        import resource
    except ImportError:  # Windows has no such limits; sizes are still checked
        return
    try:
        used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    except OSError:
        used = 8 * 2**30  # no such file on macOS: far above what torch itself maps
    for what, most in ((resource.RLIMIT_AS, used + 3 * size + SPARE), (resource.RLIMIT_CPU, 60)):
        try:
            resource.setrlimit(what, (most, most))
        except (ValueError, OSError):  # a lower limit holds already
            pass


def tensors(path):
    """{name: tensor}; Refused if the file holds anything else."""
    try:
        found = torch.load(path, map_location="cpu", weights_only=True)
    except MemoryError:
        raise Refused("it asks for more memory than its size explains") from None
    except Exception as error:
        raise Refused(why(str(error))) from None
    if isinstance(found, dict) and isinstance(found.get(NESTED), dict):
        found = found[NESTED]
    if not isinstance(found, dict):
        raise Refused(f"it holds a {type(found).__name__}, no dict of tensors")
    for key, value in found.items():
        if not isinstance(key, str) or not isinstance(value, torch.Tensor):
            raise Refused(f"{str(key)[:60]!r} is a {type(value).__name__}, no tensor")
        if value.layout != torch.strided or value.device.type != "cpu" or value.is_quantized or value.is_complex():
            raise Refused(f"{key[:60]!r} is no plain tensor")
    return found


def why(text):
    """torch's reason in one line."""
    found = re.search(r"GLOBAL ([\w.]+)|global[: ]+([\w.]+)", text)
    if found or "unrecognized function" in text:
        name = f" ({found[1] or found[2]})" if found else ""
        return f"it holds more than tensors{name}; what could run code is never read"
    if re.search(r"allocate|not enough memory|bad_alloc", text):
        return "it asks for more memory than its size explains"
    own = " ".join(text.rpartition("WeightsUnpickler error:")[2].partition("Check the documentation")[0].split())
    return f"it is no file of torch.save that holds tensors alone ({own[:120]})"


def main(source, out):
    size = Path(source).stat().st_size
    limit(size)
    try:
        found = tensors(source)
        total = sum(t.numel() * t.element_size() for t in found.values())
        if total > size + SPARE:  # strides of 0 make a large tensor of one number
            raise Refused(f"its tensors would fill {total / 2**20:.0f} MB")
        save_file({key: t.detach().clone().contiguous() for key, t in found.items()}, out)
    except Refused as error:
        sys.exit(f"refused: {error}")
    except (MemoryError, RuntimeError) as error:
        sys.exit(f"refused: {why(str(error) or 'not enough memory')}")


if __name__ == "__main__":
    main(*sys.argv[1:])
