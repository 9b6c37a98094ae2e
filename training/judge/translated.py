"""The figures of translators: each against what its issue is about, on pictures it never learned from."""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F
from tqdm import tqdm

from models import cielab as lab
from models.images import from_uint8, grid, to_images
from models.translator import to_tensor
from training.data.image_set import ImageSet, only_set, spaced, split
from training.judge import classifier, neighbours, segmenter
from training.judge.sliced_wasserstein import SlicedWasserstein

SHEET = 16  # held-out pictures of each kind in a card
LOOKED_AT = ("neutral", "happy", "surprised", "angry")  # expressions that both of StarGAN's public sets have in plenty


def measure(t, real: ImageSet, n: int, seed: int, device: str) -> tuple[dict, torch.Tensor]:
    """({group: figures}, the translations as uint8 [m, C, H, W]) of a translator on up to n held-out pictures.

    real: the set it was trained on; the share that its settings held out is found again.
    """
    kept, held = split(real, t.config["settings"]["hold_out"])
    if not len(held):
        raise ValueError(f"{t.name} was trained with nothing held out: its figures would be those of learning by heart")
    return KINDS[t.name](t, kept, held, n, seed, device)


def _each(pictures: torch.Tensor, function) -> list:
    """function(PIL image) of every picture, with a progress bar."""
    bar = tqdm(pictures.split(1), "translating", leave=False, disable=None)
    return [function(to_images(from_uint8(x))[0]) for x in bar]


def _stacked(images) -> torch.Tensor:
    """PIL images of mode L or RGB and one size -> uint8 [n, C, h, w]."""
    return torch.stack([torch.from_numpy(np.atleast_3d(image).copy()).permute(2, 0, 1) for image in images])


def _chroma(image) -> np.ndarray:
    return lab.from_rgb(np.asarray(image))[..., 1:]


def colourfulness(image) -> float:
    """Hasler and Suesstrunk 2003, "Measuring colourfulness in natural images", section 7, of a PIL RGB image."""
    red, green, blue = np.asarray(image).astype(np.float64).reshape(-1, 3).T
    rg, yb = red - green, (red + green) / 2 - blue
    return float(np.hypot(rg.std(), yb.std()) + 0.3 * np.hypot(rg.mean(), yb.mean()))


def colorize(t, kept, held, n, seed, device):
    """Mean distance in a and b of each generator's colours, beside grey's and the mean colour's; colourfulness."""
    some = kept.images[torch.randperm(len(kept), generator=torch.Generator().manual_seed(seed))[:500]]
    mean = np.mean([_chroma(image).mean((0, 1)) for image in to_images(from_uint8(some))], 0)
    originals = to_images(from_uint8(held.images[:n]))
    true = [_chroma(image) for image in originals]
    colours = np.mean([colourfulness(image) for image in originals])
    row = {
        "grey": np.mean([np.linalg.norm(c, axis=2).mean() for c in true]),
        "mean_colour": np.mean([np.linalg.norm(c - mean, axis=2).mean() for c in true]),
    }
    made = {}
    for kind in t.generators:
        made[kind] = _each(held.images[:n], lambda image, kind=kind: t.translate(image, generator=kind))
        row[kind] = np.mean([np.linalg.norm(_chroma(m) - c, axis=2).mean() for m, c in zip(made[kind], true)])
        row[f"{kind}_colourfulness"] = np.mean([colourfulness(image) for image in made[kind]]) / colours
    row = {key: round(float(value), 4) for key, value in row.items()}
    row |= {"n": len(originals), "features": "mean distance in a, b of Lab; colourfulness over the originals'"}
    return {"colour": row}, _stacked([image for images in made.values() for image in images])


def pix2pix(t, kept, held, n, seed, device):
    """How far all maps' translations are from the photos; held-out ones' own photo nearer than another, and whether a
    segmenter of photos reads the map off them again (Isola 2016, section 4.1)."""

    def photos_and_made(data):
        photo, sketch = data.images[:n].split(3, 1)
        return photo, facades(t, sketch, seed)

    photo, made = (torch.cat(parts) for parts in zip(photos_and_made(held), photos_and_made(kept)))
    count, shown = min(n, len(photo)), min(n, len(held))  # the first `shown` are held out
    distances = SlicedWasserstein(photo, n=count, device="cuda" if device == "cuda" else "cpu")(made)
    (known, drawn), (_, asked) = (data.images.split(3, 1) for data in (kept, held))
    drawn, asked = (segmenter.labels(x, t.palette) for x in (drawn, asked))
    read = segmenter.fit(known, drawn, len(t.palette))
    agreed, of_real = (float((read(x[:shown]) == asked[:shown]).float().mean()) for x in (made, photo))
    return {
        "sliced_wasserstein": {
            **{k: round(v, 4) for k, v in distances.items()},
            "n": count,
            "features": "7x7 patches of a Laplacian pyramid, x1000",
        },
        "own_photo": {
            "nearer_than_another": round(nearer_than_another(photo[:shown], made[:shown]), 4),
            "n": shown,
            "features": "colours at 16 px, every held-out pair of pairs",
        },
        "read_again": {
            "agreement": round(agreed, 4),
            "agreement_of_real": round(of_real, 4),
            "n": shown,
            "features": f"segmenter of real photos, {len(t.palette)} labels at {segmenter.READ} px",
        },
    }, made


def facades(t, sketches: torch.Tensor, seed: int) -> torch.Tensor:
    """What pix2pix makes of label maps uint8 [n, 3, S, S]: the same shape."""
    return _stacked(_each(sketches, lambda image: t.translate(image, seed=seed)))


def nearer_than_another(photo: torch.Tensor, made: torch.Tensor) -> float:
    """How often a translation's own photo is nearer to it than another, by colours at 16 px; uint8 [n, 3, S, S]."""
    apart = torch.cdist(*(F.adaptive_avg_pool2d(x.float(), 16).flatten(1) for x in (made, photo)))
    own = apart.diagonal()[:, None]
    return float((own < apart).sum() / (len(photo) * (len(photo) - 1)))


def cyclegan(t, kept, held, n, seed, device):
    """What a classifier of real pictures reads translations as, the cycle's L1 error, and what the background lost.

    The classifier sees both kinds as often, at a size that shows stripes. Background is the half of the picture that
    its margin depends on least.
    """
    reader = classifier.fit(kept, device=device, even=True)
    row, made = {"accuracy_on_held_out_real": reader.right_on(held.images, held.labels)}, []
    for k, direction in enumerate(t.directions):
        x = held.images[held.labels == k][:n]
        found = _each(x, lambda image, d=direction: t.cycle(image, d))
        made.append(_stacked([there for there, _, _ in found]))
        row[direction] = float((reader(made[-1]) == 1 - k).float().mean())
        row[f"{direction}_unchanged"] = float((reader(x) == 1 - k).float().mean())
        row[f"{direction}_cycle_l1"] = float(np.mean([error for _, _, error in found]))
        change, away = (made[-1].float() - x).abs().mean(1) / 127.5, background(reader, x)
        row[f"{direction}_change_of_background"] = float(change[away].mean())
        row[f"{direction}_change_of_the_rest"] = float(change[~away].mean())
    row = {key: round(value, 4) for key, value in row.items()}
    row |= {"n": sum(map(len, made)), "features": "classifier of the real images, each class as often; L1 in [-1, 1]"}
    return {"read_as_the_other": row}, torch.cat(made)


def background(reader, pictures: torch.Tensor) -> torch.Tensor:
    """The half of each of uint8 [n, C, S, S] where the classifier's margin has the smaller gradient: bool [n, S, S]."""
    found = []
    for part in pictures.split(64):
        x = from_uint8(part).requires_grad_()
        slope = torch.autograd.grad(reader.net(x).diff(dim=1).sum(), x)[0].abs().mean(1, keepdim=True)
        side = 2 * (x.shape[-1] // 16) + 1  # an eighth of the picture: what lies between two edges of a body is body
        slope = F.avg_pool2d(slope, side, 1, side // 2, count_include_pad=False)[:, 0]
        found.append(slope < slope.flatten(1).median(1).values[:, None, None])
    return torch.cat(found)


def stargan(t, kept, held, n, seed, device):
    """How often classifiers of each set's real faces read translations as their target, and whose face it still is."""
    figures, made = {}, []
    for which, (name, _) in enumerate(t.sets):
        own = [part if part.origin is None else only_set(part, which) for part in (kept, held)]
        row, pictures = expressions(t, *own, n, seed, device)
        figures["read_as_target" if which == 0 else f"read_as_target_{name}"] = row
        made.append(pictures)
    return figures, made[0]


def expressions(t, kept, held, n, seed, device):
    """One set's part of `stargan`: (figures, translations uint8 [m, 1, S, S])."""
    reader = classifier.fit(kept, device=device, even=True)
    row = {"accuracy_on_held_out_real": reader.right_on(held.images, held.labels)}
    x = held.images[torch.randperm(len(held), generator=torch.Generator().manual_seed(seed))[:n]]
    faces, made = neighbours.Training(x, flip=False), []
    for target in reader.classes:
        pictures = _each(x, lambda image, e=target: t.translate(image, e, faces="whole").convert("L"))
        made.append(_stacked(pictures))
        row[target] = float((reader(made[-1]) == reader.classes.index(target)).float().mean())
    shares = [row[target] for target in reader.classes]
    row["all"] = float(np.mean(shares))
    looked_at = [share for target, share in zip(reader.classes, shares) if target in LOOKED_AT]
    row["all_of_four"] = float(np.mean(looked_at)) if looked_at else 0.0
    pairs = [(a.float() - b.float()).abs().mean() / 127.5 for i, a in enumerate(made) for b in made[:i]]
    row["l1_between_targets"] = float(torch.stack(pairs).mean())
    apart = torch.stack([faces.apart(pictures) for pictures in made])
    others = torch.cdist(faces.known, faces.known)[~torch.eye(len(x), dtype=torch.bool)]
    row |= {
        "identity_distance": float(apart.mean()),
        "identity_distance_of_two_faces": float(others.mean()),
        "identity_kept": float((apart < others.median()).float().mean()),
    }
    row = {key: round(value, 4) for key, value in row.items()}
    row |= {
        "n": len(x) * len(made),
        "features": "classifier of the real images, each class as often; L1 in [-1, 1]; "
        f"identity in {neighbours.FEATURES}",
    }
    return row, torch.cat(made)


def sheet(t, real: ImageSet):
    """(SHEET held-out pictures of each kind and what becomes of them, PIL; what the columns are)."""
    _, held = split(real, t.config["settings"]["hold_out"])
    rows, columns = [], []
    for way, pictures in _sides(t, held):
        for x in from_uint8(spaced(pictures, SHEET)).split(1):
            columns, row = zip(*shown(t, way, x))
            rows.append([image.convert("RGB") for image in row])
    cells = torch.stack([to_tensor(image)[0] for row in rows for image in row])
    words = f"Held out, uncurated, spaced evenly over what was held out. Each picture in a row: {', '.join(columns)}."
    return grid(cells, len(columns) * (2 if len(rows) % 2 == 0 else 1)), words


def _sides(t, held):
    """(direction or None, pictures) of each kind of input that a translator takes."""
    if t.name == "cyclegan":
        return [(way, held.images[held.labels == k]) for k, way in enumerate(t.directions)]
    if t.name == "stargan" and held.origin is not None:
        return [(None, held.images[held.origin == 0])]
    return [(None, held.images)]


def shown(t, way, x):
    """(name, picture) of an input [1, C, H, W] and of all that the translator makes of it."""
    if t.name == "pix2pix":
        photo, sketch = (to_images(part)[0] for part in x.split(3, 1))
        return [("label map", sketch), ("translation", t.translate(sketch)), ("photo", photo)]
    given = to_images(x)[0]
    if t.name == "colorize":
        made = [(title, t.translate(given, kind)) for kind, title in (("unet", "U-Net"), ("resnet", "ResNet"))]
        return [("lightness", t.grey(given)), *made, ("photo", given)]
    if t.name == "cyclegan":
        there, back, _ = t.cycle(given, way)
        return [("photo", given), ("translation", there), ("way back", back)]
    return [("face", given), *((e, t.translate(given, e, faces="whole")) for e in t.sets[0][1])]


KINDS = {"colorize": colorize, "pix2pix": pix2pix, "cyclegan": cyclegan, "stargan": stargan}
