"""How far one set of images is from another, with no network to ask: the sliced Wasserstein distance."""

import numpy as np
import torch
import torch.nn.functional as F

COARSEST = 14  # px; powers of two end at the paper's 16, MNIST's 28 at 14
PATCH = 7  # px
QUANTILES = 4096  # points at which two sorted projections are compared


def laplacian(x: torch.Tensor) -> list[torch.Tensor]:
    """Band-pass levels of x [n, C, S, S], finest first, S halved each time; the last is low-pass."""
    levels = []
    while x.shape[-1] % 2 == 0 and x.shape[-1] // 2 >= COARSEST:
        low = _blur(x)[:, :, ::2, ::2]
        up = torch.zeros_like(x)
        up[:, :, ::2, ::2] = 4 * low
        levels.append(x - _blur(up))
        x = low
    return [*levels, x]


def _blur(x: torch.Tensor) -> torch.Tensor:
    """The pyramid's binomial filter, [1 4 6 4 1] / 16 both ways, mirrored at the border."""
    taps = torch.tensor([1.0, 4, 6, 4, 1], device=x.device) / 16
    kernel = torch.outer(taps, taps).expand(x.shape[1], 1, 5, 5)
    return F.conv2d(F.pad(x, (2, 2, 2, 2), mode="reflect"), kernel, groups=x.shape[1])


class SlicedWasserstein:
    """Sliced Wasserstein distance over a Laplacian pyramid (Karras 2017, section 5); 0 is identical.

    Each level of the pyramid gives `patches` random 7 x 7 patches an image, normalised per channel; the
    distance is the mean over random projections of the difference between the two sets' sorted projections,
    x 1000. Fine levels speak of detail, the coarsest of layout and colour. Unlike in the paper, fakes are
    normalised by the real set's mean and deviation, not by their own: wrong contrast or a colour cast counts.
    Figures compare where n, patches and resolution are the same, and never with the paper's.

    real: uint8 [N, C, S, S]; `n` of them are taken at random. Same seed, same numbers, on any `device`.
    """

    def __init__(self, real, *, n=1024, patches=128, projections=512, seed=0, device="cpu"):
        self.n, self.patches, self.projections, self.seed, self.device = n, patches, projections, seed, device
        self.real = real[torch.randperm(len(real), generator=self._rng())[:n]]
        self._cache: dict[int, list] = {}

    def __call__(self, fake: torch.Tensor) -> dict[str, float]:
        """fake: uint8 [M, C, S, S] -> {"64": ..., "32": ..., "16": ..., "mean": ...}.

        The first min(n, N, M) fakes are used against as many real images.
        """
        if fake.shape[1:] != self.real.shape[1:]:
            shapes = f"{tuple(fake.shape[1:])} against {tuple(self.real.shape[1:])}"
            raise ValueError(f"fake and real images differ in shape: {shapes}")
        count = min(len(fake), len(self.real))
        if count not in self._cache:
            self._cache[count] = self._measure_real(count)
        out = {}
        sizes, levels = self._patches(fake[:count])
        for size, patches, (mean, std, quantiles) in zip(sizes, levels, self._cache[count]):
            gap = (self._project((patches - mean) / std) - quantiles).abs().mean()
            out[str(size)] = 1000 * float(gap)
        return {**out, "mean": sum(out.values()) / len(out)}

    def _measure_real(self, count: int) -> list:
        """Per level: the channels' mean and deviation, and the quantiles of every projection."""
        found = []
        for _, patches in zip(*self._patches(self.real[:count])):
            mean = patches.mean((0, 2, 3), keepdim=True)
            std = patches.std((0, 2, 3), keepdim=True).clamp_min(1e-3)
            found.append((mean, std, self._project((patches - mean) / std)))
        return found

    def _patches(self, images: torch.Tensor) -> tuple[list[int], list[torch.Tensor]]:
        """uint8 [n, C, S, S] -> each level's size and its patches, float [n * patches, C, 7, 7]."""
        rng, parts, sizes = self._rng(), [], []
        for batch in images.split(128):
            levels = laplacian(batch.to(self.device).float() / 255)
            sizes = [level.shape[-1] for level in levels]
            parts.append([self._cut(level, rng) for level in levels])
        return sizes, [torch.cat(level) for level in zip(*parts)]

    def _cut(self, level: torch.Tensor, rng: torch.Generator) -> torch.Tensor:
        """Patches at random places of [n, C, S, S]; the same places for the same seed and n."""
        n, _, size, _ = level.shape
        top, left = torch.randint(size - PATCH + 1, (2, n * self.patches), generator=rng).to(level.device)
        image = torch.arange(n, device=level.device).repeat_interleave(self.patches)
        windows = level.unfold(2, PATCH, 1).unfold(3, PATCH, 1)
        return windows[image, :, top, left]

    def _project(self, patches: torch.Tensor) -> torch.Tensor:
        """Patches on random directions, sorted, at even ranks: float [projections, QUANTILES or fewer]."""
        x = patches.flatten(1)
        directions = F.normalize(torch.randn(self.projections, x.shape[1], generator=self._rng()), dim=1)
        ranks = torch.arange(len(x), device=x.device)
        if len(x) > QUANTILES:
            ranks = ((torch.arange(QUANTILES) + 0.5) * len(x) / QUANTILES).long().to(x.device)
        return torch.cat([_sort(d.to(x.device) @ x.T)[:, ranks] for d in directions.split(64)])

    def _rng(self) -> torch.Generator:
        return torch.Generator().manual_seed(self.seed)


def _sort(rows: torch.Tensor) -> torch.Tensor:
    """Rows in ascending order; NumPy's vectorised sort is many times faster than torch's on a CPU."""
    if rows.device.type == "cpu":
        return torch.from_numpy(np.sort(rows.numpy(), axis=1))
    return rows.sort(dim=1).values
