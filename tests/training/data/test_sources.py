"""Training data from every kind of source, decoded the way a user would expect."""

import gzip
import io
import json
import struct
import zipfile

import numpy as np
import pytest
import torch
from PIL import Image

from training.data import sources
from training.data.image_set import DataError
from training.data.preprocess import to_array

RED = (200, 30, 40)


def picture(seed=0, size=(20, 20)):
    rng = np.random.default_rng(seed)
    return Image.fromarray(rng.integers(0, 256, (*size[::-1], 3), dtype=np.uint8))


def read(source, resolution=16, channels=3, **options):
    return sources.load(source, resolution, channels, **options)


@pytest.fixture
def folder(tmp_path):
    """Two classes, three pictures each, in a folder."""
    place = tmp_path / "pets"
    for k, kind in enumerate(("dog", "cat")):
        (place / kind).mkdir(parents=True)
        for i in range(3):
            picture(10 * k + i).save(place / kind / f"{i}.png")
    return place


def zipped(folder, path, prefix=""):
    with zipfile.ZipFile(path, "w") as archive:
        for file in sorted(folder.rglob("*.*")):
            archive.write(file, prefix + file.relative_to(folder).as_posix())
    return path


def test_class_folders_become_sorted_labels(folder):
    found = read(folder, labelled=True)
    assert found.classes == ["cat", "dog"]
    assert found.labels.tolist() == [0, 0, 0, 1, 1, 1] and found.labels.dtype == torch.int64
    assert found.images.shape == (6, 3, 16, 16) and found.images.dtype == torch.uint8
    assert found.name == "pets"


@pytest.mark.parametrize("prefix", ["", "pets/", "a/b/"])
def test_a_zip_reads_like_the_folder_also_when_wrapped(folder, tmp_path, prefix):
    a, b = read(folder), read(zipped(folder, tmp_path / "pets.zip", prefix))
    assert torch.equal(a.images, b.images) and torch.equal(a.labels, b.labels) and a.classes == b.classes


def test_litter_in_a_zip_is_no_picture(folder, tmp_path):
    path = zipped(folder, tmp_path / "pets.zip")
    with zipfile.ZipFile(path, "a") as archive:
        for name in ("__MACOSX/cat/._0.png", ".hidden/0.png", "cat/.thumb.png", "cat/readme.txt"):
            archive.writestr(name, b"litter")
    found = read(path)
    assert len(found) == 6 and found.classes == ["cat", "dog"]


def test_a_flat_folder_has_no_labels_and_is_refused_where_labels_are_needed(tmp_path):
    picture().save(tmp_path / "a.png")
    assert read(tmp_path).labels is None and read(tmp_path).classes is None
    with pytest.raises(DataError, match="carries no classes.*sub-folder"):
        read(tmp_path, labelled=True)


def test_the_train_split_is_read_alone(folder, tmp_path):
    path = tmp_path / "split.zip"
    zipped(folder, path, "train/")
    with zipfile.ZipFile(path, "a") as archive:
        archive.write(folder / "cat" / "0.png", "test/cat/9.png")
    found = read(path)
    assert len(found) == 6 and found.classes == ["cat", "dog"]


def test_single_class_archives_keep_their_class(tmp_path):
    (tmp_path / "cat").mkdir()
    picture().save(tmp_path / "cat" / "a.png")
    assert read(tmp_path, labelled=True).classes == ["cat"]


def test_unreadable_pictures_are_named_counted_and_skipped(folder, capsys):
    (folder / "cat" / "broken.png").write_bytes(b"no picture")
    whole = (folder / "dog" / "0.png").read_bytes()
    (folder / "dog" / "cut.png").write_bytes(whole[: len(whole) // 2])
    found = read(folder)
    assert len(found) == 6 and found.labels.tolist() == [0, 0, 0, 1, 1, 1]
    warning = capsys.readouterr().err
    assert (
        "2 of 8 images" in warning and "left out: cat/broken.png (no picture, or not a whole one), dog/cut" in warning
    )
    assert "truncated" in warning and warning.count("\n") == 1


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_a_picture_over_the_pixel_limit_is_skipped(folder, monkeypatch, capsys):
    picture(size=(60, 60)).save(folder / "cat" / "bomb.png")
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 3000)
    assert len(read(folder)) == 6 and "left out: cat/bomb.png (" in capsys.readouterr().err


def test_an_archive_entry_that_claims_too_much_is_skipped(folder, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("training.data.folders.ENTRY_LIMIT", 5000)
    picture(size=(60, 60)).save(folder / "cat" / "bomb.png", compress_level=0)
    assert len(read(zipped(folder, tmp_path / "pets.zip"))) == 6
    assert "left out: cat/bomb.png (" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("make", "complaint"),
    [
        (lambda p: p / "missing", "does not exist"),
        (lambda p: p / "missing.zip", "does not exist"),
        (lambda p: p, "holds no images"),
        (lambda p: _write(p / "a.zip", b"no archive"), "no whole .zip"),
        (lambda p: _write(p / "sub" / "a.png", b"x").parent, "none of its 1 images can be used: a.png .no picture"),
        (lambda p: "torchvision:Nonsense", "no data set of torchvision"),
    ],
)
def test_a_bad_source_is_one_line_that_names_it(tmp_path, make, complaint):
    source = str(make(tmp_path))
    with pytest.raises(DataError, match=complaint) as error:
        read(source)
    assert repr(source) in str(error.value) and "\n" not in str(error.value)


def _write(path, content):
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        ("RGBA", (228, 142, 148)),
        ("LA", (228, 228, 228)),
        ("P", RED),
        ("CMYK", RED),
        ("L", (200, 200, 200)),
        ("1", (255, 255, 255)),
        ("I;16", (200, 200, 200)),
        ("I", (200, 200, 200)),
        ("F", (200, 200, 200)),
        ("YCbCr", RED),
        ("HSV", RED),
        ("LAB", RED),
        ("PA", (228, 142, 148)),
    ],
)
def test_every_mode_becomes_rgb_with_white_behind_what_is_transparent(mode, expected):
    image = {
        "RGBA": lambda: Image.new("RGBA", (8, 8), (*RED, 128)),
        "LA": lambda: Image.new("LA", (8, 8), (200, 128)),
        "PA": lambda: Image.new("RGBA", (8, 8), (*RED, 128)).convert("PA"),
        "I;16": lambda: Image.fromarray(np.full((8, 8), 200 * 257, np.uint16)),
        "I": lambda: Image.fromarray(np.full((8, 8), 200 * 257, np.int32)),
        "F": lambda: Image.fromarray(np.full((8, 8), 200 / 255, np.float32)),
        "L": lambda: Image.new("L", (8, 8), 200),
        "1": lambda: Image.new("1", (8, 8), 1),
        "LAB": _lab,
        "P": lambda: Image.new("RGB", (8, 8), RED).quantize(4),
    }.get(mode, lambda: Image.new("RGB", (8, 8), RED).convert(mode))()
    found = to_array(image, 8, 3)
    assert found.shape == (3, 8, 8) and found.dtype == np.uint8
    assert np.abs(found[:, 4, 4].astype(int) - expected).max() <= 6
    assert to_array(image, 8, 1).shape == (1, 8, 8)


def _lab():
    from PIL import ImageCms

    srgb, lab = ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB")
    return ImageCms.profileToProfile(Image.new("RGB", (8, 8), RED), srgb, lab, outputMode="LAB")


def test_a_palette_with_transparency_lies_over_white(tmp_path):
    image = Image.new("P", (8, 8), 0)
    image.putpalette([*RED, 0, 0, 0])
    image.save(tmp_path / "a.png", transparency=0)
    assert read(tmp_path, 8).images.unique().tolist() == [255]


def test_a_photo_is_turned_upright(tmp_path):
    image = Image.new("RGB", (16, 16), "white")
    image.paste((0, 0, 0), (0, 0, 16, 8))
    exif = image.getexif()
    exif[0x0112] = 6  # to be turned a quarter clockwise
    image.save(tmp_path / "a.png", exif=exif)
    found = read(tmp_path).images[0, 0]
    assert (found[:, 8:] == 0).all() and (found[:, :8] == 255).all()


def test_crop_is_central_and_resize_is_lanczos(tmp_path):
    image = picture(size=(50, 30))
    image.save(tmp_path / "a.png")
    expected = image.crop((10, 0, 40, 30)).resize((16, 16), Image.Resampling.LANCZOS)
    assert np.array_equal(read(tmp_path).images[0].permute(1, 2, 0).numpy(), np.asarray(expected))


def idx(folder, pixels, labels, gz, magic=2051):
    folder.mkdir(exist_ok=True)
    pack = gzip.compress if gz else bytes
    end = ".gz" if gz else ""
    head = struct.pack(">4I", magic, *pixels.shape)
    (folder / f"train-images-idx3-ubyte{end}").write_bytes(pack(head + pixels.tobytes()))
    head = struct.pack(">2I", 2049, len(labels))
    (folder / f"train-labels-idx1-ubyte{end}").write_bytes(pack(head + labels.tobytes()))
    return folder


@pytest.mark.parametrize("gz", [False, True])
def test_idx_files_are_read_to_the_bit(tmp_path, gz):
    rng = np.random.default_rng(0)
    pixels = rng.integers(0, 256, (40, 28, 28), dtype=np.uint8)
    labels = (np.arange(40) % 10).astype(np.uint8)
    found = read(idx(tmp_path / "mnist", pixels, labels, gz), 28, 1, labelled=True)
    assert np.array_equal(found.images[:, 0].numpy(), pixels) and found.labels.tolist() == labels.tolist()
    assert found.classes == [str(d) for d in range(10)] and found.name == "mnist"
    assert read(tmp_path / "mnist", 32, 3).images.shape == (40, 3, 32, 32)


def test_a_wrong_magic_or_a_short_idx_file_is_refused(tmp_path):
    pixels, labels = np.zeros((4, 28, 28), np.uint8), np.zeros(4, np.uint8)
    with pytest.raises(DataError, match="magic 00000c03"):
        read(idx(tmp_path / "a", pixels, labels, False, magic=0x0C03), 28, 1)
    path = idx(tmp_path / "b", pixels, labels, False) / "train-images-idx3-ubyte"
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(DataError, match="3151 bytes, not the 3152"):
        read(tmp_path / "b", 28, 1)


def test_torchvision_sets_are_read_by_name(tmp_path, monkeypatch):
    datasets = pytest.importorskip("torchvision.datasets")
    rng = np.random.default_rng(0)

    class Tiny:
        classes = ["plane", "car"]

        def __init__(self, root, train=True, download=False):
            assert root == str(tmp_path) and train and download
            self.pictures = [Image.fromarray(p) for p in rng.integers(0, 256, (6, 32, 32, 3), dtype=np.uint8)]

        def __len__(self):
            return 6

        def __getitem__(self, i):
            return self.pictures[i], i % 2

    monkeypatch.setenv("GAN_ATLAS_DATA", str(tmp_path))
    monkeypatch.setattr(datasets, "Tiny", Tiny, raising=False)
    found = read("torchvision:Tiny", 32, labelled=True)
    assert found.images.shape == (6, 3, 32, 32) and found.classes == ["plane", "car"]
    assert found.labels.tolist() == [0, 1] * 3 and found.name == "Tiny"


@pytest.mark.parametrize("layout", ["files", "zip"])
def test_a_hub_data_set_is_read_like_a_folder(folder, tmp_path, monkeypatch, layout):
    snapshot = tmp_path / "snapshot"
    snapshot.mkdir()
    if layout == "zip":
        zipped(folder, snapshot / "pets.zip")
    monkeypatch.setattr(
        "huggingface_hub.snapshot_download", lambda *a, **k: str(folder if layout == "files" else snapshot)
    )
    assert read("someone/pets").classes == ["cat", "dog"]
    assert read("someone/pets:dog").classes == ["dog"] and len(read("someone/pets:dog")) == 3
    with pytest.raises(DataError, match="no class 'cow': its classes are cat, dog"):
        read("someone/pets:cow")


def test_a_hub_data_set_out_of_reach_is_one_line(monkeypatch):
    def fail(*args, **options):
        raise OSError("no network\nat all")

    monkeypatch.setattr("huggingface_hub.snapshot_download", fail)
    with pytest.raises(DataError, match=r"'someone/pets'.*\(no network at all\)"):
        read("someone/pets")


def test_parquet_is_read_by_its_features_and_train_split_alone(tmp_path, monkeypatch):
    pyarrow = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    cells = []
    for i in range(4):
        picture(i).save(file := io.BytesIO(), "PNG")
        cells.append({"bytes": file.getvalue(), "path": None})
    features = {"picture": {"_type": "Image"}, "kind": {"names": ["dog", "cat"], "_type": "ClassLabel"}}
    table = pyarrow.table({"picture": cells, "kind": [0, 1, 1, 0], "caption": ["a"] * 4})
    table = table.replace_schema_metadata({"huggingface": json.dumps({"info": {"features": features}})})
    parquet.write_table(table, tmp_path / "train-00000-of-00001.parquet")
    (tmp_path / "test-00000-of-00001.parquet").write_bytes(b"never read")
    monkeypatch.setattr("huggingface_hub.snapshot_download", lambda *a, **k: str(tmp_path))
    found = read("someone/pets", 20)
    assert found.classes == ["cat", "dog"] and found.labels.tolist() == [0, 0, 1, 1]
    assert np.array_equal(found.images[0].permute(1, 2, 0).numpy(), np.asarray(picture(1)))
    assert len(read("someone/pets:dog", 20)) == 2


def test_parquet_without_features_is_read_by_the_names_of_its_columns(tmp_path, monkeypatch):
    pyarrow = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    picture().save(file := io.BytesIO(), "PNG")
    monkeypatch.setattr("huggingface_hub.snapshot_download", lambda *a, **k: str(tmp_path))
    parquet.write_table(pyarrow.table({"img": [file.getvalue()], "label": [7]}), tmp_path / "all.parquet")
    assert read("someone/pets").classes == ["7"]
    parquet.write_table(pyarrow.table({"text": ["a"]}), tmp_path / "all.parquet")
    with pytest.raises(DataError, match="'someone/pets' has no image column, only text"):
        read("someone/pets")


def test_several_sources_are_one_set(tmp_path):
    colours = {"a/cat/1.png": "red", "a/dog/1.png": "blue", "b/dog/1.png": "lime", "plain/1.png": "white"}
    for path, colour in colours.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (8, 8), colour).save(tmp_path / path)
    source = "+".join(str(tmp_path / name) for name in ("a", "b", "plain"))
    found = read(source, 8, labelled=True)
    assert found.classes == ["cat", "dog", "plain"] and found.labels.tolist() == [0, 1, 1, 2]
    assert found.name == "a+b+plain" and found.images[:, :, 0, 0].tolist()[2] == [0, 255, 0]


def test_a_joined_set_takes_the_strictest_licence():
    from training.data import licences

    assert licences.dataset("scenes64+flowers128+cats128", 3)["license"] == "cc-by-nc-4.0"
    assert licences.dataset("scenes64+mine", 3)["license"] == "other"
