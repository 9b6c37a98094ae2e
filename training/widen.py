"""A Progressive GAN twice as wide that paints the same pictures, to be taught further (Chen 2015, "Net2Net").

python training/widen.py weights/progan runs/wide
python training/run.py progan --from runs/wide
"""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path

if __package__ in (None, ""):
    sys.path[0] = str(Path(__file__).resolve().parents[1])

import torch
from safetensors.torch import save_file

from models import hub
from models.progan import Equalized, Generator
from training.checkpoint import CheckpointError, write
from training.export import write_json


def widened(options: dict, state: dict) -> tuple[dict, dict]:
    """Constructor arguments and tensors of the wider generator (Chen 2015, section 3.1).

    Each channel is there twice. Whoever hears it hears both by shares that add up to one, drawn for each pair: nothing
    changes in what is painted, but the twins' gradients differ, and they part.
    """
    doubled = {**options, "width": 2 * options["width"]}
    narrow, wide = Generator(**options), Generator(**doubled)
    narrow.load_state_dict(state)
    chance = torch.Generator().manual_seed(0)

    def heard(weight):
        """[o, i, h, w] -> [o, 2i, h, w]."""
        share = 0.5 + 0.2 * torch.randn(*weight.shape[:2], 1, 1, generator=chance)
        return torch.cat([share * weight, (1 - share) * weight], 1)

    with torch.no_grad():
        for (name, own), new in zip(narrow.named_modules(), wide.modules()):
            if not isinstance(own, Equalized):
                continue
            weight = own.scaled()
            if name.startswith("to_rgb"):
                weight = heard(weight)
            elif name.startswith("start"):  # it hears z, which stays as long as it was
                weight = torch.cat([weight, weight])
            else:
                weight = torch.cat([heard(weight), heard(weight)])
            new.weight.copy_(weight / new.scale)
            new.bias.copy_(own.bias.repeat(len(new.bias) // len(own.bias)))
    return doubled, wide.state_dict()


def save(begin: Path, out: Path, judge: Path) -> None:
    """Write the folder `out`: the checkpoint `begin` with its generator widened and the discriminator of `judge`."""
    weights, theirs = (hub.from_folder("progan", folder) for folder in (begin, judge))
    config = weights.config
    options, state = widened(config["networks"]["generator"], weights.state_dict("generator"))
    told = theirs.config["networks"]["discriminator"]
    for name in ("resolution", "channels"):
        if told[name] != options[name]:
            raise CheckpointError(f"{judge} judges {name} {told[name]}, the generator paints {options[name]}")
    config["networks"] = {"generator": options, "discriminator": told}
    settings = config["settings"]
    settings["generator"] = {**settings["generator"], "width": options["width"]}
    settings["discriminator"] = {**settings["discriminator"], "width": told["width"]}
    out.mkdir(parents=True, exist_ok=True)
    write(out / "generator.safetensors", lambda path: save_file(state, path))
    write(
        out / "discriminator.safetensors", lambda path: shutil.copyfile(theirs.files["discriminator.safetensors"], path)
    )
    write_json(out / "config.json", config)


def main(argv: list[str] | None = None) -> int:
    """Run the command line; 0, or 2 with one line on stderr."""
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("begin", type=Path, metavar="FROM", help="a checkpoint of Progressive GAN, as weights/progan")
    p.add_argument("out", type=Path, metavar="OUT", help="the folder to write, for run.py's --from")
    p.add_argument(
        "--judge",
        type=Path,
        metavar="FOLDER",
        help="the checkpoint whose discriminator goes with it; default: FROM's own, as wide as it is",
    )
    args = p.parse_args(argv)
    try:
        save(args.begin, args.out, args.judge or args.begin)
    except (ValueError, OSError, RuntimeError) as error:
        print(f"widen.py: {str(error).splitlines()[0]}", file=sys.stderr)
        return 2
    print(f"widened {args.begin}: {args.out}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
