"""What every variant's game has: networks, moving average, the random stream, and what is shipped of it."""

import torch
from torch import nn
from torch.optim.swa_utils import AveragedModel

from models import registry
from training.data import augment
from training.data import image_set as imageset
from training.recipes import losses


def gathered(nets, role):
    """The networks of a role as one module: the only one, or a ModuleDict by what follows "role_" in their names."""
    if role in nets:
        return nets[role]
    return nn.ModuleDict({name[len(role) + 1 :]: net for name, net in nets.items() if name.startswith(f"{role}_")})


def spread(module, role):
    """What `gathered` took, by role again."""
    if isinstance(module, nn.ModuleDict):
        return {f"{role}_{name}": net for name, net in module.items()}
    return {role: module}


@torch.no_grad()
def follow(averages, live, count, decay):
    """Move averages by 1 - decay towards what is live, faster at first, for the first weights are but noise.

    After t steps the decay is (1 + t) / (10 + t) at most. averages, live: lists of tensors; count: t, a tensor.
    """
    pace = 1 - ((1.0 + count) / (10.0 + count)).clamp(max=decay) * (count > 0)
    apart = torch._foreach_sub(live, averages)
    torch._foreach_mul_(apart, pace)
    torch._foreach_add_(averages, apart)


class Game:
    """The players of one variant: a subclass adds `configure`, `d_loss`, `g_loss`, `samples` and `examples`.

    settings: `training.settings.Settings`; data: `training.imageset.ImageSet`; draw: `training.draw.Draw`, whose
    device is the game's. data.images stay as uint8 [N, C, H, W] on that device; the share `hold_out` of them is
    `held` and never learned from.
    """

    classes = None

    def __init__(self, settings, data, draw):
        self.settings, self.draw = settings, draw
        self.policy = augment.parse(settings.augment)
        self.data, self.held = imageset.split(data, settings.hold_out)
        self.images = self.prepared(self.data.images).to(draw.device)
        self.labels = None if self.data.labels is None else self.data.labels.to(draw.device)
        self.configs = self.configure()
        nets = registry.build(settings.variant, self.configs)
        nets = {role: net.to(draw.device, memory_format=torch.channels_last) for role, net in nets.items()}
        self.G, self.D = gathered(nets, "generator"), gathered(nets, "discriminator")
        self.ema = AveragedModel(self.G).to(draw.device)
        self.ema.requires_grad_(False)
        self.d_loss_of, self.g_loss_of = losses.OBJECTIVES[settings.objective]

    def prepared(self, images):
        """The images as they are kept, uint8 as they came."""
        return images

    @property
    def modules(self):
        """What a checkpoint holds, by name."""
        return {"G": self.G, "D": self.D, "ema": self.ema}

    @property
    def facts(self):
        """What config.json says of it besides networks and settings."""
        return {}

    def shown_to_d(self, x):
        """Pictures as D sees them, real and fake alike, changed as the policy says."""
        return augment.augment(x, self.policy, self.draw)

    def grow(self, step):
        """Nothing changes with the step, but for a growing GAN."""

    def kind_of(self, step):
        """A hashable that steps share which differ in tensors alone, so that one can stand for all; None: no such."""

    def after_d(self):
        """Nothing, but for a clipped critic."""

    @torch.no_grad()
    def after_g(self):
        """The moving average follows the generator, its buffers copied.

        (AveragedModel's own way reads the count on the host, for which a GPU would be waited for at every step.)
        """
        average, live = self.ema.module, self.G
        follow(list(average.parameters()), list(live.parameters()), self.ema.n_averaged, self.settings.ema)
        for theirs, own in zip(average.buffers(), live.buffers()):
            theirs.copy_(own)
        self.ema.n_averaged += 1

    def load(self, state_dicts):
        """Take over exported networks {role: tensors}; RuntimeError where a shape differs."""
        for module, role in ((self.G, "generator"), (self.ema.module, "generator"), (self.D, "discriminator")):
            for name, net in spread(module, role).items():
                net.load_state_dict(state_dicts[name], strict=True)

    @torch.no_grad()
    def settled(self, paint):
        """The averaged generators in eval mode, with batch-norm statistics of their own, taken while paint() runs."""
        norms = [m for m in self.ema.modules() if isinstance(m, nn.modules.batchnorm._BatchNorm)]
        for norm in norms:
            norm.reset_running_stats()
            norm.momentum = None  # a plain mean over the batches that follow
            norm.train()
        if norms:
            paint()
        return self.ema.module.eval()

    @property
    def shipped_configs(self):
        """Constructor arguments of the networks as `shipped`."""
        return self.configs

    def shipped(self):
        """{role: network} as exported: the averaged generators, and the discriminators."""
        return {**spread(self.ema.module.eval(), "generator"), **spread(self.D, "discriminator")}
