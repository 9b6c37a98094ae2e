"""Progressive GAN's idea: the same z at every size that the network had while it grew."""

import gradio as gr

import models
from demo.idea import Idea
from demo.parts import pictures, views
from demo.state import MOST_LEVEL
from models.images import to_images
from models.progan import stage as stage_of


class Growth(Idea):
    """A slider over the levels from 4 px to the top, fractions fading; the picked z at every whole level."""

    names, limits = ("level",), {"level": (0, MOST_LEVEL)}

    def build(self):
        views.heading("How far it has grown")
        top = 5  # 128 px, until opening tells how far this checkpoint grew
        self.slider = gr.Slider(
            0,
            top,
            top,
            step=0.05,
            label="Growth",
            elem_id=f"{self.name}-level",
            info="0 is 4 px; each step doubles the size, and in between the new size fades in.",
        )
        self.strip = views.view(views.STRIP, elem_id=f"{self.name}-stages", elem_classes="ga-stages")
        self.controls, self.moves = [self.slider], [self.slider.input]
        self.settled, self.told = [self.strip], [self.slider]

    def values(self, state):
        return [gr.skip() if state.level is None else state.level]

    def tell(self, sampler, state):
        top = sampler.top_level
        return [gr.Slider(maximum=top, value=top if state.level is None else state.level)]

    def stage(self, sampler, state):
        k, alpha = stage_of(state.level, sampler.resolution)
        faded = f", {100 * alpha:.0f} % faded in" if alpha < 1 else ""
        return {"caption": f"{4 * 2**k} px{faded}", "pixelated": k < sampler.top_level}

    def settle(self, sampler, state):
        """The picked z, moved as the sliders say, at every whole level."""
        z, found = pictures.latent(sampler, state), []
        for level in range(sampler.top_level + 1):
            size = f"{4 * 2**level} px"
            drawn = to_images(sampler.sample(z=z, level=level))[0]
            found.append({"src": pictures.png(drawn), "name": size, "text": size})
        return [{"title": "", "pictures": found, "note": "The same z at every size it had while it grew."}]

    def wire(self, tab, answers, on, behind):
        def stages(*values):
            return self.settle(*answers.read(*values))[0]

        on(
            [slider.release for slider in tab.sliders],
            "stages",
            tab.named(stages),
            tab.controls,
            self.strip,
            tab.SLOW,
            f"the z that {models.entry(self.name).title}'s sliders show, at every whole level from 4 px up.",
        )
