"""README tells of the checkpoints what they tell of themselves."""
from training import table


def test_readmes_table_is_what_the_checkpoints_say():
    text = table.README.read_text("utf-8")
    assert table.replaced(text, table.table()) == text, "run: python training/table.py --write"
    assert "](weights/dcgan) |" in text


def test_whether_it_copies_is_told_in_a_few_words():
    found = table.figures({"neighbours": {"nearer_than_5_percent": 0.03125, "n": 64, "distances": [0.5] * 64}})
    assert list(found) == ["3% of samples nearer to a training picture than 5% of real ones are (n 64)"]
