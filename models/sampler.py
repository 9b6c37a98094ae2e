"""A trained GAN that makes pictures from noise."""

import inspect
from functools import cached_property, partial

import torch
import torch.nn.functional as F

from models import registry
from models.nets.layers import SelfAttention2d, z_weights
from models.runtime.batches import Batches
from models.translator import one_of

BATCH = 4  # pictures that the networks always see at once
LEAST_TRUNCATION = 0.01


class Sampler:
    """A variant's networks in eval mode and what a page does with them.

    weights: the verified files (`models.hub.Weights`). Attributes: resolution and channels of the pictures,
    latent_dim, classes (list of names, or None), networks by role, generator, discriminator, config, weights.
    chunks: the slices of z that enter separately, the first layer's first; one for most variants. top_level: of a
    variant that grows, the level of the full resolution, else None. attention_layer: the generator's, or None.
    """

    def __init__(self, name, weights, device):
        self.name, self.weights, self.config, self.device = name, weights, weights.config, torch.device(device)
        self.networks = registry.trained(name, weights, self.device)
        self.generator = G = self.networks["generator"]
        self.discriminator = self.networks.get("discriminator")  # None: a published checkpoint without one
        self.resolution, self.channels, self.latent_dim = G.resolution, G.channels, G.latent_dim
        self.classes = self.config.get("classes")
        self.chunks = getattr(G, "chunks", [slice(0, G.latent_dim)])
        self.top_level = len(G.to_rgb) - 1 if hasattr(G, "to_rgb") else None
        self.attention_layer = next((m for m in G.modules() if isinstance(m, SelfAttention2d)), None)
        self._in_batches = Batches(BATCH, self.device)

    def latents(self, n=1, seed=0, truncation=None):
        """Float32 [n, latent_dim] from N(0, 1); row i depends on seed + i alone, not on n.

        truncation: values outside [-truncation, truncation] are drawn again until they lie inside (Brock 2018, section
        3.1). ValueError below 0.01.
        """
        if n < 1:
            raise ValueError(f"n is {n}; ask for at least one picture")
        if truncation is not None and not truncation >= LEAST_TRUNCATION:
            raise ValueError(f"truncation is {truncation}; give {LEAST_TRUNCATION} or more, or none")
        rows = []
        for i in range(n):
            generator = torch.Generator().manual_seed(seed + i)
            z = torch.randn(self.latent_dim, generator=generator)
            while truncation is not None and (beyond := z.abs() > truncation).any():
                z[beyond] = torch.randn(int(beyond.sum()), generator=generator)
            rows.append(z)
        return torch.stack(rows)

    @torch.inference_mode()
    def sample(self, n=1, seed=0, labels=None, z=None, truncation=None, level=None, gate=1.0):
        """Float32 [n, C, H, W] in [-1, 1] on the CPU.

        Picture i depends on seed + i alone, not on n. z: float [n, latent_dim] instead of seed. labels, for a variant
        with classes: one class for all or one for each, as its number or its name, or float [n, classes], the shares of
        a mixture; without them picture i has class i modulo their number. truncation: as in `latents`, one for all or,
        beside z, one for each; a network that keeps batch-norm statistics by threshold takes those of this threshold.
        level, for a variant that grows: 0 (4 px) to `top_level`; a fraction blends two stages. gate, for SAGAN: the
        share of the attention's learned factor, 0 to 1.
        """
        z = self.latents(n, seed, truncation) if z is None else torch.as_tensor(z, dtype=torch.float32)
        args = self._arguments(z, labels, truncation)
        if level is not None and self.top_level is None:
            raise ValueError(f"{self.name} does not grow: call sample without level")
        if gate != 1:
            self._check_gate()
        options = {key: value for key, value, usual in (("level", level, None), ("gate", gate, 1)) if value != usual}
        return self._in_batches(partial(self.generator, **options) if options else self.generator, *args)

    @torch.inference_mode()
    def attention(self, z, labels=None, truncation=None):
        """The attention map of the generator's layer, for each place over all places: float32 [n, h, w, h / 2, w / 2].

        The last two dimensions sum to 1 (Zhang 2018, equation 1). z: [n, latent_dim]; labels, truncation: as in
        `sample`. ValueError without such a layer.
        """
        layer = self.attention_layer
        if layer is None:
            raise ValueError(f"{self.name} has no attention layer")
        inputs = []

        def attention_maps(*args):
            with layer.register_forward_pre_hook(lambda module, given: inputs.append(given[0])):
                self.generator(*args)
            h, w = inputs[-1].shape[2:]
            return layer.weights(inputs[-1]).unflatten(2, (h // 2, w // 2)).unflatten(1, (h, w))

        return self._in_batches(
            attention_maps, *self._arguments(torch.as_tensor(z, dtype=torch.float32), labels, truncation)
        )

    @torch.inference_mode()
    def reach(self, z, labels, x, y, gate=1.0):
        """The share of the pixels that change at all if the attention's input at 2 x 2 places is zero: float32 [n].

        x, y: where in the picture, 0 to 1. gate: one for all, or several for a single z. ValueError without a layer
        that has a gate.
        """
        self._check_gate()
        layer, gates = self.attention_layer, torch.as_tensor(gate, dtype=torch.float32).reshape(-1)

        def erase(module, given):
            features, share = given
            h, w = features.shape[2:]
            top, left = (min(int(at * side), side - 1) // 2 * 2 for at, side in ((y, h), (x, w)))
            features = features.clone()
            features[:, :, top : top + 2, left : left + 2] = 0
            return features, share

        def changed(*args):
            *args, shares = args
            options = {"gate": shares[:, None, None, None]}
            whole = self.generator(*args, **options)
            with layer.register_forward_pre_hook(erase):
                return ((whole - self.generator(*args, **options)).abs().amax(1) > 0).float().mean((1, 2))

        args = [*self._arguments(torch.as_tensor(z, dtype=torch.float32), labels), gates]
        n = max(map(len, args))
        return self._in_batches(changed, *(a.expand(n, *a.shape[1:]) for a in args))

    def _check_gate(self):
        """ValueError if the generator takes no gate."""
        if self.attention_layer is None or "gate" not in inspect.signature(self.generator.forward).parameters:
            raise ValueError(f"{self.name} has no gate: call sample without gate")

    def _arguments(self, z, labels, truncation=None):
        """The generator's inputs, a row for each picture: z, and labels and thresholds where it takes them."""
        if z.ndim != 2 or z.shape[1] != self.latent_dim:
            raise ValueError(f"z has the shape {list(z.shape)}; {self.name} takes [n, {self.latent_dim}]")
        if self.classes is None and labels is not None:
            raise ValueError(f"{self.name} has no classes: call sample without labels")
        args = (z,) if self.classes is None else (z, self._labels(labels, len(z)))
        if not getattr(self.generator, "thresholds", ()):
            return args
        whole = float("inf")
        each = truncation if isinstance(truncation, list | tuple) else [truncation] * len(z)
        if len(each) != len(z):
            raise ValueError(f"truncation has {len(each)} values for {len(z)} pictures: give one, or one for each")
        return *args, torch.tensor([whole if t is None else t for t in each])

    @torch.inference_mode()
    def verdict(self, pictures, labels=None):
        """The discriminator's raw output for pictures [n, C, H, W] in [-1, 1]: float32 [n], higher is more real.

        ValueError if the checkpoint has no discriminator.
        """
        if self.discriminator is None:
            raise ValueError(f"this checkpoint of {self.name} has no discriminator")
        args = (pictures,) if self.classes is None else (pictures, self._labels(labels, len(pictures)))
        return self._in_batches(self.discriminator, *args)

    def benchmarks(self):
        """What a benchmark times: {title: function without arguments}, here samples of one and of sixteen."""
        return {f"n = {n}": partial(self.sample, n) for n in (1, 16)}

    @cached_property
    def directions(self):
        """Float32 [latent_dim, latent_dim]: orthonormal directions of z, those that change the picture most first.

        Right singular vectors of the layer that multiplies z (Shen 2021, "Closed-Form Factorization of Latent
        Semantics", section 3), each with its largest entry positive. If z enters in chunks: the first of each chunk,
        then the second of each, and so on.
        """
        found = []
        for chunk, weight in zip(self.chunks, z_weights(self.generator), strict=True):
            # Of a tall weight the full left factor would be rows x rows: gigabytes for BigGAN-deep.
            _, _, v = torch.linalg.svd(weight.float().cpu(), full_matrices=weight.shape[0] < weight.shape[1])
            v = v * v.gather(1, v.abs().argmax(1, keepdim=True)).sign()
            found.append(F.pad(v, (chunk.start, self.latent_dim - chunk.stop)))
        return torch.stack(found, 1).flatten(0, 1)

    def _labels(self, labels, n):
        if labels is None:
            labels = [i % len(self.classes) for i in range(n)]
        if torch.is_tensor(labels) and labels.is_floating_point():
            if labels.shape != (n, len(self.classes)):
                raise ValueError(f"mixtures have the shape {list(labels.shape)}; give [{n}, {len(self.classes)}]")
            return labels
        if isinstance(labels, str | list | tuple):
            names = [labels] if isinstance(labels, str) else labels
            labels = [self.classes.index(one_of("label", x, self.classes)) if isinstance(x, str) else x for x in names]
        labels = torch.as_tensor(labels, dtype=torch.int64).expand(n)
        if n and not 0 <= int(labels.min()) <= int(labels.max()) < len(self.classes):
            raise ValueError(
                f"labels {labels.tolist()} are not all in 0..{len(self.classes) - 1}: {', '.join(self.classes)}"
            )
        return labels
