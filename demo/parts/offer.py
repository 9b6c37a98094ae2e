"""A public checkpoint that is not on this machine: what it is, a button that downloads it, and one that stops."""

import threading
from html import escape

import gradio as gr

from demo import progress, weights
from demo.state import refuse
from demo.words import known, say
from models.published import download, public

HUB = "https://huggingface.co"
_stop = threading.Event()


def buttons(name):
    """The components that `values` fills: a row, and its buttons."""
    with gr.Row(visible=False, elem_classes="ga-offer") as row:
        get = gr.Button(visible=False, variant="primary", size="sm", elem_id=f"{name}-download-weights")
        stop = gr.Button(say("Stop"), visible=False, size="sm", elem_id=f"{name}-stop")
    return [row, get, stop]


def values(row):
    """The values of `buttons`, for a public checkpoint or for None."""
    offered = bool(row) and public.is_pinned(row) and weights.most_bytes() > 0
    text = say("Download ({size} MB)", size=megabytes(row)) if offered else ""
    return [gr.Row(visible=offered), gr.Button(text, visible=offered), gr.Button(visible=False)]


def running():
    """The values of `buttons` while it is downloaded."""
    return [gr.Row(visible=True), gr.Button(visible=False), gr.Button(visible=True)]


def megabytes(row):
    """The size of a row's file in words."""
    return mega(row.get("size") or row["megabytes"] * 1e6)


def mega(size):
    """Bytes in megabytes, as a text."""
    return f"{size / 1e6:.{0 if size >= 1e7 else 1}f}"


def card(name, row):
    """Source, size and licence of a public checkpoint, and what can be done, as HTML."""
    commit, page = row.get("revision"), f"{HUB}/{row['repo']}"
    source = f"<a href='{page}/tree/{commit or 'main'}' target='_blank' rel='noopener'>{escape(row['repo'])}</a>"
    facts = {
        say("Source"): source + (", " + say("at commit {commit}", commit=commit[:12]) if commit else ""),
        say("File"): escape(row["file"]),
        say("File size"): f"{megabytes(row)} MB",
        say("Licence"): escape(row["licence"]) or say("its page names none: ask whoever published it"),
    }
    items = "".join(f"<div><dt>{title}</dt><dd>{text}</dd></div>" for title, text in facts.items())
    line = say("{name} is not on this machine.", name=f"<b>{escape(name)}</b>")
    return f"<div class='ga-missing'><p>{line} {_note(name, row)}</p><dl class='ga-facts'>{items}</dl></div>"


def _note(name, row):
    if not public.is_pinned(row):
        command = f"<code>python -m models.published --pin {escape(name)}</code>"
        return say("It is not pinned to a commit yet; whoever runs this page can do so: {command}", command=command)
    if not weights.most_bytes():
        return say("This page downloads nothing ({variable}=0).", variable=weights.VARIABLE)
    if done := download.begun(name):
        return say("{done} MB of it came before; the download goes on from there.", done=mega(done))
    return say("Nothing is downloaded until you ask for it.")


def fetch(name):
    """Download a public checkpoint; gr.Error in one line where it cannot be had or was stopped."""
    if not weights.most_bytes():
        raise refuse(say("This page downloads nothing ({variable}=0).", variable=weights.VARIABLE))

    def told(done, total):
        words = {"done": mega(done), "total": mega(total)}
        if _stop.is_set():
            line = say("Stopped at {done} of {total} MB: the next download goes on from there.", **words)
            raise download.Stopped(line)
        text = "Downloading {name}: {done} of {total} MB" if done < total else "{name} is here: converting it"
        progress.report(done / total, say(text, name=name, **words))

    _stop.clear()
    try:
        download.get(name, told, weights.most_bytes())
    except download.Stopped as stopped:
        raise refuse(str(stopped)) from None
    except ValueError as error:
        raise refuse(known(escape(str(error), quote=False))) from None


def stop():
    """Stop the download under way; what came is kept."""
    _stop.set()
