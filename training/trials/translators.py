"""Claims about translators; a tenth of the pictures is held out, and all arms are measured on it."""

from models.nets.resnet import ResNet
from training.judge import nearest_mean
from training.recipes import pix2pix
from training.recipes.game import l1
from training.trials.claim import Arm, Claim, Table

SMALL = {"resolution": 64}  # px at which a short run of a translator gets somewhere
FACADES = Table(
    {
        "map read off again": "agreement",
        "nearer to its own photo": "nearer_than_another",
        "L1 to the photo": "l1",
        "KID x 1000": "kid",
    },
    (("images", "agreement"), ("images", "l1")),
    "a segmenter of real photos; colours at 16 px; L1 in [-1, 1]; KID in ImageNet features",
)
CYCLES = Table(
    {
        "probability of zebra, of horses": "horse2zebra_probability",
        "of horse, of zebras": "zebra2horse_probability",
        "horses nearer to zebras": "horse2zebra",
        "L1 of the way back": "horse2zebra_cycle_l1",
        "zebra's": "zebra2horse_cycle_l1",
        "change of the background": "horse2zebra_change_of_background",
        "of the rest": "horse2zebra_change_of_the_rest",
    },
    (("images", "horse2zebra_probability"), ("images", "horse2zebra_cycle_l1")),
    f"{nearest_mean.NAME}; its probabilities of ImageNet's classes; L1 in [-1, 1]",
)
EXPRESSIONS = Table(
    {
        "read as asked": "all",
        "distance to the own face": "identity_distance",
        "between two faces": "identity_distance_of_two_faces",
        "L1 between targets": "l1_between_targets",
    },
    (("images", "all"), ("images", "identity_distance")),
    "a classifier of the first set's real faces; identity in oriented gradients; L1 in [-1, 1]",
)
ROUGH = {"box": False}  # the paper's transposed convolutions
ONE = {"resolution": 64, "batch_size": 1}


class ResNetGenerator(ResNet):
    """Residual blocks in the place of Pix2Pix's U-Net (Zhu 2017, appendix 7.2); it has no noise."""

    def __init__(self, width=24, blocks=6, **unet):
        """unet: the recipe's arguments for the U-Net, which have no meaning here."""
        super().__init__(3, 3, width, blocks)

    def noise(self, x, generator):
        return []

    def forward(self, x, generator=None):
        return super().forward(x)


class WithoutAdversary(pix2pix.Game):
    """G: min lambda ||y - G(x)||_1; the discriminator does not learn."""

    def d_loss(self, n, step):
        x = self.translated_batch(n)[0]
        return x.new_zeros((), requires_grad=True)

    def g_loss(self, n):
        _, y, ((fake, _),) = self.last_batch
        return self.settings.l1 * l1(fake, y)


def _facades(discriminator=None, game=None, networks=None, l1=100.0, **generator):
    changes = {"generator": {**ROUGH, **generator}, "discriminator": discriminator or {}, "l1": l1}
    return Arm("pix2pix", changes, game, networks or {})


def _faces(first_set=False, **changes):
    return Arm("stargan", {**SMALL, "lead": 600, **changes}, first_set=first_set)


CLAIMS = {
    "skips": Claim(
        "A U-Net, a ResNet, a plain encoder-decoder",
        {
            "U-Net": _facades(),
            "ResNet": _facades(networks={"generator": ResNetGenerator}),
            "encoder-decoder": _facades(skips=False),
        },
        FACADES,
        hold_out=0.1,
    ),
    "losses": Claim(
        "The distance, the adversary, both",
        {"L1 alone": _facades(game=WithoutAdversary), "GAN alone": _facades(l1=0.0), "both": _facades()},
        FACADES,
        hold_out=0.1,
    ),
    "patches": Claim(
        "How large a patch is judged",
        {
            "1 px": _facades({"layers": 0}),
            "16 px": _facades({"layers": 1}),
            "70 px": _facades(),
            "the whole": _facades({"layers": 5}),
        },
        FACADES,
        hold_out=0.1,
    ),
    "cycle": Claim(
        "There and back again",
        {
            "cycle 10, identity": Arm("cyclegan", ONE),
            "cycle 10, no identity": Arm("cyclegan", {**ONE, "identity": 0.0}),
            "no cycle": Arm("cyclegan", {**ONE, "cycle": 0.0}),
        },
        CYCLES,
        hold_out=0.1,
    ),
    "sets": Claim(
        "Two sets of faces, and the way back",
        {
            "both sets": _faces(),
            "the first set alone": _faces(first_set=True),
            "both sets, no way back": _faces(cycle=0.0),
        },
        EXPRESSIONS,
        hold_out=0.1,
    ),
}
