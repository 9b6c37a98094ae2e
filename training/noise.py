"""The game of the noise family: a generator that paints from z, a discriminator or critic that judges."""
import torch
from torch import nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from models import registry
from models.images import from_uint8
from training import augment, losses


class NoiseGame:
    """Networks, losses and samples of one unconditional or class-conditional variant.

    settings: `training.settings.Settings`; images: uint8 [N, C, H, W] on the device; labels: int64 [N] or None;
    draw: `training.draw.Draw`.
    """

    def __init__(self, settings, images, labels, classes, draw):
        self.settings, self.images, self.labels, self.draw = settings, images, labels, draw
        self.classes = classes if settings.labelled else None
        self.configs = {
            "generator": {**settings.generator, **self._shape()},
            "discriminator": {**settings.discriminator, **self._shape()},
        }
        nets = registry.build(settings.variant, self.configs)
        nets = {role: net.to(images.device, memory_format=torch.channels_last) for role, net in nets.items()}
        self.G, self.D = nets["generator"], nets["discriminator"]
        self.configs["generator"]["latent_dim"] = self.G.latent_dim
        self.ema = AveragedModel(self.G, multi_avg_fn=get_ema_multi_avg_fn(settings.ema))
        self.ema.requires_grad_(False)
        self.d_loss_of, self.g_loss_of = losses.OBJECTIVES[settings.objective]
        self.policy = augment.parse(settings.augment)

    def _shape(self):
        s = self.settings
        classes = {"classes": len(self.classes)} if self.classes else {}
        return {"resolution": s.resolution, "channels": s.channels, **classes}

    def batch(self, n):
        """A batch of n real pictures in [-1, 1] with their labels, or None."""
        index = self.draw.integers(n, len(self.images))
        x = from_uint8(self.images[index]).contiguous(memory_format=torch.channels_last)
        if self.settings.flip:
            x = augment.flip(x, self.draw)
        return x, self.labels[index] if self.classes else None

    def fake(self, n, labels):
        """n pictures from fresh z, with the labels given."""
        z = self.draw.normal(n, self.G.latent_dim)
        return self.G(z) if labels is None else self.G(z, labels)

    def judge(self, x, labels):
        """D's logits or scores [n] for augmented pictures."""
        x = augment.augment(x, self.policy, self.draw)
        return (self.D(x) if labels is None else self.D(x, labels)).float()

    def d_loss(self, n, step):
        """The discriminator's loss on a fresh batch; `step` counts its own steps."""
        s = self.settings
        real, labels = self.batch(n)
        with torch.no_grad():
            fake = self.fake(n, labels)
        loss = self.d_loss_of(self.judge(real, labels), self.judge(fake, labels))
        if s.penalty and step % s.penalty_every == 0:
            critic = self.D if labels is None else lambda x: self.D(x, labels)
            penalty = losses.gradient_penalty(critic, real, fake, self.draw.uniform(n))
            loss = loss + s.penalty * s.penalty_every * penalty
        return loss

    def after_d(self):
        """What the objective does to the critic's weights after each of its steps."""
        if self.settings.clip:
            losses.clip_weights(self.D, self.settings.clip)

    def g_loss(self, n):
        """The generator's loss on fresh z."""
        labels = None
        if self.classes:
            labels = self.draw.integers(n, len(self.classes))
        return self.g_loss_of(self.judge(self.fake(n, labels), labels))

    def after_g(self):
        """The moving average follows the generator, its buffers copied."""
        self.ema.update_parameters(self.G)

    def shipped(self):
        """{role: network} as exported: the averaged generator with batch-norm statistics of its own, and D."""
        norms = [m for m in self.ema.modules() if isinstance(m, nn.modules.batchnorm._BatchNorm)]
        for norm in norms:
            norm.reset_running_stats()
            norm.momentum = None  # a plain mean over the batches that follow
            norm.train()
        if norms:
            self._paint(2048, seed=1)
        return {"generator": self.ema.module.eval(), "discriminator": self.D}

    def samples(self, n, seed=0):
        """Float [n, C, H, W] in [-1, 1] on the CPU from the moving average and fixed z; classes take turns."""
        self.ema.eval()
        return self._paint(n, seed)

    @torch.no_grad()
    def _paint(self, n, seed, chunk=128):
        z = torch.randn(n, self.G.latent_dim, generator=torch.Generator().manual_seed(seed))
        labels = torch.arange(n) % len(self.classes) if self.classes else None
        out = []
        for i in range(0, n, chunk):
            args = (z[i:i + chunk],) if labels is None else (z[i:i + chunk], labels[i:i + chunk])
            out.append(self.ema.module(*(a.to(self.images.device) for a in args)).float().cpu())
        return torch.cat(out)
