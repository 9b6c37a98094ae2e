"""The translators' games: what D is shown, what the losses are by hand, what is never learned from."""

import math

import pytest
import torch
from accelerate import Accelerator
from torch import nn

from models import cielab as lab
from models.images import from_uint8
from models.colorize import CHROMA
from training.contrast import OwnPhoto
from training.data import augment
from training.data.image_set import split
from training.data.sources import ImageSet
from training.engine import distributed
from training.engine.loop import GAMES
from training.recipes import losses, translation
from training.recipes.random_stream import Draw
from training.recipes.translation import ImagePool, in_bytes, in_rgb


@pytest.fixture
def game_of(tiny_settings, tiny_data):
    def make(variant, data=None, **changes):
        torch.manual_seed(0)
        settings = tiny_settings(variant, jitter=False, flip=False, **changes)
        return GAMES[variant](settings, tiny_data(settings) if data is None else data, Draw(0, "cpu"))

    return make


def constant(value, shape=None):
    """A network that answers the same whatever it is given."""

    class Constant(nn.Module):
        def forward(self, x):
            return torch.full(shape or x.shape, float(value))

    return Constant()


def test_the_pool_fills_then_gives_back_an_old_fake_for_coins_below_one_half():
    pool = ImagePool(2, (1,))
    half = torch.tensor([0.9, 0.9])
    assert pool(torch.tensor([[1.0], [2.0]]), half, torch.tensor([0, 0])).tolist() == [[1], [2]]
    shown = pool(torch.tensor([[3.0], [4.0]]), torch.tensor([0.49, 0.5]), torch.tensor([1, 0]))
    assert shown.tolist() == [[2], [4]], "an old one for the first coin, the new one itself for the second"
    assert pool.pictures.tolist() == [[1], [3]]


def test_the_same_tenth_is_always_held_out():
    images = torch.arange(40, dtype=torch.uint8).view(40, 1, 1, 1).expand(40, 3, 2, 2)
    data = ImageSet(images, torch.arange(40) % 2, ["a", "b"], "numbers", [], torch.arange(40) // 20)
    kept, held = split(data, 0.1)
    assert len(held) == 4 and len(kept) == 36
    both = torch.cat([kept.images, held.images])[:, 0, 0, 0]
    assert sorted(both.tolist()) == list(range(40))
    assert torch.equal(held.labels, held.images[:, 0, 0, 0].long() % 2)
    assert torch.equal(held.origin, held.images[:, 0, 0, 0].long() // 20)
    larger = ImageSet(images.repeat(1, 1, 2, 2), data.labels, data.classes, "larger", [], data.origin)
    assert torch.equal(split(larger, 0.1)[1].images[:, 0, 0, 0], held.images[:, 0, 0, 0])
    assert split(data, 0)[0] is data


def test_colorize_opens_on_its_most_colourful_example(game_of):
    grey = torch.full((40, 3, 16, 16), 128, dtype=torch.uint8)
    grey[:, 0] += torch.arange(40, dtype=torch.uint8)[:, None, None]
    shown = game_of("colorize", ImageSet(grey, None, None, "reds", []), hold_out=0.5).examples()[0]
    redness = (shown[:, 0] - shown[:, 1]).mean((1, 2))
    assert torch.equal(redness, redness.sort(descending=True).values) and redness[0] > redness[-1]


@pytest.mark.parametrize("variant", GAMES)
def test_no_batch_holds_a_held_out_picture(variant, game_of):
    game = game_of(variant, hold_out=0.25)
    held = {p.numpy().tobytes() for p in game.prepared(game.held.images)}
    assert len(held) == 8 and len(game.images) == 24
    assert not held & {p.numpy().tobytes() for p in game.images}


def test_pairs_stay_pairs_under_jitter_and_flip(game_of):
    draw = Draw(3, "cpu")
    one = torch.rand(5, 3, 16, 16)
    photo, sketch = augment.jitter(augment.flip(torch.cat([one, one], 1), draw), draw).split(3, 1)
    assert torch.equal(photo, sketch) and photo.shape == one.shape and not torch.equal(photo, one)


def test_jitter_resamples_nothing():
    x = (torch.arange(16 * 16).view(1, 1, 16, 16) % 7).float()
    assert set(augment.jitter(x, Draw(1, "cpu")).unique().tolist()) <= set(range(7))


def test_pix2pix_s_losses_by_hand(game_of):
    game = game_of("pix2pix", l1=100.0, adversarial=0.5, batch_size=2, hold_out=0.0)
    game.G, game.D = constant(0.25), constant(0.0, (2, 3, 3))
    half = ImageSet(torch.full((4, 6, 16, 16), 255, dtype=torch.uint8), None, None, "white", [])
    game.images = half.images
    assert game.d_loss(2, 0).item() == pytest.approx(math.log(2))  # (log 2 + log 2) / 2 at logits of 0
    assert game.g_loss(2).item() == pytest.approx(math.log(2) / 2 + 100 * 0.75)


@pytest.mark.parametrize("share", [1.0, 0.4])
def test_cyclegan_s_losses_by_hand(game_of, share):
    game = game_of("cyclegan", cycle=10.0, cycle_of_first=share, identity=0.5, hold_out=0.0)
    game.images = torch.full((32, 3, 16, 16), 255, dtype=torch.uint8)  # 1 everywhere
    game.G = {"horse2zebra": constant(0.5), "zebra2horse": constant(-0.5)}
    game.D = {"horse": constant(0.25, (2, 2, 2)), "zebra": constant(0.25, (2, 2, 2))}
    # each judge: ((0.25 - 1)^2 + 0.25^2) / 2
    assert game.d_loss(2, 0).item() == pytest.approx(2 * (0.75**2 + 0.25**2) / 2)
    # each way: (0.25 - 1)^2, then 10 |back - 1| (of horses a share) and 5 |back(real) - 1|, back being -0.5 and 0.5
    assert game.g_loss(2).item() == pytest.approx(2 * 0.75**2 + (10 * share + 5) * 1.5 + (10 + 5) * 0.5)


def test_cyclegan_shows_d_the_pool_s_fakes(game_of):
    game = game_of("cyclegan")
    game.d_loss(2, 0)
    game.made.clear()
    assert int(game.pools["zebra"].count) == 2 and game.modules["pools"] is game.pools


def test_cyclegan_wants_two_domains(game_of, tiny_data, tiny_settings):
    data = tiny_data(tiny_settings("cyclegan"))
    data.classes = ["a", "b", "c"]
    with pytest.raises(ValueError, match="a, b, c.*two class folders"):
        game_of("cyclegan", data)


def test_domains_are_classified_among_their_own_set():
    logits = torch.tensor([[1.0, 2.0, 9.0, 9.0], [9.0, 9.0, 3.0, 3.0]])
    by_hand = (-1 + math.log(math.e + math.e**2) + math.log(2)) / 2
    found = losses.domain_classification(logits, torch.tensor([0, 3]), [2, 2])
    assert found.item() == pytest.approx(by_hand, abs=1e-5)


def test_stargan_knows_its_sets_apart(game_of):
    game = game_of("stargan", hold_out=0.0)
    assert game.facts == {"domains": [["sharp", ["0", "1", "2"]], ["soft", ["0", "1", "2", "3"]]]}
    assert game.configs["generator"]["labels"] == 7 + 2 and game.configs["discriminator"]["domains"] == 7
    sharp = game.data.origin == 0
    assert torch.equal(game.labels[sharp], game.data.labels[sharp])
    assert torch.equal(game.labels[~sharp], game.data.labels[~sharp] + 3)
    assert set(game.anywhere(400).tolist()) == set(range(7))
    x, domain = game.real(16)
    for picture, d in zip(x, domain.tolist()):
        assert any(torch.equal(picture, from_uint8(game.images[i])) for i in game.members[d])


def test_stargan_s_reconstruction_by_hand(game_of):
    game = game_of("stargan", cycle=10.0, classification=2.0, hold_out=0.0)
    game.images = torch.full((32, 1, 16, 16), 255, dtype=torch.uint8)

    class G(nn.Module):
        def forward(self, x, vector):
            return x * 0.5

    class D(nn.Module):
        def forward(self, x):
            return torch.full((len(x), 2, 2), 3.0), torch.zeros(len(x), 7)

    game.G, game.D = G(), D()
    game.anywhere = lambda n: torch.zeros(n, dtype=torch.int64)  # the sharp set's three domains
    assert game.g_loss(4).item() == pytest.approx(-3 + 2 * math.log(3) + 10 * 0.75)


def test_stargan_s_judge_sees_real_and_fake_pictures_shifted(game_of):
    game = game_of("stargan", augment="translation", penalty=0.0, hold_out=0.0)
    game.images, seen = torch.full((32, 1, 16, 16), 255, dtype=torch.uint8), []
    game.G = lambda x, vector: torch.full_like(x, -1)
    judge = game.D.forward
    game.D.forward = lambda x: (seen.append(x), judge(x))[1]
    game.d_loss(8, 1)
    game.g_loss(8)
    for x, colour in zip(seen, (1, -1, -1)):  # real, then fake twice, zeros moved in at the edges
        assert set(x.unique().tolist()) == {0, colour}


def test_lab_in_bytes_and_back():
    rgb = torch.tensor([[[200, 60, 70], [40, 128, 200], [30, 30, 30]]], dtype=torch.uint8)  # [1, 3, 3]
    planes = torch.from_numpy(lab.from_rgb(rgb.permute(0, 2, 1).numpy())).permute(2, 0, 1)
    light, chroma = from_uint8(in_bytes(planes))[None].split([1, 2], 1)
    assert (chroma * CHROMA - planes[1:]).abs().max() < 0.5
    back = (in_rgb(light, chroma)[0] + 1) * 127.5
    assert (back.permute(1, 2, 0) - rgb.permute(0, 2, 1).float()).abs().max() < 4


def test_colorize_trains_both_generators(game_of):
    game = game_of("colorize", batch_size=2)
    game.d_loss(2, 0).backward()
    game.g_loss(2).backward()
    for nets in (game.G, game.D):
        assert all(p.grad is not None for net in nets.values() for p in net.parameters())


def test_matching_is_nothing_where_the_output_is_the_true_one(game_of):
    game = game_of("pix2pix", adversarial=0.0, l1=0.0, matching=3.0)
    sketch, photo, target = game.pair(torch.arange(4))
    game.pair = lambda index: (sketch, photo, target)
    made = nn.Parameter(photo.clone())
    game.G.forward = lambda x: made
    game.d_loss(4, 0).backward()
    assert game.D.body[0].weight.grad.any(), "the discriminator whose layers are asked learns"
    assert game.g_loss(4).item() == pytest.approx(0, abs=1e-6)
    made.data += 0.3
    game.d_loss(4, 0)
    with torch.no_grad():
        first, last = (nn.functional.leaky_relu(game.D.body[0](torch.cat([sketch, y], 1)), 0.2) for y in (made, photo))
    loss = game.g_loss(4)
    loss.backward()
    assert made.grad.any() and loss.item() > 3 * (first - last).abs().mean().item() / 3


def test_colorize_trains_one_generator_alone(game_of):
    game = game_of("colorize", only="unet")
    game.d_loss(2, 0).backward()
    game.g_loss(2).backward()
    for nets in (game.G, game.D):
        assert all(p.grad is not None for p in nets["unet"].parameters())
        assert all(p.grad is None for p in nets["resnet"].parameters())


def test_where_the_adversary_has_no_weight_nobody_asks_it(game_of):
    game = game_of("colorize", adversarial=0.0)
    for net in game.D.values():
        net.forward = None
    game.d_loss(2, 0).backward()
    game.g_loss(2).backward()
    assert all(p.grad is not None for net in game.G.values() for p in net.parameters())


def test_processes_have_nothing_to_average_of_a_network_that_nobody_asks(game_of):
    game = game_of("pix2pix", adversarial=0.0)
    game.d_loss(2, 0).backward()
    distributed.average([p.grad for p in game.D.parameters() if p.grad is not None], Accelerator(cpu=True))


@pytest.mark.parametrize("share", [0.25, 1.0])
def test_the_unet_follows_the_resnet_by_the_share_given(game_of, share):
    game = game_of("colorize", only="unet", adversarial=0.0, l1=2.0, follow=share)
    n, _, h, w = game.images.shape
    game.images[:, 1:] = 255  # true colours of 1
    game.ema.module["resnet"] = constant(0.2, (n, 2, h, w))
    game.G["unet"] = constant(0.0, (n, 2, h, w))
    game.d_loss(n, 0)
    assert game.g_loss(n).item() == pytest.approx(2 * (share * 0.2 + (1 - share)), abs=0.01)


@pytest.mark.parametrize(
    "changes, wrong",
    [({"follow": 0.5}, "follow is 0.5.*--only unet"), ({"follow": 2.0, "only": "unet"}, "follow is 2.0.*0 to 1")],
)
def test_nothing_follows_a_resnet_that_learns_too(game_of, changes, wrong):
    with pytest.raises(ValueError, match=wrong):
        game_of("colorize", **changes)


def test_least_squares_by_hand():
    real, fake = torch.tensor([0.5, 1.0]), torch.tensor([0.0, 2.0])
    assert losses.least_squares_d(real, fake).item() == pytest.approx(0.125 + 2.0)
    assert losses.least_squares_g(fake).item() == pytest.approx((1 + 1) / 2)


class Means(nn.Module):
    """A reader that sees the mean of each channel, once as it is and once ten times as large."""

    def seen(self, x):
        return [x.mean((2, 3)), 10 * x.mean((2, 3))]


def test_an_output_is_drawn_from_the_mean_towards_its_own_photograph_and_beyond():
    torch.manual_seed(0)
    photos = torch.randint(0, 256, (6, 3, 1, 1), dtype=torch.uint8).expand(-1, -1, 4, 4).contiguous()
    tell, which = OwnPhoto(Means(), photos), torch.tensor([2, 5])
    own = from_uint8(photos)[which]
    mean = from_uint8(photos).mean(0, keepdim=True).expand(2, -1, -1, -1)
    lost, found = tell(mean, own, which), tell(own, own, which)
    further = tell(mean + 1.2 * (own - mean), own, which)
    assert lost > found > further > 0, "what tells it from the others is to be overdrawn, not hidden"
    assert tell(own.flip(0), own, which) > lost, "another photograph"
    dark = tell.place(from_uint8(photos))
    near, far = dark.split(3, 1)
    assert torch.allclose(near, far, atol=1e-5), "stages count the same however large their numbers are"
    assert torch.cdist(dark, dark).square().sum() / 30 == pytest.approx(2, abs=1e-4)


def test_contrast_without_a_set_to_read_says_so(game_of):
    with pytest.raises(ValueError, match="reader"):
        game_of("pix2pix", contrast=1.0)


def test_pix2pix_learns_to_be_told_for_its_own_photograph(game_of, monkeypatch):
    monkeypatch.setattr(translation, "reader", lambda source, device: Means())
    game = game_of("pix2pix", adversarial=0.0, l1=0.0, contrast=1.0, batch_size=4)
    game.d_loss(4, 0)
    game.g_loss(4).backward()
    assert all(p.grad is not None for p in game.G.parameters())
