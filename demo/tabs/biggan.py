"""BigGAN's ideas: z cut short for quality, classes blended, and a part of z for every block."""

import gradio as gr
import torch

from demo.idea import Idea
from demo.parts import figures, pictures, views
from demo.state import ALL, DIRECTIONS, LAST_SEED, THRESHOLDS, UNTRUNCATED, check, number
from models.nets.layers import sizes

SWEEP, ROWS = (0.04, 0.2, 0.5, 1.0, 1.5, 2.0), 6


def layer_names(sampler):
    """What each direction slider moves: the strongest direction of every chunk of z, then the second ones."""
    names = [f"Block to {side} px" for side in sizes(sampler.resolution)]
    names[0] = "First layer, 4 px"
    return [names[i % len(names)] + ("" if i < len(names) else ", second direction") for i in range(DIRECTIONS)]


class Truncation(Idea):
    """Sliders for the threshold of z and for the way from one class to another; a sweep and a curve of thresholds."""

    names = ("truncation", "blend", "other")
    limits = {"truncation": (THRESHOLDS[0], UNTRUNCATED), "blend": (0, 1)}
    directions = "Every block's own part of z"

    def build(self):
        views.heading("The truncation trick")
        self.threshold = gr.Slider(
            THRESHOLDS[0],
            UNTRUNCATED,
            UNTRUNCATED,
            step=0.02,
            label="Truncation threshold",
            elem_id=f"{self.name}-truncation",
            info="Values of z beyond it are drawn again, never clamped. "
            "Left: finer, but all alike; the right end: no truncation.",
        )
        views.heading("From class to class at one z")
        self.blend = gr.Slider(0, 1, 0, step=0.01, label="Share of the other class", elem_id=f"{self.name}-blend")
        self.other = gr.Dropdown([""], value="", label="The other class", elem_id=f"{self.name}-other")
        self.other.api_info = lambda: {"type": "string"}  # opening tells its choices
        self.controls = [self.threshold, self.blend, self.other]
        self.moves = [self.threshold.input, self.blend.input, self.other.input]
        self.redraws = [self.threshold.release]

    def build_below(self, tab):
        with gr.Row(elem_classes="ga-more"):
            with gr.Column(scale=5, min_width=300):
                self.sweep = views.view(views.TABLE, views.SAVE_JS, elem_id=f"{self.name}-sweep")
            with gr.Column(scale=5, min_width=300):
                views.heading("Quality against diversity")
                self.curve, self.fid = figures.curve_plot(), figures.fid_plot()
                self.measured = gr.HTML(apply_default_css=False)
        self.told = [*tab.sliders[:DIRECTIONS], self.other, self.curve, self.fid, self.measured]

    def values(self, state):
        other = gr.Dropdown(choices=[state.other], value=state.other) if state.other else gr.skip()
        return [UNTRUNCATED if state.truncation is None else state.truncation, state.blend, other]

    def tell(self, sampler, state):
        table, words = figures.curve(sampler)
        return [
            *(gr.Slider(label=name) for name in layer_names(sampler)),
            gr.Dropdown(choices=sampler.classes, value=pictures.other_of(sampler, state)),
            *(gr.LinePlot(value=table, visible=table is not None and y in table) for y in (figures.QUALITY, "FID")),
            f"<p class='ga-note'>{words}</p>",
        ]

    def stage(self, sampler, state):
        cut = ", z not truncated" if state.truncation is None else f", z within ±{state.truncation:g}"
        return {"caption": pictures.shares_in_words(sampler, state) + cut}

    def swept(self, sampler, seed, label):
        """The same seeds under each threshold, in one picture."""
        state = check(seed=number(seed, "Seed", 0, LAST_SEED, whole=True), n=ROWS, label=label, classes=sampler.classes)
        z = [sampler.latents(ROWS, state.seed, threshold) for threshold in SWEEP]
        labels = torch.tensor(pictures.labels_of(sampler, state)).repeat_interleave(len(SWEEP))
        drawn = sampler.sample(z=torch.stack(z, 1).flatten(0, 1), labels=labels)
        across = "over all classes" if state.label == ALL else state.label
        return {
            "src": pictures.png(pictures.sheet(drawn, len(SWEEP))),
            "columns": [f"{t:g}" for t in SWEEP],
            "rows": [str(state.seed + i) for i in range(ROWS)],
            "title": "The same seeds under each threshold",
            "file": f"{self.name}-sweep-seed{state.seed}.png",
            "note": f"One row a seed, {across}; one column a threshold. Towards the left, seeds grow alike.",
        }

    def wire(self, tab, answers, on, behind):
        def sweep(seed, label):
            return self.swept(answers.sampler(), seed, label)

        behind(
            "sweep",
            sweep,
            [tab.seed, tab.label],
            self.sweep,
            [tab.seed.input, tab.label.input],
            f"{ROWS} seeds, a row each, under the thresholds {', '.join(map(str, SWEEP))}: one PNG as a data URI.",
        )
