"""WGAN-GP's tab: the weights of its critic under the gradient penalty, beside those of a clipped one."""

from demo.tabs import wgan


class Tab(wgan.Tab):
    """WGAN's tab shows both critics' weights."""
