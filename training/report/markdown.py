"""Tables and pages in Markdown."""

WORDS = "## What it says"  # on pages of figures, written by hand below this, and kept


def table(rows):
    """A Markdown table of dicts; its columns are all their keys, in order of appearance."""
    columns = list(dict.fromkeys(key for row in rows for key in row))
    if not columns:
        return ""
    cells = [[_cell(row.get(key, "")) for key in columns] for row in rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in [columns, ["---"] * len(columns), *cells])


def number(value):
    """A number as a table shows it: 25,500 or 0.0002; anything else as text."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return str(value)
    return f"{value:,}" if isinstance(value, int) else f"{value:.4g}"


def line(value):
    """Any text as one line."""
    return " ".join(str(value).split())


def kept_words(page):
    """What was written by hand at the end of a page, from `WORDS` on; an invitation to write it if there is no page."""
    text = page.read_text("utf-8") if page.exists() else ""
    return text[text.index(WORDS) :] if WORDS in text else f"{WORDS}\n\nNot written yet.\n"


def _cell(value):
    return line(number(value)).replace("|", "\\|")
