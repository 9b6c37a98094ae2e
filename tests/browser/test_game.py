"""The game in a real browser: its numbers are PyTorch's, its runs replay to the bit, and its panel plays."""

import numpy as np
import pytest
import torch
from scipy.optimize import linear_sum_assignment
from scipy.stats import entropy

from demo.panels import two_runs
from demo.panels.game import Panel
from demo.parts import game
from tests.browser.exports import exported
from theory import game as program

RUN = """([settings, rounds]) => {
  const game = new Game(settings), found = [];
  for (let i = 0; i < rounds; i++) { game.round(); found.push(Object.values(game.losses)); }
  return {found, G: [...game.G.flat], D: [...game.D.flat]};
}"""
SLIDE = "(range, value) => { range.value = value; range.dispatchEvent(new Event('input', {bubbles: true})); }"
GAMES = (
    {"loss": "minimax", "optimizer": "sgd", "d_rate": 0.1, "g_rate": 0.1},
    {"loss": "nonsaturating", "data": "grid", "prior": "uniform", "z": 5, "n_d": 2, "layers": 3},
    {"loss": "least_squares", "optimizer": "rmsprop", "data": "moons", "n_g": 3},
    {"loss": "hinge", "bound": "spectral", "data": "spiral", "optimizer": "sgd", "g_rate": 0.1},
    {"loss": "nonsaturating", "bound": "spectral", "layers": 1},
    {"loss": "wasserstein", "bound": "clip", "optimizer": "rmsprop", "d_rate": 0.03, "n_d": 3},
    {"loss": "wasserstein", "bound": "penalty", "optimizer": "sgd", "d_rate": 0.03, "n_d": 2, "layers": 3},
    {"loss": "nonsaturating", "bound": "penalty", "data": "brush", "brush": "00zzi0a1b2c3", "z": 1},
)


def flat(net):
    """A net's parameters in the browser's order."""
    pairs = zip(net.weights, net.biases)
    return torch.cat([part.detach().flatten() for pair in pairs for part in pair]).numpy()


@pytest.mark.parametrize("over", GAMES, ids=lambda over: "-".join(str(v) for v in list(over.values())[:3]))
def test_losses_gradients_and_steps_are_those_of_pytorch(blank, over):
    settings = {**game.FIRST, "units": 12, "seed": 7, **over}
    run = program.Game(settings)
    rounds = [[losses[key] for key in ("d_loss", "g_loss", "critic")] for losses in (run.round() for _ in range(4))]
    found = blank.evaluate(RUN, [settings, 4])
    np.testing.assert_allclose(found["found"], rounds, rtol=1e-5, atol=1e-5)
    for name, net in (("G", run.G), ("D", run.D)):
        np.testing.assert_allclose(found[name], flat(net), rtol=1e-5, atol=1e-5)


def test_spectral_norm_is_the_largest_singular_value(blank):
    settings = {**game.FIRST, "units": 12, "bound": "spectral"}
    found = blank.evaluate(
        """s => {
          const {D} = new Game(s);
          for (let i = 0; i < 300; i++) D.tighten(true);
          return [[...D.used], [...D.flat]];
        }""",
        settings,
    )
    used, raw = (np.array(values[24 + 12 : 24 + 12 + 144]).reshape(12, 12) for values in found)
    assert np.linalg.norm(used, 2) == pytest.approx(1, abs=1e-4) and np.linalg.norm(raw, 2) > 1.2
    np.testing.assert_allclose(used, raw / np.linalg.norm(raw, 2), atol=1e-4)


def test_distances_are_those_of_scipy(blank):
    rng = np.random.default_rng(0)
    a, b, p, q = rng.normal(size=(60, 2)), rng.normal(size=(60, 2)) + 1, *rng.dirichlet(np.ones(40), 2)
    args = [v.ravel().tolist() for v in (a, b, p, q)]
    w, kl, js = blank.evaluate("([a, b, p, q]) => [distance(a, b, 60), kl(p, q), js(p, q)]", args)
    cost = np.linalg.norm(a[:, None] - b[None], axis=-1)
    assert w == pytest.approx(cost[linear_sum_assignment(cost)].mean())
    assert kl == pytest.approx(entropy(p, q)) and js == pytest.approx(
        (entropy(p, (p + q) / 2) + entropy(q, (p + q) / 2)) / 2
    )


def test_a_rewound_run_goes_on_to_the_bit(blank):
    first, rewound, replayed, other = blank.evaluate(
        """s => {
          const text = session => JSON.stringify(session.games.map(game => game.save()));
          const settings = [s, {...s, loss: 'wasserstein', bound: 'penalty'}], session = new Session('plane', settings);
          session.advance(30, 1e9);
          session.byHand('d_rate', 0.03);
          session.byHand('D', null);
          session.advance(40, 1e9);
          const first = text(session), moves = JSON.parse(JSON.stringify(session.moves));
          session.seek(28);
          session.advance(1e9, 1e9, 70);
          const rewound = text(session), again = new Session('plane', settings, moves);
          again.advance(1e9, 1e9, 70);
          session.seek(30);
          session.byHand('d_rate', 0.001);
          session.advance(1e9, 1e9, 70);
          return [first, rewound, text(again), text(session)];
        }""",
        {**game.FIRST, "units": 8},
    )
    assert first == rewound == replayed and other != first


def test_what_is_not_finite_stops_the_run(blank):
    settings = {**game.FIRST, "units": 8, "loss": "least_squares", "optimizer": "sgd", "d_rate": 0.3, "g_rate": 0.3}
    broken, step, again = blank.evaluate(
        """s => {
          const session = new Session('plane', [s]);
          session.games[0].D.flat.fill(1e200);
          session.advance(300, 1e9);
          const {broken, step} = session;
          session.seek(0);
          return [broken, step, session.broken];
        }""",
        settings,
    )
    assert broken["net"] in ("D", "G") and broken["step"] == step == 0 and again is None


def outcome(blank, preset, seed, steps, **over):
    """{modes, good} of a preset's run."""
    settings = {**game.FIRST, **Panel.presets[preset][1], **over}
    return blank.evaluate("([s, seed, steps]) => tryOut(s, [seed], steps)[0]", [settings, seed, steps])


@pytest.mark.long
@pytest.mark.parametrize("seed", range(1, 6))
def test_presets_end_as_they_say(blank, seed):
    assert outcome(blank, "plain", seed, 1500)["modes"] == 8
    assert 1 <= outcome(blank, "collapse", seed, 300)["modes"] <= 3, "few kinds, not none"
    assert outcome(blank, "clip", seed, 700)["modes"] >= 7
    assert outcome(blank, "penalty", seed, 500)["modes"] == 8
    line, plane = (outcome(blank, "line", seed, 1500, z=z)["modes"] for z in (1, 2))
    assert line < plane


@pytest.mark.long
@pytest.mark.parametrize("seed", range(1, 6))
def test_a_clipped_critic_s_generator_covers_fewer_modes(blank, seed):
    first, (_, *runs) = two_runs.FIRST, two_runs.PAIRS["clip_penalty"]
    clipped, penalised = (
        blank.evaluate("([s, seed]) => tryOut(s, [seed], 600)[0]", [{**first, **over}, seed])["modes"]
        for _, over in runs
    )
    assert clipped <= 5 and penalised >= 7


def test_a_game_is_played(visit):
    page = visit("?tab=lab&panel=game&units=8&steps=60")
    step = page.locator("#lab-game-view .game-step")
    step.wait_for()

    def at(n):
        page.wait_for_function(f"() => document.querySelector('.game-step').innerText === 'Round {n}'")

    def table():
        return page.locator(".game-figures").inner_text()

    at(0)
    before = table()
    page.locator("[data-d]").click()
    page.wait_for_function("before => document.querySelector('.game-figures').innerText !== before", arg=before)
    at(0)
    page.locator("[data-reset]:visible").click()
    page.wait_for_function("before => document.querySelector('.game-figures').innerText === before", arg=before)
    page.locator("[data-play]").click()
    at(60)
    assert page.locator("[data-play]").inner_text() == "Play", "the run stops after so many rounds"
    end = table()
    page.locator("[data-rewind]").evaluate(
        "(r) => { r.value = 20; r.dispatchEvent(new Event('input', {bubbles: true})); }"
    )
    at(20)
    assert table() != end
    page.locator("[data-play]").click()
    at(60)
    assert table() == end, "rewound, the same run again"
    page.wait_for_function("() => location.search.includes('at=60')")
    again = visit(page.url[page.url.index("?") :])
    again.wait_for_function("() => document.querySelector('.game-step')?.innerText === 'Round 60'")
    assert again.locator(".game-figures").inner_text() == end, "the link replays it"
    exports(page)


def exports(page):
    """The CSV's last row, and the program's, after as many rounds."""
    (*_, last), scope = exported(page, page)
    run = scope["Game"](scope["SETTINGS"])
    assert scope["SETTINGS"]["units"] == 8 and scope["SETTINGS"]["steps"] == 60 == int(last["step"])
    for _ in range(60):
        losses = run.round()
    for name, loss in losses.items():
        assert float(last[name]) == pytest.approx(loss, abs=1e-5)
    found = run.coverage()
    assert int(last["modes"]) == found["modes"] and float(last["good"]) == pytest.approx(found["good"], abs=0.003)


def test_data_are_drawn_and_a_hidden_game_rests(visit):
    page = visit("?tab=lab&panel=game&units=8")
    page.locator("#lab-game-view .game-step").wait_for()
    page.locator("[data-key=data]").select_option("brush")
    box = page.locator(".game-stage canvas").bounding_box()
    page.mouse.move(box["x"] + 60, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + 160, box["y"] + 90, steps=8)
    page.mouse.up()
    page.wait_for_function("() => /brush=[0-9a-z]{12,}/.test(location.search)")
    page.locator("[data-play]").click()
    page.wait_for_function("() => !/ 0$/.test(document.querySelector('.game-step').innerText)")
    page.locator("#tab-home-button").click()
    page.wait_for_function("() => document.querySelector('[data-play]').textContent === 'Play'")


def test_a_game_is_moved_while_it_runs(visit):
    page = visit("?tab=lab&panel=game&units=4&steps=5000")
    page.locator("#lab-game-view .game-step").wait_for()
    page.locator(".lab-guess:visible button").nth(1).click()
    assert page.locator(".lab-guess:visible .lab-right").count() == 1
    page.locator("[data-preset=collapse]").click()
    for key, value in (("n_g", "5"), ("loss", "hinge"), ("g_rate", "0.001")):
        assert page.locator(f"[data-key={key}]:visible").input_value() == value, "the preset sets the controls"
    page.locator("[data-key=steps]:visible").evaluate(SLIDE, 5000)
    page.locator("[data-key=g_rate]:visible").select_option("0.01")
    page.wait_for_function("() => document.querySelector('[data-play]').textContent === 'Pause'")
    page.locator("[data-slow]:visible").check()
    page.wait_for_timeout(1200)
    page.locator("[data-play]:visible").click()
    page.wait_for_function("() => /moves=[0-9]+:g_rate:0.01/.test(location.search)")
    page.locator("[data-seed]:visible").click()
    page.wait_for_function("() => document.querySelector('.game-step').innerText === 'Round 0'")
    page.locator("[data-layer=star]:visible").check()
    page.locator(".game-figures th:visible", has_text="D is off D* by").wait_for()


@pytest.mark.long
def test_ten_seeds_are_counted_and_stop_with_the_tab(visit):
    count = "() => document.querySelectorAll('.game-seeds span').length"
    page = visit("?tab=lab&panel=game&units=4&layers=1&steps=5")
    page.locator("[data-seeds]:visible").click()
    page.wait_for_function(f"() => ({count})() === 10")
    page.locator("[data-key=steps]:visible").evaluate(SLIDE, 3000)
    page.locator("[data-seeds]:visible").click()
    page.locator("#tab-home-button").click()
    page.wait_for_function("() => !document.querySelector('#lab-game-view').offsetWidth")
    page.wait_for_timeout(300)
    before = page.evaluate(count)
    page.wait_for_timeout(1500)
    assert page.evaluate(count) == before < 10
