"""Counts of parameters, fully connected and convolutional, and what a doubling paints on an even ground.

The networks are those of Goodfellow 2014 and Radford 2015 as this project builds them (`models.gan`, `models.dcgan`).
"""

import numpy as np

HIDDEN = 512  # of the fully connected networks: both have three hidden layers as wide
LATENT_FC, LATENT_CONV = 64, 128
START = 4  # px, the side of DCGAN's first map
DOUBLINGS, CHANNELS = 3, 32  # of the even ground


def linear(inputs, outputs, bias=True):
    """Parameters of a fully connected layer."""
    return (inputs + bias) * outputs


def convolution(inputs, outputs, kernel, bias=True):
    """Parameters of a convolution, transposed or not, of kernel x kernel px; the picture's side is not among them."""
    return inputs * outputs * kernel**2 + bias * outputs


def fully_connected(side, channels, hidden=HIDDEN, latent=LATENT_FC):
    """(parameters of G, of D) for pictures [channels, side, side]; G has batch norm in two layers."""
    pixels = channels * side**2
    middle = 2 * (linear(hidden, hidden, bias=False) + 2 * hidden)
    return (
        linear(latent, hidden) + middle + linear(hidden, pixels),
        linear(pixels, hidden) + 2 * linear(hidden, hidden) + linear(hidden, 1),
    )


def convolutional(side, channels, width, kernel=4, latent=LATENT_CONV):
    """(parameters of G, of D) for pictures [channels, side, side]: one layer a doubling, each half or twice as wide.

    side: 8 px or more, 4 px doubled, else ValueError. Batch norm as in DCGAN. kernel: of every layer but G's first and
    D's last, which are as large as the 4 px map.
    """
    later = int(side).bit_length() - START
    if side != 2 * START * 2**later or later < 0:
        raise ValueError(f"side {side} is not 4 px doubled, 8 px or more: give 16, 32, 64, 128 or 256")
    widths = [width * 2**i for i in range(later + 1)]
    between = sum(convolution(a, b, kernel, bias=False) for a, b in zip(widths, widths[1:]))
    norms, deepest = 2 * sum(widths), widths[-1]
    return (
        convolution(latent, deepest, START, bias=False) + between + norms + convolution(width, channels, kernel),
        convolution(channels, width, kernel) + between + norms - 2 * width + convolution(deepest, 1, START),
    )


def even_ground(kernel, seed=0):
    """An even ground doubled three times by random kernels: by transposed convolutions of kernel x kernel px, and by
    interpolation (nearest) before a convolution as large (Odena 2016).

    Two pictures [32, 32]; ReLU between the doublings. The ground is a torus, so that it has no border.
    """
    rng = np.random.default_rng(seed)
    shapes = [(CHANNELS, CHANNELS)] * (DOUBLINGS - 1) + [(1, CHANNELS)]
    kernels = [rng.normal(0, (2 / (shape[1] * kernel**2)) ** 0.5, (*shape, kernel, kernel)) for shape in shapes]
    found = []
    for spread in (apart, repeated):
        x = np.ones((CHANNELS, START, START))
        for i, weights in enumerate(kernels):
            x = convolved(spread(x if not i else np.maximum(x, 0)), weights)
        found.append(x[0])
    return found


def apart(x):
    """[c, n, n] -> [c, 2n, 2n] with zeros between, as a transposed convolution of stride 2 sees its input."""
    wide = np.zeros((len(x), 2 * x.shape[1], 2 * x.shape[2]))
    wide[:, ::2, ::2] = x
    return wide


def repeated(x):
    """[c, n, n] -> [c, 2n, 2n], every value four times: nearest-neighbour interpolation."""
    return x.repeat(2, 1).repeat(2, 2)


def convolved(x, weights):
    """Convolution on a torus. x: [i, n, n]; weights: [o, i, k, k], k up to n -> [o, n, n]."""
    shape = x.shape[1:]
    return np.fft.irfft2(np.einsum("ixy,oixy->oxy", np.fft.rfft2(x), np.fft.rfft2(weights, shape)), shape)


def unevenness(x):
    """The share of a picture's power that is no even ground: 0 for an even one, 1 where nothing of it is left."""
    return float(x.var() / (x**2).mean())
