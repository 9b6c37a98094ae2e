"""Tables of names and shapes: a published network's tensors to this project's, and back, strictly."""

import re
from collections.abc import Callable
from dataclasses import dataclass

import torch

STATISTICS = r"(^|\.)(running_mean|running_var|num_batches_tracked)"


def same(tensor):
    return tensor


@dataclass(frozen=True)
class Row:
    """One line of a table.

    published, ours: names; there: the tensor's way to ours, back: the other way. Without `ours` the published tensor
    has no effect: shape is its own, and zeros are written. Without `published` ours is filled with `value`; an export
    is refused if ours differs from it, unless free: then it has no effect.
    """

    published: str = ""
    ours: str = ""
    there: Callable = same
    back: Callable = same
    shape: tuple = ()
    value: float = 0.0
    free: bool = False


@dataclass(frozen=True)
class Part:
    """One kind of network of a format.

    name: in config.json. sign: a pattern of a name that every file of it has and no other part's. network: its class
    here. arguments: {name: shape} -> constructor arguments. rows: constructor arguments, {name: shape} -> its Rows.
    ignored: a pattern of names that carry nothing. unpack, pack: of all tensors, before and after the table. likes:
    names by which `rows` tells kinds of the part apart; an export is of the first kind that has place for all.
    """

    name: str
    sign: str
    network: type
    arguments: Callable
    rows: Callable
    ignored: str = r"$^"
    unpack: Callable = same
    pack: Callable = same
    likes: tuple = ({},)

    def fits(self, names):
        """True if tensors of these names are this part's."""
        return any(re.fullmatch(self.sign, name) for name in names)

    def build(self, arguments, device="cpu"):
        with torch.device(device):
            return self.network(**arguments)

    def shapes(self, arguments):
        """{ours: shape}."""
        return {name: t.shape for name, t in self.build(arguments, "meta").state_dict().items()}

    def convert(self, tensors):
        """(constructor arguments, our state dict in float32) of published tensors; ValueError names what is wrong."""
        tensors = self.unpack(tensors)
        found = {name: tuple(t.shape) for name, t in tensors.items() if not re.search(self.ignored, name)}
        try:
            arguments = self.arguments(found)
        except KeyError as error:
            raise ValueError(f"{self.name}: the tensor {error} is missing") from None
        except (IndexError, TypeError):
            raise ValueError(f"{self.name}: sizes cannot be read, a tensor has too few dimensions") from None
        ours, rows = self.shapes(arguments), self.rows(arguments, found)
        self._compare(found, {row.published: self._expected(row, ours) for row in rows if row.published})
        state = {row.ours: row.there(tensors[row.published]) for row in rows if row.published and row.ours}
        state |= {row.ours: torch.full(ours[row.ours], row.value) for row in rows if not row.published}
        return arguments, {name: floats(t).contiguous() for name, t in state.items()}

    def export(self, arguments, state):
        """Published tensors of our state dict; ValueError names what the format has no place for."""
        for like in self.likes:
            try:
                return {name: t.contiguous() for name, t in self.pack(self._back(arguments, state, like)).items()}
            except ValueError as error:
                refused = error
        raise refused

    def _back(self, arguments, state, like):
        rows, out = self.rows(arguments, like), {}
        unknown = sorted(set(state) ^ {row.ours for row in rows if row.ours})
        if unknown:
            raise ValueError(f"{self.name} has no place for {', '.join(unknown[:3])}")
        for row in rows:
            if row.published:
                out[row.published] = row.back(floats(state[row.ours])) if row.ours else torch.zeros(row.shape)
            elif not row.free and not (state[row.ours] == row.value).all():
                raise ValueError(f"{self.name} has no place for {row.ours}, which is not {row.value:g} everywhere")
        return out

    def _expected(self, row, ours):
        if not row.ours:
            return tuple(row.shape)
        return tuple(row.back(torch.empty(ours[row.ours], device="meta")).shape)

    def _compare(self, found, expected):
        faults = {
            "missing": sorted(set(expected) - set(found)),
            "surplus": sorted(set(found) - set(expected)),
            "misshapen": [
                f"{name} is {list(found[name])}, should be {list(shape)}"
                for name, shape in expected.items()
                if found.get(name, shape) != shape
            ],
        }
        told = [f"{what}: {', '.join(names[:3])} ({len(names)} in all)" for what, names in faults.items() if names]
        if told:
            raise ValueError(f"{self.name}: {'; '.join(told)}")


def floats(tensor):
    return tensor.float() if tensor.is_floating_point() else tensor


def norm(published, ours, affine=True):
    """Rows of an instance norm, or of a batch norm of one picture: scale and shift, which a format may lack."""
    pairs = (("weight", 1.0), ("bias", 0.0))
    if affine:
        return [Row(f"{published}.{name}", f"{ours}.{name}") for name, _ in pairs]
    return [Row("", f"{ours}.{name}", value=value) for name, value in pairs]


def batch_norm(published, ours, found):
    """Rows of a batch norm with its running statistics; PyTorch before 0.4.1 counted no batches."""
    names = ("weight", "bias", "running_mean", "running_var")
    counted, counter = f"{published}.num_batches_tracked", f"{ours}.num_batches_tracked"
    count = Row("" if found and counted not in found else counted, counter, free=True)
    return [*(Row(f"{published}.{name}", f"{ours}.{name}") for name in names), count]


def layer(published, ours, bias=True, **ways):
    """Rows of a layer's weight and bias; ways: `there` and `back` of the weight."""
    rows = [Row(f"{published}.weight", f"{ours}.weight", **ways)]
    return [*rows, Row(f"{published}.bias", f"{ours}.bias")] if bias else rows
