"""WGAN-GP's tab: the weights of its critic under the gradient penalty, beside those of a clipped one."""

from demo.state import State
from demo.tabs import wgan


class Tab(wgan.Tab):
    """WGAN's tab shows both critics' weights."""

    opening = State(pick=2)
