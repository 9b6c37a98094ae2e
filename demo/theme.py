"""The page's look: system fonts and a calm palette, light and dark; nothing is fetched."""

from pathlib import Path

import gradio as gr

from demo.languages import MIDDLEWARE
from demo.parts import game, plot
from demo.words import said

SANS = ("ui-sans-serif", "system-ui", "-apple-system", "Segoe UI", "Roboto", "Arial", "sans-serif")
MONO = ("ui-monospace", "SFMono-Regular", "Menlo", "Consolas", "monospace")
CSS = Path(__file__).with_name("style.css")
LAB_CSS = CSS.parent / "parts" / "panel.css"
HEAD = """<meta name="description" content="[[Play with the classic GAN family.]]"><script>SCRIPT</script>
<style>.toast-title:is(.error, .warning) { font-size: 0 }
.toast-title.error::after { content: "[[Error]]"; font-size: 1rem }
.toast-title.warning::after { content: "[[Please note]]"; font-size: 1rem }</style>"""
SESSIONS = 500  # visitors whose changed components are remembered; a later event of another starts from the page's own
COLOURS = {  # Gradio's variable -> its value in light and in dark
    "body_background_fill": ("#faf9f7", "#131211"),
    "body_text_color_subdued": ("#5f5a54", "#b0aaa3"),
    "block_background_fill": ("transparent", "transparent"),
    "block_border_width": ("0px", "0px"),
    "block_shadow": ("none", "none"),
    "block_info_text_color": ("#5f5a54", "#b0aaa3"),
    "block_title_text_color": ("#3b3834", "#ded9d2"),
    "border_color_primary": ("#e4e1da", "#33302c"),
    "button_primary_background_fill": ("*primary_600", "*primary_600"),
    "button_secondary_background_fill": ("white", "#1e1c1a"),
    "button_secondary_border_color": ("#d9d5cd", "#3f3b36"),
    "input_background_fill": ("white", "#1e1c1a"),
    "slider_color": ("*primary_500", "*primary_400"),
}
BOTH = {  # the same in light and in dark
    "block_padding": "4px",
    "block_label_text_weight": "500",
    "block_title_text_weight": "500",
    "panel_border_width": "0px",
    "button_primary_background_fill_hover": "*primary_700",
    "button_primary_text_color": "white",
    "button_border_width": "1px",
    "input_border_width": "1px",
}


def look():
    """Options of launch(): the page's style, and one line for every error.

    Without run history, for which the browser would store every picture of every slider's move, and wait for it.
    """
    light = {name: value for name, (value, _) in COLOURS.items()}
    dark = {f"{name}_dark": value for name, (_, value) in COLOURS.items()}
    base = gr.themes.Base(
        primary_hue=gr.themes.colors.indigo,
        neutral_hue=gr.themes.colors.stone,
        font=SANS,
        font_mono=MONO,
        radius_size=gr.themes.sizes.radius_md,
        spacing_size=gr.themes.sizes.spacing_md,
    )
    return {
        "run_history": False,
        "app_kwargs": {"middleware": MIDDLEWARE},
        "show_error": True,
        "max_file_size": "20mb",
        "theme": base.set(**BOTH, **light, **dark),  # blocks without boxes, so that the pictures stand out
        "css_paths": [CSS, LAB_CSS],
        "footer_links": ["api"],
        "head": said(HEAD.replace("SCRIPT", CSS.with_name("head.js").read_text("utf-8"))) + plot.head() + game.head(),
        "state_session_capacity": SESSIONS,
    }
