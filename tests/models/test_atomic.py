"""A file, or a folder, is written whole or not at all."""

from pathlib import Path

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


def fill_with(**texts):
    """A function that writes these files into a folder."""
    return lambda folder: [(folder / name).write_text(text) for name, text in texts.items()]


def contents(folder):
    return {path.name: path.read_text() for path in folder.iterdir()}


def test_a_folder_is_replaced_as_a_whole(tmp_path):
    place = tmp_path / "a" / "b"
    atomic.write_folder(place, fill_with(config="old", sheet="old"))
    atomic.write_folder(place, fill_with(config="new"))
    assert contents(place) == {"config": "new"} and list(place.parent.iterdir()) == [place]


@pytest.mark.parametrize("failure", [OSError(28, "No space left on device"), KeyboardInterrupt(), ValueError("NaN")])
def test_a_failure_leaves_the_old_folder_alone(tmp_path, failure):
    place = tmp_path / "a"
    atomic.write_folder(place, fill_with(config="old", net="old"))

    def fill(folder):
        (folder / "net").write_text("new")
        raise failure

    with pytest.raises(type(failure)):
        atomic.write_folder(place, fill)
    assert contents(place) == {"config": "old", "net": "old"} and list(tmp_path.iterdir()) == [place]


def test_a_folder_that_cannot_be_put_in_place_leaves_the_old_one(tmp_path, monkeypatch):
    place, rename = tmp_path / "a", Path.rename
    atomic.write_folder(place, fill_with(config="old"))

    def refused(self, target):
        if self.name.endswith(".new"):
            raise OSError(13, "Permission denied")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", refused)
    with pytest.raises(OSError):
        atomic.write_folder(place, fill_with(config="new"))
    assert contents(place) == {"config": "old"}


def test_a_folder_whose_writing_was_cut_off_is_put_back_first(tmp_path):
    (tmp_path / ".a.old").mkdir()
    (tmp_path / ".a.old" / "config").write_text("old")
    (tmp_path / ".a.new").mkdir()
    with pytest.raises(ZeroDivisionError):
        atomic.write_folder(tmp_path / "a", lambda folder: 1 / 0)
    assert contents(tmp_path / "a") == {"config": "old"} and list(tmp_path.iterdir()) == [tmp_path / "a"]
