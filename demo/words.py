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
MARKED = re.compile(r"\[\[([^\[\]'\"][^\[\]]*)\]\]")


def say(english, /, **values):
    """The token of a text; each {name} in it takes the value of that name, which in HTML is escaped already."""
    return OPEN + english + "".join(f"{NAME}{name}{VALUE}{value}" for name, value in values.items()) + CLOSE


def named(choices):
    """Choices of a gr.Radio or gr.Dropdown, (what is shown, value) each: the values' names are texts."""
    return [(say(value), value) for value in choices]


def said(template):
    """A template or a script in which every [[text]] is say(text)."""
    return MARKED.sub(lambda found: say(found[1]), template)


def known(text):
    """say() of a line that another room wrote, such as an error of models/: it is in the catalogue as it is, or as the
    f-string that made it, {name} for each of its values. Any other line stays as it is, behind a word of ours.
    """
    for pattern, english in _patterns():
        if found := pattern.fullmatch(text):
            return say(english, **found.groupdict())
    return say("{line}", line=text)


@lru_cache
def _patterns():
    """(what it matches, the text) of every text of others' that is in the catalogues, those without values first."""
    texts = {english for lang in LANGUAGES for english in catalogue(lang, "others")}
    parts = {
        text: re.split(r"(\{\w+\})", text) for text in sorted(texts, key=lambda text: (text.count("{"), -len(text)))
    }
    return [
        (re.compile("".join(f"(?P<{p[1:-1]}>.+)" if p[:1] == "{" else re.escape(p) for p in split)), text)
        for text, split in parts.items()
    ]


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
def catalogue(lang, room="*"):
    """{English: the same in a language}, of all rooms or one; {} for English itself."""
    found = {}
    for path in sorted((FOLDER / lang).glob(f"{room}.json")):
        found.update(json.loads(path.read_text("utf-8")))
    return found
