"""The page's look: system fonts, a quiet palette that holds in light and dark, nothing fetched."""

from pathlib import Path

import gradio as gr

SANS = ("ui-sans-serif", "system-ui", "-apple-system", "Segoe UI", "Roboto", "Arial", "sans-serif")
MONO = ("ui-monospace", "SFMono-Regular", "Menlo", "Consolas", "monospace")
CSS = Path(__file__).with_name("style.css")


def theme():
    """Indigo on warm grey; blocks without boxes, so that the pictures are what one sees."""
    return gr.themes.Base(
        primary_hue=gr.themes.colors.indigo,
        neutral_hue=gr.themes.colors.stone,
        font=SANS,
        font_mono=MONO,
        radius_size=gr.themes.sizes.radius_md,
        spacing_size=gr.themes.sizes.spacing_md,
    ).set(
        body_background_fill="#faf9f7",
        body_background_fill_dark="#131211",
        block_background_fill="transparent",
        block_background_fill_dark="transparent",
        block_border_width="0px",
        block_border_width_dark="0px",
        block_shadow="none",
        block_shadow_dark="none",
        block_padding="4px",
        block_label_text_weight="500",
        block_title_text_weight="500",
        panel_border_width="0px",
        slider_color="*primary_500",
        slider_color_dark="*primary_400",
        button_primary_background_fill="*primary_600",
        button_primary_background_fill_hover="*primary_700",
        button_primary_background_fill_dark="*primary_500",
        button_primary_text_color="white",
        body_text_color_subdued="#5f5a54",
        body_text_color_subdued_dark="#b0aaa3",
        block_info_text_color="#5f5a54",
        block_info_text_color_dark="#b0aaa3",
        block_title_text_color="#3b3834",
        block_title_text_color_dark="#ded9d2",
        input_background_fill="white",
        input_background_fill_dark="#1e1c1a",
        input_border_width="1px",
        button_secondary_background_fill="white",
        button_secondary_background_fill_dark="#1e1c1a",
        button_border_width="1px",
        button_secondary_border_color="#d9d5cd",
        button_secondary_border_color_dark="#3f3b36",
        border_color_primary="#e4e1da",
        border_color_primary_dark="#33302c",
    )


def look():
    """What launch() needs to dress the page, and to answer every error in a line.

    No run history: the browser would store every picture of every slider's move, and wait for it.
    """
    return {
        "run_history": False,
        "show_error": True,
        "max_file_size": "20mb",
        "theme": theme(),
        "css_paths": CSS,
        "footer_links": ["api"],
        "head": "<meta name='description' content='Play with the classic GAN family.'>",
    }
