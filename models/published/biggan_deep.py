"""BigGAN-deep as in pytorch-pretrained-BigGAN: pytorch_model.bin of 128, 256 or 512 px, the generator alone."""

import torch
import torch.nn.functional as F
from torch import nn

from models import registry
from models.nets.layers import (
    ConditionalBatchNorm2d,
    RowLinear,
    SelfAttention2d,
    TruncatedBatchNorm2d,
    UpConv2d,
    class_shares,
)
from models.published.format import Format, named
from models.published.table import Part, Row, layer
from models.runtime.batches import Batches
from models.sampler import LEAST_TRUNCATION, Sampler

EPS = 1e-4  # of every batch norm; all three published configurations say so
WIDEST = 2.0  # normal values beyond it are drawn again


class DeepBlock(nn.Module):
    """A bottleneck with a skip that has no weights: [n, cin, h, w] -> [n, cout, h, w] (Brock 2018, figure 16b).

    up: True doubles the side. The skip drops the channels that are too many. rows: of statistics by truncation.
    """

    def __init__(self, cin, cout, condition, up, rows):
        super().__init__()
        middle, self.cout, self.up = cin // 4, cout, up
        self.norms = nn.ModuleList(
            ConditionalBatchNorm2d(channels, condition, thresholds=rows) for channels in (cin, middle, middle, middle)
        )
        self.convs = nn.ModuleList(
            [
                nn.Conv2d(cin, middle, 1),
                UpConv2d(middle, middle, 3) if up else nn.Conv2d(middle, middle, 3, 1, 1),
                nn.Conv2d(middle, middle, 3, 1, 1),
                nn.Conv2d(middle, cout, 1),
            ]
        )

    def forward(self, x, condition, place):
        h = x
        for norm, conv in zip(self.norms, self.convs):
            h = conv(norm(h, condition, place).relu())
        skip = x[:, : self.cout]
        return h + (F.interpolate(skip, scale_factor=2.0) if self.up else skip)


class Generator(nn.Module):
    """z: [n, latent_dim], labels -> pictures [n, 3, resolution, resolution] in [-1, 1] (Brock 2018, figure 16).

    labels: int64 [n], or float [n, classes], shares of a mixture. widths: of the features between blocks, the first
    block's input first; of each two blocks the second doubles the side. attention: the block that self-attention
    precedes. rows: how many truncations, evenly from 0 to 1, batch norm has statistics for. truncation: float [n], the
    threshold of z, twice the published code's truncation; statistics between two rows are interpolated, the nearer row
    weighing more (the published code has the two weights the wrong way round).
    """

    def __init__(self, latent_dim, width, widths, attention, classes, rows):
        super().__init__()
        self.latent_dim, self.channels, self.classes = latent_dim, 3, classes
        self.resolution, self.attends = 4 * 2 ** (len(widths) // 2), attention
        self.thresholds = tuple(WIDEST * i / (rows - 1) for i in range(rows - 1))  # the last row is a norm's own
        self.embed = RowLinear(classes, latent_dim, bias=False)
        self.start = RowLinear(2 * latent_dim, 16 * widths[0])
        self.blocks = nn.ModuleList(
            DeepBlock(cin, cout, 2 * latent_dim, i % 2 == 1, rows - 1)
            for i, (cin, cout) in enumerate(zip(widths, widths[1:]))
        )
        self.attention = SelfAttention2d(widths[attention])
        self.norm = TruncatedBatchNorm2d(width, thresholds=rows - 1)
        self.paint = nn.Conv2d(width, 3, 3, 1, 1)
        for module in self.modules():
            if isinstance(module, nn.BatchNorm2d):
                module.eps = EPS

    def forward(self, z, labels, truncation=None):
        rows = len(self.thresholds)
        whole = torch.full((len(z),), float("inf"), device=z.device) if truncation is None else truncation
        place = whole.clamp(0, WIDEST) / WIDEST * rows
        condition = torch.cat([z, self.embed(class_shares(labels, self.classes))], 1)
        h = self.start(condition).view(len(z), -1, 4, 4)
        for i, block in enumerate(self.blocks):
            h = block(self.attention(h) if i == self.attends else h, condition, place)
        return self.paint(self.norm(h, place).relu()).tanh()

    def z_weights(self):
        return [self.start.weight.detach()[:, : self.latent_dim]]


class DeepSampler(Sampler):
    """BigGAN-deep: z is normal within +-widest and scaled, as its statistics were taken; without a discriminator.

    Its networks see one picture at once: four take four times as long.
    """

    widest = WIDEST

    def __init__(self, name, weights, device):
        super().__init__(name, weights, device)
        self._in_batches = Batches(1, self.device)

    def latents(self, n=1, seed=0, truncation=None):
        """Float32 [n, latent_dim] within +-truncation; 2, or None: whole. Row i depends on seed + i alone.

        Normal values beyond 2 are drawn again, then all are scaled by truncation / 2, which the published code calls
        its truncation. ValueError below 0.01.
        """
        if truncation is not None and not truncation >= LEAST_TRUNCATION:
            raise ValueError(f"truncation is {truncation}; give {LEAST_TRUNCATION} or more, or none")
        scale = min(WIDEST, truncation or WIDEST) / WIDEST
        return super().latents(n, seed, WIDEST) * scale


def blocks(found):
    """{number in `generator.layers`: (cin, cout)} of the blocks, in order; found: {name: shape}."""
    numbers = sorted({int(n.split(".")[2]) for n in found if n.startswith("generator.layers.") and ".conv_0." in n})
    inner = "generator.layers.{}.conv_{}.weight"
    return {i: (found[inner.format(i, 0)][1], found[inner.format(i, 3)][0]) for i in numbers}


def arguments(found):
    inner = blocks(found)
    if len(inner) % 2 or not inner:
        raise ValueError(f"BigGAN-deep has two blocks a size, the file {len(inner)} in all")
    pairs = list(inner.values())
    gamma = next((n for n in found if n.endswith(".gamma")), "generator.layers.8.gamma")
    at = int(gamma.split(".")[2])
    if at not in range(len(inner)) or set(inner) != set(range(len(inner) + 1)) - {at}:
        raise ValueError("BigGAN-deep: its blocks and its attention are not numbered in a row")
    latent_dim, classes = found["embeddings.weight"]
    return {
        "latent_dim": latent_dim,
        "width": found["generator.bn.weight"][0],
        "widths": [pairs[0][0], *(cout for _, cout in pairs)],
        "attention": at,
        "classes": classes,
        "rows": found["generator.bn.means"][0] + 1,
    }


def rows(arguments, found):
    """The table; published names are as `unpack` leaves them."""
    width, pixels = arguments["widths"][0], 16
    table = [Row("embeddings.weight", "embed.weight")]
    for name in ("weight", "bias"):  # the published rows run over places, then channels
        table.append(
            Row(
                f"generator.gen_z.{name}",
                f"start.{name}",
                there=lambda t: t.unflatten(0, (pixels, width)).transpose(0, 1).flatten(0, 1),
                back=lambda t: t.unflatten(0, (width, pixels)).transpose(0, 1).flatten(0, 1),
            )
        )
        table.append(
            Row(
                f"generator.conv_to_rgb.{name}",
                f"paint.{name}",
                there=lambda t: t[:3],  # the published code computes as many channels as features and drops the rest
                back=lambda t: torch.cat([t, t.new_zeros(arguments["width"] - 3, *t.shape[1:])]),
            )
        )
    table += [Row(f"generator.bn.{name}", f"norm.{name}") for name in ("weight", "bias")]
    table += statistics("generator.bn", "norm")
    at = arguments["attention"]
    names = {"snconv1x1_theta": "query", "snconv1x1_phi": "key", "snconv1x1_g": "value", "snconv1x1_o_conv": "out"}
    for published, ours in names.items():
        table += layer(f"generator.layers.{at}.{published}", f"attention.{ours}", bias=False)
    gate = {"there": lambda t: t.reshape(()), "back": lambda t: t.reshape(1)}
    table.append(Row(f"generator.layers.{at}.gamma", "attention.gate", **gate))
    for block in range(len(arguments["widths"]) - 1):
        published = f"generator.layers.{block + (block >= at)}"
        for i in range(4):
            norm = f"blocks.{block}.norms.{i}"
            table += layer(f"{published}.conv_{i}", f"blocks.{block}.convs.{i}")
            table += layer(f"{published}.bn_{i}.scale", f"{norm}.scale", bias=False)
            table += layer(f"{published}.bn_{i}.offset", f"{norm}.shift", bias=False)
            table += statistics(f"{published}.bn_{i}", f"{norm}.norm")
    return table


def statistics(published, ours):
    names = ("means", "variances", "running_mean", "running_var")
    count = Row("", f"{ours}.num_batches_tracked", free=True)
    return [*(Row(f"{published}.{name}", f"{ours}.{name}") for name in names), count]


def unpack(tensors):
    """Spectral norms divided out, and the last row of each table of statistics as a tensor of its own."""
    out = dict(tensors)
    for name in [name for name in tensors if name.endswith("weight_orig")]:
        base = name.removesuffix("_orig")
        missing = [f"{base}_{part}" for part in "uv" if f"{base}_{part}" not in out]
        if missing:
            raise ValueError(f"BigGAN-deep generator: the tensor {missing[0]} of a spectral norm is missing")
        weight, u, v = (out.pop(f"{base}_{part}").float() for part in ("orig", "u", "v"))
        if (len(u), len(v)) != (len(weight), weight[0].numel()):
            raise ValueError(f"BigGAN-deep generator: {base}_u or {base}_v does not fit {base}_orig")
        out[base] = weight / (u @ (weight.flatten(1) @ v))
    for name in [name for name in out if name.endswith((".running_means", ".running_vars"))]:
        table, base, kind = out.pop(name), name.rpartition(".")[0], name.rpartition("_")[2]
        if table.ndim != 2 or len(table) < 2:
            raise ValueError(f"BigGAN-deep generator: {name} is {list(table.shape)}, should be [truncations, channels]")
        out[f"{base}.{'means' if kind == 'means' else 'variances'}"] = table[:-1]
        out[f"{base}.running_{'mean' if kind == 'means' else 'var'}"] = table[-1]
    return out


def pack(tensors):
    """What `unpack` undoes: every layer gets a spectral norm of 1, by vectors u and v with u W v = 1."""
    out = dict(tensors)
    for name in [name for name in out if name.endswith(".means")]:
        base = name.removesuffix(".means")
        for table, last, published in (("means", "mean", "running_means"), ("variances", "var", "running_vars")):
            rows = [out.pop(f"{base}.{table}"), out.pop(f"{base}.running_{last}")[None]]
            out[f"{base}.{published}"] = torch.cat(rows)
    for name in [name for name in out if name.endswith(".weight") and name not in ("embeddings.weight", PLAIN)]:
        weight = out.pop(name)
        matrix = weight.flatten(1)
        row, column = ((1 / matrix) * matrix == 1).nonzero()[0]  # most numbers times their inverse are 1 to the bit
        u, v = (torch.zeros(side) for side in matrix.shape)
        u[row], v[column] = 1 / matrix[row, column], 1
        out[f"{name}_orig"], out[f"{name}_u"], out[f"{name}_v"] = weight, u, v
    return out


PLAIN = "generator.bn.weight"
PARTS = (
    Part(
        "BigGAN-deep generator",
        r"embeddings\.weight",
        Generator,
        arguments,
        rows,
        unpack=unpack,
        pack=pack,
    ),
)


def facts(networks, told):
    """Class names are the 1,000 of ImageNet in the order of the published labels, where torchvision is there."""
    G = networks["generator"]
    if not told.get("classes") and G["classes"] == 1000:
        told = {**told, "classes": imagenet()}
    return {
        "resolution": 4 * 2 ** (len(G["widths"]) // 2),
        "channels": 3,
        "latent_dim": G["latent_dim"],
        "classes": named(G["classes"], "class", told),
    }


def imagenet():
    """torchvision's names of the 1,000 classes, the second of two equal ones with a 2; None without torchvision."""
    try:
        from torchvision.models import ResNet18_Weights
    except ImportError:
        return None
    names = ResNet18_Weights.DEFAULT.meta["categories"]
    return [f"{name} 2" if name in names[:i] else name for i, name in enumerate(names)]


FORMAT = Format(
    name="biggan-deep",
    title="pytorch-pretrained-BigGAN's BigGAN-deep (pytorch_model.bin)",
    variants=("biggan",),
    parts=PARTS,
    roles=lambda part, file: ["generator"],
    needs=("generator",),
    facts=facts,
)
registry.register_format("biggan", FORMAT.name, FORMAT.classes, DeepSampler)
