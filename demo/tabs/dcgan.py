"""DCGAN's tab: cats, whose seed the other networks trained on them share."""

from demo.noise_tab import NoiseTab


class Tab(NoiseTab):
    shares_seed_with, trials = "cats", ("objectives",)
