"""What the translators' tabs share: a photo or an example in, live results, and the full-size picture on demand."""

from html import escape

import gradio as gr

import models
from demo import events, uploads
from demo.events import QUICK, SLOW
from demo.noise_answers import load
from demo.parts import checkpoint, examples, pictures, views
from demo.parts import photo_card as photo
from demo.parts import trials as claims
from demo.state import number, refuse


class TranslatorTab:
    """One translator's tab: its frame. A subclass lays out `build_room` and says in `wire` what happens there."""

    def __init__(self, name):
        self.name, self.entry, self.controls = name, models.entry(name), []

    def translator(self):
        """The variant's Translator; gr.Error with the one line that says why its weights cannot be had."""
        return load(self.name)

    def build(self):
        """Lay the tab out."""
        views.head(self.entry)
        self.notice = gr.HTML(apply_default_css=False, visible=False)
        with gr.Column(elem_classes="ga-body") as self.body:
            self.build_room()
            claims.panel(self.name)
            self.facts = gr.HTML(apply_default_css=False)
        for component in self.controls:
            component.preprocess = lambda value: value  # bad values are answered here, in one line

    def safely(self, function, *values):
        """`function(translator, *values)`; a value that the translator refuses is one clear line."""
        try:
            return function(self.translator(), *values)
        except (ValueError, RuntimeError) as error:
            raise refuse(escape(" ".join(str(error).split())[:300], quote=False)) from None

    def on(self, triggers, verb, function, inputs, outputs, how, text):
        """An event that is an endpoint, too."""
        return gr.on(
            triggers,
            function,
            inputs,
            outputs,
            **how,
            api_name=f"{self.name}_{verb}",
            api_description=f"{self.entry.title}: {text}",
        )

    def on_opening(self, door, fill, names, inputs, outputs):
        """The event of opening the tab: `fill(translator, *values)`, or the one line that says why there is nothing."""

        def opened(*values):
            try:
                t = self.translator()
                shown = self.safely(fill, *values)
                return [gr.HTML(visible=False), gr.Column(visible=True), checkpoint.facts(t), *shown]
            except gr.Error as error:
                notice = gr.HTML(f"<p class='ga-missing'>{error.message}</p>", visible=True)
                return [notice, gr.Column(visible=False), *[gr.skip()] * (1 + len(outputs))]

        self.on(
            [door.select],
            "open",
            events.named(opened, *names),
            inputs,
            [self.notice, self.body, self.facts, *outputs],
            SLOW,
            "all that its tab shows on opening, made from a bundled example; or one line that says why its weights "
            "cannot be had.",
        )


class PhotoTab(TranslatorTab):
    """The tab of a translator that takes photographs.

    names: its controls' names in the API; limits: both ends of those that are sliders. full: what can be had at full
    size, {"what", "text"} each. Once built: controls; moves: events on which `results` follow at once; once: views that
    follow the photo alone; told: controls that learn on opening what the checkpoint offers.
    """

    names, limits, full, once, told = (), {}, ({"what": "picture", "text": "Full size PNG"},), (), ()

    def build_photo(self):
        """The card that takes pictures, and what it gives: a data URI, or the number of an example."""
        self.given = gr.Textbox("0", visible=False, label="photo")
        self.card = photo.view(elem_id=f"{self.name}-photo")
        self.saver = photo.saver(elem_id=f"{self.name}-saver")

    def answer(self, t, image, src, *values):
        """Values of `results` for a PIL picture, whose data URI is `src`, and the controls' values."""
        raise NotImplementedError

    def answer_once(self, t, image, src, *values):
        """Values of `once`."""
        return []

    def whole(self, t, image, what, *values):
        """A picture at its own size, for `full`."""
        raise NotImplementedError

    def tell(self, t, *values):
        """Values of `told`."""
        return []

    def fresh(self, example, *values):
        """The controls' values for a new photo: of an example, by its number, or the visitor's own (None)."""
        return values

    def find(self, t, given):
        """(PIL picture, its data URI, example's number or None): what `given`, a data URI or a number, means."""
        if uploads.is_uri(given):
            return uploads.read(given), given, None
        known = examples.strip(t)
        if not known:
            raise refuse("There are no examples: choose an image file.")
        i = number(given, "Example", 0, len(known) - 1, whole=True)
        return known[i], pictures.png(known[i]), i

    def shown(self, t, given, *values):
        """The card's value, `results`, `once`."""
        image, src, i = self.find(t, given)
        size = f"{image.width} \u00d7 {image.height} px"
        if i is None:
            image, src = uploads.preview(image)
        return [
            src if i is None else str(i),
            self.card_of(t, i, "" if i is not None else src, size),
            *self.answer(t, image, src, *values),
            *self.answer_once(t, image, src, *values),
        ]

    def card_of(self, t, chosen=None, own="", size=""):
        thumbs = [uploads.jpeg(image.resize((112, 112))) for image in examples.strip(t)]
        return {
            "title": "A picture of yours",
            "examples": thumbs,
            "chosen": chosen,
            "own": own,
            "size": size,
            "full": list(self.full) if own or chosen is not None else [],
        }

    def wire(self, door):
        """Connect the events."""
        names, inputs = ("photo", *self.names), [self.given, *self.controls]
        filled = [self.given, self.card, *self.results, *self.once]

        def fill(t, given, *values):
            told = self.tell(t, *values)
            if not examples.strip(t) and not uploads.is_uri(given):
                return [*told, gr.skip(), self.card_of(t), *[gr.skip()] * (len(filled) - 2)]
            shown = self.shown(t, given, *values)
            if uploads.is_uri(given):
                shown[1] = gr.skip()  # the card still shows it, and knows its full size
            return [*told, *shown]

        def take(given, *values):
            *values, event = values
            given = views.told(event, "photo", given)

            def taken(t, given, *values):
                own = uploads.is_uri(given)
                example = None if own else number(given, "Example", 0, examples.MANY - 1, whole=True)
                values = self.fresh(example, *values)
                return [*values, *self.shown(t, given, *values)]

            return self.safely(taken, given, *values)

        def move(given, *values):
            def moved(t, given, *values):
                image, src, _ = self.find(t, given)
                return self.answer(t, image, src, *values)

            found = self.safely(moved, given, *values)
            return found if len(found) > 1 else found[0]

        def save(given, *values):
            *values, event = values
            what = views.told(event, "what", self.full[0]["what"])

            def saved(t, given, *values):
                picture = self.whole(t, self.find(t, given)[0], what, *values)
                return {"src": pictures.png(picture), "file": f"{self.name}-{picture.width}x{picture.height}.png"}

            return self.safely(saved, views.told(event, "photo", None) or given, *values)

        self.on_opening(door, fill, names, inputs, [*self.told, *filled])
        self.on(
            [self.card.upload, self.card.select],
            "photo",
            events.named(take, *names, event=gr.EventData),
            inputs,
            [*self.controls, *filled],
            SLOW,
            "a photo, a data URI (or the number of a bundled example), and all that follows: what comes back for "
            "`photo` is a preview for the live controls; nothing is stored.",
        )
        limits = [None] + [self.limits.get(name) for name in self.names]
        self.on(
            self.moves,
            "translate",
            events.named(move, *names),
            inputs,
            self.results,
            {**QUICK, "js": events.inside(limits)},
            self.says,
        )
        self.on(
            [self.card.submit],
            "full",
            events.named(save, *names, event=gr.EventData),
            inputs,
            self.saver,
            SLOW,
            "as translate, at the photo's own size: one PNG as a data URI.",
        )
