"""Base classes of the games: networks, data, moving average, what is exported."""

import re

import torch
import torch.nn.functional as F
from torch import nn
from torch.nn.utils import parametrize
from torch.optim.swa_utils import AveragedModel

from models import registry
from models.images import from_uint8
from training.data import augment, image_set, sources
from training.data.image_set import ImageSet

EXAMPLES = 8  # pictures in an export's strip of real ones, and held-out inputs on a snapshot's sheet


def join_roles(nets, role):
    """The networks of a role as one module: the only one, or a ModuleDict by what follows "role_" in their names."""
    if role in nets:
        return nets[role]
    return nn.ModuleDict({name[len(role) + 1 :]: net for name, net in nets.items() if name.startswith(f"{role}_")})


def split_roles(module, role):
    """{role: network} of what `join_roles` joined."""
    if isinstance(module, nn.ModuleDict):
        return {f"{role}_{name}": net for name, net in module.items()}
    return {role: module}


def load_network(net, state):
    """Load exported tensors; RuntimeError where a shape differs.

    Exported generators hold weights already divided by their spectral norm, which is 1 from there on; its singular
    vectors are found anew, by power iteration in training mode.
    """
    own = net.state_dict()
    vectors = {key: t for key, t in own.items() if key.endswith(("._u", "._v")) and key not in state}
    # A weight that this network divides by its spectral norm is kept under another name.
    names = {re.sub(r"parametrizations\.(\w+)\.original", r"\1", key): key for key in own}
    net.load_state_dict({**vectors, **{names.get(key, key): t for key, t in state.items()}}, strict=True)
    net.train()
    for _ in range(20 if vectors else 0):
        for module in filter(parametrize.is_parametrized, net.modules()):
            module.weight  # noqa: B018  each access is one power iteration


def check_resolution(settings, nets):
    """ValueError that names two sizes near by, where networks say what sides they take and this is none.

    A network's `multiple`: of what sides are multiples; `least`: the least of them.
    """
    side, step = settings.resolution, max(getattr(net, "multiple", 1) for net in nets)
    first = -(-max(getattr(net, "least", 1) for net in nets) // step) * step
    if side % step or side < first:
        near = sorted({max(first, side // step * step), max(first, -(-side // step) * step)})
        raise ValueError(
            f"resolution {side}: {settings.variant} takes multiples of {step} px from {first} px on, as "
            f"{' or '.join(map(str, near))}"
        )


class ByClass:
    """Pictures by their class, each class's equally likely. labels: int64 [N]; classes: how many there are."""

    def __init__(self, labels, classes):
        self.counts = torch.bincount(labels, minlength=classes)
        self.order, self.starts = labels.argsort(stable=True), self.counts.cumsum(0) - self.counts

    def draw(self, label, random):
        """The index of a picture of each label: int64 [n] -> int64 [n]."""
        which = (random.uniform(len(label)) * self.counts[label]).long()
        return self.order[self.starts[label] + which]


class Game:
    """Base class of an objective: networks, EMA, random stream, export.

    settings: the recipe's; data: `ImageSet`; random: `RandomStream`, whose device is the game's. Training images stay
    on that device as uint8 [N, C, H, W]; the share `hold_out` of the data is `held` and never learned from.

    A recipe adds `d_loss(n, step)` and `g_loss(n)`. Its kind adds `configure()`: the constructor arguments of the
    networks by role; `samples(n, seed)`: pictures of a snapshot's sheet, float [n, C, H, W] in [-1, 1] on the CPU, from
    the averaged generators; and `examples()`: pictures for the page, float [EXAMPLES, C, H, W] in [-1, 1], and their
    labels or None.
    """

    objective = ""  # the adversarial loss by its usual name, for config.json
    figures = ""  # the module of training/judge that measures this game's networks
    labelled = False  # learns from class labels
    pairs = False  # each file is a pair of pictures side by side
    noise_classes = 10  # classes of `noise_data`, where labels are read
    classes = None
    facts = {}  # entries of config.json besides networks and settings
    lead = 0  # first steps, in which the discriminator alone learns
    columns = 8  # of a snapshot's sheet

    def __init__(self, settings, data, random):
        self.settings, self.random = settings, random
        self.data, self.held = image_set.split(data, settings.hold_out)
        self.shown = self.held if len(self.held) else self.data  # on a translator's sheets and page
        self.images = self.preprocess(self.data.images).to(random.device)
        self.labels = None if self.data.labels is None else self.data.labels.to(random.device)
        self.configs = self.shipped_configs = self.configure()  # of the networks that learn, and of those exported
        nets = registry.build(settings.variant, self.configs)
        check_resolution(settings, nets.values())
        nets = {role: net.to(random.device, memory_format=torch.channels_last) for role, net in nets.items()}
        self.G, self.D = join_roles(nets, "generator"), join_roles(nets, "discriminator")
        self.ema = AveragedModel(self.G).to(random.device).requires_grad_(False).eval()
        self.modules = {"G": self.G, "D": self.D, "ema": self.ema}  # what a checkpoint holds

    @classmethod
    def load_data(cls, settings, source=None):
        """The pictures of `source`, or of settings.data, as this game learns from them; DataError in one line."""
        channels = 6 if cls.pairs else settings.channels
        return sources.load(source or settings.data, settings.resolution, channels, cls.labelled)

    @classmethod
    def noise_data(cls, settings, n, seed=0):
        """n random pictures shaped as this game's data, for benchmarks and tests."""
        shape = n, 6 if cls.pairs else settings.channels, settings.resolution, settings.resolution
        images = torch.randint(0, 256, shape, generator=torch.Generator().manual_seed(seed), dtype=torch.uint8)
        labels, classes = torch.arange(n) % cls.noise_classes, [str(k) for k in range(cls.noise_classes)]
        return ImageSet(images, labels, classes, "noise") if cls.labelled else ImageSet(images, None, None, "noise")

    def preprocess(self, images):
        """The training images as they stay on the device, uint8."""
        return images

    def pictures(self, index):
        """Training pictures of these indices, float [n, C, H, W] in [-1, 1], mirrored at random where `flip` is set."""
        x = from_uint8(self.images[index]).contiguous(memory_format=torch.channels_last)
        return augment.flip(x, self.random) if self.settings.flip else x

    def augmented(self, x):
        """DiffAugment (Zhao 2020): what D sees, real and fake alike, shifted where the settings say so."""
        return augment.translation(x, self.random) if self.settings.augment else x

    def grow(self, step):
        """Change networks and pictures to their size at this step; only a growing GAN does."""

    def graph_key(self, step):
        """Key of this step's CUDA graph: steps with equal keys replay one recording. None: do not record."""
        return None

    def after_d(self):
        """Called after each step of D; only a clipped critic does something."""

    @torch.no_grad()
    def update_ema(self):
        """One step of the generator's moving average; buffers are copied.

        Warm-up: early weights are close to their random start, so the average follows them faster. After t steps its
        decay is at most (1 + t) / (10 + t). (AveragedModel's own update reads its counter on the host, and a GPU would
        be waited for at every step.)
        """
        averages, t = list(self.ema.module.parameters()), self.ema.n_averaged
        rate = 1 - ((1.0 + t) / (10.0 + t)).clamp(max=self.settings.ema) * (t > 0)
        difference = torch._foreach_sub(list(self.G.parameters()), averages)
        torch._foreach_mul_(difference, rate)
        torch._foreach_add_(averages, difference)
        for average, live in zip(self.ema.module.buffers(), self.G.buffers()):
            average.copy_(live)
        self.ema.n_averaged += 1

    def load(self, state_dicts):
        """Take over exported networks {role: tensors}; RuntimeError where a shape differs."""
        for module, role in ((self.G, "generator"), (self.ema.module, "generator"), (self.D, "discriminator")):
            for name, net in split_roles(module, role).items():
                load_network(net, state_dicts[name])
        self.ema.eval()

    @torch.no_grad()
    def calibrate(self):
        """Take the batch-norm statistics of the averaged generators anew."""
        norms = [m for m in self.ema.modules() if isinstance(m, nn.modules.batchnorm._BatchNorm)]
        for norm in norms:
            norm.reset_running_stats()
            norm.momentum = None  # a plain mean over the batches that follow
            norm.train()
        if norms:
            self.calibration_pass()
        self.ema.eval()

    def calibration_pass(self):
        """Run the averaged generators on many inputs like those of training."""
        self.samples(2048, seed=1)

    def shipped(self):
        """{role: network} as exported: the averaged generators, spectral norms divided out, and the discriminators."""
        return {**split_roles(self.ema.module, "generator"), **split_roles(self.D, "discriminator")}


def most_colourful_first(x):
    """Pictures [n, 3, H, W] by falling colourfulness: the page opens on the first."""
    return x[x.std(1).mean((1, 2)).argsort(descending=True)]


class TranslatorGame(Game):
    """Base class of the translators: batches of flipped and shifted pictures, translations of held-out ones."""

    def configure(self):  # networks of one role have the same arguments
        roles = registry.entry(self.settings.variant).networks
        return {role: dict(getattr(self.settings, role.split("_")[0])) for role in roles}

    def batch(self, index):
        """Training pictures of these indices, mirrored and shifted at random where the settings say so."""
        x = self.pictures(index)
        return augment.jitter(x, self.random) if self.settings.jitter else x

    @torch.no_grad()
    def translate(self, function, x):
        """function(averaged generators, x) picture by picture: float on the CPU."""
        return torch.cat([function(self.ema.module, one).float().cpu() for one in x.to(self.random.device).split(1)])

    def examples(self):
        return from_uint8(image_set.evenly_spaced(self.shown.images, EXAMPLES)), None


def l1(a, b):
    """Mean absolute difference, in fp32."""
    return F.l1_loss(a.float(), b.float())
