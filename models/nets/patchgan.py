"""A discriminator of patches: each logit judges one part of the picture (Isola 2016, section 2.2.2)."""

from torch import nn

from models.nets.layers import divide_by_spectral_norm


class InstanceNorm2d(nn.GroupNorm):
    """Every channel of every picture to mean 0 and variance 1, then a learned scale and shift (Ulyanov 2016).

    Batch norm at batch size 1 is the same (Isola 2016, appendix 6.1). Written as a group norm of one channel a group,
    which keeps channels_last; in fp32, because torch's bf16 backward takes five times as long on a CPU.
    """

    def __init__(self, channels):
        super().__init__(channels, channels)

    def forward(self, x):
        return super().forward(x.float()).to(x.dtype)


class PatchDiscriminator(nn.Module):
    """Pictures [n, channels, h, w] -> logits [n, h', w'], one for each patch (Isola 2016, appendix 6.1.2).

    A pair enters as one picture, channels stacked. layers: strided layers; 3 make patches of 70 px, 1 of 16, 2 of 34,
    4 of 142, 5 of 286; 0 of a single pixel, by 1 x 1 convolutions. spectral: True divides every weight by its spectral
    norm (Miyato 2018) and leaves out instance norm, which removes how bright and how colourful a picture is.
    """

    def __init__(self, width=32, layers=3, channels=3, spectral=False):
        super().__init__()
        self.least = 3 * 2**layers if layers else 1  # side in px that leaves one logit
        act, cout = nn.LeakyReLU(0.2), width
        kernel, pad, stride = (4, 1, 2) if layers else (1, 0, 1)
        body = [nn.Conv2d(channels, width, kernel, stride, pad), act]
        for i in range(1, max(layers, 1) + 1):
            cin, cout = cout, width * min(2**i, 8)
            norm = [] if spectral else [InstanceNorm2d(cout)]
            body += [nn.Conv2d(cin, cout, kernel, stride if i < layers else 1, pad), *norm, act]
        self.body = nn.Sequential(*body, nn.Conv2d(cout, 1, kernel, 1, pad))
        if spectral:
            divide_by_spectral_norm(self)

    def forward(self, x):
        return self.body(x)[:, 0]
