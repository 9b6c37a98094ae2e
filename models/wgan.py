"""DCGAN's two networks; the discriminator is trained as a critic with clipped weights (Arjovsky 2017)."""

from models.dcgan import Discriminator as Critic
from models.dcgan import Generator
from models.registry import register

register(
    "wgan",
    title="WGAN",
    lecture=4,
    paper="Wasserstein GAN",
    authors="Arjovsky et al.",
    year=2017,
    url="https://arxiv.org/abs/1701.07875",
    brought="The discriminator becomes a critic that estimates the earth mover's distance, which has a gradient even "
    "where real and generated pictures do not overlap. Clipping its weights to ±0.01 keeps the critic Lipschitz, but "
    "can make that gradient vanish or explode on its way through the layers.",
    networks={"generator": Generator, "discriminator": Critic},
)
