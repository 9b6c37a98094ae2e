"""Translators between two domains without pairs: are translations read as the other domain, and do they come back?"""

import numpy as np
import torch
import torch.nn.functional as F

from training import recipes
from training.judge import imagenet, nearest_mean, rounded, translations
from training.judge.translations import each, some, stacked


class Figures(translations.Figures):
    """Which domain's mean translations are nearest to, the cycle's L1 error, what the background lost.

    The k-th of t.ways, as "horse2zebra", begins at the domain of label k. Where the Game names the target's
    `imagenet_classes`, also their mean probability in translations, and in real pictures of the target.
    """

    background_stays = True

    def measure(self, n, seed, device):
        domains, classes = nearest_mean.NearestMean(self.kept, device), recipes.load(self.t.name).Game.imagenet_classes
        real = [self.held.images[self.held.labels == k][:n] for k in (0, 1)]
        read, row, fakes = [imagenet.read(x, device) for x in real], {}, []
        for k, (title, options) in enumerate(self.t.ways.items()):
            found = each(real[k], lambda image, options=options: self.t.cycle(image, **options))
            fakes.append(stacked([there for there, _, _ in found]))
            features, probabilities = imagenet.read(fakes[k], device)
            change = (fakes[k].float() - real[k]).abs().mean(1) / 127.5
            mask = background(domains, real[k])
            row |= {
                title: (domains.logits(features).argmax(1) == 1 - k).float().mean(),
                f"{title}_unchanged": (domains.logits(read[k][0]).argmax(1) == 1 - k).float().mean(),
                f"{title}_cycle_l1": np.mean([error for _, _, error in found]),
                f"{title}_change_of_background": change[mask].mean(),
                f"{title}_change_of_the_rest": change[~mask].mean(),
            }
            if numbers := classes.get(title.rpartition("2")[2]):
                for name, seen in ("probability", probabilities), ("real_probability", read[1 - k][1]):
                    row[f"{title}_{name}"] = seen[:, numbers].sum(1).mean()
        row["accuracy_on_held_out_real"] = 1 - np.mean([row[f"{title}_unchanged"] for title in self.t.ways])
        row = {**rounded(row), "n": sum(map(len, fakes)), "features": f"{nearest_mean.NAME}; L1 in [-1, 1]"}
        return {"read_as_the_other": row}, torch.cat(fakes)

    def inputs(self, n):
        """As many of each domain, one domain after the other."""
        found = []
        for k, options in enumerate(self.t.ways.values()):
            images = some(self.held.images[self.held.labels == k], n // 2)
            found += [(image, {"translation": options}, None) for image in images]
        return found

    def rows(self, n):
        """With the way back."""
        ways = [options for _, way, _ in self.inputs(n) for options in way.values()]
        return [
            [*row, ("way back", self.t.cycle(row[0][1], **options)[1])] for row, options in zip(super().rows(n), ways)
        ]


def background(domains, images):
    """The half of each of uint8 [n, C, S, S] where the margin of `domains` has the smaller gradient: bool [n, S, S].

    The margin is linear in the features: their product with the difference of the two means.
    """
    found, direction = [], domains.means.diff(dim=0)[0].to(domains.device)
    for part in images.split(32):
        x = part.float().requires_grad_()
        margin = imagenet.embed(x, domains.device) @ direction
        slope = torch.autograd.grad(margin.sum(), x)[0].abs().mean(1, keepdim=True)
        side = 2 * (x.shape[-1] // 16) + 1  # an eighth of the picture: what lies between two edges of a body is body
        slope = F.avg_pool2d(slope, side, 1, side // 2, count_include_pad=False)[:, 0]
        found.append(slope < slope.flatten(1).median(1).values[:, None, None])
    return torch.cat(found)
