"""What start, a visit and a slider's move cost, and the game's frames a second: python -m demo.bench starts the page
and opens it in a real browser.

A move is measured in the page, from the slider's input event until the new picture is decoded and shown; frames by how
often the game's round changes while it plays with its first settings.
"""

import argparse
import os
import shutil
import socket
import statistics
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import httpx

ROOT = Path(__file__).resolve().parents[1]

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


@contextmanager
def started():
    """(address, seconds until its first page) of app.py in a process of its own."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    url, start = f"http://127.0.0.1:{port}", time.perf_counter()
    process = subprocess.Popen([sys.executable, "app.py", "--port", str(port)], cwd=ROOT, stdout=subprocess.DEVNULL)
    try:
        while process.poll() is None:
            try:
                httpx.get(url, trust_env=False, timeout=60).raise_for_status()
                yield url, time.perf_counter() - start
                return
            except httpx.ConnectError:
                time.sleep(0.02)
        raise OSError("app.py has ended")
    finally:
        process.terminate()


def imports():
    """Seconds that importing torch and gradio alone takes."""
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", "import torch, gradio"], check=True)
    return time.perf_counter() - start


def visit(page, url):
    """Opens the home page: (kB over the wire besides Gradio's own assets, seconds until all its pictures show)."""
    urls, sizes, network = {}, {}, page.context.new_cdp_session(page)
    network.send("Network.enable")
    network.on("Network.requestWillBeSent", lambda e: urls.update({e["requestId"]: e["request"]["url"]}))
    network.on("Network.loadingFinished", lambda e: sizes.update({e["requestId"]: e["encodedDataLength"]}))
    start = time.perf_counter()
    page.goto(url)
    page.locator(".ga-four img").first.wait_for(timeout=120_000)
    seconds = time.perf_counter() - start
    page.wait_for_timeout(1000)
    own = [size for key, size in sizes.items() if "/assets/" not in urls[key] and "/static/" not in urls[key]]
    return sum(own) / 1000, seconds


def answer(url, n=50):
    """Milliseconds until the page's bytes are there, the median of n."""
    with httpx.Client(trust_env=False, timeout=60) as client:
        times = []
        for _ in range(n):
            start = time.perf_counter()
            client.get(url).raise_for_status()
            times.append(1000 * (time.perf_counter() - start))
    return statistics.median(times)


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
    """(frames a second, the round that it came to, CPU milliseconds of the page's main thread for a frame) of the
    lab's game while it plays; page: opened on it.
    """
    page.wait_for_selector("#lab-game-view .game-step:not(:empty)", timeout=120_000)
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})

    def worked():
        metrics = session.send("Performance.getMetrics")["metrics"]
        return next(metric["value"] for metric in metrics if metric["name"] == "TaskDuration")

    page.click("#lab-game-view [data-play]")
    before = worked()
    frames, rounds = page.evaluate(FRAMES, ms)
    return frames, rounds, 1000 * (worked() - before) / (frames * ms / 1000)


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
    if args.url:
        return look(args, args.url.rstrip("/"))
    alone = imports()
    with started() as (url, seconds):
        print(f"start: first page after {seconds:.1f} s; importing torch and gradio alone takes {alone:.1f} s")
        look(args, url)


def look(args, url):
    """Print what a visit and a slider's moves cost on a page that runs."""
    from playwright.sync_api import sync_playwright  # a development requirement only

    with sync_playwright() as p:
        browser = p.chromium.launch(executable_path=args.chromium, args=FLAGS)
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        kilobytes, seconds = visit(page, url)
        print(f"visit: {kilobytes:.0f} kB besides Gradio's assets, pictures after {seconds:.1f} s", end="")
        print(f"; the page's bytes after {answer(url):.0f} ms, load {os.getloadavg()[0]:.1f}")
        page.goto(f"{url}/?tab={args.variant}")
        times = measure(page, args.variant, args.moves)
        page.goto(f"{url}/?tab=lab&panel=game&steps=5000")
        frames, rounds, busy = frame_rate(page)
        browser.close()
    print(
        f"{args.variant}: slider to picture median {statistics.median(times):.0f} ms, "
        f"p90 {times[int(0.9 * (len(times) - 1))]:.0f} ms, n {len(times)}"
    )
    print(f"game: {frames:.0f} frames a second, {rounds} rounds in 5 s; main thread {busy:.0f} ms of CPU a frame")


if __name__ == "__main__":
    main()
