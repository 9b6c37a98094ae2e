"""What one noise variant's tab has that the others have not."""

from demo.parts import pictures


class Idea:
    """Nothing: a subclass is the control that shows what its GAN brought.

    names: the State fields that it adds, in the order of `controls`; limits: both ends of those that are sliders.
    directions: what stands above the six direction sliders. Its parts, once built:
    controls; moves: events on which the stage follows at once; redraws: events on which the grid follows;
    live: views that follow the stage; settled: views that follow the grid and its pick; told: components that learn
    on opening what the checkpoint holds.
    """

    names, limits, directions = (), {}, "Its strongest directions"

    def __init__(self, name):
        self.name = name
        self.controls, self.moves, self.redraws = [], [], []
        self.live, self.settled, self.told = [], [], []

    def build(self):
        """Lay out what stands above the direction sliders."""

    def build_below(self, tab):
        """Lay out what takes the tab's full width."""

    def values(self, state):
        """What `controls` show in a state."""
        return []

    def stage(self, sampler, state):
        """What the stage shows besides its picture and verdict."""
        return {"caption": pictures.shares_in_words(sampler, state)}

    def follow(self, sampler, state, stage):
        """Values of `live`; stage: what the stage shows."""
        return []

    def settle(self, sampler, state):
        """Values of `settled`."""
        return []

    def tell(self, sampler, state):
        """Values of `told`."""
        return []

    def wire(self, tab, answers, on, behind):
        """Connect events of its own, as NoiseTab.wire does."""
