"""How much more of a checkerboard pictures have than photographs."""

import torch

FINEST = 0.47  # cycles a pixel; a pattern that repeats every 2 px has 0.5


def measure(real, fake):
    """The power of the fakes at the finest scale over that of the real pictures: 1 is a photograph's.

    real, fake: uint8 [n, C, S, S]. A doubling whose kernel has free weights for each of its four places paints them
    apart, which repeats every 2 px (Odena 2016); its power lies at the highest frequencies of x or of y. Below 1:
    blurred. ValueError where the real pictures have none.
    """
    powers = [power(x) for x in (fake, real)]
    if not powers[1] > 0:
        raise ValueError("the real pictures have no power at the finest scale: give photographs, not even grounds")
    return powers[0] / powers[1]


def power(x):
    """Mean power of pictures [n, C, S, S] in 0..255 at frequencies above FINEST in x or in y."""
    frequency = torch.fft.fftfreq(x.shape[-1]).abs()
    finest = torch.maximum(frequency[:, None], frequency) > FINEST
    spectrum = torch.stack(
        [torch.fft.fft2(part.float(), norm="ortho").abs().square().mean((0, 1)) for part in x.split(250)]
    )
    return float(spectrum[:, finest].mean())
