"""Checkpoints: one safetensors file with everything a run needs to go on as if it had never stopped."""

import json

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file

from models import atomic


class CheckpointError(RuntimeError):
    """A checkpoint that cannot be written, or does not belong to this run: one line that says what to do."""


def write(path, save):
    """Call save(temporary path) and put the result in place at once; on failure CheckpointError, the old file stays."""
    try:
        atomic.write(path, save)
    except (OSError, SafetensorError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else error
        raise CheckpointError(f"cannot write {path}: {reason}; make room, then run the same command again") from None


def save(folder, meta, modules, optimizers, stream):
    """Write folder/step_N.safetensors and keep the newest two; CheckpointError if it cannot be written.

    meta: "step" and whatever else the run needs, JSON-able. modules, optimizers: by name. stream: its `RandomStream`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    tensors = {"rng.torch": torch.get_rng_state(), "rng.stream": stream.generator.get_state()}
    if torch.cuda.is_available():
        tensors["rng.cuda"] = torch.cuda.get_rng_state()
    for name, module in modules.items():
        tensors |= {f"{name}.{key}": value for key, value in module.state_dict().items()}
    for name, optimizer in optimizers.items():
        for i, slots in optimizer.state_dict()["state"].items():
            tensors |= {f"{name}.{i}.{slot}": torch.as_tensor(value) for slot, value in slots.items()}
    tensors = {key: value.detach().contiguous().cpu() for key, value in tensors.items()}
    path = folder / f"step_{meta['step']:07d}.safetensors"
    write(path, lambda p: save_file(tensors, p, metadata={"run": json.dumps(meta)}))
    for old in sorted(folder.glob("step_*.safetensors"))[:-2]:
        old.unlink()
    return path


def newest(folder, header=False):
    """(path, tensors, meta) of the newest checkpoint that can be read, or None; warns of those that cannot.

    header: do not read the tensors, None instead.
    """
    for path in sorted(folder.glob("step_*.safetensors"), reverse=True):
        try:
            with safe_open(path, "pt") as file:
                meta = json.loads(file.metadata()["run"])
                return path, None if header else {key: file.get_tensor(key) for key in file.keys()}, meta
        except (SafetensorError, OSError, KeyError, TypeError, ValueError) as error:
            print(f"warning: {path} is damaged ({error}) and is passed over", flush=True)
    return None


def restore(tensors, modules, optimizers, stream):
    """Load a checkpoint into networks, optimizers and random streams."""

    def below(name):
        return {key.removeprefix(f"{name}."): value for key, value in tensors.items() if key.startswith(f"{name}.")}

    for name, module in modules.items():
        try:
            module.load_state_dict(below(name), strict=True)
        except RuntimeError:
            raise CheckpointError(
                f"the checkpoint's {name} has another shape than this run's: give the settings it "
                "was begun with, or start over with --fresh"
            ) from None
    for name, optimizer in optimizers.items():
        state = {}
        for i, p in enumerate(optimizer.param_groups[0]["params"]):
            # Fused steps pair elements as they lie in memory: moments are laid as the weight is.
            laid = {
                slot: torch.empty_like(p).copy_(t) for slot, t in below(f"{name}.{i}").items() if t.shape == p.shape
            }
            state[i] = below(f"{name}.{i}") | laid
        optimizer.load_state_dict({**optimizer.state_dict(), "state": state})
    torch.set_rng_state(tensors["rng.torch"])
    stream.generator.set_state(tensors["rng.stream"])
    if torch.cuda.is_available() and "rng.cuda" in tensors:
        torch.cuda.set_rng_state(tensors["rng.cuda"])
