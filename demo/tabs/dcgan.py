"""DCGAN's tab."""

from demo.noise_tab import NoiseTab


class Tab(NoiseTab):
    """Cats, whose seed the other networks trained on them share, and the objectives compared."""

    shares_seed_with, trials = "cats", ("objectives",)
