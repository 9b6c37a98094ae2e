"""README says of the checkpoints what they say of themselves."""

import pytest

from models import hub
from training.report import readme


def test_readmes_tables_are_what_checkpoints_and_claims_say():
    text = (hub.ROOT / "README.md").read_text("utf-8")
    assert readme.replaced(text) == text, "run: python -c 'from training.report import readme; readme.update()'"
    assert "](weights/dcgan) |" in text


def test_a_row_is_short_and_a_newcomer_can_read_it():
    config = {
        "variant": "sagan",
        "resolution": 64,
        "dataset": {"name": "a", "title": "Scenes (Intel, 2018); Cats, 4,903 of them"},
        "hours": 1.26,
        "license": "other",
        "metrics": {"speed": {"parameters": 929348}},
    }
    assert list(readme.row(config).values()) == [
        "[`sagan`](weights/sagan)", "Scenes + Cats", "64 px, 0.93 M parameters", "", 76, "other",
    ]  # fmt: skip


@pytest.fixture
def root(tmp_path):
    """A folder with a README and one claim."""
    claims = tmp_path / "docs" / "claims"
    claims.mkdir(parents=True)
    (claims / "growth.md").write_text(
        "# What growing saves\n\n![KID](growth.png)\n\n| arm | kid |\n| --- | --- |\n| grown | 3 |\n\n"
        "`python x`: n 9.\n\n## What it says\n\nWords.\n"
    )
    (tmp_path / "README.md").write_text("Before.\n\n<!-- growth -->\nold\n<!-- / -->\n\nAfter.\n")
    return tmp_path


def test_a_claim_s_table_and_plot_stand_between_its_markers(root):
    readme.update(root)
    text = (root / "README.md").read_text()
    assert "| grown | 3 |" in text and "![KID](docs/claims/growth.png)" in text and "`python x`: n 9." in text
    assert "old" not in text and "Words" not in text and text.startswith("Before.") and text.endswith("After.\n")
    readme.update(root)
    assert (root / "README.md").read_text() == text
