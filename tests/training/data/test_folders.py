"""Folders as people bring them: where the classes are, what is left out and said, links, suffixes."""

import os
import zipfile

import pytest
import torch
from PIL import Image, features

from models import picture_files
from training.data import class_folders, image_set, sources
from training.data.image_set import DataError, ImageSet


def fill(place, *names, size=(8, 8)):
    """Pictures of these names in a folder; the folder."""
    for i, name in enumerate(names):
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", size, (i, 0, 0)).save(place / name, "PNG")
    return place


def read(source, **options):
    return sources.load(source, 8, 3, **options)


def several(folder, n=3):
    return [f"{folder}/{i}.png".lstrip("/") for i in range(n)]


SCENES = [name for kind in ("buildings", "forest", "sea") for name in several(kind)]


def below(folder, names=tuple(SCENES)):
    return [f"{folder}/{name}" for name in names]


@pytest.mark.parametrize(
    "names, classes, left_out",
    [
        (SCENES, {"buildings": 3, "forest": 3, "sea": 3}, 0),
        ([*SCENES, "preview.png"], {"buildings": 3, "forest": 3, "sea": 3}, 1),
        (below("a/b"), {"buildings": 3, "forest": 3, "sea": 3}, 0),
        ([*below("a/b"), "x.png", "a/y.png", "a/b/z.png"], {"buildings": 3, "forest": 3, "sea": 3}, 3),
        (
            [*below("seg_train/seg_train"), *below("seg_test/seg_test"), *several("seg_pred/seg_pred", 8)],
            {"buildings": 3, "forest": 3, "sea": 3},
            17,
        ),
        ([*below("train"), *below("test"), "preview.png"], {"buildings": 3, "forest": 3, "sea": 3}, 10),
        ([*below("Training"), *below("Validation")], {"buildings": 3, "forest": 3, "sea": 3}, 9),
        ([*below("train2017"), *below("val2017")], {"buildings": 3, "forest": 3, "sea": 3}, 9),
        ([*below("x/trainset"), *below("x/testset")], {"buildings": 3, "forest": 3, "sea": 3}, 9),
        ([*below("train"), *below("val"), *several("docs", 2)], {"buildings": 3, "forest": 3, "sea": 3}, 11),
        (below("train"), {"buildings": 3, "forest": 3, "sea": 3}, 0),
        (
            [*several("trainA"), *several("trainB", 2), *several("testA"), *several("testB")],
            {"trainA": 3, "trainB": 2},
            6,
        ),
        ([*several("traina"), *several("trainb", 2), *several("testa")], {"traina": 3, "trainb": 2}, 3),
        ([*several("trainA"), *several("trainB", 2)], {"trainA": 3, "trainB": 2}, 0),
        ([*several("cat/train"), *several("cat/test"), *several("dog/train", 2)], {"cat": 3, "dog": 2}, 3),
        ([*several("bullet_train"), *several("test_tube", 2)], {"bullet_train": 3, "test_tube": 2}, 0),
        ([*several("train"), *several("bus", 2)], {"train": 3, "bus": 2}, 0),
        ([*several("train/train"), *several("train/bus"), *several("test/train")], {"train": 3, "bus": 3}, 3),
        (several("cat"), {"cat": 3}, 0),
        ([*several("train"), *several("test")], None, 3),
        ([*several("train"), *several("test"), "preview.png"], None, 4),
        (several(""), None, 0),
        ([*several("", 5), "more/x.png"], None, 0),
    ],
)
@pytest.mark.parametrize("packed", [False, True], ids=["folder", "zip"])
def test_the_level_of_the_classes_is_found(tmp_path, capsys, names, classes, left_out, packed):
    place = fill(tmp_path / "set", *names)
    if packed:
        with zipfile.ZipFile(tmp_path / "set.zip", "w") as archive:
            for name in names:
                archive.write(place / name, name)
        place = tmp_path / "set.zip"
    found = read(place)
    counts = found.labels if found.labels is None else found.labels.bincount().tolist()
    if classes is None:
        assert found.classes is None and counts is None
    else:
        assert dict(zip(found.classes, counts)) == classes and found.classes == sorted(classes)
    assert len(found) == len(names) - left_out
    said = [int(line.split()[1]) for line in capsys.readouterr().err.splitlines() if "left out" in line]
    assert sum(said) == left_out


def test_files_in_the_way_are_named(tmp_path, capsys):
    read(fill(tmp_path, *SCENES, "preview.png", "cover.png"))
    line = capsys.readouterr().err
    assert line.startswith("warning: 2 of 11 images in ") and "class folders" in line
    assert line.endswith("left out: cover.png, preview.png\n")


def test_pictures_beside_a_training_part_are_named(tmp_path, capsys):
    read(fill(tmp_path, *several("train"), *several("test", 5)))
    assert "5 of 8 images" in (line := capsys.readouterr().err) and "left out: test/0.png, test/1.png" in line


def test_where_most_pictures_lie_in_no_folder_labels_are_refused_and_the_reason_said(tmp_path, capsys):
    with pytest.raises(DataError, match="carries no classes"):
        read(fill(tmp_path, *several("", 5), "more/x.png"), labelled=True)
    assert "5 of 6 images" in (line := capsys.readouterr().err) and "no classes: 0.png, 1.png, 2.png, ..." in line


def test_a_set_says_its_classes_and_counts(tmp_path):
    assert str(read(fill(tmp_path / "pets", *several("cat"), *several("dog", 2)))) == (
        "pets: 5 images, 2 classes: cat 3, dog 2"
    )
    many = ImageSet(torch.zeros(1200, 1, 1, 1), torch.arange(1200) % 102, [f"f{k}" for k in range(102)], "flowers")
    assert str(many).startswith("flowers: 1,200 images, 102 classes: f0 12, f1 12") and str(many).endswith(
        "and 82 more"
    )
    assert str(ImageSet(many.images, None, None, "x")) == "x: 1,200 images, no classes"


def test_linked_folders_and_files_are_followed(tmp_path):
    fill(tmp_path / "far", *several("cat"), *several("dog", 2))
    place = fill(tmp_path / "set", "bird/0.png")
    (place / "cat").symlink_to(tmp_path / "far" / "cat")
    (place / "dog").symlink_to("../far/dog", target_is_directory=True)
    (place / "bird" / "1.png").symlink_to(tmp_path / "far" / "cat" / "0.png")
    found = read(place)
    assert dict(zip(found.classes, found.labels.bincount().tolist())) == {"bird": 2, "cat": 3, "dog": 2}
    (tmp_path / "link").symlink_to(place)
    assert len(read(tmp_path / "link")) == 7 and read(tmp_path / "link").name == "set"


def test_links_that_lead_back_are_not_followed_for_ever(tmp_path):
    place = fill(tmp_path / "set", *several("cat"), *several("dog", 2))
    (place / "cat" / "self").symlink_to(".")
    (place / "cat" / "up").symlink_to("..")
    (place / "root").symlink_to("/")
    (place / "dog" / "to_cat").symlink_to("../cat")
    (place / "cat" / "to_dog").symlink_to("../dog")
    names = [path.relative_to(place).as_posix() for path in picture_files.files(place)]
    assert sorted(n for n in names if n.count("/") == 1) == [*several("cat"), *several("dog", 2)]
    assert len(names) == 3 + 2 + 3 + 2, "each folder once more through the other's link"


def test_a_broken_link_is_named_and_left_out(tmp_path, capsys):
    fill(tmp_path, *several("cat"))
    (tmp_path / "cat" / "gone.png").symlink_to(tmp_path / "nowhere.png")
    assert len(read(tmp_path)) == 3
    assert "1 of 4" in (line := capsys.readouterr().err) and "cat/gone.png (" in line and "No such file" in line


def test_a_pipe_is_no_file_to_wait_for(tmp_path):
    fill(tmp_path, *several("cat"))
    os.mkfifo(tmp_path / "cat" / "pipe.png")
    assert len(read(tmp_path)) == 3


KINDS = {
    "jfif": "JPEG", "jpe": "JPEG", "JPG": "JPEG", "apng": "PNG", "tga": "TGA", "pcx": "PCX", "dib": "DIB", "pbm": "PPM",
    "ico": "ICO", "sgi": "SGI", "dds": "DDS", "jp2": "JPEG2000", "avif": "AVIF", "webp": "WEBP", "qoi": "QOI",
}  # fmt: skip


@pytest.mark.parametrize("suffix, kind", KINDS.items())
def test_whatever_pillow_opens_is_read(tmp_path, capsys, suffix, kind):
    optional = {"JPEG2000": "jpg_2000", "AVIF": "avif", "WEBP": "webp"}
    if kind in optional and not features.check(optional[kind]):
        pytest.skip(f"this Pillow has no {kind}")
    (tmp_path / "a").mkdir()
    picture = Image.new("1" if suffix == "pbm" else "RGB", (16, 16), 1)
    try:
        picture.save(tmp_path / "a" / f"x.{suffix}", kind)
    except (KeyError, OSError):
        pytest.skip(f"this Pillow does not write {kind}")
    assert len(read(tmp_path)) == 1 and capsys.readouterr().err == ""


@pytest.mark.parametrize("packed", [False, True], ids=["folder", "zip"])
def test_files_that_are_passed_over_are_counted_and_the_first_is_named(tmp_path, capsys, packed):
    place = fill(tmp_path / "set", *several("cat"))
    for name in ("cat/labels.csv", "cat/x.xyz", "README", ".hidden.txt", "__MACOSX/x.txt", "y.png.part"):
        (place / name).parent.mkdir(exist_ok=True)
        (place / name).write_text("no picture")
    if packed:
        with zipfile.ZipFile(tmp_path / "set.zip", "w") as archive:
            for path in sorted(place.rglob("*.*")) + [place / "README"]:
                archive.write(path, path.relative_to(place))
        place = tmp_path / "set.zip"
    assert len(read(place)) == 3
    line = capsys.readouterr().err
    assert line.startswith(f"warning: 4 of 7 files in '{place}'") and line.count("\n") == 1
    assert all(name in line for name in ("README", "labels.csv", "x.xyz")) or line.endswith(", ...\n")


def test_pairs_of_another_shape_are_given_that_reason(tmp_path, capsys):
    fill(tmp_path, "a.png", "b.png", size=(32, 16))
    fill(tmp_path, "c.png", "d.png", "e.png", size=(30, 16))
    assert len(sources.load(tmp_path, 8, 6)) == 2
    line = capsys.readouterr().err
    assert "3 of 5 images" in line and "cannot be read" not in line
    assert "c.png (30 x 16 px: a pair side by side is twice as wide as high), d.png" in line


def labelled(classes, origin=None, name="new"):
    labels = torch.arange(len(classes) if origin is None else len(origin)) % len(classes)
    return ImageSet(torch.zeros(len(labels), 1, 1, 1), labels, classes, name, origin)


def names_of(data):
    return [data.classes[k] for k in data.labels.tolist()]


@pytest.mark.parametrize("order", [["cat", "ant", "bee"], ["ant", "bee", "cat"], ["bee", "cat", "ant"]])
def test_labels_are_numbered_as_the_checkpoint_learned_them(order):
    data = labelled(["ant", "bee", "cat"])
    found = image_set.in_order(data, [["old", order]])
    assert found.classes == order and names_of(found) == names_of(data) and data.labels.tolist() == [0, 1, 2]
    assert image_set.in_order(data, []) is data


@pytest.mark.parametrize(
    "learned", [["ant", "bee"], ["ant", "bee", "cow"], ["ant", "bee", "cat", "dog"], ["Ant", "bee", "cat"]]
)
def test_other_names_are_refused_with_both_lists(learned):
    with pytest.raises(DataError) as error:
        image_set.in_order(labelled(["ant", "bee", "cat"]), [["old", learned]])
    assert "new: ant, bee, cat" in str(error.value) and f"old: {', '.join(learned)}" in str(error.value)


def test_joined_sets_are_compared_one_by_one():
    origin = torch.tensor([0, 0, 0, 1, 1, 1])
    data = labelled(["ant", "bee", "cat"], origin, "one+two")
    sets = [["a", ["cat", "ant", "bee"]], ["b", ["bee", "ant", "cat"]]]
    assert names_of(image_set.in_order(data, sets)) == names_of(data)
    for other in (
        [["a", ["cat", "ant"]], ["b", ["bee", "ant", "cat"]]],
        [["two", ["ant", "bee", "cat"]], ["one", ["ant", "bee", "cat"]]],
    ):
        with pytest.raises(DataError, match="not those of the checkpoint"):
            image_set.in_order(data, other)
    with pytest.raises(DataError, match="not those of the checkpoint"):
        image_set.in_order(labelled(["ant", "bee", "cat"]), sets)


@pytest.mark.parametrize(
    "name, split",
    [
        ("train", ("train", ())),
        ("seg_test", ("held", ("seg",))),
        ("trainB", ("train", ("b",))),
        ("trainer", (None, ("trainer",))),
    ],
)
def test_a_folder_s_name_says_which_part_it_is(name, split):
    assert class_folders.split_of(name) == split
