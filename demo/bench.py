"""Milliseconds from slider to picture, and the game's frames a second: python -m demo.bench drives a real browser.

Measured in the page: from the slider's input event until the new picture is decoded and shown; and how often the game's
round changes while it plays with its first settings.
"""

import argparse
import shutil
import statistics

import demo

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-sync",
    "--disable-background-networking",
    "--disable-component-update",
]
MOVE = """async ([slider, picture, value]) => {
  const range = document.querySelector(slider + ' input[type=range]');
  const source = () => (document.querySelector(picture) || {}).src;
  const before = source(), start = performance.now();
  range.value = value;
  range.dispatchEvent(new Event('input', {bubbles: true}));
  while (source() === before || !source()) {
    if (performance.now() - start > 20000) return -1;
    await new Promise(done => setTimeout(done, 1));
  }
  await document.querySelector(picture).decode();
  await new Promise(requestAnimationFrame);
  return performance.now() - start;
}"""


def measure(page, variant, moves):
    """Milliseconds of each move of a tab's first slider, sorted; three more before them warm up."""
    slider, picture = f"#{variant}-d1", f"#{variant}-stage img"
    page.wait_for_selector(picture, timeout=120_000)
    page.wait_for_selector(f"#{variant}-walk img", timeout=120_000)  # opening is over
    warm = 3
    values = [round(-3 + 6 * i / (moves + warm), 2) for i in range(moves + warm)]
    times = [page.evaluate(MOVE, [slider, picture, value]) for value in values]
    if min(times) < 0:
        raise TimeoutError("a slider moved and no new picture came within 20 s")
    return sorted(times[warm:])


FRAMES = """async ms => {
  const step = document.querySelector('#lab-game-view .game-step'), start = performance.now();
  let frames = 0;
  const watcher = new MutationObserver(() => frames++);
  watcher.observe(step, {childList: true});
  await new Promise(done => setTimeout(done, ms));
  watcher.disconnect();
  return [1000 * frames / (performance.now() - start), Number(step.innerText.match(/\\d+/)[0])];
}"""


def frame_rate(page, ms=5000):
    """(frames a second, the round that it came to) of the lab's game while it plays; page: opened on it."""
    page.wait_for_selector("#lab-game-view .game-step:not(:empty)", timeout=120_000)
    page.click("#lab-game-view [data-play]")
    return page.evaluate(FRAMES, ms)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__.splitlines()[0], formatter_class=argparse.ArgumentDefaultsHelpFormatter
    )
    parser.add_argument("--variant", default="dcgan", help="whose tab to move a slider in")
    parser.add_argument("--moves", type=int, default=50, help="slider moves to measure")
    parser.add_argument("--url", help="a page that runs already; without it one is started")
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    parser.add_argument("--chromium", default=chromium, help="the browser to drive")
    args = parser.parse_args()
    from playwright.sync_api import sync_playwright  # a development requirement only

    url = args.url or demo.build().launch(prevent_thread_lock=True, quiet=True, **demo.look())[1]
    with sync_playwright() as p:
        browser = p.chromium.launch(executable_path=args.chromium, args=FLAGS)
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.goto(f"{url.rstrip('/')}/?tab={args.variant}")
        times = measure(page, args.variant, args.moves)
        page.goto(f"{url.rstrip('/')}/?tab=lab&panel=game&steps=5000")
        frames, rounds = frame_rate(page)
        browser.close()
    print(
        f"{args.variant}: slider to picture median {statistics.median(times):.0f} ms, "
        f"p90 {times[int(0.9 * (len(times) - 1))]:.0f} ms, n {len(times)}"
    )
    print(f"game: {frames:.0f} frames a second, {rounds} rounds in 5 s")


if __name__ == "__main__":
    main()
