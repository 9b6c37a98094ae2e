"""WGAN's tab: the weights of its clipped critic, beside those of one under the gradient penalty."""

from demo.noise_tab import NoiseTab
from demo.parts.figures import WeightHistogram
from demo.state import State


class Tab(NoiseTab):
    shares_seed_with, trials, judge = "cats", ("objectives",), "critic"
    evidence, opening = WeightHistogram("wgan", "wgan_gp"), State(pick=7)
