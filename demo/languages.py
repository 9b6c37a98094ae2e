"""The language of each visitor, and the two doors that every text goes through: configuration and answers."""

import re
from collections import OrderedDict
from contextvars import ContextVar
from urllib.parse import parse_qs

import gradio as gr
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware

from demo.words import LANGUAGES, translate

ASKED = ContextVar("language", default=LANGUAGES[0])  # of the HTTP request that is being answered
PAGES, OWN_PAGE = ("/", "/config"), {"deep_link", "page", "all_endpoints"}
ADDRESS = ("host", "x-forwarded-host", "x-forwarded-proto", "x-gradio-server")
MOST_KEPT = 16
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


class Languages:
    """ASGI middleware: finds the language of each request, and keeps the page's bytes once built.

    Gradio builds page and configuration anew for every visitor, a megabyte each. They differ by language and by the
    address that they are asked under alone; where a query or a login may change them, they are not kept.
    """

    def __init__(self, app):
        self.app, self.kept = app, OrderedDict()

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        query, headers = parse_qs(scope["query_string"].decode("latin-1")), Headers(scope=scope)
        lang = wanted(query.get("lang", [""])[0], headers.get("accept-language"))
        ASKED.set(lang)
        own = OWN_PAGE & query.keys() or any(getattr(scope["app"], name, None) for name in ("auth", "auth_dependency"))
        if scope["method"] != "GET" or scope["path"] not in PAGES or own:
            return await self.app(scope, receive, send)
        key = (lang, scope["scheme"], scope["path"], scope.get("root_path"), *map(headers.get, ADDRESS))
        for message in self.kept.get(key) or await self.build(key, scope, receive):
            # A copy: whoever else handles the answer adds headers of its own.
            await send({**message, "headers": [*message.get("headers", [])]})

    async def build(self, key, scope, receive):
        """The messages of the answer, kept where it is a page."""
        messages = []

        async def keep(message):
            messages.append(message)

        await self.app(scope, receive, keep)
        MutableHeaders(scope=messages[0]).add_vary_header("Accept-Language")
        if messages[0]["status"] == 200:
            self.kept[key] = messages
            while len(self.kept) > MOST_KEPT:
                self.kept.popitem(last=False)
        return messages


MIDDLEWARE = [Middleware(Languages)]


class Page(gr.Blocks):
    """gr.Blocks whose configuration and answers are in the visitor's language, and whose API's listing is English."""

    @property
    def config(self):
        """What Gradio tells the browser of all components, in the language of the request being answered."""
        return self.configs[ASKED.get()]

    @config.setter
    def config(self, found):
        self.configs = {lang: translate(found, lang) for lang in LANGUAGES}

    def get_api_info(self, *args, **options):
        before = ASKED.set("en")
        try:
            return translate(super().get_api_info(*args, **options), "en")
        finally:
            ASKED.reset(before)

    async def process_api(self, *args, request=None, **options):
        lang = language(request)
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
