"""Progressive GAN's tab: the same z at every size the network passes through, and a slider that grows it."""

from dataclasses import replace

import gradio as gr

from demo.events import Event
from demo.noise_tab import NoiseTab
from demo.parts import data_uri, latents, views
from demo.state import MAX_LEVEL, State
from demo.words import say
from models.images import to_images
from models.progan import stage as stage_of

KEPT = say("The same z at each size, by the network as it was at the end of that size, before it grew further.")
FINISHED = say(
    "The same z, read off the finished network at each size. The layers that turn the smaller sizes into colour "
    "stopped learning when it grew further: these are not the pictures it made then."
)


class Tab(NoiseTab):
    trials, own_fields, painted_fields = ("growth",), ("level",), ("level",)
    opening = State(pick=3)
    help = {
        **NoiseTab.help,
        "level": "how far it has grown: 0 is 4 px, each step doubles the size, a fraction fades the new size in; 8 or "
        "left out: full size. Below full size there is no verdict",
    }

    def build_own_controls(self):
        views.heading(say("How far it has grown"))
        self.level = gr.Slider(
            0,
            MAX_LEVEL,  # opening tells how far this checkpoint grew
            MAX_LEVEL,
            step=0.05,
            label=say("Growth"),
            elem_id=f"{self.name}-level",
            info=say("0 is 4 px; each step doubles the size, and in between the new size fades in."),
        )
        self.own_controls, self.own_moves = [self.level], [self.level.input]
        self.own_picked_views = [views.view(views.STRIP, elem_id=f"{self.name}-stages", elem_classes="ga-stages")]

    def own_values(self, state):
        return [gr.skip() if state.level is None else state.level]

    @property
    def filled(self):
        return [*super().filled, self.level]

    def opening_values(self, sampler, state):
        top = sampler.top_level
        level = gr.Slider(maximum=top, value=top if state.level is None else state.level)
        return [*super().opening_values(sampler, state), level]

    def check(self, **fields):
        sampler, state = super().check(**fields)
        full_size = state.level is not None and state.level >= sampler.top_level
        return sampler, replace(state, level=None) if full_size else state

    def stage(self, sampler, state):
        k, alpha = stage_of(state.level, sampler.resolution)
        faded = say(", {share} % faded in", share=f"{100 * alpha:.0f}") if alpha < 1 else ""
        caption = f"{4 * 2**k} px{faded}"
        return {**super().stage(sampler, state), "caption": caption, "pixelated": k < sampler.top_level}

    def picked_values(self, sampler, state):
        z, pictures = latents.latent(sampler, state), []
        for level in range(sampler.top_level + 1):
            picture = to_images(sampler.sample(z=z, level=level))[0]
            pictures.append((f"{4 * 2**level} px", data_uri.png(picture)))
        return [views.strip("", pictures, KEPT if sampler.generator.snapshots else FINISHED)]

    def stages(self, *values):
        """The z that the sliders show, at every whole level from 4 px up."""
        return self.picked_values(*self.read(*values))

    def events(self, door):
        triggers = [slider.release for slider in self.sliders]
        return [*super().events(door), Event("stages", triggers, self.stages, self.inputs, self.picked_views)]
