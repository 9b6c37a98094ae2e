"""Claims about translators; a tenth of the pictures is held out, and all arms are measured on it."""

from models.nets.resnet import ResNet
from training.recipes import pix2pix
from training.recipes.game import l1
from training.trials import judges
from training.trials.claim import Arm, Claim

SMALL = {"resolution": 64}  # px at which a short run of a translator gets somewhere
ROUGH = {"smooth": 0}  # the U-Net of the paper, without our blur after its last doublings


class ResNetGenerator(ResNet):
    """Residual blocks in the place of Pix2Pix's U-Net (Zhu 2017, appendix 7.2); it has no noise."""

    def __init__(self, width=24, blocks=6, **unet):
        """unet: the recipe's arguments for the U-Net, which have no meaning here."""
        super().__init__(3, 3, width, blocks)

    def forward(self, x, generator=None):
        return super().forward(x)


class WithoutAdversary(pix2pix.Game):
    """G: min lambda ||y - G(x)||_1; the discriminator does not learn."""

    def d_loss(self, n, step):
        x, _, _ = self.translated_batch(n)
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
        hold_out=0.1,
        judge=judges.Facades,
    ),
    "colours": Claim(
        "The same three networks, for colours",
        {
            "with skips": Arm("colorize", SMALL),
            "skips cut": Arm("colorize", {**SMALL, "generator": {"skips": False}}),
        },
        hold_out=0.1,
        judge=judges.Colours,
    ),
    "losses": Claim(
        "The distance, the adversary, both",
        {"L1 alone": _facades(game=WithoutAdversary), "GAN alone": _facades(l1=0.0), "both": _facades()},
        hold_out=0.1,
        judge=judges.Facades,
    ),
    "patches": Claim(
        "How large a patch is judged",
        {
            "1 px": _facades({"layers": 0}),
            "16 px": _facades({"layers": 1}),
            "70 px": _facades(),
            "the whole": _facades({"layers": 5}),
        },
        hold_out=0.1,
        judge=judges.Facades,
    ),
    "cycle": Claim(
        "There and back again",
        {
            "cycle 10, identity": Arm("cyclegan", SMALL),
            "cycle 10, no identity": Arm("cyclegan", {**SMALL, "identity": 0.0}),
            "no cycle": Arm("cyclegan", {**SMALL, "cycle": 0.0}),
        },
        hold_out=0.1,
        judge=judges.Cycles,
    ),
    "sets": Claim(
        "Two sets of faces, and the way back",
        {
            "both sets": _faces(),
            "the first set alone": _faces(first_set=True),
            "both sets, no way back": _faces(cycle=0.0),
        },
        hold_out=0.1,
        judge=judges.Expressions,
    ),
}
