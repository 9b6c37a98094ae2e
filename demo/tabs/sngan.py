"""SN-GAN's tab: the singular values that spectral normalization divides by."""

from demo.noise_tab import NoiseTab
from demo.parts.figures import SingularValues


class Tab(NoiseTab):
    """The largest singular value of each of its discriminator's layers, beside DCGAN's."""

    shares_seed_with, trials = "cats", ("objectives",)
    evidence = SingularValues("sngan", "dcgan")
