"""Engines change no picture beyond 2 of 255, and calls that share a batch change none at all."""

import json
import os
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from unittest import mock

import pytest
import torch
from torch import nn

import models
from models import runtime
from models.bench import pixels
from models.runtime import choice, handover, rest, trial
from models.runtime.batches import Batches
from models.runtime.engines import EAGER, ENGINES, takes_files


@pytest.fixture
def engines(monkeypatch, tmp_path):
    """The runtime with a cache of its own; eager again afterwards."""
    monkeypatch.setenv("GAN_ATLAS_DATA", str(tmp_path))
    monkeypatch.delenv(runtime.VARIABLE, raising=False)
    yield runtime
    runtime.stop()


class Held(nn.Module):
    """Twice its input, once `go` is set; `sizes` of the batches that came, `busy` once the first has."""

    def __init__(self):
        super().__init__()
        self.go, self.busy, self.sizes = threading.Event(), threading.Event(), []

    def forward(self, x):
        self.sizes.append(len(x))
        self.busy.set()
        self.go.wait(30)
        if (x < 0).any():
            raise ValueError("negative")
        return 2 * x


def calls(batches, net, rows):
    """The outputs of one call for each of `rows`, of which all but the first wait for the first."""
    outs = [None] * len(rows)

    def call(i):
        try:
            outs[i] = batches(net, rows[i])
        except ValueError as error:
            outs[i] = error

    threads = [threading.Thread(target=call, args=(i,)) for i in range(len(rows))]
    threads[0].start()
    net.busy.wait(30)
    for thread in threads[1:]:
        thread.start()
    while len(batches._waiting) < len(rows) - 1:
        pass
    net.go.set()
    for thread in threads:
        thread.join(30)
    return outs


def test_calls_that_wait_share_one_batch_and_each_gets_its_own_rows():
    net, rows = Held(), [torch.full((n, 3), float(i)) for i, n in enumerate((4, 1, 2, 1))]
    outs = calls(Batches(4, torch.device("cpu")), net, rows)
    assert net.sizes == [4, 4]
    assert all(torch.equal(out, 2 * row) for out, row in zip(outs, rows))


def test_rows_of_other_shapes_and_kinds_run_apart():
    net = Held()
    rows = [torch.ones(1, 3), torch.ones(1, 3), torch.ones(1, 5), torch.ones(1, 3, dtype=torch.int64)]
    outs = calls(Batches(4, torch.device("cpu")), net, rows)
    assert net.sizes == [4] * 4
    assert [out.shape[1] for out in outs] == [3, 3, 5, 3]


def test_an_error_reaches_its_caller_and_the_next_batch_runs():
    net, batches = Held(), Batches(2, torch.device("cpu"))
    outs = calls(batches, net, [torch.ones(2, 1), torch.full((2, 1), -1.0), torch.ones(2, 1)])
    assert [isinstance(out, ValueError) for out in outs] == [False, True, False]
    assert batches._waiting == []


@pytest.mark.parametrize("name", models.names(translates=False))
def test_company_changes_no_bit_of_a_picture(loaded, name):
    g = loaded(name)
    alone = [g.sample(1, seed=i, labels=None if g.classes is None else 0) for i in range(6)]
    found, threads = {}, []
    for i in range(6):
        one = lambda i=i: found.setdefault(i, g.sample(1, seed=i, labels=None if g.classes is None else 0))  # noqa: E731
        threads.append(threading.Thread(target=one))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(torch.equal(found[i], alone[i]) for i in range(6))


NET = nn.Linear(3, 2).requires_grad_(False)
SLOWER = [name for name in ENGINES if name != "openvino-bf16"]
UNFAITHFUL = {
    "another picture": lambda x: NET(x) + 0.03,
    "not a number": lambda x: NET(x) * float("nan"),
    "another shape": lambda x: NET(x)[:1],
    "a row that depends on its company": lambda x: NET(x) + 1e-6 * x.mean(0)[:1] * torch.arange(len(x))[:, None],
    "what was traced": lambda x, first=[]: (first or first.append(NET(x)) or first)[0],  # noqa: B006
}


@pytest.mark.parametrize("function", UNFAITHFUL.values(), ids=UNFAITHFUL)
def test_an_engine_that_gives_another_picture_is_refused(function):
    args = (torch.randn(4, 3, generator=torch.Generator().manual_seed(0)),)
    assert trial.faithful(NET, NET, args)
    assert not trial.faithful(function, NET, args)


def test_an_engine_must_be_clearly_faster_than_eager_ever_was():
    times = {"a": {"seconds": 0.085, "eager": 0.4}, "b": {"seconds": 0.2, "eager": 0.1}}
    assert choice.chosen(times) == EAGER
    times["b"]["seconds"] = 0.05
    assert choice.chosen(times) == "b"
    assert choice.chosen({}) == EAGER


def test_an_engine_whose_process_dies_is_passed_over(monkeypatch, loaded):
    asked, time = [], {"seconds": 1, "eager": 2}

    def dies_at_two(sent, model):
        names = handover.about(sent)["engines"]
        asked.append(names)
        begun = names[: names.index("two") + 1] if "two" in names else names
        return [line for n in begun for line in ({"begun": n}, {"engine": n, **time}) if n != "two" or "begun" in line]

    monkeypatch.setattr(choice, "_trial", dies_at_two)
    g = loaded("gan")
    found = choice.measured(g.generator, (g.latents(),), ["one", "two", "three"], None)
    assert asked == [["one", "two", "three"], ["three"]] and found == {"one": time, "three": time}


@pytest.mark.parametrize("name", models.names())
def test_the_process_that_tries_engines_gets_the_network_to_the_bit_and_nothing_pickled(name, loaded):
    g = loaded(name)
    sent = []
    with mock.patch.object(runtime, "run", lambda net, *args: sent.append((net, args)) or net(*args)):
        for timed in g.benchmarks().values():
            timed()
    (net, args), *_ = sent
    data = handover.packed(net, args, ["torch-bf16"])
    found, inputs, names = handover.unpacked(data)
    assert names == ["torch-bf16"] and data[8:9] == b"{", "safetensors"
    assert all(map(torch.equal, inputs, args))
    with torch.inference_mode():
        assert all(map(torch.equal, trial.outputs(found, inputs), trial.outputs(net, args)))


def test_a_module_that_is_no_variants_is_not_handed_over():
    with pytest.raises(ValueError, match="Linear is no variant's network"):
        handover.packed(NET, (torch.ones(1, 3),), ["torch-bf16"])


def test_one_variable_switches_engines_off(engines, monkeypatch):
    monkeypatch.setenv(runtime.VARIABLE, "eager")
    runtime.start()
    runtime.run(NET, torch.ones(1, 3))
    assert runtime.engine_of(NET) == []
    monkeypatch.setenv(runtime.VARIABLE, "warp")
    with pytest.raises(ValueError, match=f"{runtime.VARIABLE}=warp is no engine: choose auto, eager, openvino-f32"):
        runtime.start()


@pytest.mark.parametrize("engine", ["openvino-bf16", *(pytest.param(name, marks=pytest.mark.long) for name in SLOWER)])
def test_an_engine_gives_eagers_pictures_each_to_the_bit_in_any_company(engine, engines, loaded, monkeypatch):
    if engine.startswith("openvino") and not find_spec("openvino"):
        pytest.skip("OpenVINO is not installed")
    monkeypatch.setattr(choice, "GAIN", float("inf"))  # however slow it is
    monkeypatch.setattr(rest, "LEAST", 1)
    monkeypatch.setattr(rest, "PAUSE", 0.0)
    g = loaded("dcgan")
    eager = g.sample(5)
    runtime.start(engine)
    assert torch.equal(g.sample(5), eager), "eager until the engine is ready"
    runtime.settle()
    if runtime.engine_of(g.generator) != [engine]:
        pytest.skip(f"this machine does not compute with {engine}")
    pictures = g.sample(5)
    assert 0 < (pictures - eager).abs().mean() <= trial.MOST_ERROR or engine.endswith("f32")
    assert all(torch.equal(g.sample(1, seed=i)[0], pictures[i]) for i in range(5))
    assert (torch.float16 in kinds(g.generator)) == takes_files(engine), "weights beside an engine are at rest"
    assert not sys.modules.get("openvino_telemetry"), "a library reports its use"
    monkeypatch.setattr(choice, "measured", None)  # the next start of the page does not measure again
    assert choice.fastest(g.generator, (g.latents(4),), (engine,)).engine == engine
    runtime.stop()
    assert torch.equal(g.sample(5), eager) and torch.float16 not in kinds(g.generator)


def kinds(net):
    return {weight.dtype for weight in net.parameters()}


@pytest.mark.parametrize("name", models.names())
def test_weights_at_rest_take_less_memory_and_change_no_bit(name, loaded, monkeypatch):
    monkeypatch.setattr(rest, "LEAST", 1)
    g = loaded(name)

    def size():
        return sum(weight.nbytes for net in g.networks.values() for weight in net.parameters())

    before, eager = size(), [pixels(function()) for function in g.benchmarks().values()]
    for net in g.networks.values():
        rest.lay(net)
    at_rest = size()
    assert at_rest < 0.8 * before
    assert all((a == pixels(function())).all() for a, function in zip(eager, g.benchmarks().values()))
    assert at_rest < size() < before, "layers that ran are awake, those of the discriminator are not"


def test_weights_that_fp16_does_not_hold_stay_and_the_others_rest_again_after_a_pause(monkeypatch):
    monkeypatch.setattr(rest, "LEAST", 1)
    net = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 2)).requires_grad_(False)
    nn.init.constant_(net[0].weight, 1 / 3)
    nn.init.constant_(net[1].weight, 0.5)
    rest.lay(net)
    assert [net[0].weight.dtype, net[1].weight.dtype] == [torch.float32, torch.float16]
    net(torch.ones(1, 2))
    rest.lay(net)
    assert net[1].weight.dtype == torch.float32, "it was needed just now"
    monkeypatch.setattr(rest, "PAUSE", 0.0)
    rest.lay(net)
    assert net[1].weight.dtype == torch.float16


def test_a_choice_is_one_machines_and_one_checkpoints(engines, monkeypatch):
    args, found = (torch.ones(2, 3),), {}
    monkeypatch.setattr(choice, "measured", lambda net, *_: found)
    assert choice.fastest(NET, args, ("torch-bf16",)) is None
    paths = {choice._path(net, args, ("torch-bf16",)) for net in (NET, nn.Linear(3, 2))}
    monkeypatch.setattr(choice, "machine", lambda: "another")
    paths.add(choice._path(NET, args, ("torch-bf16",)))
    assert len(paths) == 3
    (cached,) = [path for path in paths if path.exists()]
    assert json.loads(cached.read_text("utf-8"))["engine"] == EAGER


def test_a_model_that_was_changed_since_it_was_tried_is_tried_again(engines, monkeypatch):
    args, tried = (torch.ones(2, 3),), []

    def measured(net, args, wanted, model):
        tried.append(model)
        model.write_text("a model")
        model.with_suffix(".bin").write_bytes(b"its weights")
        return {"openvino-f32": {"seconds": 1, "eager": 2}}

    monkeypatch.setattr(choice, "measured", measured)
    monkeypatch.setitem(ENGINES, "openvino-f32", lambda net, args, model: lambda x: model.read_text())
    for _ in range(2):
        assert choice.fastest(NET, args, ("openvino-f32",))(1) == "a model" and len(tried) == 1
    tried[0].with_suffix(".bin").write_bytes(b"other weights")
    assert choice.fastest(NET, args, ("openvino-f32",)).engine == "openvino-f32" and len(tried) == 2


def test_who_chooses_at_the_same_time_waits_and_tries_nothing_again(engines, monkeypatch):
    args, tried = (torch.ones(2, 3),), []

    def measured(net, args, wanted, model):
        tried.append(model)
        time.sleep(0.3)
        return {"torch-bf16": {"seconds": 1, "eager": 2}}

    monkeypatch.setattr(choice, "measured", measured)
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: choice.fastest(NET, args, ("torch-bf16",)).engine, range(4)))
    assert found == ["torch-bf16"] * 4 and len(tried) == 1


def test_models_that_were_not_used_for_longest_are_dropped_and_no_choice_with_them(engines, monkeypatch, tmp_path):
    monkeypatch.setattr(choice, "MOST_KEPT", 25)
    for i in range(4):
        for suffix in (".json", ".xml", ".bin"):
            path = tmp_path / f"{i}{suffix}"
            path.write_bytes(bytes(10))
            os.utime(path, (i, i))
    choice._write(tmp_path / "4.json", {"engine": EAGER})
    assert sorted(path.name for path in tmp_path.glob("*.bin")) == ["2.bin", "3.bin"]
    assert sorted(path.name for path in tmp_path.glob("*.xml")) == ["2.xml", "3.xml"]
