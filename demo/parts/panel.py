"""The frame of a panel of the lab: one claim of the lecture, moved by hand and settled by a number."""

import math
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from urllib.parse import urlencode

import gradio as gr
import torch

from demo.events import LAB, Endpoint, Event
from demo.parts import views
from demo.state import choice, in_link, number
from demo.words import say

INFINITY, MINUS = "\u221e", "\u2212"
SUPERSCRIPTS = str.maketrans("-0123456789", "\u207b\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079")
LONGEST_TEXT = 2000
TURNS = count()  # the browser hears of a value only if it is another one
JS = "labPanel(element, props, trigger, watch)"  # its code is in the page's head, once for all panels


@dataclass(frozen=True)
class Guess:
    """A question asked before the answer shows. right: the index of the right choice; why: the answer in a sentence."""

    question: str
    choices: tuple
    right: int
    why: str


class Panel:
    """Base of the lab's panels; all its texts are `say(...)`.

    title: in the bar above the panels. about: of its endpoint, one English sentence. claims: the numbers of the
    lecture's claims that it settles. lecture: the lecture's sentence in our words. slip: where the lecture simplifies.
    guess: a Guess, or None. presets: {name: (label, {parameter: value})}. help: {parameter of the API: what it means}.
    learns: True where an answer trains a network: queued, on one niced thread. live: True where the browser itself
    computes what is shown (`demo.parts.game`); such a panel lays out its own view. streams: True where its `progress`
    yields answers on the way to the last one; each step of it runs on the niced thread.

    A subclass's `build_controls` returns {parameter: component}: gr.Slider, gr.Radio, gr.Dropdown, gr.Checkbox, or a
    gr.Textbox(visible=False) for what is moved in the figure. `answer(**values)` returns view (`plot.view`), number
    (a float), unit, ideal (what the best would score), note (one line), formula (with its present values), and
    perhaps rows, a list of (name, figure). A bad value is a ValueError in one line.
    """

    title = about = lecture = slip = ""
    claims, guess, presets, help, learns, live, streams = (), None, {}, {}, False, False, False

    def __init__(self, name):
        self.name = name

    def build_controls(self):
        """Lay out the controls; {parameter of the endpoint: component}."""
        raise NotImplementedError

    def answer(self, **values):
        """What the panel shows for the controls' checked values."""
        raise NotImplementedError

    def progress(self, **values):
        """Answers on the way to `answer`; none where that is at hand."""
        yield from ()

    def build(self):
        """Lay the panel out, inside its gr.Tab."""
        with gr.Row(elem_classes="lab-room"):
            with gr.Column(scale=7, min_width=300):
                self.view = views.view('<div class="lab-home"></div>', JS, elem_id=f"lab-{self.name}-view")
            with gr.Column(scale=3, min_width=240):
                self.inputs = self.build_controls()
        self.first = {parameter: box.value for parameter, box in self.inputs.items()}

    def checked(self, values):
        """{parameter: value} of the controls, each within its limits; gr.Error names the first that is not."""
        given = {**self.first, **{k: v for k, v in values.items() if v is not None}}
        return {parameter: check(box, given[parameter]) for parameter, box in self.inputs.items()}

    def figures(self, **values):
        """The lab's figures for these values: the number that settles the claim, its unit, what the ideal would score,
        and the formula with its values.
        """
        found = self.work(self.checked(values))
        found["number"] = found["number"] if math.isfinite(found["number"]) else in_words(found["number"])
        return {key: value for key, value in found.items() if key != "view"}

    def work(self, values):
        """The answer, on a niced thread where something learns."""
        return LEARNERS.submit(lambda: self.answer(**values)).result() if self.learns else self.answer(**values)

    def value(self, values, found):
        """Value of the view for the controls' checked values and the answer to them."""
        return {
            "rows": [],
            **found,
            "text": in_words(found["number"]),
            "turn": next(TURNS),
            "words": WORDS,
            "title": self.title,
            "lecture": self.lecture,
            "claims": ranges(self.claims),
            "slip": self.slip,
            "guess": vars(self.guess) if self.guess else None,
            "presets": [(name, label) for name, (label, _) in self.presets.items()],
            "link": self.link(values),
        }

    def show(self, *values):
        """What the panel shows for the controls' values."""
        values = self.checked(dict(zip(self.inputs, values)))
        return self.value(values, self.work(values))

    def set(self, *values, click):
        """As the panel itself, after a preset, a reset, or what was moved in the figure.

        A seed stays as it is unless the preset names one. click's id comes back in the view, as `asked`.
        """
        new, boxes = self.moved(values, click)
        return [*boxes, {**self.show(*new.values()), "asked": click.get("id")}]

    def show_live(self, *values):
        """As the panel itself, at first as far as its networks have learned."""
        yield from self.streamed(self.checked(dict(zip(self.inputs, values))))

    def set_live(self, *values, click):
        """As show_live, after a preset or a reset."""
        new, boxes = self.moved(values, click)
        for shown in self.streamed(new):
            yield [*boxes, {**shown, "asked": click.get("id")}]

    def streamed(self, values):
        """Values of the view for the controls' checked values, the last one with the answer.

        All have one `order`, by which the browser tells that another stream is the newer one.
        """
        order, answers = next(TURNS), self.progress(**values)
        while (found := LEARNERS.submit(next, answers, None).result()) is not None:
            yield {**self.value(values, found), "order": order, "learning": True}
        yield {**self.value(values, self.work(values)), "order": order}

    def moved(self, values, click):
        """The controls' values after a click, {parameter: value}, and what each control then gets."""
        old = self.checked(dict(zip(self.inputs, values)))
        new, moved = dict(old), click.get("set", {})
        seed = {k: v for k, v in old.items() if k == "seed"}
        if "preset" in click:
            name = choice(click["preset"], "Preset", list(self.presets))
            new = {**self.first, **seed, **self.presets[name][1]}
        elif click.get("reset"):
            new = {**self.first, **seed}
        new = self.checked({**new, **{k: v for k, v in moved.items() if k in new}})
        return new, [gr.skip() if new[k] == old[k] else new[k] for k in new]

    def link(self, values):
        """The query string that reopens the panel with these values."""
        changed = {k: in_link(v) for k, v in values.items() if v != self.first[k]}
        return "?" + urlencode({"tab": "lab", "panel": self.name, **changed}, safe=",;")

    def link_values(self, query):
        """The controls' values in a link's query; a missing or bad one is as at first."""
        found = dict(self.first)
        for parameter, box in self.inputs.items():
            with suppress(gr.Error):
                if parameter in query:
                    found[parameter] = check(box, query[parameter])
        return list(found.values())

    def events(self, door):
        """The panel's Events; door: its gr.Tab."""
        moves = [box.input for box in self.inputs.values()]
        options = {"quick": not self.learns, "concurrency": LAB}
        show, set = (self.show_live, self.set_live) if self.streams else (self.show, self.set)
        boxes = [*self.inputs.values(), self.view]
        return [
            Event(self.name, [door.select, *moves], show, self.inputs, self.view, **options),
            Event(f"{self.name}_set", [self.view.input], set, self.inputs, boxes, **options),
        ]

    def api(self):
        return [Endpoint(self.name, self.figures, self.inputs, self.help, picture=False)]


def check(box, value):
    """A control's value as a page, a client or a link sends it; gr.Error in one line where it will not do."""
    if isinstance(box, gr.Slider):
        whole = float(box.step or 0.1).is_integer() and float(box.minimum).is_integer()
        return number(value, box.label, box.minimum, box.maximum, whole=whole)
    if isinstance(box, (gr.Radio, gr.Dropdown)):
        return choice(value, box.label, [name for _, name in box.choices])
    if isinstance(box, gr.Checkbox):
        return choice(str(value).lower(), box.label, ["true", "false"]) == "true"
    return str(value)[:LONGEST_TEXT]


def ranges(numbers):
    """(16, 17, 18, 21) -> "16-18, 21"."""
    runs = []
    for n in sorted(numbers):
        if runs and n == runs[-1][1] + 1:
            runs[-1][1] = n
        else:
            runs.append([n, n])
    return ", ".join(f"{a}" if a == b else f"{a}\u2013{b}" for a, b in runs)


def in_words(x, digits=3):
    """A number as a person reads it: 0.693, 7.0 \u00d7 10\u207b\u00b9\u00b3, \u221e."""
    if math.isnan(x):
        return "\u2014"
    if math.isinf(x):
        return INFINITY if x > 0 else MINUS + INFINITY
    if x and not 1e-3 <= abs(x) < 1e5:
        mantissa, power = f"{x:.{max(digits - 2, 0)}e}".split("e")
        return f"{mantissa} \u00d7 10".replace("-", MINUS) + str(int(power)).translate(SUPERSCRIPTS)
    text = f"{x:.0f}" if not x or abs(x) >= 10**digits else f"{x:#.{digits}g}".rstrip(".")
    return text.replace("-", MINUS)


def _slow_down():
    """Make the calling thread nice, and single: what it computes must not take a visitor's slider its processor."""
    with suppress(AttributeError, OSError):  # Windows has no setpriority
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 10)
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    # PyTorch gives the number last set to every later thread: set again, from another one, it holds here alone.
    other = threading.Thread(target=torch.set_num_threads, args=(threads,))
    other.start()
    other.join()


LEARNERS = ThreadPoolExecutor(2, thread_name_prefix="lab", initializer=_slow_down)
WORDS = {
    "lecture": say("Lecture"),
    "skip": say("Skip"),
    "right": say("Right."),
    "wrong": say("Not so."),
    "formula": say("The formula, with its present values"),
    "reset": say("Reset"),
    "copy": say("Copy link"),
    "copied": say("Copied"),
    "next": say("Next point"),
    "add": say("Add a point"),
    "remove": say("Remove the point"),
    "keys": say("drag a point, or choose one and press the arrow keys"),
}
