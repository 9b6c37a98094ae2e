"""Colorization's tab: a photo in the colours of two generators side by side, and a switch for the U-Net's skips."""

import gradio as gr

from demo.parts import compare, data_uri, levels, views
from demo.state import choice, number
from demo.translator_tab import PhotoTab
from demo.words import say

GENERATORS = {"unet": "U-Net", "resnet": "ResNet"}
SKIPS = say("Off: a U-Net without skip connections paints. It was trained beside this one, in the same way.")
WITHOUT = say("This one was trained without skip connections: all that it paints has passed its bottleneck.")


class Tab(PhotoTab):
    opening = 3
    full_sizes = {generator: say("{network}: full size PNG", network=title) for generator, title in GENERATORS.items()}
    help = {
        "saturation": "0 to 2; 1: as painted",
        "skips": "false: by the U-Net that was trained without skip connections, to show what they carry",
        "generator": "which of two networks paints",
    }
    description = (
        "The photo, its lightness, its new colours: by the U-Net and by the ResNet. saturation: 0 to 2. skips: "
        "false takes the U-Net that has none. Each is three pictures as data URIs."
    )

    def build_room(self):
        with gr.Row(elem_classes="ga-pair"):
            self.results = [compare.view(elem_id=f"{self.name}-{generator}") for generator in GENERATORS]
        with gr.Row(elem_classes="ga-below"):
            with gr.Column(scale=5, min_width=280):
                views.summary(self.entry)
                saturation = gr.Slider(0, 2, 1, step=0.02, label=say("Saturation"), elem_id=f"{self.name}-saturation")
                skips = gr.Checkbox(True, label=say("The U-Net's skips"), elem_id=f"{self.name}-skips", info=SKIPS)
            with gr.Column(scale=5, min_width=280):
                self.build_photo()
                generator = gr.Radio(list(GENERATORS), value="unet", visible=False, label="generator")
        self.levels = levels.build(self.name, self.entry.translator)
        self.controls, self.api_controls = {"saturation": saturation, "skips": skips}, {"generator": generator}

    def paint(self, photo, saturation, skips, generator):
        """The photo in new colours, which a network guesses from its lightness: one lossless PNG of its own size."""
        return self.save(photo, saturation, skips, click={"what": generator})

    def answer(self, t, image, src, saturation, skips):
        grey, comparisons = data_uri.live(t.grey(image)), []
        notes = {} if skips else {"unet": WITHOUT}
        for generator, title in GENERATORS.items():
            coloured = data_uri.live(self.full_size(t, image, generator, saturation, skips))
            layers = [(say("Photo"), src), (say("Grey"), grey), (title, coloured)]
            comparisons.append(compare.value(image.size, layers, title=title, note=notes.get(generator, "")))
        return comparisons

    def inside(self, photo):
        """The channels of each level of both U-Nets' encoders that vary most over the photo, as data URIs."""
        t = self.load()
        return levels.values(t, self.photo(t, photo)[0])

    def events(self, door):
        again = {"first": "open", "photo": "photo", **({"other": "switch"} if self.offered else {})}
        return [*super().events(door), levels.event([], self.inside, {"photo": self.given}, self.levels, again)]

    def full_size(self, t, image, what, saturation, skips):
        saturation = number(saturation, say("Saturation"), 0, 2)
        return t.translate(image, choice(what, say("Generator"), t.generators), bool(skips), saturation)
