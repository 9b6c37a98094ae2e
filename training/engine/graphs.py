"""A step of the game recorded as a CUDA graph: small networks leave a GPU waiting for Python otherwise."""

from collections import Counter

import torch

WARM = 3  # ordinary calls before a recording, in which libraries choose their kernels and allocate their memory


class Graphs:
    """A function whose calls are recorded and replayed, a graph for each key.

    function() -> tuple of tensors; whatever differs between two calls of one key lies in tensors that stay in place.
    generator: the torch.Generator that it draws from; a replay draws on where the last call stopped.
    """

    def __init__(self, function, generator):
        self.function, self.generator = function, generator
        self.recorded, self.calls = {}, Counter()
        self.side, self.pool = torch.cuda.Stream(), torch.cuda.graph_pool_handle()

    def __call__(self, key):
        """function's result for a key, which is hashable; None: call it, record nothing."""
        if key is None:
            return self.function()
        self.calls[key] += 1
        if self.calls[key] <= WARM:
            self.side.wait_stream(torch.cuda.current_stream())
            with torch.cuda.stream(self.side):
                results = self.function()
            torch.cuda.current_stream().wait_stream(self.side)
            return results
        if key not in self.recorded:
            graph = torch.cuda.CUDAGraph()
            graph.register_generator_state(self.generator)
            with torch.cuda.graph(graph, pool=self.pool, stream=self.side):
                self.recorded[key] = graph, self.function()
        graph, results = self.recorded[key]
        graph.replay()
        return tuple(x.clone() for x in results)  # the next replay writes over them
