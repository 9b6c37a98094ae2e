"""The page: home and one tab for each variant, put together into one Gradio app."""

import threading

from demo import serving  # first: it names the temporary folder that Gradio reads when it is imported

# isort: split
import gradio as gr

import models
from demo.events import QUICK, connect, publish
from demo.languages import Page
from demo.noise_tab import NoiseTab
from demo.parts import checkpoint, verdict
from demo.state import parse
from demo.tabs import home, lab, tab_class
from demo.theme import look
from demo.words import say

__all__ = ["build", "look", "warm_up"]


def build():
    """The whole page as gr.Blocks; no checkpoint is read before a visitor or `warm_up` asks for it."""
    serving.share_configuration()
    serving.spare_the_compiler()
    tabs, doors = {name: tab_class(name)(name) for name in models.names()}, {}
    laboratory = lab.Lab()
    with Page(title="GAN Atlas", analytics_enabled=False, fill_width=True, delete_cache=(3600, 3600)) as page:
        gr.HTML(home.SWITCH, apply_default_css=False, elem_id="languages")
        with gr.Tabs(elem_id="rooms", overflow_behavior="wrap") as bar:
            with gr.Tab(say("Home"), id="home", elem_id="tab-home"):
                family = home.build(bar)
            for name, tab in tabs.items():
                with gr.Tab(tab.entry.title, id=name, elem_id=f"tab-{name}") as doors[name]:
                    tab.build()
            with gr.Tab(say("Lab"), id="lab", elem_id="tab-lab"):
                laboratory.build()
        answers = [gr.Image(visible=False, format="png", label="picture"), gr.JSON(visible=False, label="facts")]
        noise_tabs = [tab for tab in tabs.values() if isinstance(tab, NoiseTab)]
        sharing = [tab for tab in noise_tabs if tab.shares_seed_with]
        for tab in sharing:
            tab.same_seed_tabs = [t for t in sharing if t.shares_seed_with == tab.shares_seed_with]
        for name, tab in tabs.items():
            connect(name, tab.entry.title, tab.weighed(tab.events(doors[name])))
            publish(name, tab.about, tab.weighed(tab.api()), answers)
        laboratory.connect(answers)
        # Both without the queue: a tab that a link opens at the same time could be asked for while the queue's stream
        # closes, and the browser would never hear of the answer.
        text = " ".join(home.shared_timeline.__doc__.split())
        page.load(home.shared_timeline, None, family, **QUICK, api_name="page_home", api_description=text)

        def reopen(request: gr.Request):
            query = dict(request.query_params)
            return [*link_values(tabs, noise_tabs, query), *laboratory.link_values(query)]

        outputs = [bar, *(component for tab in noise_tabs for component in tab.inputs.values()), *laboratory.outputs]
        text = "Tab and controls as the page's link says: ?tab=dcgan&seed=7&n=16."
        page.load(reopen, None, outputs, **QUICK, api_name="page_reopen", api_description=text)
    return page


def link_values(tabs, noise_tabs, query):
    """The selected tab, then every noise tab's controls, as a link's query (a dict of strings) says.

    Without a tab in the link none is selected: the visitor may have clicked one before this answer comes.
    """
    opened = tabs.get(query.get("tab"))
    state = parse(query, opened.opening if opened in noise_tabs else None)
    selected = gr.Tabs(selected=query["tab"]) if query.get("tab") in (*tabs, "lab") else gr.skip()
    return [selected, *(value for tab in noise_tabs for value in tab.link_values(state, opened))]


def warm_up():
    """Load all checkpoints in a thread, so that the first tab opens at once."""

    def load():
        for member in checkpoint.available(models.names()):
            if not models.entry(member.name).translates:
                verdict.scale(member)

    threading.Thread(target=load, daemon=True, name="warm-up").start()
