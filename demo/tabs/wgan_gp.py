"""WGAN-GP's tab: the weights of a critic under the gradient penalty."""

from demo.noise_tab import NoiseTab
from demo.parts.figures import WeightHistogram


class Tab(NoiseTab):
    """The weights of the critic under the penalty, beside those of a clipped one."""

    shares_seed_with, trials, judge = "cats", ("objectives",), "critic"
    evidence = WeightHistogram("wgan", "wgan_gp")
