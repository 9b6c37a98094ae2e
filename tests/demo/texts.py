"""Every text of the page, and how to tell what is left in English on the Chinese one."""

import ast
import json
import re
from pathlib import Path

import models
from demo.parts import trials
from demo.words import INNERMOST, MARKED, NAME
from models import figures, hub, pix2pix
from training.data import licences

ROOT = Path(__file__).resolve().parents[2]
HAN = re.compile(r"[\u4e00-\u9fff]")
WORD = re.compile(r"[A-Za-z]{3,}")


def constants(node):
    """The string constants that an expression is: one, or either of two by a condition."""
    if isinstance(node, ast.IfExp):
        return constants(node.body) | constants(node.orelse)
    return {node.value} if isinstance(node, ast.Constant) and isinstance(node.value, str) else set()


def assigned(name, module):
    """The string constants that a module gives a name."""
    for node in ast.walk(module):
        if isinstance(node, ast.Assign) and name in {getattr(target, "id", "") for target in node.targets}:
            yield from constants(node.value)


def written():
    """Every text in demo/: in say("..."), of a name with such a value, and [[...]] in templates and scripts."""
    found = set()
    for path in sorted((ROOT / "demo").rglob("*.py")):
        module = ast.parse(path.read_text("utf-8"))
        for node in ast.walk(module):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "say" and node.args:
                text = node.args[0]
                found |= set(assigned(text.id, module)) if isinstance(text, ast.Name) else constants(text)
            elif isinstance(node, ast.Constant) and isinstance(node.value, str) and path.name != "words.py":
                found.update(text for text in MARKED.findall(node.value) if WORD.search(text))
    for path in (ROOT / "demo").rglob("*.js"):
        found.update(MARKED.findall(path.read_text("utf-8")))
    return found


def of_trials():
    """The texts of docs/claims."""
    for path in sorted(trials.FOLDER.glob("*.json")):
        found, page = json.loads(path.read_text("utf-8")), path.with_suffix(".md").read_text("utf-8")
        yield from (found["title"], *found["columns"], *found["arms"])
        yield from (token.split(NAME)[0] for token in INNERMOST.findall(trials.marked(page[page.index("\n| ") :])))


def of_checkpoints():
    """The texts that belong to networks, data and weights."""
    for name in models.names():
        yield models.entry(name).brought
    for path in sorted((ROOT / "weights").glob("*/config.json")):
        config = json.loads(path.read_text("utf-8"))
        yield from config.get("classes") or []
        yield from (name for _, names in config.get("domains") or [] for name in names)
        yield config.get("license", "")
    yield from (*hub.SOURCES, *pix2pix.PALETTE, "all", "discriminator", "critic")
    yield from (known["title"] for known in licences.KNOWN.values())


def sentences():
    """The sentences of figures, and their titles."""
    return {text for title, sentence, _ in figures.SENTENCES.values() for text in (title, sentence)}


def lines_of_others():
    """Every string in models/ and training/, each value in an f-string as {}, and every one in a config.json."""
    found = set()
    for path in (*(ROOT / "models").rglob("*.py"), *(ROOT / "training").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.JoinedStr):
                found.add("".join(getattr(part, "value", "{}") if constants(part) else "{}" for part in node.values))
            found |= constants(node)
    for path in (ROOT / "weights").glob("*/config.json"):
        found |= {
            text for _, text in re.findall(r'"(features|real|neighbours.png)": "([^"]*)"', path.read_text("utf-8"))
        }
    return found


# Names, which are the same in both languages, and what a person types or copies.
NAMES = re.compile(
    r"GAN Atlas|(c|DC|W|SN-|SA|Big|Cycle|Star|Progressive )?GAN(-GP)?|Pix2Pix|Colorization|U-Net|ResNet|Lipschitz|KID"
    r"|FID|PNG|ImageNet|Hub|cpu|cuda|cc-by-[\w.-]+|Apache-2.0|noise|data URI|JPEG|log|max|min|sigmoid"
    r"|Adam|RMSProp|SGD|CSV"
)
ENTRIES = [models.entry(name) for name in models.names()]
PAPERS = {text for e in ENTRIES for text in (e.paper, e.authors, f"{e.authors}, {e.year}", f"{e.paper}, {e.authors}")}


UNSEEN = {
    *("src", "file", "link", "url", "path", "orig_name", "mime_type", "meta", "heat", "colour", "color", "colors"),
    *("colours", "formula", "kind", "mark", "datatypes", "y_aggregate", "what", "faces", "chosen", "parameter", "drag"),
    *("__type__", "key", "first", "program"),
}


def in_english(value, skip=UNSEEN):
    """Every text below a JSON value that has English words and no Chinese, names and papers aside."""
    if isinstance(value, dict):
        if value.get("kind") == "map":  # its colours' names
            return []
        value = {key: v for key, v in value.items() if key not in skip}
        if any(isinstance(choice, list) for choice in value.get("choices", [])):  # what is shown, and its value
            value = {**value, "choices": [text for text, _ in value["choices"]], "value": ""}
        if presets := value.get("presets"):  # its name, and what is shown
            pairs = presets.values() if isinstance(presets, dict) else presets
            value["presets"] = [pair[0] if isinstance(presets, dict) else pair[1] for pair in pairs]
        return [text for v in value.values() for text in in_english(v, skip)]
    if isinstance(value, (list, tuple)):
        return [text for v in value for text in in_english(v, skip)]
    if not isinstance(value, str) or value.startswith(("data:", "?", "http", "/")):
        return []
    lines = [re.sub(r"\s+", " ", line).strip(" .,;:()") for line in re.split(r"<[^>]*>|\n", value)]
    return [line for line in lines if english(line)]


def english(line):
    """Whether a line has words of English and is no name."""
    known = HAN.search(line) or line in models.names() or any(line.startswith(paper.strip(".")) for paper in PAPERS)
    return not known and bool(WORD.search(NAMES.sub("", line)))
