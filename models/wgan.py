"""DCGAN's two networks under another objective: the discriminator is a critic with clipped weights (Arjovsky 2017)."""

from models.dcgan import Discriminator as DCGANDiscriminator
from models.dcgan import Generator as DCGANGenerator
from models.registry import network

Generator = network("wgan", "generator")(DCGANGenerator)
Critic = network("wgan", "discriminator")(DCGANDiscriminator)
