"""Events as data: what triggers an endpoint of the page, the function behind it, its inputs and outputs."""

import inspect
import json
from collections.abc import Callable
from dataclasses import dataclass, replace

import gradio as gr

# The list is empty because at every event the browser updates each component that any event ever showed progress on.
HIDDEN = {"show_progress": "hidden", "show_progress_on": []}
# Queued work shares the device. The sliders skip the queue, which would take longer than their picture does.
DEVICE = {"concurrency_id": "device", "concurrency_limit": 2, **HIDDEN}
SLOW = {"trigger_mode": "always_last", **DEVICE}
QUICK = {"trigger_mode": "always_last", "queue": False, **HIDDEN}


@dataclass(frozen=True)
class Event:
    """One event of a tab, which is an endpoint of the API as well.

    triggers: Gradio's events, such as button.click; [] where `after` is set. function: takes the values of `inputs`,
    a list of components; returns the value of `outputs`, or a list of values where `outputs` is a list. description:
    of the endpoint. how: options of gr.on, SLOW or QUICK. names: the endpoint's parameters, by default those of
    `function`. click: `function` takes the gr.EventData as its last argument. after: the endpoint, earlier in the
    list, whose end triggers this one; an error then changes nothing, for that endpoint has reported it.
    """

    endpoint: str
    triggers: list
    function: Callable
    inputs: list
    outputs: object
    description: str
    how: dict = None
    names: tuple = None
    click: bool = False
    after: str = None

    def repeated(self, prefix, after):
        """The same event when the endpoint `after` has ended, as endpoint PREFIX_ENDPOINT."""
        text = f"as {self.endpoint}; nothing where the weights cannot be had."
        endpoint = f"{prefix}_{self.endpoint}"
        return replace(self, endpoint=endpoint, triggers=[], description=text, after=after)


def connect(prefix, title, events):
    """Register every Event with Gradio, as endpoint PREFIX_ENDPOINT, inside the gr.Blocks being built.

    Functions get the values as a browser or a client sends them, and answer bad ones in one line of their own.
    """
    connected = {}
    for event in events:
        function = _callback(event)
        options = {
            **(event.how or QUICK),
            "preprocess": False,
            "api_name": f"{prefix}_{event.endpoint}",
            "api_description": f"{title}: {event.description}",
        }
        if event.after:
            connected[event.after].then(function, event.inputs, event.outputs, **options)
        else:
            connected[event.endpoint] = gr.on(event.triggers, function, event.inputs, event.outputs, **options)


def _callback(event):
    """The event's function as Gradio calls it; its signature gives the API's parameter names."""

    def call(*values):
        try:
            found = event.function(*values)
        except gr.Error:
            if event.after:
                return gr.skip()
            raise
        # Gradio takes a list for one output as that output's value.
        return found[0] if isinstance(event.outputs, list) and len(event.outputs) == 1 else found

    names = event.names or list(inspect.signature(event.function).parameters)[: len(event.inputs)]
    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    names = [*names, "event"] if event.click else names
    call.__signature__ = inspect.Signature([inspect.Parameter(name, kind) for name in names])
    call.__annotations__ = {"event": gr.EventData} if event.click else {}
    return call


def event_value(event, key, default):
    """What a click on a view says under `key`; `default` for a client of the API, whose calls carry no click."""
    try:
        return getattr(event, key)
    except (AttributeError, TypeError):
        return default


def clamped(limits):
    """JavaScript that moves each input into its limits: (low, high) each, or None for what is no number.

    A number typed beside a slider may lie outside for a moment; without the queue no message would say so.
    """
    clamp = "(x, ends) => ends ? Math.max(ends[0], Math.min(ends[1], Number(x) || 0)) : x"
    return f"(...v) => v.map((x, i) => ({clamp})(x, {json.dumps(limits)}[i]))"
