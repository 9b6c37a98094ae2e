"""The translators' games: what D sees, what the losses are by hand, what is never learned from."""

import math

import pytest
import torch
from torch import nn

import models
from models import cielab
from models.colorize import CHROMA
from models.images import from_uint8
from training.data.image_set import ImageSet
from training.recipes import colorize
from training.recipes.two_domains import ImagePool


def constant(value, shape=None):
    """A network that answers the same whatever it is given."""

    class Constant(nn.Module):
        def forward(self, x):
            return torch.full(shape or x.shape, float(value))

    return Constant()


def test_the_pool_fills_then_gives_back_an_earlier_fake_for_coins_below_one_half():
    pool = ImagePool(2, (1,))
    high = torch.tensor([0.9, 0.9])
    assert pool(torch.tensor([[1.0], [2.0]]), high, torch.tensor([0, 0])).tolist() == [[1], [2]]
    seen = pool(torch.tensor([[3.0], [4.0]]), torch.tensor([0.49, 0.5]), torch.tensor([1, 0]))
    assert seen.tolist() == [[2], [4]], "an earlier one for the first coin, the new one itself for the second"
    assert pool.pictures.tolist() == [[1], [3]]


def test_colorize_opens_on_its_most_colourful_example(game_of):
    grey = torch.full((40, 3, 16, 16), 128, dtype=torch.uint8)
    grey[:, 0] += torch.arange(40, dtype=torch.uint8)[:, None, None]
    shown = game_of("colorize", ImageSet(grey, None, None, "reds"), hold_out=0.5).examples()[0]
    redness = (shown[:, 0] - shown[:, 1]).mean((1, 2))
    assert torch.equal(redness, redness.sort(descending=True).values) and redness[0] > redness[-1]


@pytest.mark.parametrize("variant", models.names())
def test_no_held_out_picture_is_ever_in_a_batch(variant, game_of, tiny_settings, tiny_data):
    game = game_of(variant, tiny_data(tiny_settings(variant), 200), hold_out=0.25)
    held = {p.numpy().tobytes() for p in game.preprocess(game.held.images)}
    assert len(held) == 50 and len(game.images) == 150
    assert not held & {p.numpy().tobytes() for p in game.images}


def test_pix2pix_s_losses_by_hand(game_of):
    game = game_of("pix2pix", batch_size=2, hold_out=0.0)
    game.images = torch.full((4, 6, 16, 16), 255, dtype=torch.uint8)  # 1 everywhere
    game.G = constant(0.25)
    # At logits of 0: right pairs log 2; fakes and wrong pairs share log 2; D learns half as fast.
    game.D = constant(0.0, (6, 3, 3))
    assert game.d_loss(2, 0).item() == pytest.approx(math.log(2))
    game.D = constant(0.0, (2, 3, 3))
    assert game.g_loss(2).item() == pytest.approx(math.log(2) + 100 * 0.75)


def test_pix2pix_s_d_sees_right_pairs_fakes_and_wrong_pairs(game_of):
    game = game_of("pix2pix", hold_out=0.0, flip=False, jitter=False)
    n, seen = len(game.images), []
    game.images[:, :3] = game.images[:, 3:] = torch.arange(n, dtype=torch.uint8).view(n, 1, 1, 1)  # a number a pair
    game.G = constant(0.5)
    game.D.register_forward_pre_hook(lambda net, args: seen.append((args[0] + 1) * 127.5))
    game.d_loss(8, 0)
    maps, photos = (part.mean((1, 2, 3)).round().int().chunk(3) for part in seen[0].split(3, 1))
    assert torch.equal(maps[0], maps[1]) and torch.equal(maps[0], photos[0]), "right pairs, and fakes of their maps"
    assert set(photos[1].tolist()) == {191}
    assert torch.equal(photos[2], photos[0]) and (maps[2] != photos[2]).all(), "real photos with maps of others"


def test_cyclegan_s_losses_by_hand(game_of):
    game = game_of("cyclegan", cycle=10.0, identity=0.5, hold_out=0.0)
    game.images = torch.full((32, 3, 16, 16), 255, dtype=torch.uint8)  # 1 everywhere
    game.G = {"horse2zebra": constant(0.5), "zebra2horse": constant(-0.5)}
    game.D = {name: lambda x: torch.full((len(x), 2, 2), 0.25) for name in ("horse", "zebra")}
    # each judge: ((0.25 - 1)^2 + 0.25^2) / 2
    assert game.d_loss(2, 0).item() == pytest.approx(2 * (0.75**2 + 0.25**2) / 2)
    # each way: (0.25 - 1)^2, then 10 |back - 1| and 5 |back(real) - 1|, back being -0.5 and 0.5
    assert game.g_loss(2).item() == pytest.approx(2 * 0.75**2 + (10 + 5) * 1.5 + (10 + 5) * 0.5)


def test_cyclegan_shows_d_the_pool_s_fakes(game_of):
    game = game_of("cyclegan")
    game.pools["zebra"].pictures.fill_(0.5)
    game.pools["zebra"].count.fill_(len(game.pools["zebra"].pictures))
    seen = []
    game.D["zebra"].register_forward_pre_hook(lambda net, args: seen.append(args[0]))
    game.d_loss(32, 0)
    # After 32 real ones: of 32 fakes about half, and some of those taken twice.
    earlier = seen[0][32:].eq(0.5).flatten(1).all(1).sum()
    assert 6 <= earlier <= 26 and game.pools["horse"].count == 32
    assert game.modules["pools"] is game.pools, "a checkpoint holds the pools"


def test_cyclegan_wants_two_domains(game_of, tiny_data, tiny_settings):
    data = tiny_data(tiny_settings("cyclegan"))
    data.classes = ["a", "b", "c"]
    with pytest.raises(ValueError, match="a, b, c.*two class folders"):
        game_of("cyclegan", data)


def test_stargan_counts_the_domains_of_all_sets(game_of):
    game = game_of("stargan", hold_out=0.0)
    assert game.facts == {"domains": [["sharp", ["0", "1", "2"]], ["soft", ["0", "1", "2", "3"]]]}
    assert game.configs["generator"]["labels"] == 7 + 2 and game.configs["discriminator"]["domains"] == 7
    sharp = game.data.origin == 0
    assert torch.equal(game.labels[sharp], game.data.labels[sharp])
    assert torch.equal(game.labels[~sharp], game.data.labels[~sharp] + 3)
    counts = torch.bincount(game.random_domains(4000), minlength=7) / 4000
    assert torch.allclose(counts, torch.tensor([1 / 6] * 3 + [1 / 8] * 4), atol=0.03), "each set as often"
    x, domain = game.real(16)
    for picture, d in zip(x, domain.tolist()):
        assert any(torch.equal(picture, from_uint8(game.images[i])) for i in (game.labels == d).nonzero()[:, 0])


def test_stargan_s_losses_by_hand(game_of):
    game = game_of("stargan", cycle=10.0, classification=2.0, penalty=0.0, lead=0, augment="", hold_out=0.0)
    game.images = torch.full((32, 1, 16, 16), 255, dtype=torch.uint8)

    class G(nn.Module):
        def forward(self, x, vector):
            return x * 0.5

    class D(nn.Module):
        def forward(self, x):
            return 3 * x.mean((1, 2, 3)).view(-1, 1, 1).expand(-1, 2, 2), torch.zeros(len(x), 7)

    game.G, game.D = G(), D()
    game.random_domains = lambda n: torch.zeros(n, dtype=torch.int64)  # the sharp set's three domains
    assert game.d_loss(4, 0).item() == pytest.approx(2 * math.log(3) + 1.5 - 3)
    assert game.g_loss(4).item() == pytest.approx(-1.5 + 2 * math.log(3) + 10 * 0.75)


def test_stargan_s_d_learns_to_classify_before_it_sees_a_fake(game_of):
    game = game_of("stargan", lead=3, d_steps=2, hold_out=0.0)
    seen = []
    game.D.register_forward_pre_hook(lambda net, args: seen.append(len(args[0])))
    game.d_loss(8, 5)
    assert len(seen) == 1 and game.lead == 3
    game.d_loss(8, 6)
    assert len(seen) > 2


def test_stargan_s_d_sees_real_and_fake_pictures_shifted(game_of):
    game = game_of("stargan", augment="translation", penalty=0.0, lead=0, hold_out=0.0)
    game.images, seen = torch.full((32, 1, 16, 16), 255, dtype=torch.uint8), []
    game.G = lambda x, vector: torch.full_like(x, -1)
    game.D.register_forward_pre_hook(lambda net, args: seen.append(args[0]))
    game.d_loss(8, 1)
    game.g_loss(8)
    for x, colour in zip(seen, (1, -1, -1)):  # real, then fake twice, zeros moved in at the edges
        assert set(x.unique().tolist()) == {0, colour}


def test_lab_in_bytes_and_back():
    rgb = torch.tensor([[[200, 60, 70], [40, 128, 200], [30, 30, 30]]], dtype=torch.uint8)  # [1, 3, 3]
    planes = torch.from_numpy(cielab.from_rgb(rgb.permute(0, 2, 1).numpy())).permute(2, 0, 1)
    light, chroma = from_uint8(colorize.to_bytes(planes))[None].split([1, 2], 1)
    assert (chroma * CHROMA - planes[1:]).abs().max() < 0.5
    back = (colorize.to_rgb(light, chroma)[0] + 1) * 127.5
    assert (back.permute(1, 2, 0) - rgb.permute(0, 2, 1).float()).abs().max() < 4


def test_colorize_s_losses_by_hand(game_of):
    game = game_of("colorize", l1=10.0, hold_out=0.0)
    game.images[:, 1:] = 255  # true colours of 1
    size = game.images.shape[-2:]
    painted = {"unet": 0.5, "plain": 0.25, "resnet": 0.0}
    game.G = nn.ModuleDict({name: constant(value, (2, 2, *size)) for name, value in painted.items()})
    game.D = nn.ModuleDict({name: constant(0.0, (4, 3, 3)) for name in game.G})
    assert game.d_loss(2, 0).item() == pytest.approx(3 * math.log(2))
    assert game.g_loss(2).item() == pytest.approx(3 * math.log(2) + 10 * (0.5 + 0.75 + 1))


@pytest.mark.parametrize("variant", models.names(translates=True))
def test_every_network_of_a_translator_learns(variant, game_of):
    game = game_of(variant)
    game.d_loss(2, 10**4).backward()
    game.g_loss(2).backward()
    assert all(p.grad is not None for p in [*game.G.parameters(), *game.D.parameters()])
