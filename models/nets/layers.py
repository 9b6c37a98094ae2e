"""Layers and initial weights that several variants share."""

import torch
import torch.nn.functional as F
from torch import nn
from torch.nn.utils import parametrize
from torch.nn.utils.parametrizations import _SpectralNorm

WHOLE = 3.0  # a threshold of z from which on its statistics are those of whole z


def dcgan_init(module):
    """Weights from N(0, 0.02), batch-norm scales from N(1, 0.02) (Radford 2015, section 4)."""
    if isinstance(module, (nn.Conv2d, nn.ConvTranspose2d, nn.Linear)):
        nn.init.normal_(module.weight, 0.0, 0.02)
        if module.bias is not None:
            nn.init.zeros_(module.bias)
    elif isinstance(module, nn.BatchNorm2d):
        nn.init.normal_(module.weight, 1.0, 0.02)  # its bias is 0 from the start


def orthogonal(net):
    """Orthogonal initial weights (Brock 2018, section 3); conditional batch norm starts as plain one. In place."""
    for module in net.modules():
        if isinstance(module, (nn.Linear, nn.Conv2d)):
            nn.init.orthogonal_(module.weight)
            if module.bias is not None:
                nn.init.zeros_(module.bias)
    for module in net.modules():
        if isinstance(module, ConditionalBatchNorm2d):
            nn.init.normal_(module.scale.weight, 0, 0.1 / module.length)
            nn.init.normal_(module.shift.weight, 0, 0.1 / module.length)


class SpectralNorm(_SpectralNorm):
    """torch's spectral norm, in fp32 under autocast, too, which would run its products in bf16 on a GPU."""

    def forward(self, weight):
        with torch.autocast(weight.device.type, enabled=False):
            return super().forward(weight)


def spectral_norm(layer):
    """Divide a layer's weight by its largest singular value, found by power iteration (Miyato 2018); the layer."""
    parametrize.register_parametrization(layer, "weight", SpectralNorm(layer.weight, eps=1e-8))
    return layer


def divide_by_spectral_norm(net, free=()):
    """Every weight divided by its largest singular value (Miyato 2018), in place.

    free: layers left as they are, beside the scales and shifts of conditional batch norm: a class's whole vector would
    be no longer than 1, however many channels it serves; the authors of SAGAN leave them free, too.
    """
    conditional = [m for m in net.modules() if isinstance(m, ConditionalBatchNorm2d)]
    free = {*free, *(layer for m in conditional for layer in (m.scale, m.shift))}
    for module in list(net.modules()):
        if isinstance(module, (nn.Linear, nn.Conv2d)) and module not in free:
            spectral_norm(module)


def sizes(resolution, least=8):
    """The sides from 4 px up to `resolution`: [4, 8, ...]; ValueError if it is not 4 px doubled, or below `least`."""
    sides = [4 * 2**i for i in range(resolution.bit_length() - 2)]
    if resolution < least or sides[-1] != resolution:
        choices = ", ".join(str(side) for side in (8, 16, 32, 64) if side >= least)
        raise ValueError(f"resolution {resolution} is not 4 px doubled, {least} or more: choose {choices} or 128")
    return sides


def class_shares(labels, classes):
    """Labels as shares of classes, float [n, classes]: one-hot of indices int64 [n]; floats are returned as given."""
    return labels if labels.is_floating_point() else F.one_hot(labels, classes).float()


def linear_by_rows(x, weight, bias=None):
    """A linear map of x [n, in] whose result for a row is the same, to the bit, whatever the other rows.

    A matrix product's rounding depends on how many rows it has and on where a row lies in memory.
    """
    return torch.stack([F.linear(row.clone(), weight, bias) for row in x])


class RowLinear(nn.Linear):
    """A linear layer, [n, in] -> [n, out]; `linear_by_rows` in eval mode."""

    def forward(self, x):
        return super().forward(x) if self.training else linear_by_rows(x, self.weight, self.bias)


def with_box(kernel):
    """A 3 px kernel [o, i, 3, 3] convolved with a 2 x 2 box of ones: [o, i, 4, 4]."""
    k = F.pad(kernel, (1, 1, 1, 1))
    return k[..., 1:, 1:] + k[..., :-1, 1:] + k[..., 1:, :-1] + k[..., :-1, :-1]


def up_conv(x, kernel, bias=None):
    """Nearest-neighbour upsampling by 2, then a 3 px convolution, as one transposed convolution of 4 products a pixel.

    x: [n, i, h, w]; kernel: [o, i, 3, 3] -> [n, o, 2h, 2w].
    """
    return F.conv_transpose2d(x, with_box(kernel.flip(2, 3)).transpose(0, 1), bias, stride=2, padding=1)


def conv_down(x, kernel, bias=None):
    """A 3 px convolution, then average pooling by 2, as one strided convolution of 4 products a pixel.

    x: [n, i, h, w]; kernel: [o, i, 3, 3] -> [n, o, h / 2, w / 2].
    """
    return F.conv2d(x, with_box(kernel) / 4, bias, stride=2, padding=1)


class UpConv2d(nn.Conv2d):
    """`up_conv` as a layer; for kernels of 3 px."""

    def forward(self, x):
        return up_conv(x, self.weight, self.bias)


class DownConv2d(nn.Conv2d):
    """`conv_down` as a layer; for kernels of 3 px."""

    def forward(self, x):
        return conv_down(x, self.weight, self.bias)


class TruncatedBatchNorm2d(nn.BatchNorm2d):
    """Batch norm with statistics for truncated z as well (Brock 2018, section 3.1, whose release keeps such tables).

    Truncated z make features of smaller variance than whole z do. thresholds: how many rows the tables `means` and
    `variances` [thresholds, channels] have; 0: none, a plain batch norm. place: float [n], each picture's row, a
    fraction between two rows; the number of rows, and None: whole z. Ignored in training mode.
    """

    def __init__(self, channels, affine=True, thresholds=0):
        super().__init__(channels, affine=affine)
        self.thresholds = thresholds
        if thresholds:
            self.register_buffer("means", torch.zeros(thresholds, channels))
            self.register_buffer("variances", torch.ones(thresholds, channels))

    def forward(self, x, place=None):
        if self.training or not self.thresholds:
            return super().forward(x)
        place = torch.full((len(x),), float(self.thresholds), device=x.device) if place is None else place
        below = place.long().clamp(max=self.thresholds - 1)
        tables = (self.means, self.running_mean), (self.variances, self.running_var)
        mean, variance = (
            torch.lerp(table[below], table[below + 1], (place - below)[:, None])[:, :, None, None]
            for table in (torch.cat([rows, whole[None]]) for rows, whole in tables)
        )
        x = (x - mean) * (variance + self.eps).rsqrt()
        return torch.addcmul(self.bias[:, None, None], x, self.weight[:, None, None]) if self.affine else x


def place_of(truncation, thresholds):
    """Thresholds of z, float [n] -> their places among the rows of `TruncatedBatchNorm2d`, float [n].

    thresholds: of the rows, rising and below WHOLE; from WHOLE on: whole z; below the first: the first row.
    """
    nodes = torch.tensor([*thresholds, WHOLE], device=truncation.device)
    truncation = truncation.clamp(nodes[0], nodes[-1])
    below = (torch.searchsorted(nodes, truncation, right=True) - 1).clamp(max=len(thresholds) - 1)
    return below + (truncation - nodes[below]) / (nodes[below + 1] - nodes[below])


class ConditionalBatchNorm2d(nn.Module):
    """Batch norm whose scale and shift are linear in a condition (de Vries 2017, section 4; Brock 2018, appendix B).

    x: [n, channels, h, w], condition: [n, width] -> [n, channels, h, w]. One-hot: parameters of a class. length: of a
    usual condition; at first scales and shifts vary by 0.1. thresholds, place: as in `TruncatedBatchNorm2d`.
    """

    def __init__(self, channels, width, length=1.0, thresholds=0):
        super().__init__()
        self.length, self.norm = length, TruncatedBatchNorm2d(channels, affine=False, thresholds=thresholds)
        self.scale = RowLinear(width, channels, bias=False)
        self.shift = RowLinear(width, channels, bias=False)

    def forward(self, x, condition, place=None):
        scale, shift = self.scale(condition)[:, :, None, None], self.shift(condition)[:, :, None, None]
        return torch.addcmul(shift, self.norm(x) if place is None else self.norm(x, place), 1 + scale)


class SelfAttention2d(nn.Module):
    """Self-attention between places, added to x with a learned factor that starts at 0 (Zhang 2018, section 3).

    x: [n, channels, h, w] -> the same shape, x + share * gate * attention (equation 3; gate is the paper's gamma, share
    1 in training). Queries and keys have channels / 8 features, values channels / 2; keys and values are pooled to half
    the side, as in the authors' memory-saving form.
    """

    def __init__(self, channels):
        super().__init__()
        features = max(1, channels // 8)
        self.query, self.key = (nn.Conv2d(channels, features, 1, bias=False) for _ in range(2))
        self.value = nn.Conv2d(channels, channels // 2, 1, bias=False)
        self.out = nn.Conv2d(channels // 2, channels, 1, bias=False)
        self.gate = nn.Parameter(torch.zeros(()))

    def weights(self, x):
        """The attention map [n, h * w, h * w / 4]; rows sum to 1 (Zhang 2018, equation 1)."""
        return torch.softmax(_places(self.query(x)) @ _places(F.max_pool2d(self.key(x), 2)).transpose(1, 2), -1)

    def forward(self, x, share=1.0):
        query = _places(self.query(x))
        key, value = (_places(F.max_pool2d(p(x), 2)) for p in (self.key, self.value))
        width = (0, value.shape[-1] - query.shape[-1])  # torch's fused kernel needs equal widths: zeros change nothing
        attended = F.scaled_dot_product_attention(
            F.pad(query, width)[:, None], F.pad(key, width)[:, None], value[:, None], scale=1.0
        )
        attended = attended[:, 0].unflatten(1, x.shape[2:]).permute(0, 3, 1, 2)
        return torch.addcmul(x, share * self.gate, self.out(attended))


def _places(x):
    """[n, channels, h, w] -> [n, h * w, channels]."""
    return x.permute(0, 2, 3, 1).flatten(1, 2)


class ProjectionDiscriminator(nn.Module):
    """Pictures, labels -> hinge scores [n]: a score of the features plus their inner product with a class embedding.

    Miyato and Koyama 2018, "cGANs with Projection Discriminator", equation 3. body: layers from pictures
    [n, channels, h, w] to features [n, width, ...]; every weight is divided by its spectral norm.
    """

    def __init__(self, body, width, classes):
        super().__init__()
        self.classes, self.body = classes, nn.Sequential(*body)
        self.score, self.embed = RowLinear(width, 1), RowLinear(classes, width, bias=False)
        orthogonal(self)
        divide_by_spectral_norm(self)

    def forward(self, x, labels):
        h = self.body(x).sum((2, 3))
        return self.score(h)[:, 0] + (h * self.embed(class_shares(labels, self.classes))).sum(1)


def z_weights(generator):
    """The matrices [features, k] that multiply z, one for each chunk of k coordinates that enters separately.

    generator.z_weights() where it has that method, else the first linear or transposed convolution.
    """
    if hasattr(generator, "z_weights"):
        return generator.z_weights()
    first = next(m for m in generator.modules() if isinstance(m, (nn.Linear, nn.ConvTranspose2d)))
    weight = first.weight.detach()
    return [weight if isinstance(first, nn.Linear) else weight.flatten(1).T]


@torch.no_grad()
def singular_values(module):
    """Largest singular value of every weight as the forward pass uses it (Miyato 2018, section 2.1).

    A convolution's kernel [out, in, h, w] counts as the matrix [out, in * h * w]. Returns {layer name: value}.
    """
    return {
        name: torch.linalg.matrix_norm(layer.weight.float().flatten(1), 2).item()
        for name, layer in module.named_modules()
        if isinstance(layer, (nn.Linear, nn.Conv2d))
    }
