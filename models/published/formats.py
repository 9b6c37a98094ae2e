"""The formats there are, and which of them a file of tensors is."""

from models.published import biggan_deep, junyanz, pytorch_dcgan, yunjey

# Where the names of two formats overlap, the one with more of its own comes first.
FORMATS = (biggan_deep.FORMAT, junyanz.FORMAT, yunjey.FORMAT, pytorch_dcgan.FORMAT)


def recognise(tensors):
    """(format, part) of {name: tensor}; ValueError that lists the formats if it is none of them."""
    for form in FORMATS:
        for part in form.parts:
            if part.fits(tensors):
                return form, part
    first = ", ".join(sorted(tensors)[:3])
    raise ValueError(
        f"tensors named {first} are of no known format: {'; '.join(form.title for form in FORMATS)}; "
        "docs/published.md says how to add one"
    )
