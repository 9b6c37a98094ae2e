"""The bench: every variant has a plain loop beside the engine's; a step's cost is counted as it is."""

import math

import pytest
import torch

import models
from training import bench, recipes
from training.engine import cost, memory

CPU = torch.device("cpu")


@pytest.mark.parametrize("variant", models.names())
def test_the_plain_loop_plays_every_variant(variant, tiny_settings, tiny_data):
    settings = tiny_settings(variant)
    step = bench.plain_loop(settings, tiny_data(settings), CPU)
    first = step()
    assert math.isfinite(first) and step() != first


@pytest.mark.long
def test_one_row_a_variant(tiny_settings, monkeypatch, capsys):
    names = ["gan", "stargan"]
    for name in names:
        monkeypatch.setattr(recipes.load(name), "SETTINGS", tiny_settings(name))
    options = ["--device", "cpu", "--seconds", "0.01", "--rounds", "1", "--precision", "fp32"]
    assert bench.main([*names, *options]) == 0
    _, heads, *rows = capsys.readouterr().out.splitlines()
    assert [row.split()[0] for row in rows] == names
    assert all(len(row.split()) == 1 + len(bench.COLUMNS) and len(row) == len(heads) for row in rows)
    engine, plain, ratio = (float(cell) for cell in rows[0].split()[1:4])
    assert ratio == pytest.approx(engine / plain, rel=0.02)


def test_another_size_is_that_of_both_networks(monkeypatch, capsys):
    measured = []
    row = dict.fromkeys(bench.COLUMNS, 0.0)
    monkeypatch.setattr(bench, "measure", lambda settings, data, *args: (measured.append((settings, data)), row)[1])
    assert bench.main(["dcgan", "--width", "8", "--resolution", "32", "--device", "cpu", "--precision", "fp32"]) == 0
    ((settings, data),) = measured
    assert settings.generator["width"] == settings.discriminator["width"] == 8
    assert settings.resolution == 32 and data.images.shape[2:] == (32, 32)


def test_an_unknown_variant_is_one_clear_line(capsys):
    assert bench.main(["stylegan"]) == 2
    err = capsys.readouterr().err
    assert "'stylegan'" in err and err.count("\n") == 1


def test_operations_are_counted_through_a_double_backward():
    a, b = torch.rand(3, 4), torch.rand(4, 5)
    assert cost.flops(lambda: a @ b) == 2 * 3 * 4 * 5
    x, w = torch.rand(2, 3, 8, 8, requires_grad=True), torch.rand(4, 3, 3, 3, requires_grad=True)

    def penalised():
        y = torch.nn.functional.conv2d(x, w).square().sum()
        (slope,) = torch.autograd.grad(y, x, create_graph=True)
        slope.square().sum().backward()

    once = cost.flops(lambda: torch.nn.functional.conv2d(x, w))
    assert once == 2 * 2 * 4 * 6 * 6 * 3 * 3 * 3
    assert cost.flops(penalised) >= 4 * once
    assert cost.flops(penalised, 3) == cost.flops(penalised)


def test_shares_of_a_step_add_up():
    net = torch.nn.Sequential(torch.nn.Conv2d(3, 16, 3), torch.nn.BatchNorm2d(16), torch.nn.ReLU())
    optimizer = torch.optim.Adam(net.parameters(), fused=True)

    def step():
        net(torch.rand(4, 3, 32, 32)).sum().backward()
        optimizer.step()

    step()
    found = cost.shares(step, 3, CPU)
    assert all(found[kind] > 0 for kind in ("products", "norms", "optimizer", "rest"))
    assert sum(found.values()) == pytest.approx(1, abs=0.02)


@pytest.mark.skipif(not memory.keep_freed(), reason="no glibc")
def test_memory_that_was_freed_is_not_asked_of_the_system_again():
    import resource

    for _ in range(4):
        torch.ones(2**24)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(8):
        torch.ones(2**24)  # 64 MB: 16384 pages
    assert resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before < 8 * 16384 / 4
