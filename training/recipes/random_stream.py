"""One stream of random numbers for a run, however many processes share it."""

import torch


class RandomStream:
    """Random tensors for this process's slice of the global batch.

    Every process has the same generator, draws for the whole batch and keeps its own rows, so that two processes see
    what one alone would see.
    """

    def __init__(self, seed, device, rank=0, world=1):
        self.generator = torch.Generator(device).manual_seed(seed)
        self.device, self.rank, self.world = device, rank, world

    def _local(self, x, n):
        return x[self.rank * n : (self.rank + 1) * n]

    def normal(self, n, *shape):
        """Float32 [n, *shape] from N(0, 1)."""
        return self._local(torch.randn(n * self.world, *shape, generator=self.generator, device=self.device), n)

    def uniform(self, n, *shape):
        """Float32 [n, *shape] from [0, 1)."""
        return self._local(torch.rand(n * self.world, *shape, generator=self.generator, device=self.device), n)

    def integers(self, n, high):
        """Int64 [n] from 0 to high - 1."""
        return self._local(torch.randint(high, (n * self.world,), generator=self.generator, device=self.device), n)
