"""SN-GAN's tab: the largest singular value of each layer, which it divides by, beside DCGAN's."""

from demo.noise_tab import NoiseTab
from demo.parts.figures import SingularValues


class Tab(NoiseTab):
    shares_seed_with, trials = "cats", ("objectives",)
    evidence = SingularValues("sngan", "dcgan")
