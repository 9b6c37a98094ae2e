"""A generator of residual blocks: each adds a correction to what it was given (He 2015; Johnson 2016)."""
from torch import nn

from models.patchgan import InstanceNorm2d


class Residual(nn.Module):
    """x + two convolutions of x: [n, width, h, w] -> the same shape (He 2015, section 3.2)."""

    def __init__(self, width, pad="reflect"):
        super().__init__()
        self.body = nn.Sequential(nn.Conv2d(width, width, 3, 1, 1, bias=False, padding_mode=pad), InstanceNorm2d(width),
                                  nn.ReLU(), nn.Conv2d(width, width, 3, 1, 1, bias=False, padding_mode=pad),
                                  InstanceNorm2d(width))

    def forward(self, x):
        return x + self.body(x)


class ResNet(nn.Module):
    """Pictures [n, cin, h, w] -> [n, cout, h, w] in [-1, 1], sides multiples of 4 (Zhu 2017, appendix 7.2).

    Two halvings, `blocks` residual blocks, two doublings. pad: "reflect" against frames around the picture, "zeros"
    where `cin` holds constant label channels, which reflection and instance norm together would cancel.
    """

    def __init__(self, cin, cout, width=64, blocks=9, pad="reflect"):
        super().__init__()
        def norm_act(channels):
            return [InstanceNorm2d(channels), nn.ReLU()]
        w = width
        self.body = nn.Sequential(
            nn.Conv2d(cin, w, 7, 1, 3, bias=False, padding_mode=pad), *norm_act(w),
            nn.Conv2d(w, 2 * w, 4, 2, 1, bias=False), *norm_act(2 * w),
            nn.Conv2d(2 * w, 4 * w, 4, 2, 1, bias=False), *norm_act(4 * w),
            *(Residual(4 * w, pad) for _ in range(blocks)),
            nn.ConvTranspose2d(4 * w, 2 * w, 4, 2, 1, bias=False), *norm_act(2 * w),
            nn.ConvTranspose2d(2 * w, w, 4, 2, 1, bias=False), *norm_act(w),
            nn.Conv2d(w, cout, 7, 1, 3, padding_mode=pad), nn.Tanh())

    def forward(self, x):
        return self.body(x)
