"""README tells of the checkpoints what they tell of themselves."""

from training.report import readme as table


def test_readmes_table_is_what_the_checkpoints_say():
    text = table.README.read_text("utf-8")
    assert table.replaced(text) == text, "run: python training/table.py --write"
    assert "](weights/dcgan) |" in text


def test_whether_it_copies_is_told_in_a_few_words():
    found = table.figures({"neighbours": {"nearer_than_5_percent": 0.03125, "n": 64, "distances": [0.5] * 64}})
    assert list(found) == ["3% of samples nearer to a training picture than 5% of real ones are (n 64)"]


def test_a_claim_s_table_and_figure_stand_between_its_markers(monkeypatch, tmp_path):
    monkeypatch.setattr(table, "CLAIMS", tmp_path)
    page = (
        "# What growing saves\n\n![KID](growth.png)\n\n| arm | kid |\n| --- | --- |\n| grown | 3 |\n\n"
        "`python x`: n 9.\n\n## What it says\n\nWords.\n"
    )
    (tmp_path / "growth.md").write_text(page)
    text = table.replaced("Before.\n\n<!-- growth -->\nold\n<!-- / -->\n\nAfter.\n")
    assert "| grown | 3 |" in text and "![KID](docs/claims/growth.png)" in text and "`python x`: n 9." in text
    assert "old" not in text and "Words" not in text and text.startswith("Before.") and text.endswith("After.\n")
    assert table.replaced(text) == text
