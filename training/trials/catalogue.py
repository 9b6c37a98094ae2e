"""What `claims.py` tries: the lecture's claims and the sweeps, as data."""

from dataclasses import dataclass, field

import models


@dataclass(frozen=True)
class Arm:
    """A variant with changed settings; first_set: of several joined sets it learns from the first alone."""

    variant: str
    changes: dict = field(default_factory=dict)
    first_set: bool = False


@dataclass(frozen=True)
class Claim:
    """Arms {label: Arm} that differ in one thing, and the budget that all of them have.

    budget: "images" shown to the discriminator, or "seconds" of learning. hold_out: the share of the pictures that no
    arm learns from, and that all are measured against.
    """

    title: str
    budget: str
    arms: dict
    hold_out: float = 0.0


# What a sweep's winner has replaced since: sweeps, and claims that were tried before, begin from it.
BEFORE = {
    "dcgan": {"augment": ""},
    "wgan": {"g_lr": 2e-4, "d_lr": 2e-4},
    "wgan_gp": {"d_lr": 5e-4},
    "sngan": {"augment": ""},
    "progan": {"augment": ""},
}
ROUGH = {"smooth": 0}  # translators learned without it when their claims were tried
# A growth that fits a short run.
GROWN = {**BEFORE["progan"], "grow": {"8": 200, "16": 600, "32": 1200, "64": 2200, "128": 3600}, "fade": 200}
SMALL = {"resolution": 64}  # px that a short run of a translator gets somewhere at


def _alike(variant, **parts):
    """The same constructor arguments for both networks."""
    return Arm(variant, {"generator": parts, "discriminator": parts})


def _pix2pix(discriminator=None, adversarial=1.0, l1=100.0, **generator):
    return Arm(
        "pix2pix",
        {
            "generator": {**ROUGH, **generator},
            "discriminator": discriminator or {},
            "adversarial": adversarial,
            "l1": l1,
        },
    )


def _star(first_set=False, **changes):
    return Arm("stargan", {**SMALL, "lead": 600, **changes}, first_set)


CLAIMS = {
    "objectives": Claim(
        "One data set, four objectives",
        "images",
        {models.entry(name).title: Arm(name, BEFORE.get(name, {})) for name in ("dcgan", "wgan", "wgan_gp", "sngan")},
    ),
    "growth": Claim(
        "What growing saves",
        "seconds",
        {
            "grown from 4 px": Arm("progan", GROWN),
            "128 px from the start": Arm("progan", {**BEFORE["progan"], "fade": 0}),
        },
    ),
    "attention": Claim(
        "Self-attention, and where",
        "images",
        {"none": _alike("sagan", attention=0), **{f"at {px} px": _alike("sagan", attention=px) for px in (8, 16, 32)}},
    ),
    "batch": Claim(
        "Larger batches",
        "images",
        {
            "32": Arm("biggan"),
            "128": Arm("biggan", {"batch_size": 128, "accumulate": 4}),
            "512": Arm("biggan", {"batch_size": 512, "accumulate": 16}),
            "512, rates x 4": Arm("biggan", {"batch_size": 512, "accumulate": 16, "g_lr": 8e-4, "d_lr": 1.6e-3}),
        },
    ),
    "noise": Claim(
        "Noise into every block",
        "images",
        {
            "into every block": Arm("biggan"),
            "into the first layer alone": Arm("biggan", {"generator": {"skip_z": False}}),
        },
    ),
    "latent": Claim(
        "How many coordinates z has",
        "images",
        {str(n): Arm("sagan", {"generator": {"latent_dim": n}}) for n in (2, 8, 32, 128)},
    ),
    "skips": Claim(
        "A U-Net, a ResNet, a plain encoder-decoder",
        "images",
        {"U-Net": _pix2pix(), "ResNet": _pix2pix(blocks=6), "encoder-decoder": _pix2pix(skips=False)},
        hold_out=0.1,
    ),
    "colours": Claim(
        "The same three networks, for colours",
        "images",
        {"with skips": Arm("colorize", SMALL), "skips cut": Arm("colorize", {**SMALL, "generator": {"skips": False}})},
        hold_out=0.1,
    ),
    "losses": Claim(
        "The distance, the adversary, both",
        "images",
        {"L1 alone": _pix2pix(adversarial=0.0), "GAN alone": _pix2pix(l1=0.0), "both": _pix2pix()},
        hold_out=0.1,
    ),
    "patches": Claim(
        "How large a patch is judged",
        "images",
        {
            "1 px": _pix2pix({"layers": 0}),
            "16 px": _pix2pix({"layers": 1}),
            "70 px": _pix2pix(),
            "the whole": _pix2pix({"layers": 5}),
        },
        hold_out=0.1,
    ),
    "cycle": Claim(
        "There and back again",
        "images",
        {
            "cycle 10, identity": Arm("cyclegan", SMALL),
            "cycle 10, no identity": Arm("cyclegan", {**SMALL, "identity": 0.0}),
            "no cycle": Arm("cyclegan", {**SMALL, "cycle": 0.0}),
        },
        hold_out=0.1,
    ),
    "sets": Claim(
        "Two sets of faces, and the way back",
        "images",
        {
            "both sets": _star(),
            "the first set alone": _star(first_set=True),
            "both sets, no way back": _star(cycle=0.0),
        },
        hold_out=0.1,
    ),
}

# What was tried for each variant, one change at a time.
SWEEPS = {
    "gan": {
        "z of 16": {"generator": {"latent_dim": 16}},
        "rates of 1e-3": {"g_lr": 1e-3, "d_lr": 1e-3},
        "EMA 0.99": {"ema": 0.99},
    },
    "dcgan": {
        "shifted": {"augment": "translation"},
        "R1 of 1": {"r1": 1.0, "penalty_every": 4},
        "rates of 4e-4": {"g_lr": 4e-4, "d_lr": 4e-4},
    },
    "wgan": {
        "clip 0.03": {"clip": 0.03},
        "rates of 1e-3": {"g_lr": 1e-3, "d_lr": 1e-3},
        "5 critic steps": {"d_steps": 5},
    },
    "wgan_gp": {"penalty 1": {"penalty": 1.0}, "G's rate 5e-4": {"g_lr": 5e-4}, "D's rate 1e-3": {"d_lr": 1e-3}},
    "sngan": {
        "shifted": {"augment": "translation"},
        "R1 of 1": {"r1": 1.0, "penalty_every": 4},
        "beta 0, 0.9": {"beta1": 0.0, "beta2": 0.9},
    },
    "progan": {"equal rates": {"d_lr": 1e-3}, "penalty 1": {"penalty": 1.0}, "EMA 0.99": {"ema": 0.99}},
}


def sweep(variant):
    """The claim that compares a variant's first settings with `SWEEPS`' changes, on a tenth held out."""
    common = GROWN if variant == "progan" else BEFORE.get(variant, {})
    arms = {"as it was": {}, **SWEEPS[variant]}
    return Claim(
        f"What matters to {models.entry(variant).title}",
        "images",
        {label: Arm(variant, {**common, **changes}) for label, changes in arms.items()},
        hold_out=0.1,
    )


CLAIMS |= {f"sweep-{variant}": sweep(variant) for variant in SWEEPS}
