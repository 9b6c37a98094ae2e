"""SN-GAN's tab: the largest singular value of each layer, which it divides by, beside DCGAN's."""

from demo.noise_tab import NoiseTab
from demo.parts.figures import SingularValues
from demo.state import State


class Tab(NoiseTab):
    shares_seed_with, trials, opening = "cats", ("objectives",), State(pick=2)
    evidence = SingularValues("sngan", "dcgan")
