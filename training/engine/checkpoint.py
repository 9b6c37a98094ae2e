"""Checkpoints: one safetensors file with everything a run needs to go on as if it had never stopped."""

import json

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file

from models import atomic

KEEP = 2


class CheckpointError(RuntimeError):
    """A checkpoint that cannot be written, or does not belong to this run: one line that says what to do."""


def write(path, save):
    """Call save(temporary path) and put the result in place at once; on failure CheckpointError, the old file stays."""
    try:
        atomic.write(path, save)
    except (OSError, SafetensorError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else error
        raise CheckpointError(f"cannot write {path}: {reason}; make room, then run the same command again") from None


def random_states(stream):
    """{name: state} of the generators that training draws from: torch's, the GPU's and the run's own."""
    cuda = {"rng.cuda": torch.cuda.get_rng_state()} if torch.cuda.is_available() else {}
    return {"rng.torch": torch.get_rng_state(), "rng.stream": stream.generator.get_state(), **cuda}


def _restore_optimizer(name, optimizer, tensors, groups):
    state = {}
    for key, value in tensors.items():
        if key.startswith(f"{name}."):
            i, slot = key[len(name) + 1 :].split(".", 1)
            state.setdefault(int(i), {})[slot] = value
    optimizer.load_state_dict({"state": state, "param_groups": groups})
    for p, slots in optimizer.state.items():
        for slot, value in slots.items():
            if value.shape == p.shape:  # fused steps pair elements as they lie in memory: lay them as the weight's
                slots[slot] = torch.empty_like(p).copy_(value)


def save(folder, step, modules, optimizers, stream, facts):
    """Write folder/step_N.safetensors and keep the newest two; CheckpointError if it cannot be written.

    modules, optimizers: by name. facts: whatever else the run needs, JSON-able.
    """
    folder.mkdir(parents=True, exist_ok=True)
    tensors, groups = random_states(stream), {}
    for name, module in modules.items():
        tensors |= {f"{name}.{key}": value for key, value in module.state_dict().items()}
    for name, optimizer in optimizers.items():
        state = optimizer.state_dict()
        for i, slots in state["state"].items():
            tensors |= {f"{name}.{i}.{key}": torch.as_tensor(value) for key, value in slots.items()}
        groups[name] = [
            {key: float(value) if torch.is_tensor(value) else value for key, value in group.items()}
            for group in state["param_groups"]
        ]
    meta = {"step": step, "facts": facts, "groups": groups}
    tensors = {key: value.detach().contiguous().cpu() for key, value in tensors.items()}
    path = folder / f"step_{step:07d}.safetensors"
    write(path, lambda p: save_file(tensors, p, metadata={"run": json.dumps(meta)}))
    for old in sorted(folder.glob("step_*.safetensors"))[:-KEEP]:
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


def restore(tensors, meta, modules, optimizers, stream):
    """Load a checkpoint into networks, optimizers and random streams."""
    for name, module in modules.items():
        state = {key[len(name) + 1 :]: value for key, value in tensors.items() if key.startswith(f"{name}.")}
        try:
            module.load_state_dict(state, strict=True)
        except RuntimeError:
            raise CheckpointError(
                f"the checkpoint's {name} has another shape than this run's: give the settings it "
                "was begun with, or start over with --fresh"
            ) from None
    for name, optimizer in optimizers.items():
        _restore_optimizer(name, optimizer, tensors, meta["groups"][name])
    torch.set_rng_state(tensors["rng.torch"])
    stream.generator.set_state(tensors["rng.stream"])
    if torch.cuda.is_available() and "rng.cuda" in tensors:
        torch.cuda.set_rng_state(tensors["rng.cuda"])
