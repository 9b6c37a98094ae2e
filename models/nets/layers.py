"""Pieces that several of the family's networks share."""

import math

import torch
import torch.nn.functional as F
from torch import nn
from torch.nn.utils.parametrizations import spectral_norm


def dcgan_init(module):
    """Weights from N(0, 0.02), batch-norm scales from N(1, 0.02) (Radford 2015, section 4)."""
    if isinstance(module, (nn.Conv2d, nn.ConvTranspose2d, nn.Linear)):
        nn.init.normal_(module.weight, 0.0, 0.02)
        if module.bias is not None:
            nn.init.zeros_(module.bias)
    elif isinstance(module, nn.BatchNorm2d):
        nn.init.normal_(module.weight, 1.0, 0.02)
        nn.init.zeros_(module.bias)


def orthogonal(net):
    """Orthogonal weights (Brock 2018, section 3), and conditional scales and shifts that start small, in place."""
    for module in net.modules():
        if isinstance(module, (nn.Linear, nn.Conv2d)):
            nn.init.orthogonal_(module.weight)
            if module.bias is not None:
                nn.init.zeros_(module.bias)
    for module in net.modules():
        if isinstance(module, ConditionalBatchNorm2d):
            nn.init.normal_(module.scale.weight, 0, 0.1)
            nn.init.normal_(module.shift.weight, 0, 0.1)


def divide_by_spectral_norm(net):
    """Every weight divided by its largest singular value (Miyato 2018), in place."""
    for module in list(net.modules()):
        if isinstance(module, (nn.Linear, nn.Conv2d)):
            spectral_norm(module, eps=1e-8)


def doublings(resolution):
    """How often 4 px must double to reach `resolution`; ValueError if it never does."""
    steps = int(math.log2(resolution / 4)) if resolution >= 8 else 0
    if 4 * 2**steps != resolution or steps < 1:
        raise ValueError(f"resolution {resolution} is not 4 px doubled: choose 8, 16, 32, 64 or 128")
    return steps


def sizes(resolution):
    """The sides from 4 px up to `resolution`: [4, 8, ...]."""
    return [4 * 2**i for i in range(doublings(resolution) + 1)]


def mixture(labels, classes):
    """Class indices int64 [n], or weights float [n, classes] as they are -> float [n, classes]."""
    return labels if labels.is_floating_point() else F.one_hot(labels, classes).float()


def by_rows(x, weight, bias=None):
    """A linear map of x [n, in] that gives a row the same result, to the bit, in any company.

    A matrix product rounds by the number and place of its rows, a vector's by where it lies in memory.
    """
    return torch.stack([F.linear(row.clone(), weight, bias) for row in x])


class RowLinear(nn.Linear):
    """A linear layer, [n, in] -> [n, out], that works `by_rows` in eval mode."""

    def forward(self, x):
        return super().forward(x) if self.training else by_rows(x, self.weight, self.bias)


def doubled(kernel):
    """A 3 px kernel [o, i, 3, 3] followed or preceded by 2 px boxes, as one 4 px kernel [o, i, 4, 4]."""
    k = F.pad(kernel, (1, 1, 1, 1))
    return k[..., 1:, 1:] + k[..., :-1, 1:] + k[..., 1:, :-1] + k[..., :-1, :-1]


def up_conv(x, kernel, bias=None):
    """Each pixel doubled, then a 3 px convolution: one transposed convolution, 4 products a pixel instead of 9.

    x: [n, i, h, w]; kernel: [o, i, 3, 3] -> [n, o, 2h, 2w].
    """
    return F.conv_transpose2d(x, doubled(kernel.flip(2, 3)).transpose(0, 1), bias, stride=2, padding=1)


def conv_down(x, kernel, bias=None):
    """A 3 px convolution, then 2 px averages: one strided convolution, 4 products a pixel instead of 9.

    x: [n, i, h, w]; kernel: [o, i, 3, 3] -> [n, o, h / 2, w / 2].
    """
    return F.conv2d(x, doubled(kernel) / 4, bias, stride=2, padding=1)


class UpConv2d(nn.Conv2d):
    """`up_conv` with a weight of its own."""

    def __init__(self, cin, cout, bias=True):
        super().__init__(cin, cout, 3, 1, 1, bias=bias)

    def forward(self, x):
        return up_conv(x, self.weight, self.bias)


class DownConv2d(nn.Conv2d):
    """`conv_down` with a weight of its own."""

    def __init__(self, cin, cout, bias=True):
        super().__init__(cin, cout, 3, 1, 1, bias=bias)

    def forward(self, x):
        return conv_down(x, self.weight, self.bias)


class SmoothChroma(nn.Module):
    """Colour smoothed by a Gaussian, lightness as it is: [n, 3, h, w] in [-1, 1] -> the same, clamped in eval mode.

    Photographs that were ever compressed hold next to no colour at the finest scale (JPEG commonly stores it at half
    the side), and there it is that transposed convolutions leave their checkerboard (Odena 2016). sigma: px.
    unsharp: the amount of an unsharp mask, a Gaussian of WIDE px, that raises the colour left at middle scales.
    """

    LUMA = 0.299, 0.587, 0.114  # ITU-R BT.601, as in JPEG
    WIDE = 2.0  # px

    def __init__(self, sigma, unsharp=0.0):
        super().__init__()
        self.reach = math.ceil(max(4 * sigma, 3 * self.WIDE * (unsharp > 0)))
        sigmas, shares = ([sigma, self.WIDE], [1 + unsharp, -unsharp]) if unsharp else ([sigma], [1.0])
        bells = torch.stack([self._gaussian(s) for s in sigmas])
        self.register_buffer("rows", bells[:, None, None, :], persistent=False)
        self.register_buffer("columns", (torch.tensor(shares)[:, None] * bells)[None, :, :, None], persistent=False)
        self.register_buffer("luma", torch.tensor(self.LUMA).view(3, 1, 1), persistent=False)

    def _gaussian(self, sigma):
        bell = torch.exp(-torch.arange(-self.reach, self.reach + 1.0).square() / (2 * sigma**2))
        return bell / bell.sum()

    def forward(self, x):
        light = (x * self.luma).sum(1, keepdim=True)
        chroma = F.pad(x - light, [self.reach] * 4, mode="replicate").flatten(0, 1)[:, None]
        smooth = F.conv2d(F.conv2d(chroma, self.rows), self.columns)
        x = light + smooth[:, 0].unflatten(0, (-1, 3))
        return x if self.training else x.clamp(-1, 1)


def smooth_chroma(sigma, channels, unsharp=0.0):
    """A generator's last layer: `SmoothChroma`, or nothing where sigma is 0. ValueError beyond 4 px, or for greys."""
    if not 0 <= sigma <= 4:
        raise ValueError(f"chroma is {sigma}; it must be 0 to 4 px")
    if not 0 <= unsharp <= 1 or unsharp and not sigma:
        raise ValueError(f"unsharp is {unsharp}; it must be 0 to 1, and chroma above 0 with it")
    if sigma and channels != 3:
        raise ValueError(f"chroma is {sigma}, but pictures of {channels} channel have no colour: leave it at 0")
    return SmoothChroma(sigma, unsharp) if sigma else nn.Identity()


class ConditionalBatchNorm2d(nn.Module):
    """Batch norm whose scale and shift are linear in a condition (de Vries 2017, section 4; Brock 2018, appendix B).

    x: [n, channels, h, w], condition: [n, width] -> [n, channels, h, w]. A one-hot condition is a table of classes.
    """

    def __init__(self, channels, width):
        super().__init__()
        self.norm = nn.BatchNorm2d(channels, affine=False)
        self.scale = RowLinear(width, channels, bias=False)
        self.shift = RowLinear(width, channels, bias=False)

    def forward(self, x, condition):
        scale, shift = self.scale(condition)[:, :, None, None], self.shift(condition)[:, :, None, None]
        return torch.addcmul(shift, self.norm(x), 1 + scale)


class SelfAttention2d(nn.Module):
    """Each place looks at all others, added through a gate that starts at zero (Zhang 2018, section 3).

    x: [n, channels, h, w] -> the same shape. Queries and keys have channels / 8 features, values channels / 2; keys
    and values are pooled to half the side, as in the authors' memory-saving form.
    """

    def __init__(self, channels):
        super().__init__()
        features = max(1, channels // 8)
        self.query, self.key = (nn.Conv2d(channels, features, 1, bias=False) for _ in range(2))
        self.value = nn.Conv2d(channels, channels // 2, 1, bias=False)
        self.out = nn.Conv2d(channels // 2, channels, 1, bias=False)
        self.gate = nn.Parameter(torch.zeros(()))

    def weights(self, x):
        """Where each place looks: [n, h * w, h * w / 4], rows sum to 1 (Zhang 2018, equation 1)."""
        return torch.softmax(_places(self.query(x)) @ _places(_pooled(self.key(x))).transpose(1, 2), -1)

    def forward(self, x):
        query, key, value = (_places(p) for p in (self.query(x), _pooled(self.key(x)), _pooled(self.value(x))))
        wide = (0, value.shape[-1] - query.shape[-1])  # torch's fused kernel wants all three equally wide
        seen = F.scaled_dot_product_attention(
            F.pad(query, wide)[:, None], F.pad(key, wide)[:, None], value[:, None], scale=1.0
        )
        seen = seen[:, 0].unflatten(1, x.shape[2:]).permute(0, 3, 1, 2)
        return torch.addcmul(x, self.gate, self.out(seen))


def _pooled(x):
    return F.max_pool2d(x, 2)


def _places(x):
    """[n, channels, h, w] -> [n, h * w, channels]."""
    return x.permute(0, 2, 3, 1).flatten(1, 2)


class ProjectionDiscriminator(nn.Module):
    """Pictures, labels -> hinge scores [n]; the label enters as an inner product with the features.

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
        return self.score(h)[:, 0] + (h * self.embed(mixture(labels, self.classes))).sum(1)


def z_weights(generator):
    """The matrices [features, k] that meet z, one for each chunk of k coordinates that enters on its own."""
    return generator.z_weights() if hasattr(generator, "z_weights") else [first_linear(generator)]


def first_linear(generator):
    """The weight that meets z first, as a matrix [features, latent_dim]."""
    for module in generator.modules():
        if isinstance(module, nn.Linear):
            return module.weight.detach()
        if isinstance(module, nn.ConvTranspose2d):
            return module.weight.detach().flatten(1).T
    raise ValueError(f"{type(generator).__name__} has no linear layer at its input")


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
