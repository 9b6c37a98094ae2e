"""What a training step costs here: this engine against a plain loop, the share of the device's limit, where time goes.

python training/bench.py [VARIANT ...] [--width W] [--resolution PX] [--batch-size N]

Both loops play the same game, in turn, each in a process of its own. The plain one is what a tutorial shows: fp32,
default layout, default optimizer, every loss read at once, memory as the system hands it out. The limit is what a large
matrix product or convolution, the faster of them, reaches in the engine's precision.
"""

import argparse
import multiprocessing
import statistics
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

if __package__ in (None, ""):
    sys.path[0] = str(Path(__file__).resolve().parents[1])

import torch

import models
from training.data.sources import ImageSet
from training.engine import cost, graphs
from training.engine.loop import GAMES, Run, hardware
from training.recipes import precision
from training.recipes.game import spread
from training.recipes.noise import NoiseGame
from training.recipes.random_stream import Draw
from training.recipes.settings import VARIANTS, overlay

COLUMNS = {
    "engine": ".4g",
    "plain": ".4g",
    "ratio": ".2f",
    "GFLOP/s": ".0f",
    "of limit": ".0%",
    **dict.fromkeys((*cost.GROUPS, "rest", "between"), ".0%"),
}


def noise(settings, n=80):
    """n pictures of noise shaped as a variant's data: speed does not depend on what they show."""
    channels = 6 if settings.pairs else settings.channels
    images = torch.randint(0, 256, (n, channels, settings.resolution, settings.resolution), dtype=torch.uint8)
    if not settings.labelled:
        return ImageSet(images, None, None, "noise", [])
    kinds = 2 if settings.variant == "cyclegan" else 10
    return ImageSet(images, torch.arange(n) % kinds, [str(i) for i in range(kinds)], "noise", [])


def plain(settings, data, device):
    """One step of the loop that a tutorial shows, on the game's own losses."""
    game, taken = GAMES.get(settings.variant, NoiseGame)(settings, data, Draw(0, device)), 0
    for net in (*spread(game.G, "").values(), *spread(game.D, "").values()):
        net.to(memory_format=torch.contiguous_format)
        net.register_forward_pre_hook(lambda net, args: tuple(x.contiguous() for x in args))
    kind = torch.optim.RMSprop if settings.optimizer == "rmsprop" else torch.optim.Adam
    how = {} if settings.optimizer == "rmsprop" else {"betas": (settings.beta1, settings.beta2)}
    d_opt, g_opt = kind(game.D.parameters(), settings.d_lr, **how), kind(game.G.parameters(), settings.g_lr, **how)

    def update(optimizer, loss):
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss.item()

    def step():
        nonlocal taken
        for _ in range(settings.d_steps):
            d_loss = update(d_opt, game.d_loss(settings.batch_size, taken))
            game.after_d()
            taken += 1
        return d_loss + update(g_opt, game.g_loss(settings.batch_size))

    return step


def answer(pipe, settings, data, device):
    """In a process of its own: seconds a step of the plain loop, for each number of steps asked for."""
    step = plain(settings, data, device)
    while steps := pipe.recv():
        pipe.send(cost.seconds(step, steps, device))


@contextmanager
def apart(settings, data, device):
    """A function of a number of steps: seconds a step of the plain loop, in a process that keeps no freed memory."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=answer, args=(theirs, settings, data, device), daemon=True)
    process.start()
    theirs.close()

    def seconds(steps):
        ours.send(steps)
        return ours.recv()

    yield seconds
    ours.send(0)
    process.join()


def measured(settings, data, args, device):
    """One variant's figures by the names of COLUMNS: medians over the rounds, in which the loops take turns."""
    n, every = settings.batch_size, settings.penalty_every  # steps differ by whether they penalise
    with tempfile.TemporaryDirectory() as out, apart(settings, data, device) as other:
        run = Run(settings, data, out, args.device, fresh=True, quiet=True)
        ours = run.learn
        heavy = cost.heavy(torch.bfloat16 if settings.precision == "bf16" else torch.float32, device)
        work, *most = cost.flops(ours, every), *map(cost.flops, heavy)  # and warm up
        other(every)
        for _ in range(every * (graphs.WARM + 1) if run.graphs else 0):  # until every kind of step is recorded
            ours()
        loops = [(lambda k, step=step: cost.seconds(step, k, device)) for step in (ours, *heavy)]
        loops.insert(1, other)
        turns = [every, every, 1, 1]
        turns = [turn * max(1, round(args.seconds / turn / loop(turn))) for loop, turn in zip(loops, turns)]
        rounds = [[loop(k) for loop, k in zip(loops, turns)] for _ in range(args.rounds)]
        run.graphs = None  # of a replayed graph a profiler cannot tell who asked for what
        where = cost.shares(ours, min(turns[0], 50 * every), device)
    engine, loop, *limit = zip(*rounds)
    rates = [work / t for t in engine]
    reached = [max(w / t for w, t in zip(most, times)) for times in zip(*limit)]
    return {
        "engine": n / statistics.median(engine),
        "plain": n / statistics.median(loop),
        "ratio": statistics.median(b / a for a, b in zip(engine, loop)),
        "GFLOP/s": statistics.median(rates) / 1e9,
        "of limit": statistics.median(a / b for a, b in zip(rates, reached)),
        **where,
    }


def sized(args):
    """The settings that --width, --resolution and --batch-size change."""
    changes = {key: getattr(args, key) for key in ("resolution", "batch_size") if getattr(args, key) is not None}
    if args.width is not None:
        changes |= {role: {"width": args.width} for role in ("generator", "discriminator")}
    return changes


def main(argv=None):
    """Print one row a variant; 0, or 2 with one line on stderr."""
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("variants", nargs="*", metavar="VARIANT", help=f"default: {', '.join(VARIANTS)}")
    p.add_argument("--seconds", type=float, default=2, help="of each loop in a round (default: %(default)s)")
    p.add_argument("--rounds", type=int, default=3, help="rounds, the loops in turn (default: %(default)s)")
    p.add_argument("--device", default="auto", choices=("auto", "cpu", "cuda", "mps"))
    p.add_argument("--precision", default="auto", choices=("auto", "fp32", "bf16"), help="of the engine")
    p.add_argument("--width", type=int, help="of all networks; default: the variants' own")
    p.add_argument("--resolution", type=int, metavar="PX", help="default: the variants' own")
    p.add_argument("--batch-size", type=int, metavar="N", help="default: the variants' own")
    args = p.parse_args(argv)
    unknown = [name for name in args.variants if name not in VARIANTS]
    if unknown:
        print(f"bench.py: unknown variant {unknown[0]!r}: choose among {', '.join(VARIANTS)}", file=sys.stderr)
        return 2
    device = torch.device(models.pick_device(args.device))
    chosen = precision.choose(args.precision, device)
    print(f"images/s: the engine in {chosen}, a plain loop; medians of {args.rounds} rounds on {hardware(device)}")
    print("variant  " + "".join(f"{name:>{len(name) + 3}}" for name in COLUMNS))
    for name in args.variants or VARIANTS:
        settings = overlay(VARIANTS[name], judge="none", fade=0, lead=0, precision=chosen, **sized(args))
        row = measured(settings, noise(settings), args, device)
        print(f"{name:9}" + "".join(f"{row[key]:{len(key) + 3}{how}}" for key, how in COLUMNS.items()), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
