"""The language of each visitor, and the two doors that every text goes through: configuration and answers."""

import re
from contextvars import ContextVar
from urllib.parse import parse_qs

import gradio as gr
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware

from demo.words import LANGUAGES, translate

ASKED = ContextVar("language", default=LANGUAGES[0])  # of the HTTP request that is being answered
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
    """ASGI middleware: finds the language of each request."""

    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        link = parse_qs(scope["query_string"].decode("latin-1")).get("lang", [""])[0]
        ASKED.set(wanted(link, Headers(scope=scope).get("accept-language")))

        async def answer(message):
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).add_vary_header("Accept-Language")
            await send(message)

        await self.app(scope, receive, answer)


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
