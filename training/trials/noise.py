"""Claims about GANs that draw from noise."""

import models
from models import biggan
from training.trials.claim import Arm, Claim

WHOLE = {
    "augment": "",
    "resolution": 128,
    "batch_size": 16,
    "generator": {"width": 8, "snapshots": False},
    "discriminator": {"width": 8},
    "fade": 0,
}
OBJECTIVES = ("dcgan", "wgan", "wgan_gp", "sngan")  # each by its own recipe
# A growth that fits a short run.
GROWN = {**WHOLE, "grow": {"8": 200, "16": 600, "32": 1200, "64": 2200, "128": 3600}, "fade": 200}


class NoiseFirst(biggan.Generator):
    """All of z enters the first layer; the blocks read the class alone."""

    @staticmethod
    def cut(latent_dim, parts):
        return [slice(0, latent_dim), *[slice(0, 0)] * (parts - 1)]


def _attention(px):
    """SAGAN with attention at this size in both networks; 0: nowhere."""
    return Arm("sagan", {"generator": {"attention": px}, "discriminator": {"attention": px}})


CLAIMS = {
    "objectives": Claim("One data set, four objectives", {models.entry(name).title: Arm(name) for name in OBJECTIVES}),
    "growth": Claim(
        "What growing saves",
        {
            "grown from 4 px": Arm("progan", GROWN),
            "128 px from the start": Arm("progan", WHOLE),
        },
        budget="seconds",
    ),
    "attention": Claim(
        "Self-attention, and where", {"none": _attention(0), **{f"at {px} px": _attention(px) for px in (8, 16, 32)}}
    ),
    "batch": Claim(
        "Larger batches",
        {
            "32": Arm("biggan"),
            "128": Arm("biggan", {"batch_size": 128}),
            "512": Arm("biggan", {"batch_size": 512}),
            "512, rates x 4": Arm("biggan", {"batch_size": 512, "g_lr": 8e-4, "d_lr": 1.6e-3}),
        },
    ),
    "noise": Claim(
        "Noise into every block",
        {
            "into every block": Arm("biggan"),
            "into the first layer alone": Arm("biggan", networks={"generator": NoiseFirst}),
        },
    ),
    "latent": Claim(
        "How many coordinates z has",
        {str(n): Arm("sagan", {"generator": {"latent_dim": n}}) for n in (2, 8, 32, 128)},
    ),
}
