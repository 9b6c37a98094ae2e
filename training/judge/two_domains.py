"""Translators between two domains without pairs: are translations read as the other domain, and do they come back?"""

import numpy as np
import torch
import torch.nn.functional as F

from models.images import from_uint8
from training.judge import classifier, rounded, translations
from training.judge.translations import each, some, stacked


class Figures(translations.Figures):
    """What a classifier of real pictures reads translations as, the cycle's L1 error, what the background lost.

    The k-th of t.ways begins at the domain of label k. Both domains are shown to the classifier equally often, at a
    size where stripes can be seen. Background: the half of a picture that the classifier depends on least.
    """

    background_stays = True

    def measure(self, n, seed, device):
        held, domains = self.held, classifier.fit(self.kept, device=device, balanced=True)
        row, fakes = {"accuracy_on_held_out_real": domains.accuracy_on(held.images, held.labels)}, []
        for k, (title, options) in enumerate(self.t.ways.items()):
            x = held.images[held.labels == k][:n]
            found = each(x, lambda image, options=options: self.t.cycle(image, **options))
            fake = stacked([there for there, _, _ in found])
            row[title] = (domains.predict(fake) == 1 - k).float().mean()
            row[f"{title}_unchanged"] = (domains.predict(x) == 1 - k).float().mean()
            row[f"{title}_cycle_l1"] = np.mean([error for _, _, error in found])
            change, mask = (fake.float() - x).abs().mean(1) / 127.5, background(domains, x)
            row[f"{title}_change_of_background"] = change[mask].mean()
            row[f"{title}_change_of_the_rest"] = change[~mask].mean()
            fakes.append(fake)
        features = "classifier of the real images, each class as often; L1 in [-1, 1]"
        row = {**rounded(row), "n": sum(map(len, fakes)), "features": features}
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
    """The half of each of uint8 [n, C, S, S] where the classifier's margin has the smaller gradient: bool [n, S, S]."""
    found = []
    for part in images.split(64):
        x = from_uint8(part).requires_grad_()
        slope = torch.autograd.grad(domains(x).diff(dim=1).sum(), x)[0].abs().mean(1, keepdim=True)
        side = 2 * (x.shape[-1] // 16) + 1  # an eighth of the picture: what lies between two edges of a body is body
        slope = F.avg_pool2d(slope, side, 1, side // 2, count_include_pad=False)[:, 0]
        found.append(slope < slope.flatten(1).median(1).values[:, None, None])
    return torch.cat(found)
