"""BigGAN's tab: the truncation trick and a sweep of its thresholds, classes blended, a part of z for every block."""

from html import escape

import gradio as gr
import pandas as pd
import torch

from demo.events import Endpoint, Event
from demo.noise_tab import OPENING_AND_REROLL, NoiseTab
from demo.parts import data_uri, figures, latents, views
from demo.state import ALL, DIRECTIONS, THRESHOLDS, UNTRUNCATED, State
from demo.words import known, named, say
from models.images import grid
from models.nets.layers import sizes

SWEEP, ROWS = (0.04, 0.2, 0.5, 1.0, 1.5, 2.0), 6
QUALITY, DIVERSITY, THRESHOLD = say("quality (precision)"), say("diversity (recall)"), say("threshold")


class Tab(NoiseTab):
    trials, own_fields = ("batch", "noise"), ("truncation", "blend", "other")
    painted_fields, opening = own_fields, State(pick=6, truncation=0.6)  # a daisy
    help = {
        **NoiseTab.help,
        "truncation": f"the truncation trick: values of z beyond this threshold, {THRESHOLDS[0]} to {THRESHOLDS[1]}, "
        f"are drawn again; the lower, the finer and the more alike; {UNTRUNCATED}: none",
        "blend": "the share of the class `other` in every picture, 0 to 1",
        "other": "the class that `blend` mixes in",
    }
    directions_title = say("The part of z that each block gets")

    def build_own_controls(self):
        views.heading(say("The truncation trick"))
        self.threshold = gr.Slider(
            THRESHOLDS[0],
            UNTRUNCATED,
            self.opening.truncation,
            step=0.02,
            label=say("Truncation threshold"),
            elem_id=f"{self.name}-truncation",
            info=say(
                "Values of z beyond it are drawn again, never clamped. "
                "Left: finer, but all alike; the right end: no truncation."
            ),
        )
        self.api_controls = {"truncation": gr.Number(UNTRUNCATED, visible=False, label=say("Truncation threshold"))}
        views.heading(say("From class to class at one z"))
        self.blend = gr.Slider(0, 1, 0, step=0.01, label=say("Share of the other class"), elem_id=f"{self.name}-blend")
        classes = self.config.get("classes") or [""]
        self.other = gr.Dropdown(
            named(classes), value=classes[-1], label=say("The other class"), elem_id=f"{self.name}-other"
        )
        self.own_controls = [self.threshold, self.blend, self.other]
        self.own_moves = [self.threshold.input, self.blend.input, self.other.input]
        self.own_redraws = [self.threshold.release]

    def build_own_row(self):
        with gr.Row(elem_classes="ga-more"):
            with gr.Column(scale=5, min_width=300):
                self.sweep = views.view(views.TABLE, views.SAVE_JS, elem_id=f"{self.name}-sweep")
            with gr.Column(scale=5, min_width=300), views.section(say("Quality against diversity")):
                self.curve = figures.line_plot(x=DIVERSITY, y=QUALITY, height=300, visible=False)
                self.fid = figures.line_plot(x=THRESHOLD, y="FID", height=220, visible=False)
                self.measured = gr.HTML(apply_default_css=False)

    def own_values(self, state):
        other = gr.Dropdown(choices=named([state.other]), value=state.other) if state.other else gr.skip()
        return [UNTRUNCATED if state.truncation is None else state.truncation, state.blend, other]

    @property
    def filled(self):
        return [*super().filled, *self.sliders[:DIRECTIONS], self.other, self.curve, self.fid, self.measured]

    @property
    def followers(self):
        return [*super().followers, self.sweep]

    def opening_values(self, sampler, state):
        table, words = curve(sampler)
        return [
            *super().opening_values(sampler, state),
            *(gr.Slider(label=name) for name in slider_names(sampler)),
            gr.Dropdown(choices=named(sampler.classes), value=latents.other_class(sampler, state)),
            *(gr.LinePlot(value=table, visible=table is not None and y in table) for y in (QUALITY, "FID")),
            f"<p class='ga-note'>{words}</p>",
        ]

    def stage(self, sampler, state):
        found = super().stage(sampler, state)
        threshold = state.truncation or getattr(sampler, "widest", None)
        within = say(", z within ±{threshold}", threshold=f"{threshold or 0:g}")
        found["caption"] += say(", z not truncated") if threshold is None else within
        return found

    def sweep_table(self, seed, label):
        """The truncation trick: a seed in each row, a threshold in each column, on one lossless PNG."""
        sampler, state = self.check(seed=seed, n=ROWS, label=label)
        rows = ROWS if sampler.resolution <= 64 else 1
        z = [sampler.latents(rows, state.seed, threshold) for threshold in SWEEP]
        labels = torch.tensor(latents.grid_labels(sampler, state)[:rows]).repeat_interleave(len(SWEEP))
        pictures = sampler.sample(z=torch.stack(z, 1).flatten(0, 1), labels=labels, truncation=[*SWEEP] * rows)
        across = say("over all classes" if state.label == ALL else escape(state.label))
        return {
            "src": data_uri.png(grid(pictures, len(SWEEP))),
            "columns": [f"{t:g}" for t in SWEEP],
            "rows": [str(state.seed + i) for i in range(rows)],
            "title": say("The same seeds under each threshold"),
            "file": f"{self.name}-sweep-seed{state.seed}.png",
            "note": say(
                "One row a seed, {label}; one column a threshold. Towards the left, seeds grow alike.", label=across
            ),
        }

    def events(self, door):
        inputs, triggers = {"seed": self.seed, "label": self.label}, [self.seed.input, self.label.input]
        sweep = Event("sweep", triggers, self.sweep_table, inputs, self.sweep, again=OPENING_AND_REROLL)
        return [*super().events(door), sweep]

    def api(self):
        return [
            *super().api(),
            Endpoint("sweep", self.sweep_table, {"seed": self.seed, "label": self.label}, self.help),
        ]


def slider_names(sampler):
    """What each direction slider moves: the strongest direction of every chunk of z, then the second ones."""
    if len(sampler.chunks) == 1:
        return [say("Direction {i}", i=i) for i in range(1, DIRECTIONS + 1)]
    names = [say("First layer, 4 px"), *(say("Block to {px} px", px=side) for side in sizes(sampler.resolution)[1:])]
    return [names[i % len(names)] + ("" if i < len(names) else say(", second direction")) for i in range(DIRECTIONS)]


def curve(sampler):
    """Precision, recall and, where measured, FID under each threshold: (table or None, the words beneath)."""
    found = sampler.config.get("metrics", {}).get("truncation")
    if not found:
        return None, say("Not measured for this checkpoint: its precision and recall under each threshold are missing.")
    table = pd.DataFrame({DIVERSITY: found["recall"], QUALITY: found["precision"], THRESHOLD: found["thresholds"]})
    if "fid" in found:
        table["FID"] = found["fid"]
    low, high = min(found["thresholds"]), max(found["thresholds"])
    return table, say(
        "Each point is a threshold, from {low} to {high}. Precision: the share of generated pictures that lie among "
        "the real ones; recall: the share of real pictures that lie among the generated ones. {fid}{n} pictures each, "
        "seed {seed}, {features}.",
        low=f"{low:g}",
        high=f"{high:g}",
        fid=say("FID, the distance between both sets, counts both. ") if "fid" in found else "",
        n=found.get("n", "?"),
        seed=found.get("seed", "?"),
        features=known(escape(found["features"], quote=False)) if "features" in found else say("unnamed"),
    )
