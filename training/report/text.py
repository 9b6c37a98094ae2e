"""Text, JSON and Markdown files, written whole or not at all."""

import json
import re

from training.engine.checkpoint import write

WORDS = "## What it says"  # on pages of figures, written by hand below this, and kept


def write_text(path, text):
    """A UTF-8 file."""
    write(path, lambda p: p.write_text(text, encoding="utf-8"))


def write_json(path, value):
    """A JSON file, a list of numbers to a line."""
    text = json.dumps(value, indent=2, ensure_ascii=False)
    number_list = r"\[\n\s*([^][{}\"]*?)\n\s*\]"
    write_text(path, re.sub(number_list, lambda found: f"[{' '.join(found[1].split())}]", text) + "\n")


def write_page(path, text):
    """A page of figures in Markdown; what was written by hand at its end, from `WORDS` on, is kept."""
    old = path.read_text("utf-8") if path.exists() else ""
    kept = old.partition(WORDS)[2] or "\n\nNot written yet.\n"
    write_text(path, f"{text}\n\n{WORDS}{kept}")


def table(rows):
    """A Markdown table of dicts; its columns are all their keys, in order of appearance."""
    columns = list(dict.fromkeys(key for row in rows for key in row))
    cells = [[number(row.get(key, "")).replace("|", "\\|") for key in columns] for row in rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in [columns, ["---"] * len(columns), *cells] if columns)


def number(value):
    """A number as a table shows it: 25,500 or 0.0002; anything else as text."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return str(value)
    return f"{value:,}" if isinstance(value, int) else f"{value:.4g}"
