"""How a page's memory grows with its visits: python -m tests.load.visits --visits 1000 starts app.py and prints it.

A visit is what a browser asks for when a link is opened and three tabs are looked at, each with its walk or sweep, in
a session of its own. The bundled weights are played; with --url and --pid a page that runs already is visited.
"""

import argparse
import itertools
import os
import random
import socket
import subprocess
import sys
import time
import uuid
from pathlib import Path

import httpx

import models

ROOT = Path(__file__).resolve().parents[2]
TABS = 3  # a visit


def megabytes(pid):
    """Resident memory of a process. Linux."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


class Visitor:
    """Calls the page's own events as its browser client does: at once where they skip the queue, else over a stream."""

    def __init__(self, url):
        self.client = httpx.Client(base_url=url, timeout=300, trust_env=False)
        config = self.client.get("/config").json()
        self.values = {part["id"]: part["props"].get("value") for part in config["components"]}
        self.events = {event["api_name"]: event for event in config["dependencies"]}

    def call(self, name, session):
        event = self.events[name]
        data = [self.values[i] for i in event["inputs"]]
        body = {"data": data, "fn_index": event["id"], "session_hash": session, "trigger_id": None}
        if not event["queue"]:
            self.client.post("/gradio_api/run/predict", json=body).raise_for_status()
            return
        self.client.post("/gradio_api/queue/join", json=body).raise_for_status()
        with self.client.stream("GET", "/gradio_api/queue/data", params={"session_hash": session}) as answer:
            done = [line for line in answer.iter_lines() if "process_completed" in line]
        assert done and '"success":true' in done[-1], f"{name}: {done}"

    def visit(self, tabs):
        session = uuid.uuid4().hex
        self.client.get("/").raise_for_status()
        self.call("page_home", session)
        for tab in tabs:
            self.call(f"page_{tab}_open", session)
            follow = self.events[f"page_{tab}_open"]["id"]
            for name in [name for name, event in self.events.items() if event["trigger_after"] == follow]:
                self.call(name, session)


def curve(url, pid, visits, step, names=None, seed=0):
    """Yields (visits so far, megabytes) before the first and after every `step` visits, each to three of `names`."""
    visitor, drawn = Visitor(url), random.Random(seed)
    yield 0, megabytes(pid)
    for i in itertools.count(1):
        visitor.visit(drawn.sample(names or models.names(), TABS))
        if i % step == 0:
            yield i, megabytes(pid)
        if i == visits:
            return


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--visits", type=int, default=1000)
    parser.add_argument("--step", type=int, default=100)
    parser.add_argument("--url", help="a page that runs already, with --pid")
    parser.add_argument("--pid", type=int)
    args = parser.parse_args()
    url, process = args.url, None
    if not url:
        with socket.create_server(("127.0.0.1", 0)) as server:
            port = server.getsockname()[1]
        url, process = (
            f"http://127.0.0.1:{port}",
            subprocess.Popen([sys.executable, "app.py", "--port", str(port)], cwd=ROOT),
        )
        until = time.monotonic() + 300
        while time.monotonic() < until and process.poll() is None:
            try:
                httpx.get(url, trust_env=False, timeout=60)
                break
            except httpx.ConnectError:
                time.sleep(1)
    try:
        for n, size in curve(url, args.pid or process.pid, args.visits, args.step):
            print(f"{n:5} visits  {size:6.0f} MB", flush=True)
    finally:
        if process:
            process.terminate()


if __name__ == "__main__":
    main()
