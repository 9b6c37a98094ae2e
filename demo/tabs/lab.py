"""The lab: the lecture's theory moved by hand, a panel a claim, and the index of all 91 claims."""

import gradio as gr

import models
from demo import panels
from demo.events import connect, publish
from demo.parts.claims import CLAIMS, PARTLY
from demo.words import say


class Lab:
    """The tab of the panels; one is shown at a time."""

    def __init__(self):
        self.panels = {name: panels.load(name) for name in panels.names()}

    def build(self):
        """Lay the tab out: the panels' bar, the panels, the index."""
        self.doors = {}
        with gr.Tabs(elem_id="lab", overflow_behavior="wrap") as self.bar:
            for name, panel in self.panels.items():
                with gr.Tab(panel.title, id=name, elem_id=f"lab-{name}") as self.doors[name]:
                    panel.build()
        with gr.Accordion(say("The lecture's 91 claims, and where each is shown"), open=False, elem_id="lab-index"):
            gr.HTML(self.index(), apply_default_css=False)

    def connect(self, answers):
        """Register the panels' events and endpoints. answers: the outputs of public endpoints."""
        for name, panel in self.panels.items():
            connect("lab", "Lab", panel.events(self.doors[name]))
            publish("lab", panel.about, panel.api(), answers)

    def index(self):
        """The list of the claims as HTML, each with a link to what shows it."""
        shown = {n: panel for panel in self.panels.values() for n in panel.claims}
        rows = [
            f"<li><b>{n}</b>{claim} {self.place(shown.get(n), tab)}</li>" for n, (claim, tab) in enumerate(CLAIMS, 1)
        ]
        return f"<ol class='lab-claims'>{''.join(rows)}</ol>"

    def place(self, panel, tab):
        """Where a claim is shown: the link to its panel or tab."""
        if panel:
            return link(f"?tab=lab&panel={panel.name}", f"tab-lab lab-{panel.name}", panel.title)
        if not tab:
            return f"<em>{say('not shown yet')}</em>"
        name = tab.removeprefix(PARTLY)
        title = say("Home") if name == "home" else models.entry(name).title
        text = say("{title}, in part", title=title) if tab.startswith(PARTLY) else title
        return link(f"?tab={name}", f"tab-{name}", text)

    @property
    def outputs(self):
        """What `link_values` fills."""
        return [self.bar, *(box for panel in self.panels.values() for box in panel.inputs.values())]

    def link_values(self, query):
        """The selected panel and every panel's controls, as a link's query (a dict of strings) says."""
        opened = self.panels.get(query.get("panel")) if query.get("tab") == "lab" else None
        values = [gr.skip() if opened is None else gr.Tabs(selected=opened.name)]
        for panel in self.panels.values():
            values += panel.link_values(query) if panel is opened else [gr.skip()] * len(panel.inputs)
        return values


def link(address, rooms, text):
    """A link that opens tabs on this page. rooms: their elem_id, the outer one first."""
    return f"<a href='{address}' data-room='{rooms}'>{text}</a>"
