"""What DCGAN replaced: fully connected layers, pooling, interpolation (Radford 2015, section 3)."""

from torch import nn

from models import dcgan, gan
from training.trials.claim import SAMPLES, Arm, Claim, Table

# Small pictures and narrow networks, for short runs; DCGAN's free kernels of 4 px.
CONVOLUTIONS = {"resolution": 32, "generator": {"width": 16, "box": False}, "discriminator": {"width": 16}}
WIDTH = 512  # of the fully connected layers, as in the recipe of GAN


class FullyConnected(gan.Generator):
    """GAN's generator under DCGAN's constructor."""

    def __init__(self, box=False, **arguments):
        super().__init__(**arguments)


class Pooled(dcgan.Discriminator):
    """Every strided convolution is one of 3 px and stride 1, then max pooling by 2."""

    def __init__(self, **arguments):
        super().__init__(**arguments)
        for i, layer in enumerate(self.body):
            if isinstance(layer, nn.Conv2d) and layer.stride == (2, 2):
                conv = nn.Conv2d(layer.in_channels, layer.out_channels, 3, padding=1, bias=layer.bias is not None)
                self.body[i] = nn.Sequential(conv, nn.MaxPool2d(2))
        self.apply(dcgan.dcgan_init)


CLAIMS = {
    "layers": Claim(
        "Layers for pictures",
        {
            "DCGAN": Arm("dcgan", CONVOLUTIONS),
            "interpolation": Arm("dcgan", {**CONVOLUTIONS, "generator": {"width": 16, "box": True}}),
            "max pooling": Arm("dcgan", CONVOLUTIONS, networks={"discriminator": Pooled}),
            "fully connected": Arm(
                "dcgan",
                {
                    "resolution": 32,
                    "generator": {"width": WIDTH, "box": False},
                    "discriminator": {"width": WIDTH},
                },
                networks={"generator": FullyConnected, "discriminator": gan.Discriminator},
            ),
        },
        table=Table(
            {**SAMPLES.columns, "checkerboard": "checkerboard"}, (("images", "kid"), ("images", "checkerboard"))
        ),
    )
}
