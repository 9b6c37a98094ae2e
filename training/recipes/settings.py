"""How each variant learns, as data: one Settings a variant; the command line and config.json are made from it."""

import dataclasses
from dataclasses import dataclass, field

from models import registry

NOISE, TRANSLATORS = (tuple(registry.names(translates=choice)) for choice in (False, True))


def setting(default, text, choices=None, of=NOISE + TRANSLATORS):
    """A field whose help text and choices the command line shows. of: the variants that read it."""
    meta = {"help": text, "choices": choices, "of": of}
    if isinstance(default, dict):
        return field(default_factory=lambda: dict(default), metadata=meta)
    return field(default=default, metadata=meta)


@dataclass
class Settings:
    """Everything that decides what a run learns."""

    variant: str
    data: str = setting("", "folder or zip of images, folder of idx files, torchvision:NAME, or Hub data set")
    steps: int = setting(10_000, "generator steps in all")
    batch_size: int = setting(64, "images a step, over all processes together")
    seed: int = setting(0, "seed of weights, noise and batches")
    resolution: int = setting(64, "side of the pictures in pixels")
    channels: int = setting(3, "1 grey, 3 colour", (1, 3))
    labelled: bool = setting(False, "train with class labels")
    objective: str = setting(
        "non_saturating", "the adversarial loss", ("minimax", "non_saturating", "wasserstein", "hinge", "least_squares")
    )
    d_steps: int = setting(1, "discriminator steps per generator step (n_critic)")
    lead: int = setting(
        0, "steps that the discriminator learns alone before the generator's first: labels, where it reads them"
    )
    clip: float = setting(0.0, "clip the critic's weights to +- this; 0: never", of=NOISE)
    penalty: float = setting(0.0, "weight of the gradient penalty; 0: none", of=(*NOISE, "stargan"))
    r1: float = setting(0.0, "half of it is the weight of D's squared gradient on real pictures; 0: none", of=NOISE)
    penalty_every: int = setting(
        1, "penalise every this many critic steps, that many times as strongly", of=(*NOISE, "stargan")
    )
    drift: float = setting(
        0.0, "weight of the critic's squared score on real pictures, which keeps it near zero", of=NOISE
    )
    orthogonal: float = setting(
        0.0, "weight of the generator's orthogonal regularization", of=tuple(name for name in NOISE if name != "progan")
    )
    path_length: float = setting(
        0.0,
        "weight of the variance of the logarithms of the lengths of small steps, which makes a generator use all of z",
        of=NOISE,
    )
    adversarial: float = setting(
        1.0, "weight of the adversary in the generator's loss, where there are pairs", of=("colorize", "pix2pix")
    )
    l1: float = setting(
        0.0, "weight of the L1 distance to the true output, where there are pairs", of=("colorize", "pix2pix")
    )
    matching: float = setting(
        0.0,
        "weight of the L1 distance between what the discriminator's layers see of the "
        "output and of the true one (Wang 2017, section 3.3)",
        of=("colorize", "pix2pix"),
    )
    contrast: float = setting(
        0.0,
        "weight of telling the output's own photograph from all others by what a classifier "
        "of --reader sees (van den Oord 2018, section 2.3)",
        of=("pix2pix",),
    )
    reader: str = setting(
        "", "a set with classes, whose classifier --contrast asks; it is trained first", of=("pix2pix",)
    )
    only: str = setting(
        "",
        "the generator that learns, the other stays as it is; default: both learn",
        ("", "unet", "resnet"),
        of=("colorize",),
    )
    follow: float = setting(
        0.0,
        "share of the U-Net's target that is not the true colours but a trained ResNet's "
        "(Hinton 2015): with --from and --only unet",
        of=("colorize",),
    )
    cycle: float = setting(0.0, "weight of the L1 distance after going there and back", of=("cyclegan", "stargan"))
    cycle_of_first: float = setting(
        1.0,
        "share of `cycle` that counts for pictures of the first kind: below 1 lets "
        "their translations differ more from them",
        of=("cyclegan",),
    )
    identity: float = setting(
        0.0, "share of `cycle` by which a picture already of the target's kind is to stay", of=("cyclegan",)
    )
    pool: int = setting(50, "fakes kept to show D later on, for unpaired translation", of=("cyclegan",))
    classification: float = setting(0.0, "weight of the domain classification", of=("stargan",))
    hold_out: float = setting(0.0, "share of the pictures that is never learned from, for judging")
    pairs: bool = setting(False, "each picture is a pair, side by side", of=("pix2pix",))
    balanced: bool = setting(False, "draw real pictures class by class, each class as often", of=NOISE)
    grow: dict = setting(
        {}, "the step at which each size of a growing GAN begins to fade in, as 8=1000 16=3000", of=("progan",)
    )
    fade: int = setting(0, "generator steps that a size takes to fade in; 0: full size from the start", of=("progan",))
    accumulate: int = setting(1, "parts that a batch is computed in, one after another, where memory is short")
    optimizer: str = setting("adam", "of both networks", ("adam", "rmsprop"))
    g_lr: float = setting(2e-4, "learning rate of the generator")
    d_lr: float = setting(2e-4, "learning rate of the discriminator")
    beta1: float = setting(0.5, "Adam's beta 1")
    beta2: float = setting(0.999, "Adam's beta 2")
    decay_from: float = setting(1.0, "share of the run after which both learning rates fall linearly to zero")
    ema: float = setting(0.999, "decay of the generator's moving average")
    temperature: float = setting(
        1.0, "what z is multiplied by after training: above 1 for variety, below 1 for certainty", of=NOISE
    )
    flip: bool = setting(False, "mirror the training images at random")
    jitter: bool = setting(False, "shift the training images at random", of=TRANSLATORS)
    zoom: float = setting(
        1.0, "enlarge or shrink training images at random, by up to this factor", of=("colorize", "pix2pix")
    )
    turn: float = setting(
        0.0, "turn the training images at random, by up to this many degrees", of=("colorize", "pix2pix")
    )
    relight: float = setting(0.0, "raise lightness to random powers, exp(-this) to exp(this)", of=("colorize",))
    augment: str = setting("", "DiffAugment policy, as color,translation,cutout", of=(*NOISE, "stargan"))
    generator: dict = setting({}, "generator's constructor arguments, as width=48 latent_dim=128")
    second: dict = setting(
        {}, "constructor arguments of a second kind of generator: colorize's ResNet", of=("colorize",)
    )
    discriminator: dict = setting({}, "discriminator's constructor arguments, as width=32")
    precision: str = setting(
        "auto", "auto measures a CPU at start-up, and takes bf16 on a GPU that has it", ("auto", "fp32", "bf16")
    )
    log_every: int = setting(50, "steps between lines of metrics.jsonl")
    snapshot_every: int = setting(500, "steps between checkpoints, sample grids and judgements")
    judge: str = setting(
        "auto",
        "distance that keeps the best snapshot; auto: kid where Inception can be had",
        ("auto", "swd", "kid", "none"),
    )

    def __post_init__(self):
        if not 0 <= self.hold_out < 1:
            raise ValueError(f"hold_out is {self.hold_out}; it must be at least 0 and below 1")
        if not self.zoom >= 1:
            raise ValueError(f"zoom is {self.zoom}; it must be at least 1")
        if not 0 <= self.follow <= 1:
            raise ValueError(f"follow is {self.follow}; it must be from 0 to 1")
        if self.follow and self.only != "unet":
            raise ValueError(
                f"follow is {self.follow}, but the ResNet learns too: give --only unet, and --from a "
                "checkpoint with a trained ResNet"
            )
        if not self.temperature > 0:
            raise ValueError(f"temperature is {self.temperature}; it must be above 0")
        for name in (
            "steps",
            "batch_size",
            "d_steps",
            "penalty_every",
            "accumulate",
            "pool",
            "log_every",
            "snapshot_every",
        ):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} is {getattr(self, name)}; it must be at least 1")


MNIST = dict(data="torchvision:MNIST", resolution=28, channels=1, batch_size=128, steps=10_000, snapshot_every=2000)
# Narrow networks and small batches: what two CPU cores train in half an hour.
CATS = dict(
    data="huggan/AFHQ:cat",
    flip=True,
    batch_size=32,
    steps=10_000,
    snapshot_every=1000,
    decay_from=0.7,
    generator=dict(width=32),
    discriminator=dict(width=32),
)
# Twelve kinds of things, or CIFAR-10's ten; a few hundred pictures in some classes, hence the augmentation. Colours and
# cut-outs as well would serve a run of many days: in an hour they only slow it down.
KINDS = dict(
    data="torchvision:CIFAR10",
    labelled=True,
    balanced=True,
    objective="hinge",
    steps=20_000,
    batch_size=32,
    g_lr=2e-4,
    d_lr=4e-4,
    beta1=0.0,
    beta2=0.999,
    flip=True,
    augment="translation",
    decay_from=0.7,
    snapshot_every=1000,
)
# What two CPU cores can train; the papers' sizes are twice to three times as wide.
TRANSLATION = dict(
    hold_out=0.1,
    flip=True,
    beta1=0.5,
    g_lr=2e-4,
    d_lr=2e-4,
    ema=0.995,
    judge="none",
    log_every=50,
    snapshot_every=500,
    decay_from=0.5,
)

VARIANTS = {
    s.variant: s
    for s in (
        Settings("gan", **MNIST),
        Settings("cgan", **MNIST, labelled=True),
        Settings("dcgan", **CATS, augment="translation"),
        # The papers take five critic steps at a twentieth or a tenth of these rates: fewer and larger ones fit two cores.
        Settings(
            "wgan", **CATS, objective="wasserstein", d_steps=2, clip=0.01, optimizer="rmsprop", g_lr=1e-3, d_lr=1e-3
        ),
        Settings(
            "wgan_gp", **CATS, objective="wasserstein", penalty=10.0, penalty_every=2, d_lr=1e-3, beta1=0.0, beta2=0.9
        ),
        # The critic learns faster than the generator: at equal rates the colours of all pictures swing together.
        Settings(
            "progan",
            **CATS
            | dict(steps=20_000, batch_size=16, resolution=128, generator=dict(width=8), discriminator=dict(width=8)),
            objective="wasserstein",
            penalty=10.0,
            penalty_every=2,
            drift=1e-3,
            g_lr=1e-3,
            d_lr=3e-3,
            augment="translation",
            beta1=0.0,
            beta2=0.99,
            ema=0.998,
            fade=1000,
            grow={"8": 1000, "16": 3000, "32": 5000, "64": 8000, "128": 18_000},
        ),
        Settings("sngan", **CATS, objective="hinge", g_lr=2e-4, d_lr=4e-4, augment="translation"),
        Settings("sagan", **KINDS, generator=dict(width=32), discriminator=dict(width=32)),
        Settings("biggan", **KINDS, orthogonal=1e-4, generator=dict(width=16), discriminator=dict(width=32)),
        Settings(
            "colorize",
            **TRANSLATION,
            data="huggan/flowers-102-categories",
            resolution=128,
            steps=20_000,
            batch_size=8,
            l1=100.0,
            jitter=True,
            generator=dict(width=32),
            second=dict(width=16, blocks=6),
            discriminator=dict(width=32),
        ),
        Settings(
            "pix2pix",
            **TRANSLATION,
            data="huggan/facades",
            pairs=True,
            resolution=256,
            steps=80_000,
            batch_size=1,
            l1=100.0,
            jitter=True,
            generator=dict(width=24, smooth=2),
            discriminator=dict(width=32),
        ),
        Settings(
            "cyclegan",
            **TRANSLATION,
            data="huggan/horse2zebra",
            labelled=True,
            objective="least_squares",
            resolution=128,
            steps=60_000,
            batch_size=1,
            cycle=10.0,
            identity=0.2,
            jitter=True,
            generator=dict(width=24, blocks=6, blur=16),
            discriminator=dict(width=32),
        ),
        # The paper takes five critic steps and 200,000 batches; a critic that knows the expressions before the generator
        # begins, and looks at shifted faces, teaches them in an hour.
        Settings(
            "stargan",
            **TRANSLATION | dict(g_lr=2e-4, d_lr=5e-4),
            data="torchvision:FER2013",
            labelled=True,
            objective="wasserstein",
            penalty=10.0,
            penalty_every=2,
            cycle=5.0,
            classification=1.0,
            lead=3000,
            augment="translation",
            resolution=128,
            channels=1,
            steps=20_000,
            batch_size=16,
            generator=dict(width=32, blocks=4),
            discriminator=dict(width=32),
        ),
    )
}


MERGED = ("generator", "second", "discriminator", "grow")  # settings that are changed key by key


def overlay(settings, **changes):
    """A copy of `settings` with `changes` laid over it; `MERGED` ones are merged key by key."""
    for name in MERGED:
        if name in changes:
            changes[name] = {**getattr(settings, name), **changes[name]}
    return dataclasses.replace(settings, **changes)


def whose(f):
    """Which variants read a setting, a field of Settings, in words; "" where all do."""
    of = f.metadata["of"]
    if of == NOISE + TRANSLATORS:
        return ""
    names = ("the noise family", *of[len(NOISE) :]) if of[: len(NOISE)] == NOISE else of
    return f" (for {', '.join(names)})"


def from_dict(saved):
    """Settings from config.json's dict; keys of another version are left out."""
    known = {f.name for f in dataclasses.fields(Settings)}
    return Settings(**{k: v for k, v in saved.items() if k in known})
