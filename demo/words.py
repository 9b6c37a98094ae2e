"""The page's texts: `say` marks an English one where it is written, `translate` puts the visitor's language there."""

import json
import re
from functools import lru_cache
from html import escape, unescape
from pathlib import Path

LANGUAGES = ("en", "zh")
FOLDER = Path(__file__).with_name("locale")
# A token: English, then a name and a value each, between characters that no text has. It stands whole inside labels,
# HTML, templates and JavaScript, and values may hold tokens.
OPEN, NAME, VALUE, CLOSE = "\ue000\ue001\ue002\ue003"
INNERMOST = re.compile(f"{OPEN}([^{OPEN}{CLOSE}]*){CLOSE}")
MARKED = re.compile(r"\[\[(.+?)\]\]")


def say(english, **values):
    """The token of a text; each {name} in it takes the value of that name, which in HTML is escaped already."""
    return OPEN + english + "".join(f"{NAME}{name}{VALUE}{value}" for name, value in values.items()) + CLOSE


def said(template):
    """A template or a script in which every [[text]] is say(text)."""
    return MARKED.sub(lambda found: say(found[1]), template)


def translate(value, lang):
    """A text, or lists, tuples and dicts of them, with every token in a language of LANGUAGES."""
    if isinstance(value, str):
        more = OPEN in value
        while more:
            value, more = INNERMOST.subn(lambda token: _words(token[1], lang), value)
        return value
    if isinstance(value, dict):
        return {translate(k, lang): translate(v, lang) for k, v in value.items()}
    return type(value)(translate(v, lang) for v in value) if type(value) in (list, tuple) else value


def _words(token, lang):
    """A token's inside as text. One that was escaped as a whole is found in the catalogue, too."""
    english, *pairs = token.split(NAME)
    values = dict(pair.partition(VALUE)[::2] for pair in pairs)
    known = catalogue(lang)
    text = known.get(english) or escape(known.get(unescape(english), ""), quote=False) or english
    return re.sub(r"\{(\w+)\}", lambda name: values.get(name[1], name[0]), text)


@lru_cache
def catalogue(lang):
    """{English: the same in a language}; {} for English itself."""
    found = {}
    for path in sorted((FOLDER / lang).glob("*.json")):
        found.update(json.loads(path.read_text("utf-8")))
    return found
