"""A generator of residual blocks (He 2015; Johnson 2016)."""

from torch import nn

from models.nets.patchgan import InstanceNorm2d


class Residual(nn.Module):
    """x + two convolutions of x: [n, width, h, w] -> the same shape (He 2015, section 3.2).

    condition: 0, or the length of a vector [n, condition] whose linear map is added to each channel between the two
    convolutions (Dumoulin 2016, section 2.2, without the scale).
    """

    def __init__(self, width, condition=0, norm=InstanceNorm2d):
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(width, width, 3, 1, 1, bias=False, padding_mode="reflect"),
            *(norm(width), nn.ReLU()),
            nn.Conv2d(width, width, 3, 1, 1, bias=False, padding_mode="reflect"),
            norm(width),
        )
        self.shift = nn.Linear(condition, width, bias=False) if condition else None
        if condition:
            nn.init.normal_(self.shift.weight)  # of the features' own size: a smaller shift goes unnoticed in training

    def forward(self, x, condition=None):
        h = self.body[:2](x)
        if self.shift:
            h = h + self.shift(condition)[:, :, None, None]
        return x + self.body[2:](h)


class ResNet(nn.Module):
    """Pictures [n, cin, h, w] -> [n, cout, h, w] in [-1, 1], sides multiples of 4 (Zhu 2017, appendix 7.2).

    Two halvings, `blocks` residual blocks, two doublings. condition: as in `Residual`.
    """

    multiple = 4  # of which sides are

    def __init__(self, cin, cout, width=64, blocks=9, condition=0, norm=InstanceNorm2d):
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(cin, width, 7, 1, 3, bias=False, padding_mode="reflect"),
            *(norm(width), nn.ReLU()),
            nn.Conv2d(width, 2 * width, 4, 2, 1, bias=False),
            *(norm(2 * width), nn.ReLU()),
            nn.Conv2d(2 * width, 4 * width, 4, 2, 1, bias=False),
            *(norm(4 * width), nn.ReLU()),
            *(Residual(4 * width, condition, norm) for _ in range(blocks)),
            nn.ConvTranspose2d(4 * width, 2 * width, 4, 2, 1, bias=False),
            *(norm(2 * width), nn.ReLU()),
            nn.ConvTranspose2d(2 * width, width, 4, 2, 1, bias=False),
            *(norm(width), nn.ReLU()),
            nn.Conv2d(width, cout, 7, 1, 3, padding_mode="reflect"),
        )

    def before_tanh(self, x, condition=None):
        """The output [n, cout, h, w] without its last function, the tanh."""
        for layer in self.body:
            x = layer(x, condition) if isinstance(layer, Residual) else layer(x)
        return x

    def forward(self, x, condition=None):
        return self.before_tanh(x, condition).tanh()
