"""Endpoints called directly with what no page sends: one clear answer, no file, no foreign address, a live server."""

import io
import json
import os
import random
import re
import threading
import time
import zlib
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

import models
from demo.parts import data_uri
from models import hub
from tests.demo.tiny import make

SECRET = "root:"  # how /etc/passwd begins
FILE = {"path": "/etc/passwd", "meta": {"_type": "gradio.FileData"}}
PUBLIC = "gan dcgan biggan biggan_sweep cgan_labels colorize pix2pix cyclegan stargan dcgan_judge lab_divergences"
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40) | st.just(FILE),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=2),
    max_leaves=4,
)
FOREIGN = ["file:///etc/passwd", "/etc/passwd", "../../../etc/passwd", "\0", "http://169.254.169.254/latest/"]


@pytest.fixture(scope="module")
def site(served):
    with httpx.Client(base_url=served[0], timeout=120, trust_env=False) as client:
        yield client


@pytest.fixture(scope="module")
def endpoints(site):
    """{name: number of inputs} of all that can be called without the queue."""
    found = site.get("/config").json()["dependencies"]
    return {d["api_name"]: len(d["inputs"]) for d in found if d["backend_fn"] and d["queue"] is False}


def call(site, name, values):
    """(status, text) of a direct call; whatever it was sent, JSON that Python and JavaScript write."""
    body = json.dumps({"data": values, "session_hash": "stranger"})
    answer = site.post(f"/gradio_api/run/{name}", content=body, headers={"Content-Type": "application/json"})
    return answer.status_code, answer.text


def check(status, text):
    """An answer is a result or one error, without a stack and without a file of this machine."""
    assert SECRET not in text and "Traceback" not in text
    if status != 200:
        error = json.loads(text).get("error") or json.loads(text).get("detail")
        assert error and 'File "' not in str(error), text


def picture(size=(8, 8), kind="PNG"):
    out = io.BytesIO()
    Image.new("RGB", size, "red").save(out, kind)
    return out.getvalue()


def bomb(side=60_000):
    """A PNG of a few kilobytes that says it is side x side px."""
    row = zlib.compress(bytes(side // 8 + 1) * 64)

    def chunk(kind, data):
        return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")

    head = side.to_bytes(4, "big") * 2 + bytes([1, 0, 0, 0, 0])
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", row) + chunk(b"IEND", b"")


def polyglot():
    """A whole JPEG that is a page and a script as well."""
    data = picture(kind="JPEG")
    note = b"<script>alert(1)</script><?php system($_GET[0]); ?>"
    return data[:2] + b"\xff\xfe" + (len(note) + 2).to_bytes(2, "big") + note + data[2:] + b"PK\x05\x06" + bytes(18)


@pytest.mark.parametrize("bad", [None, float("nan"), 1e308, -1, [[]], {"__type__": "update"}, FILE, *FOREIGN], ids=repr)
def test_every_endpoint_refuses_what_it_cannot_use(site, endpoints, bad):
    names = [name for name in endpoints if name in PUBLIC.split()] + ["page_gan_move", "page_reopen"]
    for name in names:
        check(*call(site, name, [bad] * endpoints[name]))
    assert call(site, "gan", [0, 1])[0] == 200


@pytest.mark.long
def test_every_endpoint_of_the_page_refuses_what_it_cannot_use(site, endpoints):
    for name, count in endpoints.items():
        for bad in (None, "x", -1, 10**30, float("inf"), [1, [2]], True, "9" * 5000, FILE, *FOREIGN):
            check(*call(site, name, [bad] * count))
    assert call(site, "gan", [0, 1])[0] == 200


@pytest.mark.parametrize("name", ["dcgan", "stargan"])
def test_random_values_get_one_answer(site, endpoints, name):
    @settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(st.lists(VALUES, min_size=endpoints[name], max_size=endpoints[name]))
    def ask(values):
        check(*call(site, name, values))

    ask()


@pytest.mark.long
def test_random_values_get_one_answer_from_any_endpoint(site, endpoints):
    @settings(max_examples=1500, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.data())
    def ask(data):
        name = data.draw(st.sampled_from(sorted(endpoints)))
        check(*call(site, name, data.draw(st.lists(VALUES, max_size=endpoints[name] + 1))))

    ask()


def test_the_limits_of_a_sampler_hold_for_direct_calls(site):
    for values, says in {
        (0, 10**9): "1 to 64",
        (-1, 4): "0 to",
        (float("nan"), 4): "nan",
        (0.5, 4): "0.5",
    }.items():
        status, text = call(site, "dcgan", list(values))
        assert status == 500 and says in json.loads(text)["error"]
    status, text = call(site, "biggan_sweep", [0, "no class"])
    assert status == 500 and "daisy" in json.loads(text)["error"]


BODIES = {
    "a decompression bomb": bomb(),
    "a polyglot": polyglot(),
    "half a picture": picture((64, 64))[:120],
    "a script": b"<svg xmlns='http://www.w3.org/2000/svg'><image href='file:///etc/passwd'/></svg>",
    "a pickle": b"\x80\x04cos\nsystem\n(S'true'\ntR.",
    "a PostScript program": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(/etc/passwd) (r) file\n",
    "nothing": b"",
}


@pytest.mark.parametrize("data", BODIES.values(), ids=BODIES)
@pytest.mark.parametrize("name", ["cyclegan", "stargan"])
def test_a_file_that_is_not_what_it_seems_is_a_picture_or_one_line(site, endpoints, name, data):
    before = resident()
    status, text = call(site, name, [data_uri.of_bytes(data), *[None] * (endpoints[name] - 1)])
    check(status, text)
    assert "script" not in text and resident() - before < 200e6


def test_a_picture_leaves_without_what_was_hidden_in_it(site):
    status, text = call(site, "cyclegan", [data_uri.of_bytes(polyglot()), None])
    if status == 200:
        path = json.loads(text)["data"][0]["path"]
        answer = site.get(f"/gradio_api/file={path}")
        assert answer.headers["content-type"] == "image/png" and b"script" not in answer.content


def resident():
    """Bytes of memory that this process, which is the server's too, holds; 0 where nothing tells it."""
    if not os.path.exists("/proc/self/statm"):
        return 0
    return int(open("/proc/self/statm").read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


@pytest.mark.parametrize("size", [pytest.param(200_000_000, id="200 MB", marks=pytest.mark.long), 40_000_000])
def test_a_body_that_is_too_large_is_refused_and_forgotten(site, size):
    kind = {"Content-Type": "multipart/form-data; boundary=edge"}

    def body():  # piece by piece, since the client's memory is this process's too
        yield b'--edge\r\nContent-Disposition: form-data; name="files"; filename="big.png"\r\n\r\n'
        yield from (bytes(2**16) for _ in range(size // 2**16))
        yield b"\r\n--edge--\r\n"

    before = resident()
    answer = site.post("/gradio_api/upload", content=body(), headers=kind)
    assert answer.status_code == 413, answer.text
    assert resident() - before < size / 2
    assert call(site, "gan", [0, 1])[0] == 200


class Counts(BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.asked += 1
        self.send_response(200)
        self.end_headers()
        self.wfile.write(picture())

    do_HEAD = do_GET

    def log_message(self, *_):
        pass


def test_no_address_of_this_machine_is_fetched_for_a_stranger(site, endpoints):
    with ThreadingHTTPServer(("127.0.0.1", 0), Counts) as inside:
        inside.asked = 0
        threading.Thread(target=inside.serve_forever, daemon=True).start()
        for host in ("127.0.0.1", "localhost", "0.0.0.0", "[::ffff:127.0.0.1]", "127.1", "2130706433"):
            url = f"http://{host}:{inside.server_address[1]}/x.png"
            for value in (url, {**FILE, "path": url}, {**FILE, "url": url}, {"url": url, **FILE, "path": "x.png"}):
                check(*call(site, "cyclegan", [value, None]))
            for address in (f"/gradio_api/proxy={url}", f"/proxy={url}", f"/gradio_api/file={url}"):
                assert site.get(address).status_code >= 300
        inside.shutdown()
    assert inside.asked == 0


ROUTES = ["/gradio_api/file={}", "/file={}", "/gradio_api/file/{}", "/static/{}", "/assets/{}", "/custom_component/{}"]


@pytest.mark.parametrize("route", ROUTES)
def test_no_route_reads_a_file_outside_the_pages_folder(site, route):
    inside = [hub.ROOT / "app.py", hub.ROOT / "weights_manifest.json", models.__file__]
    for path in ["/etc/passwd", "../../../../etc/passwd", "..%2f..%2f..%2fetc%2fpasswd", *map(str, inside)]:
        answer = site.get(route.format(path))
        assert SECRET not in answer.text and answer.status_code >= 400 or "<html" in answer.text, (
            path,
            answer.text[:99],
        )


def test_a_corrupt_header_of_weights_is_one_line(tmp_path):
    _, weights = make(tmp_path, ["gan"])
    rng = random.Random(0)
    path = weights / "gan" / "generator.safetensors"
    whole = path.read_bytes()
    for data in [b"", b"\xff" * 8, (2**62).to_bytes(8, "little") + b"{}", whole[:40], *broken(whole, rng)]:
        path.write_bytes(data)
        start = time.perf_counter()
        with pytest.raises((hub.WeightsError, RuntimeError)) as error:
            models.load("gan", "cpu", folder=weights / "gan")
        assert re.match(r"\S", str(error.value)) and time.perf_counter() - start < 10


def broken(data, rng):
    """Copies of a safetensors file with nonsense in its header."""
    length = int.from_bytes(data[:8], "little")
    for _ in range(5):
        head = bytearray(data[8 : 8 + length])
        for i in rng.sample(range(length), 20):
            head[i] = rng.randrange(256)
        yield data[:8] + bytes(head) + data[8 + length :]
