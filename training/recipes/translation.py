"""The games of the translators: pairs, two domains without pairs, many domains with labels."""

from collections import deque

import torch
import torch.nn.functional as F
from torch import nn

from models import cielab as lab
from models.images import from_uint8, to_uint8
from models.stargan import mask_vector
from models.colorize import CHROMA
from training.contrast import OwnPhoto, reader
from training.data import augment
from training.data import image_set as imageset
from training.recipes import losses
from training.recipes.game import Game, spread

SHOWN = 8  # held-out pictures on a snapshot's sheet and in an export


def colourful_first(x):
    """Pictures [n, 3, H, W], the most colourful first: the page opens on it."""
    return x[x.std(1).mean((1, 2)).argsort(descending=True)]


class TranslationGame(Game):
    """What the translators share: batches of changed pictures, and fakes that D's and G's step both use."""

    def __init__(self, settings, data, draw):
        super().__init__(settings, data, draw)
        self.made = deque(maxlen=settings.accumulate)  # what D's step painted, its graph still on it
        self.shown = self.held if len(self.held) else self.data

    def spaced(self, n, images=None):
        """Up to n pictures from all over those held out, for they lie class by class."""
        images = self.shown.images if images is None else images
        return imageset.spaced(images, n)

    def configure(self):
        s = self.settings
        return {role: dict(getattr(s, role.split("_")[0])) for role in self.roles}

    def batch(self, index):
        """Real pictures of these indices, float [n, C, H, W] in [-1, 1], flipped and shifted as the settings say."""
        x = from_uint8(self.images[index]).contiguous(memory_format=torch.channels_last)
        if self.settings.flip:
            x = augment.flip(x, self.draw)
        return augment.jitter(x, self.draw) if self.settings.jitter else x

    def any(self, n, among=None):
        """n indices, each picture of `among` equally likely."""
        if among is None:
            return self.draw.integers(n, len(self.images))
        return among[self.draw.integers(n, len(among))]

    @torch.no_grad()
    def painted(self, function, x):
        """function(x) of the averaged generators in eval mode, picture by picture."""
        self.ema.eval()
        return torch.cat([function(self.ema.module, one).float().cpu() for one in x.to(self.images.device).split(1)])

    def examples(self):
        """Held-out inputs for the page, float [SHOWN, 3 or 1, H, W] in [-1, 1], and None for their labels."""
        return from_uint8(self.spaced(SHOWN)), None


class PairGame(TranslationGame):
    """Pairs (Isola 2016, equation 4): an adversary on (input, output), and the L1 distance to the true output."""

    roles = ("generator", "discriminator")

    def __init__(self, settings, data, draw):
        super().__init__(settings, data, draw)
        self.own = None
        if settings.pairs and settings.contrast:
            self.own = OwnPhoto(reader(settings.reader, draw.device), self.images[:, :3])

    @property
    def judged(self):
        """Whether the generators' loss asks the discriminators anything."""
        return bool(self.settings.adversarial or self.settings.matching)

    def kind_of(self, step):
        """Whether the generators learn, too."""
        return step >= self.settings.lead

    def pair(self, index):
        """Inputs, true outputs, and what L1 draws towards; the file has the photograph left, its label map right."""
        photo, sketch = self.enlarged(self.batch(index), labels=3).split(3, 1)
        return sketch, photo, photo

    def enlarged(self, x, labels=0):
        """Pictures zoomed and turned as the settings say, the last `labels` channels being a label map."""
        s = self.settings
        return augment.zoom(x, self.draw, s.zoom, s.turn, labels) if s.zoom > 1 or s.turn else x

    def players(self):
        """(generator, its discriminator), one pair or several."""
        return list(zip(spread(self.G, "generator").values(), spread(self.D, "discriminator").values()))

    def d_loss(self, n, step):
        index = self.any(n)
        given, real, target = self.pair(index)
        fakes = [G(given) for G, _ in self.players()]
        self.made.append((index, given, real, target, fakes))
        if not self.judged:  # nobody asks the discriminators
            return given.new_zeros((), requires_grad=True)
        loss = 0.0
        for fake, (_, D) in zip(fakes, self.players()):
            verdicts = [D(torch.cat([given, y], 1)).float() for y in (real, fake.detach())]
            loss = loss + self.d_loss_of(*verdicts) / 2  # as slow again (Isola 2016, section 3.3)
        return loss

    def g_loss(self, n):
        s = self.settings
        index, given, real, target, fakes = self.made.popleft()
        loss = 0.0
        for fake, (_, D) in zip(fakes, self.players()):
            loss = loss + s.l1 * F.l1_loss(fake.float(), target)
            if self.own:
                loss = loss + s.contrast * self.own(fake, real, index)
            if not self.judged:
                continue
            shown = torch.cat([given, fake], 1)
            seen, verdict = D.seen(shown) if s.matching else (None, D(shown))
            loss = loss + s.adversarial * self.g_loss_of(verdict.float())
            if s.matching:
                with torch.no_grad():
                    true, _ = D.seen(torch.cat([given, real], 1))
                loss = loss + s.matching * losses.feature_matching(seen, true)
        return loss

    def held_pairs(self, n):
        photo, sketch = from_uint8(self.spaced(n)).split(3, 1)
        return sketch, photo

    def samples(self, n, seed=0):
        """Rows of label map, translation, photograph, all held out."""
        sketch, photo = self.held_pairs(n // 3)
        generator = torch.Generator().manual_seed(seed)
        made = self.painted(lambda G, x: G(x, generator=generator), sketch)
        return torch.stack([sketch, made, photo], 1).flatten(0, 1)

    def examples(self):
        return self.held_pairs(SHOWN)[0], None


class ColorizeGame(PairGame):
    """Lightness to chroma, by two generators, each with a judge of its own."""

    def examples(self):
        return colourful_first(TranslationGame.examples(self)[0]), None

    def configure(self):
        s = self.settings
        return {
            "generator_unet": dict(s.generator),
            "generator_resnet": dict(s.second),
            "discriminator_unet": dict(s.discriminator),
            "discriminator_resnet": dict(s.discriminator),
        }

    def prepared(self, images):
        """Lab in bytes: L stretched to 0..255, a and b in steps of CHROMA / 127.5 about the middle."""
        out = torch.empty_like(images)
        for i, picture in enumerate(images):
            out[i] = in_bytes(torch.from_numpy(lab.from_rgb(picture.permute(1, 2, 0).numpy())).permute(2, 0, 1))
        return out

    def players(self):
        """Both pairs, or the one that learns alone."""
        return [pair for name, pair in zip(self.G, super().players()) if self.settings.only in ("", name)]

    def pair(self, index):
        s = self.settings
        if s.follow and self.images.shape[1] == 3:
            self.images = torch.cat([self.images, self.told()], 1)
        x = self.enlarged(self.batch(index))
        light, chroma = x[:, :1], x[:, 1:3]
        if s.relight:
            light = augment.relit(light, self.draw, s.relight)
        return light, chroma, chroma.lerp(x[:, 3:], s.follow) if s.follow else chroma

    @torch.no_grad()
    def told(self):
        """What the averaged ResNet says of every training picture and of its mirror image: uint8 [N, 2, h, w]."""
        teacher, said = self.ema.module["resnet"].eval(), []
        for picture in self.images.split(32):
            light = from_uint8(picture)[:, :1].contiguous(memory_format=torch.channels_last)
            said.append(to_uint8((teacher(light) + teacher(light.flip(3)).flip(3)) / 2))
        return torch.cat(said)

    def samples(self, n, seed=0):
        """Rows of grey, U-Net's colours, ResNet's colours, the true ones, all held out."""
        held = from_uint8(self.prepared(self.spaced(n // 4)))
        light, chroma = held.split([1, 2], 1)
        made = [self.painted(lambda G, x, k=k: G[k](x), light) for k in ("unet", "resnet")]
        return torch.stack([in_rgb(light, c) for c in (0 * chroma, *made, chroma)], 1).flatten(0, 1)

    def shipped(self):
        def look():
            light = from_uint8(self.spaced(512, self.images))[:, :1]
            for k in range(64):
                for G in self.ema.module.values():
                    G(light[k::64])

        self.settled(look)
        return super().shipped()


def in_bytes(planes):
    """Lab float [3, h, w] -> uint8, as `ColorizeGame.prepared` keeps it; `from_uint8` makes it [-1, 1] again."""
    scaled = torch.cat([planes[:1] * 2.55, planes[1:] / CHROMA * 127.5 + 127.5])
    return scaled.round().clamp(0, 255).to(torch.uint8)


def in_rgb(light, chroma):
    """Lightness [n, 1, h, w] and chroma [n, 2, h, w] in [-1, 1] -> RGB [n, 3, h, w] in [-1, 1]."""
    planes = torch.cat([(light + 1) * 50, chroma * CHROMA], 1).permute(0, 2, 3, 1).numpy()
    return torch.stack([from_uint8(torch.from_numpy(lab.to_rgb(p))).permute(2, 0, 1) for p in planes])


class ImagePool(nn.Module):
    """A history of fakes: D is shown an old one half of the time (Shrivastava 2017, section 2.3; Zhu 2017, section 4).

    A module, so that checkpoints hold it.
    """

    def __init__(self, size, shape):
        super().__init__()
        self.register_buffer("pictures", torch.zeros(size, *shape))
        self.register_buffer("count", torch.zeros((), dtype=torch.int64))

    def forward(self, fakes, coins, places):
        """For each fake the one that D sees: [n, ...] -> [n, ...].

        Until the pool is full a fake enters it and is shown. Then, where its coin is below one half, the picture at its
        place is shown and replaced by it. coins: [n] in [0, 1); places: int64 [n], indices into the pool.
        """
        size, shown = len(self.pictures), []
        for fake, coin, place in zip(fakes, coins, places):
            if self.count < size:
                self.pictures[self.count] = fake
                self.count += 1
            elif coin < 0.5:
                old = self.pictures[place].clone()
                self.pictures[place] = fake
                fake = old
            shown.append(fake)
        return torch.stack(shown)


class CycleGame(TranslationGame):
    """Two domains without pairs (Zhu 2017, equation 3): there and back again."""

    roles = ("generator_horse2zebra", "generator_zebra2horse", "discriminator_horse", "discriminator_zebra")
    ways = (("horse2zebra", "zebra2horse", "zebra"), ("zebra2horse", "horse2zebra", "horse"))  # there, back, judge

    def __init__(self, settings, data, draw):
        if data.classes is None or len(data.classes) != 2:
            kinds = "none" if data.classes is None else ", ".join(data.classes)
            raise ValueError(
                f"{data.name} has the classes {kinds}: cyclegan learns from two class folders, the first "
                "by name being the horses' side"
            )
        super().__init__(settings, data, draw)
        self.domains = [(self.labels == k).nonzero()[:, 0] for k in (0, 1)]
        shape = self.images.shape[1:]
        self.pools = nn.ModuleDict({judge: ImagePool(settings.pool, shape) for *_, judge in self.ways})
        self.pools.to(draw.device)

    @property
    def modules(self):
        return {**super().modules, "pools": self.pools}

    def d_loss(self, n, step):
        reals = [self.batch(self.any(n, domain)) for domain in self.domains]
        fakes = [self.G[there](x) for x, (there, _, _) in zip(reals, self.ways)]
        self.made.append((reals, fakes))
        loss = 0.0
        for real, fake, (_, _, judge) in zip(reversed(reals), fakes, self.ways):
            places = self.draw.integers(n, self.settings.pool)
            seen = self.pools[judge](fake.detach().float(), self.draw.uniform(n), places)
            loss = loss + self.d_loss_of(self.D[judge](real).float(), self.D[judge](seen).float()) / 2
        return loss

    def g_loss(self, n):
        s = self.settings
        reals, fakes = self.made.popleft()
        loss = 0.0
        for share, real, fake, (_, back, judge) in zip((s.cycle_of_first, 1.0), reals, fakes, self.ways):
            loss = loss + self.g_loss_of(self.D[judge](fake).float())
            loss = loss + share * s.cycle * F.l1_loss(self.G[back](fake).float(), real)
            if s.identity:  # what is a horse already is to stay as it is: no colours turned round
                loss = loss + s.cycle * s.identity * F.l1_loss(self.G[back](real).float(), real)
        return loss

    def sides(self, n):
        """Up to n held-out horses and as many zebras, float in [-1, 1]."""
        found = [self.shown.images[self.shown.labels == domain] for domain in (0, 1)]
        if not min(map(len, found)):
            found = [self.data.images[self.data.labels == domain] for domain in (0, 1)]
        n = min(n, *map(len, found))
        return [from_uint8(self.spaced(n, images)) for images in found]

    def samples(self, n, seed=0):
        """Rows of picture, translation, the way back: a horse's, then a zebra's."""
        rows = []
        for x, (there, back, _) in zip(self.sides(n // 6), self.ways):
            fake = self.painted(lambda G, y, k=there: G[k](y), x)
            rows.append(torch.stack([x, fake, self.painted(lambda G, y, k=back: G[k](y), fake)], 1))
        return torch.stack(rows, 1).flatten(0, 2)

    def examples(self):
        return torch.stack([colourful_first(x) for x in self.sides(SHOWN // 2)], 1).flatten(0, 1), None


class StarGame(TranslationGame):
    """Many domains, several data sets, one generator (Choi 2017, equations 1 to 8)."""

    roles = ("generator", "discriminator")

    def configure(self):
        data, s = self.data, self.settings
        if data.labels is None or len(data.classes) < 2:
            raise ValueError(f"{data.name} has no classes to go between: stargan wants a sub-folder for each")
        origin = torch.zeros_like(data.labels) if data.origin is None else data.origin
        self.sets, domain = [], torch.empty_like(data.labels)
        for i, name in enumerate(data.name.split("+")):
            there = data.labels[origin == i].unique().tolist()
            for k in there:
                domain[(origin == i) & (data.labels == k)] = sum(len(c) for _, c in self.sets) + there.index(k)
            self.sets.append([name, [data.classes[k] for k in there]])
        self.sizes = [len(names) for _, names in self.sets]
        self.labels = domain.to(self.draw.device)
        self.members = [(self.labels == d).nonzero()[:, 0] for d in range(sum(self.sizes))]
        told = sum(self.sizes) + len(self.sizes)
        return {
            "generator": {**s.generator, "labels": told, "channels": s.channels},
            "discriminator": {
                **s.discriminator,
                "domains": sum(self.sizes),
                "channels": s.channels,
                "resolution": s.resolution,
            },
        }

    @property
    def facts(self):
        return {"domains": self.sets}

    def anywhere(self, n):
        """n domains: each set as often, in it each domain as often."""
        sizes = torch.tensor(self.sizes, device=self.draw.device)
        which = self.draw.integers(n, len(sizes))
        return (sizes.cumsum(0) - sizes)[which] + (self.draw.uniform(n) * sizes[which]).long()

    def real(self, n):
        """Pictures and their domains."""
        domain, share = self.anywhere(n), self.draw.uniform(n)
        index = torch.stack([self.members[d][int(u * len(self.members[d]))] for d, u in zip(domain.tolist(), share)])
        return self.batch(index), domain

    def classified(self, logits, domain):
        """Cross-entropy among the domains of each one's own set: the others are unknown there (section 3.3)."""
        return losses.domain_classification(logits, domain, self.sizes)

    def d_loss(self, n, step):
        s = self.settings
        x, domain = self.real(n)
        seen = self.shown_to_d(x)
        score, logits = self.D(seen)
        loss = s.classification * self.classified(logits.float(), domain)
        if step < s.lead * s.d_steps:
            return loss
        with torch.no_grad():
            fake = self.shown_to_d(self.G(x, mask_vector(self.anywhere(n), self.sizes)).float())
        loss = loss + self.d_loss_of(score.float(), self.D(fake)[0].float())
        if s.penalty and step % s.penalty_every == 0:
            penalty = losses.gradient_penalty(lambda y: self.D(y)[0].mean((1, 2)), seen, fake, self.draw.uniform(n))
            loss = loss + s.penalty * s.penalty_every * penalty
        return loss

    def g_loss(self, n):
        s = self.settings
        x, domain = self.real(n)
        target = self.anywhere(n)
        fake = self.G(x, mask_vector(target, self.sizes))
        score, logits = self.D(self.shown_to_d(fake.float()))
        back = self.G(fake, mask_vector(domain, self.sizes))
        return (
            self.g_loss_of(score.float())
            + s.classification * self.classified(logits.float(), target)
            + s.cycle * F.l1_loss(back.float(), x)
        )

    def samples(self, n, seed=0):
        """A row a held-out face: itself, then each of the first set's domains."""
        told = mask_vector(torch.arange(self.sizes[0]), self.sizes)
        x = self.examples()[0]
        made = [self.painted(lambda G, y, v=v: G(y, v[None].to(y.device)), x) for v in told]
        rows = torch.stack([x, *made, *[torch.full_like(x, -1)] * (-(len(made) + 1) % 8)], 1)
        return rows.flatten(0, 1)[:n]

    def examples(self):
        """Faces of the first set, which is the sharp one."""
        faces, origin = self.shown.images, self.shown.origin
        if origin is not None and (origin == 0).any():
            faces = faces[origin == 0]
        return from_uint8(self.spaced(SHOWN, faces)), None
