"""Colorization's tab: a photo loses its colour and two generators give it one, side by side."""

import gradio as gr

from demo import uploads
from demo.parts import compare, views
from demo.state import choice, number
from demo.translator_tab import PhotoTab

GENERATORS = {"unet": "U-Net", "resnet": "ResNet"}


class ColorizeTab(PhotoTab):
    """Two comparisons under one saturation slider, and a switch that cuts the U-Net's skips."""

    names, limits = ("saturation", "skips"), {"saturation": (0, 2)}
    full = tuple({"what": what, "text": f"{title}: full size PNG"} for what, title in GENERATORS.items())
    says = (
        "the photo, its lightness, its new colours: by the U-Net and by the ResNet. saturation: 0 to 2. skips: "
        "false cuts the U-Net's. Each is three pictures as data URIs."
    )

    def build_room(self):
        with gr.Row(elem_classes="ga-pair"):
            self.results = [compare.view(elem_id=f"{self.name}-{what}") for what in GENERATORS]
        with gr.Row(elem_classes="ga-below"):
            with gr.Column(scale=5, min_width=280):
                views.brought(self.entry)
                self.saturation = gr.Slider(0, 2, 1, step=0.02, label="Saturation", elem_id=f"{self.name}-saturation")
                self.skips = gr.Checkbox(
                    True,
                    label="The U-Net's skips",
                    elem_id=f"{self.name}-skips",
                    info="Cut them to see what they carried: the place of every edge.",
                )
            with gr.Column(scale=5, min_width=280):
                self.build_photo()
        self.controls = [self.saturation, self.skips]
        self.moves = [self.saturation.input, self.skips.input]

    def coloured(self, t, image, what, saturation, skips):
        saturation = number(saturation, "Saturation", 0, 2)
        return t.translate(image, choice(what, "Generator", t.generators), bool(skips), saturation)

    def answer(self, t, image, src, saturation, skips):
        grey, found = uploads.live(t.grey(image)), []
        for what, title in GENERATORS.items():
            cut = what == "unet" and not skips
            painted = uploads.live(self.coloured(t, image, what, saturation, skips))
            note = "Its skips are cut: all it knows came through the bottleneck." if cut else ""
            found.append(
                compare.value(image.size, [("Photo", src), ("Grey", grey), (title, painted)], title=title, note=note)
            )
        return found

    def whole(self, t, image, what, saturation, skips):
        return self.coloured(t, image, what, saturation, skips)
