"""The page's rooms, put together into one Gradio app."""

import threading

import gradio as gr

import models
from demo import events
from demo import noise_tab as generate
from demo.parts import pictures
from demo.state import parse
from demo.tabs import colorize, cyclegan, home, pix2pix, stargan
from demo.theme import look

__all__ = ["build", "look", "warm_up"]

ROOMS = {
    "colorize": colorize.ColorizeTab,
    "pix2pix": pix2pix.FacadeTab,
    "cyclegan": cyclegan.CycleTab,
    "stargan": stargan.ExpressionTab,
}


def build():
    """The whole page as gr.Blocks; no checkpoint is read before a visitor or `warm_up` asks for it."""
    rooms = {name: ROOMS.get(name, generate.NoiseTab)(name) for name in models.names()}
    noise = {name: rooms[name] for name in models.names(translates=False)}
    with gr.Blocks(title="GAN Atlas", analytics_enabled=False, fill_width=True, delete_cache=(3600, 3600)) as page:
        with gr.Tabs(elem_id="rooms", overflow_behavior="wrap") as tabs:
            with gr.Tab("Home", id="home"):
                fill_home, family = home.build(tabs)
            doors = {}
            for name, room in rooms.items():
                with gr.Tab(room.entry.title, id=name) as doors[name]:
                    room.build()
        cats = [room for room in noise.values() if room.cat]
        for name, room in noise.items():
            room.wire(doors[name], [room, *(cat for cat in cats if room.cat and cat is not room)])
        for name in models.names(translates=True):
            rooms[name].wire(doors[name])
        # Without a queue: a tab that a link opens at the same time could be asked for while the queue's stream closes,
        # and what is asked for in that instant the browser never hears of.
        page.load(
            fill_home,
            None,
            family,
            **events.QUICK,
            api_name="home",
            api_description="The family in lecture order, with four live pictures of each member.",
        )
        controls = [component for room in noise.values() for component in room.controls]
        page.load(
            _reopen(rooms, noise),
            None,
            [tabs, *controls],
            **events.QUICK,
            api_name="reopen",
            api_description="Tab and controls as the page's link says: ?tab=dcgan&seed=7&n=16.",
        )
    return page


def _reopen(rooms, noise):
    def reopen(request: gr.Request):
        query = dict(request.query_params)
        tab = query.get("tab", "home")
        # Without a link nothing is selected: the visitor may have clicked a tab before this answer comes.
        state, found = parse(query), [gr.Tabs(selected=tab) if tab in rooms else gr.skip()]
        label = gr.Radio(choices=[generate.ALL, state.label], value=state.label)
        mine = [state.seed, state.n, state.pick, label, *state.moves]
        for name, room in noise.items():
            same_seed = tab in noise and room in noise[tab].kin
            found += (
                [*mine, *room.idea.values(state)]
                if name == tab
                else [state.seed if same_seed else gr.skip(), *[gr.skip()] * (len(room.controls) - 1)]
            )
        return found

    return reopen


def warm_up():
    """Load what there is behind the visitors' backs, so that the first tab opens at once."""

    def load():
        for name in models.names():
            try:
                member = models.load(name)
            except OSError:
                continue  # the tab itself says so
            if not models.entry(name).translates:
                pictures.scale(member)

    threading.Thread(target=load, daemon=True, name="warm-up").start()
