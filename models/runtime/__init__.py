"""How trained networks run: eager, until the engine that is fastest on this machine has been found and built.

Off until `start`: training, its figures and the tests run networks eagerly. The page calls `start`. Then the first call
of a network with inputs of some shapes is answered eagerly, as are all others until a thread has chosen among the
engines by measuring (`models.runtime.choice`), built the fastest and checked its pictures.
"""

import os
import queue
import threading
import weakref
from contextlib import suppress

import torch

from models.runtime import choice, rest
from models.runtime.engines import EAGER, ENGINES, takes_files

VARIABLE = "GAN_ATLAS_ENGINE"
MOST_SHAPES = 6  # a network's engines are for one shape each, and hold its weights; photos have few shapes

_built = weakref.WeakKeyDictionary()  # network -> {inputs' shapes: function, or None: eager}
_jobs, _lock, _wanted, _worker = queue.Queue(), threading.Lock(), (), None


def start(wanted=None):
    """Let networks run on the engines `wanted`: "auto" for any, "eager" for none, or one's name.

    Without `wanted`, GAN_ATLAS_ENGINE says it, "auto" where it is not set. ValueError if there is no such engine.
    """
    global _wanted, _worker
    wanted = wanted or os.environ.get(VARIABLE) or "auto"
    if wanted not in ("auto", EAGER, *ENGINES):
        raise ValueError(f"{VARIABLE}={wanted} is no engine: choose auto, {EAGER}, {', '.join(ENGINES)}")
    with _lock:
        _wanted = {"auto": tuple(ENGINES), EAGER: ()}.get(wanted, (wanted,))
        if _wanted and _worker is None:
            _worker = threading.Thread(target=_work, daemon=True, name="engines")
            _worker.start()


def stop():
    """Run all networks eagerly again; engines that are built stay for the next `start`."""
    start(EAGER)


def settle():
    """Wait until every engine that was asked for is chosen and built."""
    _jobs.join()


def lay(networks):
    """Put the weights of {role: network}, which nothing runs yet, to rest until they are needed."""
    if _wanted:
        rest.lay(*networks.values())


def run(net, *args):
    """A network's output for tensors, all in one call, on its engine; eager where it has none yet.

    Functions that are no network run as they are. No two calls for one network may overlap.
    """
    if not _wanted or not isinstance(net, torch.nn.Module):
        return net(*args)
    shapes = tuple((a.shape, a.dtype) for a in args)
    with _lock:
        engines = _built.setdefault(net, {})
        if shapes not in engines:
            if len(engines) >= MOST_SHAPES:
                del engines[next(iter(engines))]
            engines[shapes] = None
            _jobs.put((weakref.ref(net), args, shapes))
        function = engines[shapes] = engines.pop(shapes)  # the last one used is the last to be dropped
    if function is None:
        return net(*args)
    if takes_files(function.engine):
        rest.lay(net)
    return function(*args)


def engine_of(net):
    """The names of the engines that a network, or a module around it, runs on now; the last call's comes last."""
    with _lock:
        found = [engines for known, engines in _built.items() if any(part is net for part in known.modules())]
    return [getattr(function, "engine", EAGER) for engines in found for function in engines.values()]


def _work():
    while True:
        reference, args, shapes = _jobs.get()
        with suppress(Exception):  # eager remains
            net = reference()
            function = choice.fastest(net, args, _wanted)
            with _lock:
                if shapes in _built[net]:
                    _built[net][shapes] = function
        net = function = args = None
        rest.give_back()  # what building took
        _jobs.task_done()
