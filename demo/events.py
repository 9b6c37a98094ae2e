"""How events reach the server and what the browser does meanwhile, one manner for all tabs."""

import inspect
import json

import gradio as gr

# The list is empty because at every event the browser updates each component that any event ever showed progress on.
HIDDEN = {"show_progress": "hidden", "show_progress_on": []}
# Queued work shares the device. The sliders skip the queue, which would take longer than their picture does.
DEVICE = {"concurrency_id": "device", "concurrency_limit": 2, **HIDDEN}
SLOW = {"trigger_mode": "always_last", **DEVICE}
QUICK = {"trigger_mode": "always_last", "queue": False, **HIDDEN}


def quiet(function):
    """`function`, changing nothing where it refuses: opening the tab has said why already."""

    def call(*values):
        try:
            return function(*values)
        except gr.Error:
            return gr.skip()

    call.__signature__ = inspect.signature(function)
    return call


def named(function, *names, **special):
    """`function` of values by these names, which the API shows; special: annotated extras behind them."""

    def call(*values):
        return function(*values)

    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    call.__signature__ = inspect.Signature([inspect.Parameter(name, kind) for name in (*names, *special)])
    call.__annotations__ = special
    return call


def inside(limits):
    """JS that moves each input between its ends; limits: (low, high) for each, or None for what is no number.

    A number being typed beside a slider may lie outside for a moment; without a queue no toast would say so.
    """
    clamp = "(x, ends) => ends ? Math.max(ends[0], Math.min(ends[1], Number(x) || 0)) : x"
    return f"(...v) => v.map((x, i) => ({clamp})(x, {json.dumps(limits)}[i]))"
