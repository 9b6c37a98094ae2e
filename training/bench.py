"""What a training step costs here: this engine against a plain loop, the share of the device's limit, where time goes.

python training/bench.py [VARIANT ...] [--width W] [--resolution PX] [--batch-size N]

Both loops play the same game, in turn, each in a process of its own. The plain one is what a tutorial shows: fp32,
default layout, default optimizer, every loss read at once, memory as the system hands it out. The limit is what a large
matrix product or convolution, the faster of them, reaches in the engine's precision.
"""

import argparse
import itertools
import statistics
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path

if __package__ in (None, ""):
    sys.path[0] = str(Path(__file__).resolve().parents[1])

import torch

import models
from models import console
from training import recipes
from training.engine import cost, graphs
from training.engine.loop import Run, hardware
from training.recipes import precision
from training.recipes.game import split_roles
from training.recipes.random_stream import RandomStream

PERIOD = 4  # steps: every second or fourth is penalised, where any is
COLUMNS = {
    "engine": ".4g",
    "plain": ".4g",
    "ratio": ".2f",
    "GFLOP/s": ".0f",
    "of limit": ".0%",
    **dict.fromkeys((*cost.GROUPS, "rest", "between"), ".0%"),
}


def plain_loop(settings, data, device):
    """One step of the loop that a tutorial shows, on the game's own losses."""
    game = recipes.load(settings.variant).Game(settings, data, RandomStream(0, device))
    game.grow(settings.steps)
    for net in (*split_roles(game.G, "").values(), *split_roles(game.D, "").values()):
        net.to(memory_format=torch.contiguous_format)
        net.register_forward_pre_hook(lambda net, args: tuple(x.contiguous() for x in args))
    adam = partial(torch.optim.Adam, betas=(settings.beta1, settings.beta2))
    optimizer = {"adam": adam, "rmsprop": torch.optim.RMSprop}[settings.optimizer]
    d_opt, g_opt = optimizer(game.D.parameters(), settings.d_lr), optimizer(game.G.parameters(), settings.g_lr)
    d_step = itertools.count(settings.steps)

    def update(optimizer, loss):
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss.item()

    def step():
        for _ in range(settings.d_steps):
            d_loss = update(d_opt, game.d_loss(settings.batch_size, next(d_step)))
            game.after_d()
        return d_loss + update(g_opt, game.g_loss(settings.batch_size))

    return step


def start_plain_loop(*game):
    """In a new process, which gives freed memory back: make the plain loop that `seconds_of_plain_loop` times."""
    global plain_step
    plain_step = plain_loop(*game)


def seconds_of_plain_loop(steps, device):
    return cost.seconds(plain_step, steps, device)


def measure(settings, data, args, device):
    """One variant's figures by the names of COLUMNS: medians over the rounds, in which the loops take turns."""
    plain_process = ProcessPoolExecutor(1, get_context("spawn"), start_plain_loop, (settings, data, device))
    with tempfile.TemporaryDirectory() as out, plain_process:
        run = Run(settings, data, out, args.device, fresh=True, quiet=True)

        def plain(steps):
            return plain_process.submit(seconds_of_plain_loop, steps, device).result()

        run.step = settings.steps  # fully grown, and the generator learns
        products = cost.fastest_products(torch.bfloat16 if settings.precision == "bf16" else torch.float32, device)
        work, *most = cost.flops(run.learn, PERIOD), *map(cost.flops, products)  # and warm up
        plain(PERIOD)
        for _ in range(PERIOD * (graphs.WARM + 1) if run.graphs else 0):  # until every kind of step is recorded
            run.learn()
        loops = [(lambda k, step=step: cost.seconds(step, k, device)) for step in (run.learn, *products)]
        loops.insert(1, plain)
        turns = [PERIOD, PERIOD, 1, 1]
        turns = [turn * max(1, round(args.seconds / turn / loop(turn))) for loop, turn in zip(loops, turns)]
        rounds = [[loop(k) for loop, k in zip(loops, turns)] for _ in range(args.rounds)]
        run.graphs = None  # of a replayed graph a profiler cannot tell who asked for what
        shares = cost.shares(run.learn, min(turns[0], 50 * PERIOD), device)
    engine, plain_seconds, *limit = zip(*rounds)
    rates = [work / t for t in engine]
    reached = [max(w / t for w, t in zip(most, times)) for times in zip(*limit)]
    return {
        "engine": settings.batch_size / statistics.median(engine),
        "plain": settings.batch_size / statistics.median(plain_seconds),
        "ratio": statistics.median(b / a for a, b in zip(engine, plain_seconds)),
        "GFLOP/s": statistics.median(rates) / 1e9,
        "of limit": statistics.median(a / b for a, b in zip(rates, reached)),
        **shares,
    }


def main(argv=None):
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("variants", nargs="*", metavar="VARIANT", help=f"default: {', '.join(models.names())}")
    p.add_argument("--seconds", type=float, default=2, help="of each loop in a round (default: %(default)s)")
    p.add_argument("--rounds", type=int, default=3, help="rounds, the loops in turn (default: %(default)s)")
    p.add_argument("--device", default="auto", choices=("auto", "cpu", "cuda", "mps"))
    p.add_argument("--precision", default="auto", choices=("auto", "fp32", "bf16"), help="of the engine")
    p.add_argument("--width", type=int, help="of all networks; default: the variants' own")
    p.add_argument("--resolution", type=int, metavar="PX", help="default: the variants' own")
    p.add_argument("--batch-size", type=int, metavar="N", help="default: the variants' own")
    args = p.parse_args(argv)
    try:
        found = [recipes.load(name) for name in args.variants or models.names()]
    except models.UnknownVariant as error:
        print(f"bench.py: {error}", file=sys.stderr)
        return 2
    device = torch.device(models.pick_device(args.device))
    changes = {"judge": "none", "decay_from": 1.0, "precision": precision.choose(args.precision, device)}
    changes |= {key: getattr(args, key) for key in ("resolution", "batch_size") if getattr(args, key)}
    if args.width:
        changes |= {role: {"width": args.width} for role in ("generator", "discriminator")}
    print(
        f"images/s: the engine in {changes['precision']}, a plain loop; "
        f"medians of {args.rounds} rounds on {hardware(device)}"
    )
    print("variant  " + "".join(f"{name:>{len(name) + 3}}" for name in COLUMNS))
    for recipe in found:
        settings = recipes.overlay(recipe.SETTINGS, **changes)
        row = measure(settings, recipe.Game.noise_data(settings, 80), args, device)
        cells = "".join(f"{row[key]:{len(key) + 3}{how}}" for key, how in COLUMNS.items())
        print(f"{settings.variant:9}{cells}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(console.run(main))
