"""What decides how a run learns, as data: the command line and config.json are made from these dataclasses."""

from copy import copy
from dataclasses import dataclass, field, fields


def setting(default, text, choices=None, least=None):
    """A dataclass field with the help text, choices and least value of its command-line option."""
    metadata = {"help": text, "choices": choices, "least": least}
    return field(default_factory=lambda: copy(default), metadata=metadata)


@dataclass
class Settings:
    """The settings that all variants have; ValueError for a value that cannot be."""

    variant: str
    data: str = setting(
        "",
        "a folder or zip of images (class sub-folders become labels), a folder of MNIST idx files, torchvision:NAME, "
        "a Hub data set, or atlas:NAME, a set that shipped weights learned from",
    )
    steps: int = setting(10_000, "generator steps in all", least=1)
    batch_size: int = setting(64, "images a step, over all processes together", least=1)
    seed: int = setting(0, "seed of weights, noise and batches")
    resolution: int = setting(64, "side of the pictures in pixels", least=1)
    channels: int = setting(3, "1 grey, 3 colour", (1, 3))
    d_steps: int = setting(1, "discriminator steps per generator step (n_critic)", least=1)
    hold_out: float = setting(0.0, "share of the pictures that is kept for measuring and never learned from")
    optimizer: str = setting("adam", "of both networks", ("adam", "rmsprop"))
    g_lr: float = setting(2e-4, "learning rate of the generator")
    d_lr: float = setting(2e-4, "learning rate of the discriminator")
    beta1: float = setting(0.5, "Adam's beta 1")
    beta2: float = setting(0.999, "Adam's beta 2")
    decay_from: float = setting(1.0, "share of the run after which both learning rates fall linearly to zero")
    ema: float = setting(0.999, "decay of the generator's moving average")
    flip: bool = setting(False, "mirror the training images at random")
    generator: dict = setting({}, "generator's constructor arguments, as width=48 latent_dim=128")
    discriminator: dict = setting({}, "discriminator's constructor arguments, as width=32")
    precision: str = setting(
        "auto", "auto measures a CPU at start-up, and takes bf16 on a GPU that has it", ("auto", "fp32", "bf16")
    )
    log_every: int = setting(50, "steps between lines of metrics.jsonl", least=1)
    snapshot_every: int = setting(500, "steps between checkpoints, sample grids and measurements", least=1)
    judge: str = setting(
        "kid", "distance in ImageNet features that keeps the best snapshot; none keeps the last", ("kid", "none")
    )

    def __post_init__(self):
        if not 0 <= self.hold_out < 1:
            raise ValueError(f"hold_out is {self.hold_out}; it must be at least 0 and below 1")
        for f in fields(self):
            least, value = f.metadata.get("least"), getattr(self, f.name)
            if least is not None and value < least:
                raise ValueError(f"{f.name} is {value}; it must be at least {least}")


@dataclass
class TranslatorSettings(Settings):
    """The settings of pictures from pictures."""

    jitter: bool = setting(False, "shift the training images at random (Isola 2016, section 6.2)")
    judge: str = setting("none", "the last snapshot is kept: samples are inputs, too", ("none",))
