"""README tells of the checkpoints what they tell of themselves."""
from training import table


def test_readmes_table_is_what_the_checkpoints_say():
    text = table.README.read_text("utf-8")
    assert table.replaced(text, table.table()) == text, "run: python training/table.py --write"
    assert "](weights/dcgan) |" in text
