"""How long visitors wait who come all at once: python -m tests.load.crowd --visitors 50 --seconds 120.

Each connects with gradio_client within the first second, then moves sliders, asks for grids and uploads photos, and
thinks for a second between calls. Without --url, app.py is started on the bundled weights.
"""

import argparse
import os
import random
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import httpx
from gradio_client import Client, handle_file
from PIL import Image

ROOT = Path(__file__).resolve().parents[2]
NOISE = ("dcgan", "wgan", "sngan", "gan", "progan", "biggan")
TRANSLATIONS = {"cyclegan": {}, "colorize": {}, "stargan": {"faces": "whole"}}  # and what is sent beside the photo
WAIT = 300  # seconds for a page to start


class Crowd:
    """What happened to the visitors: waits {kind: [seconds]}, errors [(seconds since the start, visitor, line)]."""

    def __init__(self, url, visitors, seconds, names=(NOISE, (*TRANSLATIONS,)), thought=1.0):
        self.url, self.seconds, self.names, self.thought = url, seconds, names, thought
        self.waits, self.errors, self.start = defaultdict(list), [], time.perf_counter()
        with tempfile.TemporaryDirectory() as folder:
            self.photo = Path(folder, "photo.jpg")
            Image.radial_gradient("L").resize((640, 480)).convert("RGB").save(self.photo)
            threads = [threading.Thread(target=self._visit, args=(i, i / visitors)) for i in range(visitors)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()

    def _visit(self, number, delay):
        rng = random.Random(number)
        time.sleep(delay)
        # A visitor keeps one cookie, as a browser does; a balancer may route by it.
        options = {"headers": {"Cookie": f"visitor={number}"}, "verbose": False, "analytics_enabled": False}
        options["ssl_verify"] = False  # every request would read the list of authorities: half of a visitor's work
        client = self._timed("connect", number, lambda: Client(self.url, httpx_kwargs={"timeout": 120}, **options))
        while client and time.perf_counter() - self.start < self.seconds:
            time.sleep(self.thought * rng.uniform(0.5, 1.5))
            if self.names[1] and rng.random() < 0.2:
                name = rng.choice(self.names[1])
                values = {"photo": handle_file(self.photo), **TRANSLATIONS[name]}
                self._timed("translation", number, partial(client.predict, api_name=f"/{name}", **values))
            else:
                name, values = rng.choice(self.names[0]), {"seed": rng.randrange(1000), "n": rng.choice((1, 1, 1, 4))}
                self._timed("noise", number, partial(client.predict, api_name=f"/{name}", **values))

    def _timed(self, kind, number, call):
        begun = time.perf_counter()
        try:
            found = call()
        except Exception as error:  # counted, whatever it is
            self.errors.append((time.perf_counter() - self.start, number, f"{kind}: {type(error).__name__} {error}"))
            return None
        self.waits[kind].append(time.perf_counter() - begun)
        return found

    def wait(self, kind, share=0.95):
        """The seconds within which this share of the calls of a kind were answered."""
        ranked = sorted(self.waits[kind])
        return ranked[int(share * (len(ranked) - 1))]

    def table(self):
        """Lines: kind, calls, median and 95th percentile of the wait in seconds."""
        rows = [f"{'':12}{'calls':>7}{'median':>8}{'p95':>8}{'most':>8}"]
        for kind, waits in sorted(self.waits.items()):
            values = "".join(f"{self.wait(kind, share):8.2f}" for share in (0.5, 0.95, 1))
            rows.append(f"{kind:12}{len(waits):7}{values}")
        return [
            *rows,
            f"{len(self.errors)} errors",
            *[f"  {at:.1f} s, visitor {n}: {line}" for at, n, line in self.errors],
        ]


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


@contextmanager
def page(**variables):
    """(address, process) of app.py once it answers; variables: of its environment."""
    port, log = free_port(), tempfile.TemporaryFile("w+")
    command, env = [sys.executable, "app.py", "--port", str(port)], {**os.environ, **variables}
    process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=log, stderr=log)
    try:
        try:
            wait(f"http://127.0.0.1:{port}", process)
        except RuntimeError as error:
            log.seek(0)
            raise RuntimeError(f"{error}: {log.read()[-2000:]}") from None
        yield f"http://127.0.0.1:{port}", process
    finally:
        process.terminate()
        process.wait(60)
        log.close()


def wait(url, process):
    """Until a page answers; RuntimeError if its process ends or WAIT seconds have passed."""
    until = time.monotonic() + WAIT
    while time.monotonic() < until and process.poll() is None:
        try:
            httpx.get(url, trust_env=False, timeout=60).raise_for_status()
            return
        except httpx.HTTPError:
            time.sleep(0.5)
    raise RuntimeError(f"no page at {url}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--visitors", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--url", help="a page that runs already")
    args = parser.parse_args()
    if args.url:
        print("\n".join(Crowd(args.url, args.visitors, args.seconds).table()))
        return
    with page() as (url, _):
        print("\n".join(Crowd(url, args.visitors, args.seconds).table()))


if __name__ == "__main__":
    main()
