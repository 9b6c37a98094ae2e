"""Texts of the page."""


def say(text, **values):
    return text.format(**values) if values else text
