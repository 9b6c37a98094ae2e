"""What the translators' tabs share: a photo or an example in, live results, and the full-size picture on demand."""

from itertools import cycle

import gradio as gr

import models
from demo import uploads
from demo.events import Endpoint, Event
from demo.parts import data_uri, photo_card
from demo.parts.examples import bundled
from demo.variant_tab import VariantTab
from demo.words import say


def examples(translator):
    """The pictures bundled with the checkpoint, else those of the variant's own: PIL RGB."""
    return bundled(translator) or bundled(models.load(translator.name))


class PhotoTab(VariantTab):
    """The tab of a translator that takes photographs; a subclass needs `build_room` and `answer` alone.

    build_room calls `build_photo` and sets `results`, the views that follow photo and controls. It may set `controls`,
    {parameter: component}; `api_controls`, those that the API has in their place or beyond them; `photo_views`, views
    that follow the photo alone. answer(translator, image, src, *values) gives the values of `results` for a PIL
    picture, whose data URI is src, and the controls' values. full_sizes: {what: the text of its button} of pictures at
    the photo's own size. opening: the number of the example that the tab opens on. description: of the event
    `translate`. help: {parameter of the API: what it means}.
    """

    full_sizes, opening = {"picture": say("Full size PNG")}, 0
    description = "The photo, translated. Pictures are data URIs."
    help = {"photo": f"{photo_card.HELP} the examples"}

    def __init__(self, name):
        super().__init__(name)
        self.controls, self.api_controls, self.photo_views = {}, {}, []

    @classmethod
    def home_pictures(cls, translator, seed):
        """Up to four PIL pictures for the home page: the bundled examples, each translated in the next way there is."""
        ways = cycle(translator.ways.values())
        return [translator.translate(image, **way) for image, way in zip(examples(translator)[:4], ways)]

    @property
    def inputs(self):
        return {"photo": self.given, **self.controls}

    @property
    def filled(self):
        return [self.given, self.card, *self.results, *self.photo_views]

    def build_photo(self):
        """The card that takes a photo, and `given`, what it is: a data URI, or the number of an example."""
        self.given = photo_card.given()
        self.card = photo_card.view(elem_id=f"{self.name}-photo")
        self.saver = photo_card.saver(elem_id=f"{self.name}-saver")

    def answer_photo(self, translator, image, src, *values):
        """Values of `photo_views`."""
        return []

    def controls_for(self, example, *values):
        """The controls' values for a new photo: an example, by its number, or a visitor's own (None)."""
        return values

    def full_size(self, translator, image, what, *values):
        """The translation at the photo's own size; what: a key of `full_sizes`."""
        return translator.translate(image)

    def photo(self, translator, given):
        """(PIL picture, data URI, number of the example or None) of a visitor's data URI or an example's number."""
        image, i = uploads.chosen(given, examples(translator), self.opening)
        return image, given if i is None else data_uri.png(image), i

    def card_value(self, translator, example=None, own="", size=""):
        """The photo card; own: the data URI of a visitor's picture, size: its size in words."""
        thumbnails = [data_uri.jpeg(image.resize((112, 112))) for image in examples(translator)]
        full = self.full_sizes if own or example is not None else {}
        return photo_card.value(say("A picture of yours"), thumbnails, example, own, size, full)

    def photo_values(self, translator, photo, values):
        """Values of `given`, `card`, `results` and `photo_views`; photo: as `photo` returns it."""
        (image, src, example), own = photo, ""
        size = f"{image.width} \u00d7 {image.height} px"
        if example is None:
            image, own = uploads.preview(image)
            src = own
        return [
            own or str(example),
            self.card_value(translator, example, own, size),
            *self.answer(translator, image, src, *values),
            *self.answer_photo(translator, image, src, *values),
        ]

    def fill(self, translator, given, *values):
        if not examples(translator) and not uploads.is_uri(given):
            return [gr.skip(), self.card_value(translator), *[gr.skip()] * len([*self.results, *self.photo_views])]
        found = self.photo_values(translator, self.photo(translator, given), values)
        if uploads.is_uri(given):
            found[1] = gr.skip()  # the card still shows the photo and knows its full size; `given` is the preview
        return found

    def events(self, door):
        card, controls = self.card, list(self.controls.values())
        moves = [control.input for control in controls]
        photo = [*controls, self.given, card, *self.results, *self.photo_views]
        text = self.description
        return [
            *super().events(door),
            Event("photo", [card.upload, card.select], self.take, self.inputs, photo),
            Event("translate", moves, self.translate, self.inputs, self.results, quick=True, description=text),
            Event("full", [card.submit], self.save, self.inputs, self.saver),
        ]

    def take(self, given, *values, click):
        """A photo, a data URI (or the number of a bundled example), and all that follows: what comes back for `photo`
        is a preview for the live controls; nothing is stored.
        """
        t = self.load()
        photo = self.photo(t, click.get("photo", given))
        values = self.controls_for(photo[2], *values)
        return [*values, *self.photo_values(t, photo, values)]

    def translate(self, given, *values):
        """`results` for the photo and the controls' values."""
        t = self.load()
        image, src, _ = self.photo(t, given)
        return self.answer(t, image, src, *values)

    def save(self, given, *values, click):
        """As translate, at the photo's own size: one PNG as a data URI."""
        t = self.load()
        # The browser sends the photo itself, where `given` is its preview.
        image, _, _ = self.photo(t, click.get("photo") or given)
        picture = self.full_size(t, image, click.get("what", next(iter(self.full_sizes))), *values)
        return {"src": data_uri.png(picture), "file": f"{self.name}-{picture.width}x{picture.height}.png"}

    def paint(self, photo, **controls):
        """The photo, translated: one lossless PNG of its own size."""
        return self.save(photo, *controls.values(), click={})

    def api(self):
        inputs = {**self.inputs, **self.api_controls}
        return [Endpoint("", self.paint, inputs, {"photo": PhotoTab.help["photo"], **self.help})]
