"""The family by name: what each member brought, and the networks that belong to it."""

from dataclasses import dataclass, field


class UnknownVariant(ValueError):
    """A name that is no member of the family."""


@dataclass(frozen=True)
class Entry:
    """One member of the family: its paper, and its networks by role once its file registers them.

    translates: whether it makes pictures from pictures, not from noise.
    """

    name: str
    title: str
    paper: str
    authors: str
    year: int
    url: str
    brought: str
    translates: bool = False
    networks: dict = field(default_factory=dict, compare=False)


def _arxiv(number):
    return f"https://arxiv.org/abs/{number}"


FAMILY = {
    entry.name: entry
    for entry in (
        Entry(
            "gan",
            "GAN",
            "Generative Adversarial Networks",
            "Goodfellow et al.",
            2014,
            _arxiv("1406.2661"),
            "Two networks play a game: one paints from noise, the other tells paintings from data. "
            "No likelihood is ever written down, and yet digits appear.",
        ),
        Entry(
            "cgan",
            "cGAN",
            "Conditional Generative Adversarial Nets",
            "Mirza and Osindero",
            2014,
            _arxiv("1411.1784"),
            "The label enters both networks, so the painter can be told what to paint. "
            "Every conditional GAN since is a child of this idea.",
        ),
        Entry(
            "dcgan",
            "DCGAN",
            "Unsupervised Representation Learning with Deep Convolutional GANs",
            "Radford et al.",
            2015,
            _arxiv("1511.06434"),
            "Strided convolutions, batch norm and no pooling: the recipe that made GANs train. "
            "It showed that directions in z mean something.",
        ),
        Entry(
            "wgan",
            "WGAN",
            "Wasserstein GAN",
            "Arjovsky et al.",
            2017,
            _arxiv("1701.07875"),
            "The discriminator becomes a critic that measures the earth mover's distance, so its gradient never dies. "
            "To keep the critic Lipschitz, its weights are clipped to ±0.01.",
        ),
        Entry(
            "wgan_gp",
            "WGAN-GP",
            "Improved Training of Wasserstein GANs",
            "Gulrajani et al.",
            2017,
            _arxiv("1704.00028"),
            "Clipping wastes the critic: its weights pile up at the two ends. "
            "A penalty that holds the slope at one keeps the distance and frees the weights.",
        ),
        Entry(
            "progan",
            "Progressive GAN",
            "Progressive Growing of GANs for Improved Quality, Stability, and Variation",
            "Karras et al.",
            2017,
            _arxiv("1710.10196"),
            "Start at 4 px and fade each new resolution in. "
            "Large structure is learned first, detail last, and megapixels come within reach.",
        ),
        Entry(
            "sngan",
            "SN-GAN",
            "Spectral Normalization for Generative Adversarial Networks",
            "Miyato et al.",
            2018,
            _arxiv("1802.05957"),
            "Every weight of the discriminator is divided by its largest singular value, found by power iteration. "
            "A Lipschitz bound at almost no cost, and no penalty to tune.",
        ),
        Entry(
            "sagan",
            "SAGAN",
            "Self-Attention Generative Adversarial Networks",
            "Zhang et al.",
            2018,
            _arxiv("1805.08318"),
            "Self-attention lets every point of the picture look at every other. "
            "Legs find their bodies: long-range structure that convolutions miss.",
        ),
        Entry(
            "biggan",
            "BigGAN",
            "Large Scale GAN Training for High Fidelity Natural Image Synthesis",
            "Brock et al.",
            2018,
            _arxiv("1809.11096"),
            "Large batches, noise into every block, orthogonal regularization. "
            "The truncation trick trades variety for fidelity with one threshold.",
        ),
        Entry(
            "colorize",
            "Colorization",
            "Image-to-Image Translation with Conditional Adversarial Networks",
            "Isola et al.",
            2016,
            _arxiv("1611.07004"),
            "Black-and-white in, colour out, by two generators side by side: a U-Net and a ResNet. "
            "Skips carry the detail; the adversary insists on colour.",
            translates=True,
        ),
        Entry(
            "pix2pix",
            "Pix2Pix",
            "Image-to-Image Translation with Conditional Adversarial Networks",
            "Isola et al.",
            2016,
            _arxiv("1611.07004"),
            "One recipe for any paired translation: a U-Net, an L1 term, and a judge of small patches. "
            "A sketch of a facade becomes a building.",
            translates=True,
        ),
        Entry(
            "cyclegan",
            "CycleGAN",
            "Unpaired Image-to-Image Translation using Cycle-Consistent Adversarial Networks",
            "Zhu et al.",
            2017,
            _arxiv("1703.10593"),
            "Translation without pairs: go there and back, and arrive where you started. "
            "Horses become zebras though nobody ever photographed the same animal as both.",
            translates=True,
        ),
        Entry(
            "stargan",
            "StarGAN",
            "StarGAN: Unified GANs for Multi-Domain Image-to-Image Translation",
            "Choi et al.",
            2017,
            _arxiv("1711.09020"),
            "One generator for every pair of domains, told by a label where to go. "
            "It learns from several data sets at once, each with labels of its own.",
            translates=True,
        ),
    )
}


def names(translates=None):
    """The thirteen names in lecture order; translates: only of those that do, or do not."""
    return [name for name, entry in FAMILY.items() if translates in (None, entry.translates)]


def entry(name):
    """The family's entry of that name; UnknownVariant names the value and the names there are."""
    if name not in FAMILY:
        raise UnknownVariant(f"unknown variant {name!r}: choose one of {', '.join(FAMILY)}")
    return FAMILY[name]


def network(name, role):
    """Class decorator: this class is the network `role` ("generator", "discriminator", ...) of variant `name`."""

    def register(cls):
        FAMILY[name].networks[role] = cls
        return cls

    return register


def build(name, configs):
    """Networks of a variant from {role: constructor arguments}: {role: module}; ValueError on arguments that misfit."""
    classes = entry(name).networks
    if set(configs) != set(classes):
        raise ValueError(f"{name} has the networks {sorted(classes)}, the configuration names {sorted(configs)}")
    try:
        return {role: classes[role](**configs[role]) for role in classes}
    except TypeError as error:
        raise ValueError(f"{name}: the configuration does not fit the network: {error}") from None
