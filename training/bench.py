"""Images/s of this engine against a plain eager fp32 loop of the same networks, side by side in one run.

python training/bench.py [VARIANT ...] [--steps 8] [--rounds 3] [--device auto]
"""
import argparse
import statistics
import sys
import tempfile
import time
from pathlib import Path

if __package__ in (None, ""):
    sys.path[0] = str(Path(__file__).resolve().parents[1])

import torch

import models
from models.images import from_uint8
from training import augment, losses, precision
from training.data import ImageSet
from training.draw import Draw
from training.engine import Run
from training.noise import NoiseGame
from training.settings import VARIANTS, overlay


def noise(settings, n=512):
    """n pictures of noise shaped as a variant's data: speed does not depend on what they show."""
    shape = (n, settings.channels, settings.resolution, settings.resolution)
    classes = [str(i) for i in range(10)] if settings.labelled else None
    return ImageSet(torch.randint(0, 256, shape, dtype=torch.uint8),
                    torch.arange(n) % 10 if classes else None, classes, "noise", [])


def plain(settings, data, device):
    """One step of the loop a tutorial shows: default layout, fp32, default Adam, every loss read at once."""
    game = NoiseGame(settings, data, Draw(0, "cpu"))
    G, D = (net.to(device, memory_format=torch.contiguous_format) for net in (game.G, game.D))
    rate = {"lr": settings.g_lr, "betas": (settings.beta1, settings.beta2)}
    g_opt, d_opt = torch.optim.Adam(G.parameters(), **rate), torch.optim.Adam(D.parameters(), **rate)
    d_loss_of, g_loss_of = losses.OBJECTIVES[settings.objective]
    n, draw = settings.batch_size, Draw(0, device)
    policy = augment.parse(settings.augment)

    def step():
        for i in range(settings.d_steps):
            index = torch.randint(len(data), (n,))
            x, labels = from_uint8(data.images[index]).to(device), ()
            if settings.labelled:
                labels = (data.labels[index].to(device),)
            fake = G(torch.randn(n, G.latent_dim, device=device), *labels).detach()
            judged = [D(augment.augment(p, policy, draw), *labels) for p in (x, fake)]
            d_loss = d_loss_of(*judged)
            if settings.penalty and i % settings.penalty_every == 0:
                d_loss = d_loss + settings.penalty * losses.gradient_penalty(D, x, fake, draw.uniform(n))
            d_opt.zero_grad()
            d_loss.backward()
            d_opt.step()
            if settings.clip:
                losses.clip_weights(D, settings.clip)
        labels = (torch.randint(10, (n,), device=device),) if settings.labelled else ()
        g_loss = g_loss_of(D(augment.augment(G(torch.randn(n, G.latent_dim, device=device), *labels), policy, draw),
                             *labels))
        g_opt.zero_grad()
        g_loss.backward()
        g_opt.step()
        return d_loss.item() + g_loss.item()
    return step


def speed(step, steps, batch_size, device):
    """Images/s over `steps` calls."""
    begun = time.perf_counter()
    for _ in range(steps):
        step()
    if device.type == "cuda":
        torch.cuda.synchronize()
    return steps * batch_size / (time.perf_counter() - begun)


def main(argv=None):
    """Print one row a variant: images/s of both loops and their ratio, the median over rounds in turn."""
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("variants", nargs="*", metavar="VARIANT", help=f"default: {', '.join(VARIANTS)}")
    p.add_argument("--steps", type=int, default=8, help="steps a round")
    p.add_argument("--rounds", type=int, default=3, help="rounds, the two loops in turn")
    p.add_argument("--device", default="auto", choices=("auto", "cpu", "cuda", "mps"))
    args = p.parse_args(argv)
    unknown = [name for name in args.variants if name not in VARIANTS]
    if unknown:
        print(f"bench.py: unknown variant {unknown[0]!r}: choose among {', '.join(VARIANTS)}", file=sys.stderr)
        return 2
    device = torch.device(models.pick_device(args.device))
    print(f"{'variant':9} {'precision':9} {'engine':>8} {'plain':>8}  ratio    (images/s, median of {args.rounds})")
    for name in args.variants or VARIANTS:
        settings = overlay(VARIANTS[name], judge="none", precision=precision.choose("auto", device))
        data = noise(settings)
        with tempfile.TemporaryDirectory() as out:
            ours = Run(settings, data, out, args.device, fresh=True, quiet=True).learn
            theirs = plain(settings, data, device)
            for step in (ours, theirs):
                speed(step, 2, settings.batch_size, device)
            pairs = [(speed(ours, args.steps, settings.batch_size, device),
                      speed(theirs, args.steps, settings.batch_size, device)) for _ in range(args.rounds)]
        a, b = (statistics.median(column) for column in zip(*pairs))
        ratio = statistics.median(x / y for x, y in pairs)
        print(f"{name:9} {settings.precision:9} {a:8.0f} {b:8.0f}  {ratio:5.2f}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
