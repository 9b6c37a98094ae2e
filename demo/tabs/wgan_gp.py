"""WGAN-GP's tab: the weights of its critic under the gradient penalty, beside those of a clipped one."""

from demo.noise_tab import NoiseTab
from demo.parts.figures import WeightHistogram


class Tab(NoiseTab):
    shares_seed_with, trials, judge = "cats", ("objectives",), "critic"
    evidence = WeightHistogram("wgan", "wgan_gp")
