"""A trained noise-to-picture GAN, ready to be played with."""
import threading
from functools import cached_property

import torch
from torch import nn

from models import hub, registry
from models.layers import first_linear

CHUNK = 16


class Sampler:
    """A variant's networks in eval mode, and what a page does with them.

    weights: the verified files (`models.hub.Weights`). Attributes: resolution and channels of the pictures,
    latent_dim, classes (list of names, or None), generator, discriminator, config, weights.
    """

    def __init__(self, name, weights, device):
        self.name, self.weights, self.config, self.device = name, weights, weights.config, torch.device(device)
        networks = registry.build(name, self.config["networks"])
        for role, net in networks.items():
            net.load_state_dict(weights.state_dict(role), strict=True)
            net.requires_grad_(False).eval().to(self.device, memory_format=torch.channels_last)
        self.generator, self.discriminator = networks["generator"], networks["discriminator"]
        self.resolution, self.channels = self.generator.resolution, self.generator.channels
        self.latent_dim, self.classes = self.generator.latent_dim, self.config.get("classes")
        self._lock = threading.Lock()

    def latents(self, n=1, seed=0):
        """Float32 [n, latent_dim] from N(0, 1); row i is seed + i's own, whatever n is."""
        if n < 1:
            raise ValueError(f"n is {n}; ask for at least one picture")
        return torch.stack([torch.randn(self.latent_dim, generator=torch.Generator().manual_seed(seed + i))
                            for i in range(n)])

    @torch.inference_mode()
    def sample(self, n=1, seed=0, labels=None, z=None):
        """Float32 [n, C, H, W] in [-1, 1] on the CPU.

        Picture i is that of seed + i, alone or in company. z: float [n, latent_dim] instead of seed. labels: int or
        n ints, for a variant with classes; without them picture i takes class i modulo their number.
        """
        z = self.latents(n, seed) if z is None else torch.as_tensor(z, dtype=torch.float32)
        if z.ndim != 2 or z.shape[1] != self.latent_dim:
            raise ValueError(f"z has the shape {list(z.shape)}; {self.name} takes [n, {self.latent_dim}]")
        args = (z,) if self.classes is None else (z, self._labels(labels, len(z)))
        if self.classes is None and labels is not None:
            raise ValueError(f"{self.name} has no classes: call sample without labels")
        return self._in_chunks(self.generator, *args)

    @torch.inference_mode()
    def verdict(self, pictures, labels=None):
        """The discriminator's raw output for pictures [n, C, H, W] in [-1, 1]: float32 [n], higher is more real."""
        args = (pictures,) if self.classes is None else (pictures, self._labels(labels, len(pictures)))
        return self._in_chunks(self.discriminator, *args)

    @cached_property
    def directions(self):
        """Float32 [latent_dim, latent_dim]: unit directions of z, the generator's strongest first.

        Right singular vectors of the layer that meets z (Shen 2021, "Closed-Form Factorization of Latent Semantics",
        section 3), each with its largest entry positive.
        """
        _, _, v = torch.linalg.svd(first_linear(self.generator).float().cpu(), full_matrices=True)
        biggest = v.gather(1, v.abs().argmax(1, keepdim=True))
        return v * biggest.sign()

    def _labels(self, labels, n):
        if labels is None:
            labels = [i % len(self.classes) for i in range(n)]
        labels = torch.as_tensor(labels, dtype=torch.int64).expand(n)
        if n and not 0 <= int(labels.min()) <= int(labels.max()) < len(self.classes):
            raise ValueError(f"labels {labels.tolist()} are not all in 0..{len(self.classes) - 1}: "
                             f"{', '.join(self.classes)}")
        return labels

    def _in_chunks(self, net, *args):
        """Run the pictures in padded chunks: a picture must not depend on its company, to the bit.

        Convolutions treat each picture alone in batches of powers of two; a matrix product's rounding follows the
        number of rows, so fully connected networks always see the same number.
        """
        fixed = not any(isinstance(m, (nn.Conv2d, nn.ConvTranspose2d)) for m in net.modules())
        out = []
        for part in zip(*(a.split(CHUNK) for a in args)):
            n = len(part[0])
            padded = CHUNK if fixed else 1 << (n - 1).bit_length()
            part = [torch.cat([a, a[:1].expand(padded - n, *a.shape[1:])]).to(self.device) for a in part]
            with self._lock:
                out.append(net(*part).float().cpu()[:n])
        return torch.cat(out)


def load(name, device, folder=None):
    """A Sampler of variant `name` from the manifest's verified files, or from an exported `folder`."""
    weights = hub.fetch(name) if folder is None else hub.from_folder(name, folder)
    return Sampler(name, weights, device)
