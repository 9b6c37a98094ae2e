"""What serving Gradio's page takes: a temporary folder of its own, loopback without a proxy, small sessions."""

import atexit
import inspect
import os
import shutil
import tempfile
from collections import ChainMap
from copy import copy
from functools import partial

try:
    import spaces  # of a host that lends a GPU for each call (ZeroGPU); it wants to come before torch
except ImportError:
    spaces = None

# Gradio's default folder is one for all users of a machine, and may belong to another. Gradio reads the variable when
# it is imported and when a component is made; this module is imported before both.
if os.environ.get("GRADIO_TEMP_DIR"):
    os.makedirs(os.environ["GRADIO_TEMP_DIR"], exist_ok=True)
FOLDER = tempfile.mkdtemp(prefix="gan-atlas-", dir=os.environ.get("GRADIO_TEMP_DIR") or None)  # of mode 700
os.environ["GRADIO_TEMP_DIR"] = FOLDER
remove_folder = partial(shutil.rmtree, FOLDER, ignore_errors=True)
atexit.register(remove_folder)

# After every queued event Gradio sums up all events so far in pandas: 3 to 7 ms, a tenth of what a call costs.
os.environ.setdefault("GRADIO_ANALYTICS_CACHE_FREQUENCY", str(10**9))

import torch  # noqa: E402
from gradio import networking  # noqa: E402
from gradio.state_holder import SessionState  # noqa: E402
from torch.optim import SGD, Adam, Optimizer, RMSprop  # noqa: E402

# Launching probes its own address, and ends where three seconds bring no answer: too few on a busy machine.
networking.url_ok = lambda url: True

# Launching asks the page itself whether it runs, by httpx, which would ask a proxy: none is for this machine.
_direct = ["127.0.0.1", "localhost", "::1", os.environ.get("NO_PROXY"), os.environ.get("no_proxy")]
os.environ["NO_PROXY"] = os.environ["no_proxy"] = ",".join(filter(None, _direct))


def on_gpu(function):
    """The function, run with the GPU that a host lends for each call, where there is one."""
    return spaces.GPU(function) if spaces and torch.cuda.is_available() else function


def spare_the_compiler():
    """Let the lab's optimizers step without importing PyTorch's compiler, 160 MB and a second.

    They import it to tell it where a compiled program would have to stop.
    """
    for name in ("add_param_group", "zero_grad"):
        setattr(Optimizer, name, inspect.unwrap(getattr(Optimizer, name)))
    for kind in (Adam, RMSprop, SGD):
        kind.step = torch.no_grad()(inspect.unwrap(kind.step))


class Forgetful(dict):
    """Takes every item and holds none."""

    def __contains__(self, key):
        return True

    def __missing__(self, key):
        return {}

    def __setitem__(self, key, value):
        pass


def share_configuration():
    """Let a visitor's session hold only the components that an event has changed for this visitor.

    Gradio's SessionState copies the configuration of every block into every session, and keeps each value that an
    event returns there, pictures included: megabytes and a fifth of a second a visit. It reads them in one place, for
    a gr.DeepLinkButton, which this page does not have: its links hold the state themselves.
    """

    def start(session, blocks):
        shared = blocks.default_config
        session.blocks_config = copy(shared)
        session.blocks_config.blocks = ChainMap({}, shared.blocks)
        session.blocks_config.fns = shared.fns
        session.config_values = Forgetful()
        session.state_data, session._state_ttl, session.is_closed = {}, {}, False
        session.STATE_TTL_WHEN_CLOSED = 3600

    SessionState.__init__ = start
