"""A generator of residual blocks: each adds a correction to what it was given (He 2015; Johnson 2016)."""

import torch.nn.functional as F
from torch import nn

from models.nets.patchgan import InstanceNorm2d, Smooth


class Residual(nn.Module):
    """x + two convolutions of x: [n, width, h, w] -> the same shape (He 2015, section 3.2).

    told: the length of a vector [n, told] that shifts what lies between the two, each channel by its own linear map
    (Dumoulin 2016, section 2.2, without the scale).
    """

    def __init__(self, width, told=0, norm=InstanceNorm2d):
        super().__init__()

        def conv():
            return nn.Conv2d(width, width, 3, 1, 1, bias=False, padding_mode="reflect")

        self.body = nn.Sequential(conv(), norm(width), nn.ReLU(), conv(), norm(width))
        self.shift = nn.Linear(told, width, bias=False) if told else None
        if told:
            nn.init.normal_(self.shift.weight)  # as large as what it shifts: a faint word is not listened to

    def forward(self, x, vector=None):
        h = self.body[:2](x)
        if self.shift:
            h = h + self.shift(vector)[:, :, None, None]
        return x + self.body[2:](h)


class ResNet(nn.Module):
    """Pictures [n, cin, h, w] -> [n, cout, h, w] in [-1, 1], sides multiples of 4 (Zhu 2017, appendix 7.2).

    Two halvings, `blocks` residual blocks, two doublings. told: the length of a vector that the blocks listen to.
    correction: 0, or what comes out is the picture itself, corrected before the last tanh: what stays is not to be
    learned. The correction is computed at one `correction`th of the size, whose sides are the multiples of 4.
    blur: 0, or px: the picture's own blur is laid under what is painted, in learned shares of its colours. Instance
    norm forgets how bright a picture is, and a blur has no detail that could be copied. smooth: whether doublings are
    blurred, for transposed convolutions leave grids (Odena 2016).
    """

    def __init__(self, cin, cout, width=64, blocks=9, told=0, norm=InstanceNorm2d, correction=0, blur=0, smooth=False):
        super().__init__()
        self.correction, self.blur = correction, blur

        def norm_act(channels):
            return [norm(channels), nn.ReLU()]

        def doubled(cin, channels):
            act = nn.Sequential(nn.ReLU(), Smooth()) if smooth else nn.ReLU()
            return [nn.ConvTranspose2d(cin, channels, 4, 2, 1, bias=False), norm(channels), act]

        w = width
        self.body = nn.Sequential(
            nn.Conv2d(cin, w, 7, 1, 3, bias=False, padding_mode="reflect"),
            *norm_act(w),
            nn.Conv2d(w, 2 * w, 4, 2, 1, bias=False),
            *norm_act(2 * w),
            nn.Conv2d(2 * w, 4 * w, 4, 2, 1, bias=False),
            *norm_act(4 * w),
            *(Residual(4 * w, told, norm) for _ in range(blocks)),
            *doubled(4 * w, 2 * w),
            *doubled(2 * w, w),
            nn.Conv2d(w, cout, 7, 1, 3, padding_mode="reflect"),
        )
        if blur:
            self.under = nn.Conv2d(cin, cout, 1, bias=False)
            nn.init.dirac_(self.under.weight)

    def forward(self, x, vector=None):
        h = F.avg_pool2d(x, self.correction) if self.correction else x
        for layer in self.body:
            h = layer(h, vector) if isinstance(layer, Residual) else layer(h)
        if self.correction:
            h = F.interpolate(h, size=x.shape[2:], mode="bilinear")
            h = h + (0.97 * x).atanh()  # of black and white themselves it would be infinite
        if self.blur:
            small = F.interpolate(x, [max(1, side // self.blur) for side in x.shape[2:]], mode="area")
            h = h + self.under(F.interpolate(small, x.shape[2:], mode="bilinear"))
        return h.tanh()
