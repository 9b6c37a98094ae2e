"""Whether a translation can be told for its own photograph's: a loss in what classifiers see."""
import torch
import torch.nn.functional as F
from torch import nn

from models.images import from_uint8
from training import classifier, data

TEMPERATURE = 0.3  # of squared distances, in which two photographs are 2 apart on average
LOOKS = 500_000  # pictures shown to the classifier, which is to see details
OTHERS = 16  # photographs, drawn anew for each batch, that an output is told from
ROOM = 8  # px by which a view is moved at the most


def readers(source, device):
    """Networks of two classifiers of `source`, a set with classes, from the cache or trained here; DataError without."""
    if not source:
        raise data.DataError("contrast asks what a classifier sees: give reader a set with classes to train it on")
    seen = data.load(source, resolution=classifier.EVEN, channels=3, default=source, labelled=True)
    return [classifier.fit(seen, device=device, even=True, deep=True, looks=LOOKS).net,
            classifier.fit(seen, device=device, even=True).net]


class OwnPhoto(nn.Module):
    """The cross-entropy of an output's own photograph among others, by distance (van den Oord 2018, equation 4).

    nets: frozen, their `seen(x)` lists of float [n, c]; photos: uint8 [N, 3, H, W], which an output is told from;
    draw: `training.draw.Draw`. All are looked at in one view, another for each batch, so that what is learned holds
    for more than these networks (Xie 2018, section 3.2). What each stage sees counts the same: distances are scaled by
    the photographs' variance there.
    """

    def __init__(self, nets, photos, draw):
        super().__init__()
        self.nets, self.photos, self.draw = nn.ModuleList(nets).eval().requires_grad_(False), photos, draw
        with torch.no_grad():
            seen = zip(*(self.seen(self.view(from_uint8(part))) for part in photos.split(32)))
            stages = [torch.cat(parts) for parts in seen]
        self.scales = [(len(stages) * x.var(0).sum()).rsqrt() for x in stages]

    def seen(self, x):
        return [y for net in self.nets for y in net.seen(x)]

    def view(self, x):
        """Pictures [n, 3, H, W] as the networks see them, EVEN px: moved, blurred, relit and made grey alike."""
        side = classifier.EVEN
        x = F.interpolate(x.float(), size=side + ROOM, mode="bicubic", antialias=True)
        top, left = self.draw.integers(2, ROOM + 1)
        rows, columns = (torch.arange(side, device=x.device) + start for start in (top, left))
        x = x[:, :, rows][:, :, :, columns]
        blur, contrast, light, colour = self.draw.uniform(4)
        soft = F.avg_pool2d(F.pad(x, (1, 1, 1, 1), mode="replicate"), 3, 1)
        x = x.lerp(soft, 0.7 * blur)
        x = x.mean(1, keepdim=True).lerp(x, (1.3 * colour).clamp(max=1))
        return x * (0.7 + 0.6 * contrast) + 0.3 * (light - 0.5) + 0.05 * torch.randn_like(x)

    def place(self, x):
        """Where views [n, 3, h, w] lie: float [n, features]."""
        return torch.cat([y.float() * scale for y, scale in zip(self.seen(x), self.scales)], 1)

    def forward(self, made, own, index):
        """made, own: outputs and their photographs as they were shown [n, 3, H, W]; index: int64 [n], of `photos`."""
        others = self.draw.integers(OTHERS, len(self.photos))
        place = self.place(self.view(torch.cat([made.float(), own, from_uint8(self.photos[others])])))
        made, known = place.split([len(made), len(own) + OTHERS])
        distances = (made[:, None] - known).square().sum(2)
        same = torch.cat([torch.eye(len(made), device=made.device) > 1, index[:, None] == others], 1)
        return F.cross_entropy((-distances / TEMPERATURE).masked_fill(same, -torch.inf),
                               torch.arange(len(made), device=made.device))
