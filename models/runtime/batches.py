"""Rows in batches of one size, which calls that wait for the same network share."""

import threading
from contextlib import contextmanager
from contextvars import ContextVar

import torch

from models import runtime

_watch = ContextVar("watch", default=None)


@contextmanager
def watched(tell):
    """Inside, tell(rows done, rows in all) is called before the first batch of every call and after each."""
    before = _watch.set(tell)
    try:
        yield
    finally:
        _watch.reset(before)


class _Part:
    """Rows of one call, at most a batch; `out` or `error` comes when they have run."""

    def __init__(self, net, args):
        self.net, self.args, self.out, self.error = net, args, None, None
        self.kind = [(a.dtype, a.shape[1:]) for a in args]

    def __len__(self):
        return len(self.args[0])


class Batches:
    """Runs networks on rows, one batch of `size` at a time, the last of its rows repeated where it is not full.

    The rounding of a matrix product and the algorithm of a convolution depend on the size of the batch; in batches of
    one size a row's output is the same to the bit in any place and company.
    """

    def __init__(self, size, device):
        self.size, self.device = size, device
        self._turn, self._waiting = threading.Lock(), []

    def __call__(self, net, *args):
        """The network's output for rows [n, ...] of every argument: float32 [n, ...] on the CPU."""
        parts = [_Part(net, rows) for rows in zip(*(a.split(self.size) for a in args))]
        self._waiting += parts  # only who has the turn takes parts out
        tell, done, rows = _watch.get() or (lambda done, of: None), 0, len(args[0])
        for part in parts:
            tell(done, rows)
            with self._turn:
                if part.out is None and part.error is None:
                    self._run(self._company(part))
            done += len(part)
        tell(done, rows)
        for part in parts:
            if part.error is not None:
                raise part.error
        return torch.cat([part.out for part in parts])

    def _company(self, part):
        """A part with as many others for the same network as a batch has room for, taken out of those that wait."""
        company, room = [part], self.size - len(part)
        for other in list(self._waiting):
            if other is not part and other.net is part.net and other.kind == part.kind and len(other) <= room:
                company.append(other)
                room -= len(other)
        for taken in company:
            self._waiting.remove(taken)
        return company

    def _run(self, parts):
        try:
            rows = [torch.cat(columns) for columns in zip(*(part.args for part in parts))]
            rows = [torch.cat([a, a[-1:].expand(self.size - len(a), *a.shape[1:])]).to(self.device) for a in rows]
            out = runtime.run(parts[0].net, *rows).float().cpu()
            for part, own in zip(parts, out.split([*map(len, parts), self.size - sum(map(len, parts))])):
                part.out = own
        except Exception as error:
            for part in parts:
                part.error = error
