"""GAN's tab."""

from demo.noise_tab import NoiseTab


class Tab(NoiseTab):
    """What every tab has: seeds, directions of z, verdicts, a walk."""
