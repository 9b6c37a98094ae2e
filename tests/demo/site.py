"""The page served in this process, on throw-away weights, and what its answers hold."""

import base64
import io
import os
import time
from contextlib import contextmanager
from functools import lru_cache
from unittest import mock

import httpx
from gradio_client.utils import construct_args
from PIL import Image

import demo
import models
from models import hub
from tests.demo import tiny

LOST = "sngan"  # the variant whose weights cannot be had, where a test wants one


@contextmanager
def throw_away(root, names=None, **size):
    """models.load reads tiny checkpoints under `root` inside, and what it read before outside; so do downloads."""
    kept = hub.MANIFEST, hub.WEIGHTS, dict(models._loaded)
    hub.MANIFEST, hub.WEIGHTS = tiny.make(root, names, **size)
    models._loaded.clear()
    for name in names or models.names():
        models.load(name).weights.files.setdefault("real.png", hub.WEIGHTS / name / "real.png")
    try:
        with mock.patch.dict(os.environ, {"GAN_ATLAS_DATA": str(root / "data")}):
            yield hub.WEIGHTS
    finally:
        hub.MANIFEST, hub.WEIGHTS = kept[:2]
        models._loaded.clear()
        models._loaded.update(kept[2])


@contextmanager
def served(**options):
    """(address, Blocks) of the page on a free port; options: of gr.Blocks.launch."""
    page = demo.build()
    # Gradio gives its own probe of the address three seconds, too few where the machine is busy.
    with mock.patch("gradio.networking.url_ok", return_value=True):
        _, url, _ = page.launch(prevent_thread_lock=True, quiet=True, **demo.look(), **options)
    unlisted.cache_clear()  # the port may have been another page's
    try:
        yield url.rstrip("/"), page
    finally:
        # A process that ends while a thread of the server is still in torch is aborted.
        until = time.monotonic() + 60
        while any(page._queue.active_jobs) and time.monotonic() < until:
            time.sleep(0.1)
        page.close(verbose=False)


def call(client, name, *args, **kwargs):
    """What the page's own endpoint of that name answers, which the API does not list."""
    api_name = f"/page_{name}"
    values = construct_args(unlisted(client.src_prefixed)[api_name]["parameters"], args, kwargs)
    return client.predict(*values, api_name=api_name)


@lru_cache
def unlisted(api):
    """{name: what it takes and gives} of every endpoint, those of the page too."""
    return httpx.get(f"{api}info?all_endpoints=true", timeout=120).json()["named_endpoints"]


def picture(uri):
    """The PIL image in a data URI."""
    return Image.open(io.BytesIO(base64.b64decode(uri.split(",")[1])))
