"""The checkpoints that others published, one file a format: read, converted to this project's layout, and back."""


def register():
    """Import every format; each registers its networks. Once the variants are known, on which they build."""
    from models.published import formats  # noqa: F401
