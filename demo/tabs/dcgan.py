"""DCGAN's tab: cats, whose seed the other networks trained on them share."""

from demo.noise_tab import NoiseTab
from demo.state import State


class Tab(NoiseTab):
    shares_seed_with, trials, opening = "cats", ("objectives",), State(pick=5)
