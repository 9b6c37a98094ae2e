"""WGAN's tab: the weights of a clipped critic."""

from demo.noise_tab import NoiseTab
from demo.parts.figures import WeightHistogram


class Tab(NoiseTab):
    """The weights of the clipped critic, beside those of one under the gradient penalty."""

    shares_seed_with, trials, judge = "cats", ("objectives",), "critic"
    evidence = WeightHistogram("wgan", "wgan_gp")
