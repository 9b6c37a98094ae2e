"""Events and endpoints as data: what the page calls, and what clients of the API and MCP call."""

import inspect
import json
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from html import escape

import anyio
import gradio as gr

from demo import progress, serving, uploads
from demo.parts import data_uri
from demo.state import refuse
from demo.words import OPEN, known, say, translate

# The list is empty because at every event the browser updates each component that any event ever showed progress on.
HIDDEN = {
    "trigger_mode": "always_last",
    "show_progress": "hidden",
    "show_progress_on": [],
    "api_visibility": "undocumented",
}
# Queued work shares the device. The sliders skip the queue, which would take longer than their picture does.
SLOW = {"concurrency_id": "device", "concurrency_limit": 2, **HIDDEN}
LAB = "lab"  # whose own networks learn on the CPU
QUICK = {"queue": False, **HIDDEN}
# A visitor's new stream ends the earlier one, so all are sent.
STREAMED = {**HIDDEN, "trigger_mode": "multiple", "concurrency_limit": 2}
# Python's client queues the API's calls, too: in one line for all, or a slow network's would wait for each other.
API = {**QUICK, "concurrency_id": "api", "concurrency_limit": 4, "api_visibility": "public"}
# Where calls that skip the queue wait for the device, holding no thread that a slider needs. The API's skip it because
# Gradio's MCP server gives the picture of a queued one as text (6.31); openings, because the queue's stream may break.
API_CALLS, OPENINGS = anyio.CapacityLimiter(2), anyio.CapacityLimiter(2)
NEWEST = {}  # visitor -> the stream that still runs
MOST_WAITING = 200  # calls at either; one more is refused at once


@dataclass(frozen=True)
class Event:
    """One event of a tab. Clients of the API can call it, but see it in no list.

    triggers: Gradio's events, such as button.click. function: takes the values of `inputs`, {the endpoint's parameter:
    component}; where it has an argument `click`, also what the browser sends with a click, {} for a client of the API.
    Returns the value of `outputs`, or a list of values where `outputs` is a list, or yields several such in turn. Its
    docstring is the endpoint's description, unless `description` is. quick: skips the queue. limiter: where a quick one
    waits. again: {prefix: endpoint earlier in the list} whose end triggers it too, as an endpoint of its own; an error
    then changes nothing, for that endpoint has reported it. concurrency: queued events that share one run two at once.
    shown_on: components that show that it runs. progress: they show how far it has come, too (`demo.progress`).
    """

    endpoint: str
    triggers: list
    function: Callable
    inputs: dict
    outputs: object
    quick: bool = False
    limiter: anyio.CapacityLimiter | None = None
    again: dict | None = None
    description: str = ""
    concurrency: str = SLOW["concurrency_id"]
    shown_on: tuple = ()
    progress: bool = False


@dataclass(frozen=True)
class Endpoint:
    """One endpoint of the API as clients see it, which is a tool of the MCP server as well.

    name: stands behind the variant's; "" for the endpoint named as the variant is. function: takes the values of
    `inputs`, {parameter: component}, by name, and returns a dict: "src", the data URI of a picture, "file", its name,
    and whatever else is to be said of it, as JSON values. Its docstring is the description. help: {parameter: what it
    means}, where its label does not say it. picture: False where the dict has no picture, but JSON values alone.
    """

    name: str
    function: Callable
    inputs: dict
    help: dict
    picture: bool = True


@contextmanager
def one_line_errors():
    """Turn missing weights (OSError) and what a network refuses (ValueError, RuntimeError) into one line."""
    try:
        yield
    except gr.Error:  # which is a ValueError, and one line already
        raise
    except (OSError, ValueError, RuntimeError) as error:
        line = escape(" ".join(str(error).split()), quote=False)
        raise refuse(line if OPEN in line else known(line[:600])) from None


def connect(prefix, title, events):
    """Register every Event with Gradio, as endpoint page_PREFIX_ENDPOINT, inside the gr.Blocks being built.

    Functions get the values as a browser or a client sends them, and answer bad ones in one line of their own.
    """
    connected = {}
    for event in events:
        inputs, name = list(event.inputs.values()), event.endpoint
        queued = STREAMED if inspect.isgeneratorfunction(event.function) else SLOW
        options = {**QUICK, "js": clamped(inputs)} if event.quick else {**queued, "concurrency_id": event.concurrency}
        options = {"inputs": inputs, "outputs": event.outputs, "preprocess": False, **options}
        if event.shown_on:
            options |= {"show_progress": "full", "show_progress_on": list(event.shown_on)}
        text = f"{title}: {event.description or ' '.join(inspect.getdoc(event.function).split())}"
        api_name, first = f"page_{prefix}_{name}", options
        if any(isinstance(trigger.__self__, gr.Dropdown) for trigger in event.triggers):
            first = {**options, "js": once(api_name, options.get("js", "(...v) => v"))}
        connected[name] = gr.on(event.triggers, _callback(event), api_name=api_name, api_description=text, **first)
        for again, after in (event.again or {}).items():
            text = f"{title}: as {name}; nothing where the weights cannot be had."
            function, api_name = _callback(event, skip_errors=True), f"page_{prefix}_{again}_{name}"
            connected[after].then(function, api_name=api_name, api_description=text, **options)


def _callback(event, skip_errors=False):
    """The event's function as Gradio calls it; its signature gives the API's parameter names."""
    names, takes_click = list(event.inputs), "click" in inspect.signature(event.function).parameters

    def call(*values):
        *values, bar = values if event.progress else (*values, None)
        click = {"click": clicked(values[-1])} if takes_click else {}
        try:
            with one_line_errors(), progress.shown(bar):
                found = event.function(*map(uploads.as_uri, values[: len(names)]), **click)
        except gr.Error:
            if skip_errors:
                return gr.skip()
            raise
        # Gradio takes a list for one output as that output's value.
        return found[0] if isinstance(event.outputs, list) and len(event.outputs) == 1 else found

    if inspect.isgeneratorfunction(event.function):
        return _streamed(event.function, names, takes_click)
    call = call if event.concurrency == LAB else serving.on_gpu(call)
    function = waiting(call, event.limiter) if event.limiter else call
    parameters = [*names, "click"] if takes_click else names
    function.__signature__ = _signature(parameters, {"progress": progress.tracked()} if event.progress else {})
    function.__annotations__ = {"click": gr.EventData} if takes_click else {}
    return function


def _streamed(function, names, takes_click):
    """A generator function as Gradio calls it: all that it yields is shown, until its visitor starts another stream."""

    def call(*values):
        *values, request = values
        click = {"click": clicked(values[-1])} if takes_click else {}
        mine = object()
        visitor = getattr(request, "session_hash", None) or mine
        NEWEST[visitor] = mine
        try:
            with one_line_errors():
                for found in function(*map(uploads.as_uri, values[: len(names)]), **click):
                    if NEWEST.get(visitor) is not mine:
                        break
                    yield found
        finally:
            if NEWEST.get(visitor) is mine:
                del NEWEST[visitor]

    call.__signature__ = _signature([*names, *(["click"] if takes_click else []), "request"])
    call.__annotations__ = {"click": gr.EventData, "request": gr.Request} if takes_click else {"request": gr.Request}
    return call


def waiting(function, limiter):
    """The function as a coroutine that waits for its turn at a limiter, then runs in a thread."""

    async def call(*values):
        if limiter.statistics().tasks_waiting >= MOST_WAITING:
            raise refuse(say("Too many visitors wait for their pictures: try again in a minute."))
        return await anyio.to_thread.run_sync(function, *values, limiter=limiter)

    return call


def _signature(names, more=None):
    """What Gradio reads the parameters' names from; one whose component has no value may be left out."""
    kind, defaults = inspect.Parameter.POSITIONAL_OR_KEYWORD, {**dict.fromkeys(names), **(more or {})}
    return inspect.Signature([inspect.Parameter(name, kind, default=value) for name, value in defaults.items()])


def publish(prefix, about, endpoints, outputs):
    """Register every Endpoint with Gradio as PREFIX_NAME, inside the gr.Blocks being built.

    about: what stands before its description. outputs: a gr.Image for its picture and a gr.JSON for the rest.
    """
    for endpoint in endpoints:
        function, name = _answer(endpoint), f"{prefix}_{endpoint.name}".rstrip("_")
        function.__name__ = name  # that of the MCP server's tool
        text = f"{about}: {' '.join(inspect.getdoc(endpoint.function).split())}"
        options = {**API, "preprocess": False, "postprocess": False}
        inputs = list(endpoint.inputs.values())
        given = outputs if endpoint.picture else outputs[1:]
        gr.on([], function, inputs, given, api_name=name, api_description=text, **options)


def _answer(endpoint):
    """The endpoint's function as Gradio calls it; Gradio's MCP server reads the parameters from its docstring."""

    def answer(*values):
        with one_line_errors():
            found = endpoint.function(**dict(zip(endpoint.inputs, map(uploads.as_uri, values))))
        if not endpoint.picture:
            return found
        picture = data_uri.cached(found.pop("src"), found.pop("file"))
        return gr.FileData(path=picture).model_dump(), found

    call = waiting(serving.on_gpu(answer) if endpoint.picture else answer, API_CALLS)
    lines = [
        f"{name}: {endpoint.help.get(name) or translate(box.label, 'en')}" for name, box in endpoint.inputs.items()
    ]
    call.__doc__ = "\n".join(["Args:", *lines])
    call.__signature__ = _signature(endpoint.inputs)
    return call


def clicked(event):
    """What the browser sends with a click; {} for a client of the API, whose calls carry none."""
    return event._data if isinstance(event._data, dict) else {}


def once(name, js):
    """JavaScript that never answers where it has just answered the same: Gradio's Dropdown tells twice at once of a
    choice that is clicked (6.31), and the server would compute it twice. name: the event's own.
    """
    return f"""(...v) => {{
  const all = window.gaSent = window.gaSent || {{}}, last = all.{name};
  const now = performance.now(), key = JSON.stringify(v);
  all.{name} = {{key, now}};
  return last && last.key === key && now - last.now < 100 ? new Promise(() => {{}}) : ({js})(...v);
}}"""


def clamped(components):
    """JavaScript that moves each slider's value into its limits.

    A number typed beside a slider may lie outside for a moment; without the queue no message would say so.
    """
    limits = [(c.minimum, c.maximum) if isinstance(c, gr.Slider) else None for c in components]
    clamp = "(x, ends) => ends ? Math.max(ends[0], Math.min(ends[1], Number(x) || 0)) : x"
    return f"(...v) => v.map((x, i) => ({clamp})(x, {json.dumps(limits)}[i]))"
