"""The small games in a real browser: what labels and the cycle do to their runs, and their panels."""

import numpy as np
import pytest

from tests.browser.exports import exported
from theory import cycle, labels

SLIDE = "(range, value) => { range.value = value; range.dispatchEvent(new Event('input', {bubbles: true})); }"
OUTCOME = """([kind, settings, rounds]) => {
  const game = new GAMES[kind](settings);
  for (let i = 0; i < rounds; i++) game.round();
  return game.score();
}"""


def test_a_gradient_through_the_cycle_is_that_of_finite_differences(blank):
    found, expected = blank.evaluate(
        """() => {
          const run = new Cycle({seed: 3, weight: 2}), {G, F, DB} = run, a = run.real('A');
          const loss = () => {
            const b = G.forward(a, BATCH).slice(), judged = lossOf(LOSSES.least_squares.g, DB.forward(b, BATCH)).value;
            return judged + 2 * mean(F.forward(b, BATCH).map((v, i) => Math.abs(v - a[i])));
          };
          G.grad.fill(0);
          F.grad.fill(0);
          run.way(a, G, F, DB);
          const nets = [G, F], at = [5, 60, 300];
          const slope = (net, i) => {
            const kept = net.flat[i], ends = [1e-6, -1e-6].map(by => { net.flat[i] = kept + by; return loss(); });
            net.flat[i] = kept;
            return (ends[0] - ends[1]) / 2e-6;
          };
          return [nets.flatMap(net => at.map(i => net.grad[i])), nets.flatMap(net => at.map(i => slope(net, i)))];
        }"""
    )
    assert found == pytest.approx(expected, rel=1e-3, abs=1e-6) and max(map(abs, found)) > 1e-3


@pytest.mark.parametrize(
    "kind, theory, settings",
    [
        ("pairs", labels, {"seed": 3, "wrong": 0}),
        ("pairs", labels, {"seed": 4, "wrong": 1}),
        ("cycle", cycle, {"seed": 5, "weight": 0}),
        ("cycle", cycle, {"seed": 6, "weight": 3}),
    ],
)
def test_losses_and_figures_are_those_of_pytorch(blank, kind, theory, settings):
    run, found = theory.Game(settings), blank.evaluate(OUTCOME, [kind, settings, 20])
    for _ in range(20):
        losses = run.round()
    expected = {"step": 20, **losses, **run.figures()}
    assert set(found) == set(expected)
    np.testing.assert_allclose([found[key] for key in expected], list(expected.values()), rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("kind, settings", [("pairs", {"seed": 1, "wrong": 1}), ("cycle", {"seed": 1, "weight": 3})])
def test_a_rewound_small_game_goes_on_to_the_bit(blank, kind, settings):
    first, rewound = blank.evaluate(
        """([kind, settings]) => {
          const session = new Session(kind, [settings]), text = () => JSON.stringify(session.games[0].save());
          session.advance(40, 1e9);
          const first = text();
          session.seek(12);
          session.advance(1e9, 1e9, 40);
          return [first, text()];
        }""",
        [kind, settings],
    )
    assert first == rewound


@pytest.mark.long
@pytest.mark.parametrize("seed", range(1, 4))
def test_an_equilibrium_has_fakes_with_their_label_at_the_real_ones_verdict(blank, seed):
    blind, seeing = (blank.evaluate(OUTCOME, ["pairs", {"seed": seed, "wrong": wrong}, 700]) for wrong in (0, 1))
    for run, verdict in ((blind, 1 / 2), (seeing, 2 / 3)):
        assert run["right"] == pytest.approx(verdict, abs=0.03) and run["own"] == pytest.approx(verdict, abs=0.03)
        assert run["placed"] > 0.95
    assert seeing["wrong"] < 0.05 and seeing["other"] < 0.05 and blind["wrong"] > 0.1


@pytest.mark.long
@pytest.mark.parametrize("seed", range(1, 4))
def test_positions_are_lost_without_the_cycle_and_kept_with_it(blank, seed):
    lost, kept = (blank.evaluate(OUTCOME, ["cycle", {"seed": seed, "weight": weight}, 700]) for weight in (0, 3))
    assert lost["l1"] > 0.5 and lost["kept"] < 0.5 and lost["off"] < 0.25, "on the ring, at the wrong place"
    assert kept["l1"] < 0.06 and kept["kept"] == 1 and kept["off"] < 0.1


@pytest.mark.parametrize(
    "panel, control", [("labels", "wrong"), pytest.param("cycle", "weight", marks=pytest.mark.long)]
)
def test_a_small_game_plays_and_rests_when_it_is_left(visit, panel, control):
    page = visit(f"?tab=lab&panel={panel}&steps=100", width=390)
    here = page.locator(f"#lab-{panel}-view")
    number = here.locator(".lab-number b")

    def at(page, n):
        page.wait_for_function(
            f"() => document.querySelector('#lab-{panel}-view .game-step')?.innerText === 'Round {n}'"
        )

    at(page, 0)
    first = number.inner_text()
    here.locator("[data-guess='0']").click()
    assert here.locator(".lab-wrong").inner_text() == "Not so."
    here.locator("[data-play]").click()
    at(page, 100)
    end = here.locator(".game-figures").inner_text()
    assert number.inner_text() != first
    here.locator("[data-rewind]").evaluate(SLIDE, 30)
    at(page, 30)
    assert here.locator(".game-figures").inner_text() != end
    page.wait_for_function("() => location.search.includes('at=30')")
    again = visit(page.url[page.url.index("?") :])
    at(again, 30)
    assert again.locator(f"#lab-{panel}-view .game-figures").inner_text() == here.locator(".game-figures").inner_text()
    exports(page, here)
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    here.locator(".game-presets button").first.click()
    page.wait_for_function(f"() => location.search.includes('{control}=0')")
    page.locator("#tab-home-button").click()
    page.wait_for_function(f"() => document.querySelector('#lab-{panel}-view [data-play]').textContent === 'Play'")


def exports(page, here):
    """The CSV's row of round 30 is what the program finds after as many rounds."""
    rows, scope = exported(page, here)
    row = next(row for row in rows if row["step"] == "30")
    run = scope["Game"](scope["SETTINGS"])
    for _ in range(scope["SETTINGS"]["steps"]):
        losses = run.round()
    found = {"step": scope["SETTINGS"]["steps"], **losses, **run.figures()}
    assert {key: float(value) for key, value in row.items()} == pytest.approx(found, abs=1e-5)
