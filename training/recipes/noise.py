"""The game of the noise family: a generator that paints from z, a discriminator or critic that judges."""

import math
from functools import partial

import torch
import torch.nn.functional as F
from torch import nn
from torch.nn.utils import parametrize

from models import registry
from models.images import from_uint8
from models.nets.layers import sizes
from models.progan import MinibatchStd, PixelNorm
from training.data import augment
from training.recipes import losses
from training.recipes.game import Game


def given(labels):
    """The labels as the arguments that a network takes: none where there are none."""
    return () if labels is None else (labels,)


def begins(settings):
    """The steps at which 8, 16, ... px begin to fade in; [] for a GAN that has its full size from the start."""
    if not (settings.grow and settings.fade):
        return []
    sides = sizes(settings.resolution)[1:]
    missing = [side for side in sides if str(side) not in settings.grow]
    if missing:
        raise ValueError(f"grow says nothing of {missing[0]} px: give {missing[0]}=STEP, too")
    steps = [settings.grow[str(side)] for side in sides]
    for side, before, step in zip(sides[1:], steps, steps[1:]):
        if step < before + settings.fade:
            raise ValueError(
                f"grow lets {side} px begin at step {step}, before {side // 2} px have faded in: give "
                f"{before + settings.fade} or more"
            )
    return steps


class NoiseGame(Game):
    """Losses and samples of an unconditional or class-conditional variant."""

    def __init__(self, settings, data, draw):
        self.classes = data.classes if settings.labelled else None
        super().__init__(settings, data, draw)
        self.configs["generator"]["latent_dim"] = self.G.latent_dim
        self.apart = any(isinstance(m, (nn.modules.batchnorm._BatchNorm, MinibatchStd)) for m in self.D.modules())
        if settings.temperature != 1 and any(isinstance(m, PixelNorm) for m in self.G.modules()):
            raise ValueError(
                f"temperature is {settings.temperature}, but {settings.variant} brings every z to one "
                "length: leave it at 1"
            )
        self.stage = {}  # how far a growing pair has grown: {"level": float}, for both networks
        self.begins = begins(settings)
        if settings.balanced and self.classes:
            counts = torch.bincount(self.labels, minlength=len(self.classes))
            if (counts == 0).any():
                raise ValueError(
                    f"class {self.classes[int(counts.argmin())]!r} has no pictures: --no-balanced, or fill it"
                )
            self.members, self.counts = self.labels.argsort(stable=True), counts

    def configure(self):
        """Constructor arguments of both networks."""
        s = self.settings
        shape = {"resolution": s.resolution, "channels": s.channels}
        shape |= {"classes": len(self.classes)} if self.classes else {}
        return {"generator": {**s.generator, **shape}, "discriminator": {**s.discriminator, **shape}}

    @property
    def facts(self):
        return {"latent_dim": self.G.latent_dim, "temperature": self.settings.temperature}

    def batch(self, n):
        """A batch of n real pictures in [-1, 1] with their labels, or None."""
        index = self.index(n)
        x = self.shrunk(from_uint8(self.images[index]).contiguous(memory_format=torch.channels_last))
        if self.settings.flip:
            x = augment.flip(x, self.draw)
        return x, self.labels[index] if self.classes else None

    def index(self, n):
        """Which pictures: each equally likely, or, where `balanced`, each class."""
        if not (self.settings.balanced and self.classes):
            return self.draw.integers(n, len(self.images))
        kind, counts = self.draw.integers(n, len(self.classes)), self.counts
        which = (self.draw.uniform(n) * counts[kind]).long()
        return self.members[(counts.cumsum(0) - counts)[kind] + which]

    def grow(self, step):
        """Set the level for a step: each size fades in from its own step on, then stays (Karras 2017, section 2)."""
        if self.begins:
            self.stage = {"level": sum(min(1.0, max(0.0, (step - b) / self.settings.fade)) for b in self.begins)}

    def kind_of(self, step):
        """How far it has grown, whether the generator learns, and which of D's steps are penalised; None: it fades."""
        s, level = self.settings, self.stage.get("level", 0)
        if level % 1:
            return None
        own = range(step * s.d_steps, (step + 1) * s.d_steps)
        return level, step >= s.lead, tuple(i % s.penalty_every == 0 for i in own)

    def shrunk(self, x):
        """Real pictures at the resolution that has been reached, faded as the generator's are."""
        if not self.stage:
            return x
        level = self.stage["level"]
        k = math.ceil(level)
        x = F.adaptive_avg_pool2d(x, 4 * 2**k)
        if k == level:
            return x
        return torch.lerp(F.interpolate(F.avg_pool2d(x, 2), scale_factor=2.0), x, level - (k - 1))

    def fake(self, n, labels):
        """n pictures from fresh z, with the labels given."""
        return self.paint(self.draw.normal(n, self.G.latent_dim), labels)

    def paint(self, z, labels):
        """The pictures of these z, with the labels given."""
        return self.G(z, *given(labels), **self.stage)

    def judge(self, x, labels):
        """D's logits or scores [n]."""
        return self.D(x, *given(labels), **self.stage).float()

    def verdicts(self, real, fake, labels):
        """D's of both, in one pass where it looks at each picture by itself: it reads its weights once."""
        real, fake = self.shown_to_d(real), self.shown_to_d(fake)
        if self.apart:
            return self.judge(real, labels), self.judge(fake, labels)
        return self.judge(torch.cat([real, fake]), None if labels is None else labels.repeat(2)).chunk(2)

    def d_loss(self, n, step):
        """The discriminator's loss on a fresh batch; `step` counts its own steps."""
        s = self.settings
        real, labels = self.batch(n)
        with torch.no_grad():
            fake = self.fake(n, labels)
        verdict, verdict_on_fake = self.verdicts(real, fake, labels)
        loss = self.d_loss_of(verdict, verdict_on_fake)
        if s.drift:
            loss = loss + s.drift * verdict.square().mean()
        if (s.penalty or s.r1) and step % s.penalty_every == 0:
            loss = loss + s.penalty_every * self.penalties(real, fake, labels)
        return loss

    def penalties(self, real, fake, labels):
        """What D pays for its gradient, on the way from fakes to real pictures and on the real ones."""
        s, total, judge = self.settings, 0.0, partial(self.judge, labels=labels)
        if s.penalty:
            total = total + s.penalty * losses.gradient_penalty(judge, real, fake, self.draw.uniform(len(real)))
        if s.r1:
            total = total + s.r1 / 2 * losses.r1_penalty(judge, real)
        return total

    def after_d(self):
        """What the objective does to the critic's weights after each of its steps."""
        if self.settings.clip:
            losses.clip_weights(self.D, self.settings.clip)

    def g_loss(self, n):
        """The generator's loss on fresh z."""
        labels = None
        if self.classes:
            labels = self.draw.integers(n, len(self.classes))
        z = self.draw.normal(n, self.G.latent_dim)
        made = self.paint(z, labels)
        loss = self.g_loss_of(self.judge(self.shown_to_d(made), labels))
        if self.settings.path_length:
            near = self.paint(z + losses.NEAR * self.draw.normal(n, self.G.latent_dim), labels)
            loss = loss + self.settings.path_length * losses.path_lengths(made, near)
        if self.settings.orthogonal:
            loss = loss + self.settings.orthogonal * losses.orthogonal_penalty(self.regular)
        return loss

    @torch.no_grad()
    def after_g(self):
        """The moving average follows; while a stage fades in, which has no past yet, it is the generator itself."""
        super().after_g()
        if self.stage and self.stage["level"] % 1:
            for average, live in zip(self.ema.module.parameters(), self.G.parameters()):
                average.copy_(live)

    @property
    def shipped_configs(self):
        """Constructor arguments of the networks as `shipped`."""
        divided = {"spectral": False} if any(parametrize.is_parametrized(m) for m in self.G.modules()) else {}
        return {**self.configs, "generator": {**self.configs["generator"], **divided}}

    @property
    def regular(self):
        """The generator's weights [out, ...] as the forward pass uses them, the shared class embedding apart."""
        return [
            m.weight.transpose(0, 1) if isinstance(m, nn.ConvTranspose2d) else m.weight
            for name, m in self.G.named_modules()
            if isinstance(m, (nn.Linear, nn.Conv2d, nn.ConvTranspose2d)) and name != "embed"
        ]

    def load(self, state_dicts):
        """Take over exported networks {role: tensors}; RuntimeError where a shape differs.

        Exported generators carry weights already divided by their spectral norm, which is 1 from there on.
        """
        for net, state in (
            (self.G, state_dicts["generator"]),
            (self.ema.module, state_dicts["generator"]),
            (self.D, state_dicts["discriminator"]),
        ):
            own = net.state_dict()
            vectors = {key: t for key, t in own.items() if key.endswith(("._u", "._v")) and key not in state}

            def placed(key, own=own):
                """Where a weight lies: behind its spectral norm, where this network still divides by it."""
                stem, _, name = key.rpartition(".")
                behind = f"{stem}.parametrizations.{name}.original"
                return behind if key not in own and behind in own else key

            net.load_state_dict({**vectors, **{placed(key): t for key, t in state.items()}}, strict=True)
            net.train()
            for _ in range(20 if vectors else 0):
                for module in net.modules():
                    if parametrize.is_parametrized(module):
                        module.weight  # noqa: B018  each look at it is one power iteration

    def shipped(self):
        """{role: network} as exported: the averaged generator with batch-norm statistics of its own, and D.

        A generator's spectral norms are divided out for good.
        """
        average = self.settled(lambda: self._paint(2048, seed=1))
        shipped = registry.entry(self.settings.variant).networks["generator"](**self.shipped_configs["generator"])
        with torch.no_grad():
            for key, t in shipped.state_dict().items():
                owner, _, name = key.rpartition(".")
                t.copy_(getattr(average.get_submodule(owner), name))
        if self.stage:
            self._refit(shipped.eval())
        return {"generator": shipped.eval(), "discriminator": self.D}

    @torch.no_grad()
    def _refit(self, net, n=256):
        """Earlier stages' ways to colours, fitted to the picture that the grown network makes of the same z.

        They stop learning once their stage is past, while the layers under them go on. Least squares, on the CPU.
        """
        z = torch.randn(n, net.latent_dim, generator=torch.Generator().manual_seed(2))
        k = math.ceil(self.stage["level"])
        h, target = net.start(z), net(z, level=k)
        for block, to_rgb, side in zip(net.stages[:k], net.to_rgb, sizes(net.resolution)):
            h = block(h)
            features = h.permute(0, 2, 3, 1).flatten(0, 2)
            colours = F.adaptive_avg_pool2d(target, side).permute(0, 2, 3, 1).flatten(0, 2)
            ones = torch.ones(len(features), 1)
            fitted = torch.linalg.lstsq(torch.cat([features, ones], 1), colours, driver="gelsd").solution
            to_rgb.weight.copy_(fitted[:-1].T[:, :, None, None] / to_rgb.scale)
            to_rgb.bias.copy_(fitted[-1])

    def examples(self):
        """Training pictures for the page, float [8, C, H, W] in [-1, 1], and their labels, a class each, or None."""
        shown = torch.linspace(0, len(self.images) - 1, 8).long()
        if self.classes:
            shown = torch.stack([(self.labels == i % len(self.classes)).nonzero()[0, 0] for i in range(8)])
        return from_uint8(self.images[shown].cpu()), self.labels[shown].tolist() if self.classes else None

    def samples(self, n, seed=0):
        """Float [n, C, H, W] in [-1, 1] on the CPU from the moving average and fixed z; classes take turns."""
        self.ema.eval()
        return self._paint(n, seed, self.settings.temperature)

    @torch.no_grad()
    def _paint(self, n, seed, temperature=1.0, chunk=128):
        z = temperature * torch.randn(n, self.G.latent_dim, generator=torch.Generator().manual_seed(seed))
        labels = torch.arange(n) % len(self.classes) if self.classes else None
        out = []
        for i in range(0, n, chunk):
            args = (z[i : i + chunk],) if labels is None else (z[i : i + chunk], labels[i : i + chunk])
            x = self.ema.module(*(a.to(self.images.device) for a in args), **self.stage).float().cpu()
            out.append(F.interpolate(x, size=self.images.shape[-2:]) if self.stage else x)
        return torch.cat(out)
