"""A file is written whole or not at all."""

import pytest

from models import atomic


def test_the_new_file_takes_the_old_one_s_place(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("old")
    atomic.write(path, lambda temporary: temporary.write_text("new"))
    assert path.read_text() == "new" and list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("failure", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_a_failure_leaves_the_old_file_alone(tmp_path, failure):
    path = tmp_path / "a.txt"
    path.write_text("old")

    def save(temporary):
        temporary.write_text("half")
        raise failure

    with pytest.raises(type(failure)):
        atomic.write(path, save)
    assert path.read_text() == "old" and list(tmp_path.iterdir()) == [path]


def test_a_folder_that_is_not_there_is_an_os_error(tmp_path):
    with pytest.raises(OSError):
        atomic.write(tmp_path / "nowhere" / "a.txt", lambda temporary: temporary.write_text("new"))
