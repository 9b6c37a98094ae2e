"""The language of each visitor, and the two doors that every text goes through: configuration and answers."""

import asyncio
import re
from collections import OrderedDict
from contextvars import ContextVar
from urllib.parse import parse_qs

import gradio as gr
from gradio.brotli_middleware import BrotliMiddleware
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware

from demo.words import LANGUAGES, translate

ASKED = ContextVar("language", default=LANGUAGES[0])  # of the HTTP request that is being answered
PAGES, OWN_PAGE = ("/", "/config", "/gradio_api/info"), {"deep_link", "page", "all_endpoints"}
ADDRESS = ("host", "x-forwarded-host", "x-forwarded-proto", "x-gradio-server")
MOST_QUEUED = 200  # events; the next is told at once that the queue is full
LOOK = 0.005  # seconds between two looks of the queue for events
QUALITY = 9  # Brotli's, high since each page is compressed once
FILES = re.compile(r"/(assets|static/\w+)/[\w.-]+")  # Gradio's own
HASHED = "/assets/"  # of them those whose names change with their contents
MOST_PAGES, MOST_FILES = 32, 512  # answers that are kept
RANGE = re.compile(r"([a-z]+)(?:-[\w-]*)?\s*(?:;\s*q\s*=\s*([\d.]+))?\s*(?:,|$)")


def wanted(link, accepted):
    """The language that `lang` in a link's query says, else the first that a browser's Accept-Language has of ours."""
    if link in LANGUAGES:
        return link
    ranges = [(name, _weight(q)) for name, q in RANGE.findall((accepted or "").lower()) if name in LANGUAGES]
    return max([r for r in ranges if r[1] > 0], key=lambda r: r[1], default=LANGUAGES)[0]


def _weight(q):
    try:
        return float(q or 1)
    except ValueError:
        return 0.0


class Packed(BrotliMiddleware):
    """Gradio's compression for paths without a suffix too, which it skips."""

    def _is_compressible_file_type(self, scope):
        return True


class Kept(OrderedDict):
    """Answers; the `most` that came last."""

    def __init__(self, most):
        super().__init__()
        self.most = most

    def __setitem__(self, key, messages):
        super().__setitem__(key, messages)
        while len(self) > self.most:
            self.popitem(last=False)


class Languages:
    """ASGI middleware: finds the language of each request, and keeps compressed answers once they are built.

    Gradio builds page, configuration and API listing anew for every visitor, a megabyte each. They differ by language,
    encoding and the address that they are asked under alone; where a query or a login may change them, they are not
    kept. It also reads and compresses the 70 files that its page loads anew for every visitor, and lets no browser keep
    them for sure.
    """

    def __init__(self, app):
        self.app, self.packed = app, Packed(app, quality=QUALITY)
        self.pages, self.files, self.turn = Kept(MOST_PAGES), Kept(MOST_FILES), asyncio.Lock()

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        query, headers = parse_qs(scope["query_string"].decode("latin-1")), Headers(scope=scope)
        lang = wanted(query.get("lang", [""])[0], headers.get("accept-language"))
        ASKED.set(lang)
        own = OWN_PAGE & query.keys() or any(getattr(scope["app"], name, None) for name in ("auth", "auth_dependency"))
        page = scope["path"] in PAGES and not own
        file = FILES.fullmatch(scope["path"]) and "range" not in headers
        if scope["method"] != "GET" or not (page or file):
            return await self.app(scope, receive, send)
        encodings = tuple(name for name in ("br", "gzip") if name in headers.get("accept-encoding", ""))
        key, kept = (encodings[:1], scope["path"], scope.get("root_path")), self.pages if page else self.files
        if page:
            key += lang, scope["scheme"], *map(headers.get, ADDRESS)
        messages = kept.get(key)
        if messages is None:
            async with self.turn:  # who comes meanwhile waits for the same bytes
                messages = kept.get(key) or await self.build(kept, key, scope, receive)
        for message in messages:
            # A copy: whoever else handles the answer adds headers of its own.
            await send({**message, "headers": [*message.get("headers", [])]})

    async def build(self, kept, key, scope, receive):
        """The messages of the answer, kept where there is one."""
        messages = []

        async def keep(message):
            messages.append(message)

        await (self.packed if kept is self.pages else self.app)(scope, receive, keep)
        start, body = messages[0], b"".join(message.get("body", b"") for message in messages[1:])
        sent, messages = MutableHeaders(scope=start), [start, {"type": "http.response.body", "body": body}]
        sent["content-length"] = str(len(body))
        if kept is self.pages:
            sent["vary"] = "Accept-Encoding, Accept-Language"
        if start["status"] == 200:
            kept[key] = messages
            if scope["path"].startswith(HASHED):
                sent["cache-control"] = "public, max-age=31536000, immutable"
        return messages


MIDDLEWARE = [Middleware(Languages)]


class Translations(dict):
    """{language: a value in it}, each made when it is first asked for: Gradio sets three while it starts."""

    def __init__(self, found):
        super().__init__()
        self.found = found

    def __missing__(self, lang):
        self[lang] = translate(self.found, lang)
        return self[lang]


class Page(gr.Blocks):
    """gr.Blocks whose configuration and answers are in the visitor's language, and whose API's listing is English."""

    @property
    def config(self):
        """What Gradio tells the browser of all components, in the language of the request being answered."""
        return self.configs[ASKED.get()]

    @config.setter
    def config(self, found):
        self.configs = Translations(found)

    def queue(self, **options):
        page = super().queue(**{"max_size": MOST_QUEUED, **options})
        page._queue.sleep_when_free = LOOK  # its own millisecond takes a twentieth of a core from an idle page
        return page

    def get_api_info(self, *args, **options):
        before = ASKED.set("en")
        try:
            return translate(super().get_api_info(*args, **options), "en")
        finally:
            ASKED.reset(before)

    async def process_api(self, *args, request=None, **options):
        lang = language(request)
        ASKED.set(lang)
        try:
            found = await super().process_api(*args, request=request, **options)
        except gr.Error as error:
            error.message = translate(error.message, lang)
            raise
        return {**found, "data": translate(found["data"], lang)}


def language(request):
    """The language of an event; English where a client names none. request: gr.Request or None."""
    if request is None:
        return LANGUAGES[0]
    return wanted(request.query_params.get("lang"), request.headers.get("accept-language"))
