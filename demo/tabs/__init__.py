"""One module for each variant, whose class `Tab` is its tab; the home page beside them."""

import importlib


def tab_class(name):
    """The class `Tab` of demo/tabs/NAME.py."""
    return importlib.import_module(f"demo.tabs.{name}").Tab
