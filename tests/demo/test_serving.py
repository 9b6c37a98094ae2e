"""python app.py as a process: proxies, taken ports, its temporary folder; and what a visitor's session holds."""

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace

import gradio as gr
import httpx
import pytest
from gradio import routes, state_holder
from gradio.utils import get_upload_folder
from gradio_client import Client
from gradio_client.exceptions import AppError
from gradio_client.utils import QueueError

import demo
import models
from demo import events, serving
from demo.tabs import home
from demo.variant_tab import VariantTab
from tests.demo.site import call, unlisted

ROOT = Path(__file__).resolve().parents[2]


class Refuses(BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.asked.append(self.path)
        self.send_error(503)

    do_HEAD = do_POST = do_CONNECT = do_GET

    def log_message(self, *_):
        pass


@pytest.fixture
def proxy():
    with ThreadingHTTPServer(("127.0.0.1", 0), Refuses) as server:
        server.asked = []
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def start(*arguments, **variables):
    env = {**os.environ, "OMP_NUM_THREADS": "1", **variables}
    env = {name: value for name, value in env.items() if value is not None}
    command = [sys.executable, "app.py", *map(str, arguments)]
    return subprocess.Popen(command, cwd=ROOT, env=env, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def test_the_page_runs_behind_a_dead_proxy_and_another_users_folder_and_leaves_nothing(proxy, tmp_path):
    (tmp_path / "gradio").write_text("another user's: Gradio's default folder cannot be made")
    at, port = f"http://127.0.0.1:{proxy.server_address[1]}", free_port()
    proxies = {"HTTP_PROXY": at, "http_proxy": at, "ALL_PROXY": at, "NO_PROXY": None, "no_proxy": None}
    process = start("--port", port, TMPDIR=str(tmp_path), GRADIO_TEMP_DIR=None, **proxies)
    try:
        page, until = f"http://127.0.0.1:{port}", time.monotonic() + 240
        with httpx.Client(trust_env=False, timeout=120) as client:
            while True:
                try:
                    assert client.get(page).status_code == 200
                    break
                except httpx.ConnectError:
                    assert process.poll() is None and time.monotonic() < until, process.stdout.read()
                    time.sleep(0.5)
            config = client.get(f"{page}/config").json()
            reroll = next(d["id"] for d in config["dependencies"] if d["api_name"].endswith("gan_reroll"))
            controls = [0, 4, 0, "all", *[0.0] * 14]
            body = {"data": controls, "fn_index": reroll, "session_hash": "visitor"}
            joined = client.post(f"{page}/gradio_api/queue/join", json=body)
            with client.stream("GET", f"{page}/gradio_api/queue/data?session_hash=visitor") as answer:
                done = next(line for line in answer.iter_lines() if "process_completed" in line)
        assert joined.status_code == 200 and '"success":true' in done and ".png" in done
        (folder,) = tmp_path.glob("gan-atlas-*")
        assert folder.stat().st_mode & 0o777 == 0o700 and list(folder.rglob("*.png"))
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
        assert [path.name for path in tmp_path.iterdir()] == ["gradio"] and not proxy.asked
    finally:
        process.kill()
    assert "Traceback" not in process.stdout.read()


@pytest.mark.parametrize("arguments, says", [(["--host", "8.8.8.8"], "8.8.8.8"), (["--port", "0"], "1 to 65535")])
def test_an_address_that_cannot_be_had_is_one_line(arguments, says):
    words = start(*arguments).communicate(timeout=60)[0].strip().splitlines()
    assert says in words[-1] and not any("Traceback" in line for line in words)


def test_a_taken_port_is_one_line():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        process = start("--port", port)
        words = process.communicate(timeout=60)[0].strip()
    assert process.returncode == 1 and "\n" not in words and f"port {port}" in words and "--port" in words


def test_the_own_folder_is_the_users_alone():
    folder = Path(get_upload_folder())
    assert folder.name.startswith("gan-atlas-") and folder.stat().st_mode & 0o777 == 0o700


def test_a_session_holds_what_was_changed_for_its_visitor_alone(served):
    address, page = served
    call(Client(address, verbose=False, analytics_enabled=False, httpx_kwargs={"timeout": 120}), "dcgan_open")
    *_, session = page.state_holder.session_data.values()
    changed = session.blocks_config.blocks.maps[0]
    assert 0 < len(changed) < 60 < len(session.blocks_config.blocks)
    assert not list(session.components), "no copy of the configuration, and no pictures"
    assert session.blocks_config.fns is page.default_config.fns


def test_no_event_pays_for_a_summary_of_all_events(served):
    address, page = served
    call(Client(address, verbose=False, analytics_enabled=False, httpx_kwargs={"timeout": 120}), "dcgan_grid", n=1)
    assert page._queue.events_recorded and page._queue.cached_event_analytics_summary == {"functions": {}}


def test_the_number_of_sessions_is_bounded(served):
    page, capacity = served[1], demo.look()["state_session_capacity"]
    holder = state_holder.StateHolder()
    holder.blocks, holder.capacity = page, page.state_session_capacity
    for i in range(capacity + 10):
        holder[str(i)]
    assert len(holder.session_data) == len(holder.time_last_used) == capacity


def test_openings_that_wait_leave_the_sliders_their_threads(served, monkeypatch):
    """Fifty tabs are opened while the network is busy: a slider elsewhere moves all the same."""
    free, options = threading.Event(), {"verbose": False, "analytics_enabled": False, "max_workers": 50}

    def load(tab):
        if tab.name == "gan":
            free.wait(60)
        return models.load(tab.name)

    monkeypatch.setattr(VariantTab, "load", load)
    crowd, visitor = (Client(served[0], httpx_kwargs={"timeout": 120}, **options) for _ in range(2))
    with ThreadPoolExecutor(50) as pool:
        openings = [pool.submit(call, crowd, "gan_open") for _ in range(50)]
        time.sleep(2)
        try:
            moved = ThreadPoolExecutor(1).submit(call, visitor, "dcgan_move")
            assert moved.result(timeout=20)["src"].startswith("data:image/png")
            assert not any(opening.done() for opening in openings)
        finally:
            free.set()
        assert all(opening.result()[0] for opening in openings)


@pytest.mark.parametrize("path, most", [("/", 150_000), ("/config", 150_000), ("/gradio_api/info", 20_000)])
@pytest.mark.parametrize("encoding", ["br", "gzip"])
def test_the_page_travels_compressed(served, path, most, encoding):
    asked = [{"Accept-Encoding": encoding, "Accept-Language": lang} for lang in ("en", "en", "zh")]
    first, again, chinese = (httpx.get(served[0] + path, headers=headers, timeout=120) for headers in asked)
    plain = httpx.get(served[0] + path, headers={"Accept-Encoding": "identity"}, timeout=120)
    assert {a.headers["content-encoding"] for a in (first, again, chinese)} == {encoding}
    assert "content-encoding" not in plain.headers and first.content == again.content == plain.content
    assert int(first.headers["content-length"]) < (most if encoding == "br" else 2 * most)
    assert (chinese.content != plain.content) == (path != "/gradio_api/info"), "the API's listing is English"


@pytest.mark.parametrize("encoding", ["br", "gzip", "identity"])
def test_gradio_s_own_files_are_read_once_and_stay_in_the_browser(served, encoding, monkeypatch):
    page = httpx.get(served[0], timeout=120).text
    path = re.search(r"/assets/[\w-]+\.js", page)[0]
    first = httpx.get(served[0] + path, headers={"Accept-Encoding": encoding})
    monkeypatch.setattr(routes, "file_response", None)
    again = httpx.get(served[0] + path, headers={"Accept-Encoding": encoding})
    assert first.content == again.content and len(first.content) > 1000
    assert first.headers.get("content-encoding", "identity") == encoding
    assert "immutable" in first.headers["cache-control"]


def test_what_is_no_file_of_gradio_s_is_not_kept(served):
    missing = httpx.get(f"{served[0]}/assets/missing.js")
    assert missing.status_code == 404 and "cache-control" not in missing.headers
    path = re.search(r"/assets/[\w-]+\.js", httpx.get(served[0], timeout=120).text)[0]
    part = httpx.get(served[0] + path, headers={"Range": "bytes=0-9"})
    assert part.status_code == 206 and len(part.content) == 10


def test_visitors_who_come_together_see_pictures_made_for_all(served, monkeypatch):
    made, free, timeline = [], threading.Event(), home.timeline

    def slow():
        made.append(1)
        free.wait(60)
        return timeline()

    monkeypatch.setattr(home, "timeline", slow)
    number = next(e["id"] for e in served[1].configs["en"]["dependencies"] if e["api_name"] == "page_home")
    with httpx.Client(base_url=served[0], timeout=120) as browser, ThreadPoolExecutor(50) as pool:

        def visit():
            answer = browser.post("/gradio_api/run/predict", json={"data": [], "fn_index": number})
            return answer.json()["data"][0]["cards"][2]["pictures"]

        visits = [pool.submit(visit) for _ in range(50)]
        time.sleep(2)
        free.set()
        seen = [found.result() for found in visits]
        assert len(made) == 1 and len(seen[0]) == 4 and all(pictures == seen[0] for pictures in seen)
        monkeypatch.setattr(home, "FRESH", 60.0)
        assert visit() == seen[0], "shared by who comes next"
        monkeypatch.setattr(home, "FRESH", 0.0)
        assert visit() != seen[0], "made anew for who comes later"


def test_a_page_that_is_full_says_so_at_once(served, monkeypatch):
    free, options = threading.Event(), {"verbose": False, "analytics_enabled": False, "max_workers": 9}
    monkeypatch.setattr(events, "MOST_WAITING", 3)
    monkeypatch.setattr(VariantTab, "load", lambda tab: free.wait(60) and models.load(tab.name))
    client, names = (
        Client(served[0], httpx_kwargs={"timeout": 120}, **options),
        ("gan", "dcgan", "wgan", "sngan", "cgan"),
    )
    unlisted(client.src_prefixed)
    with ThreadPoolExecutor(9) as pool:
        waiting = [pool.submit(call, client, f"{name}_open") for name in names]
        time.sleep(2)
        try:
            start = time.monotonic()
            with pytest.raises(AppError, match="Too many visitors wait"):
                call(client, "progan_open")
            monkeypatch.setattr(served[1]._queue, "max_size", 0)
            with pytest.raises(QueueError, match="Queue is full"):
                call(client, "sagan_open")
            assert time.monotonic() - start < 2
        finally:
            free.set()
        assert all(found.result()[0] for found in waiting)


def test_a_host_that_lends_a_gpu_for_each_call_lends_it_to_those_that_paint(monkeypatch):
    lent = []

    def lend(function):
        return lambda *values: lent.append(function) or function(*values)

    def event(name, **options):
        return events.Event(name, [box.change], lambda value: value, {"value": box}, box, description="It.", **options)

    monkeypatch.setattr(serving, "spaces", SimpleNamespace(GPU=lend))
    with gr.Blocks() as page:
        box = gr.Textbox()
        for has_gpu in (False, True):
            monkeypatch.setattr(serving.torch.cuda, "is_available", lambda has_gpu=has_gpu: has_gpu)
            events.connect(f"x{has_gpu}", "X", [event("paint", quick=True), event("think", concurrency="lab")])
    answers = [fn.fn("a") for fn in page.fns.values()]
    assert answers == ["a"] * 4 and len(lent) == 1


def test_what_the_lab_teaches_imports_no_compiler_and_learns_the_same():
    """PyTorch's takes 160 MB and a second, and no step needs it."""
    code = """
import sys
from demo import serving
from theory import depth, game, optimal_d
if sys.argv[1:]:
    serving.spare_the_compiler()
games = [game.Game({**game.SETTINGS, "optimizer": kind}) for kind in ("adam", "rmsprop", "sgd")]
print([g.round() for g in games for _ in range(3)], depth.Race(0.05, 0).advance(5).errors)
print(optimal_d.learn("gaussians", 1.5).d[-1].tolist())
print("torch._dynamo" in sys.modules, file=sys.stderr)
"""
    env = {**os.environ, "OMP_NUM_THREADS": "1"}
    usual, spared = (
        subprocess.run([sys.executable, "-c", code, *args], cwd=ROOT, env=env, capture_output=True, text=True)
        for args in ((), ("spared",))
    )
    assert spared.stdout == usual.stdout and len(usual.stdout) > 1000
    assert [done.stderr.split()[-1] for done in (usual, spared)] == ["True", "False"]
