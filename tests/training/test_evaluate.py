"""The judge of checkpoints, from the command line's own entry point, on small untrained generators."""

import json

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file, save_file

import models
from models import hub, registry
from tests.training.digits import digits
from training import evaluate
from training.data import sources
from training.data.image_set import class_balanced
from training.judge import classifier, labels, samples, sampling

SMALL = {"latent_dim": 8, "width": 16}


@pytest.fixture(scope="module")
def real(tmp_path_factory):
    """The digits as class folders."""
    place = tmp_path_factory.mktemp("real")
    for i, (image, label) in enumerate(zip(*digits())):
        (place / str(label)).mkdir(exist_ok=True)
        Image.fromarray(image).save(place / str(label) / f"{i}.png")
    return place


def checkpoint(folder, variant):
    more = {"classes": 10} if variant == "cgan" else {}
    networks = {
        "generator": {**SMALL, **more},
        "discriminator": {"width": 16, **more},
    }
    torch.manual_seed(0)
    folder.mkdir()
    for role, net in registry.build(variant, networks).items():
        save_file(net.state_dict(), folder / f"{role}.safetensors")
    config = {
        "variant": variant, "networks": networks, "resolution": 28, "channels": 1, "steps": 0,
        "classes": [str(d) for d in range(10)] if more else None, "license": "CC0-1.0", "seed": 0,
        "dataset": {"name": "rows", "license": "CC0-1.0"}, "metrics": {"training": {"n": 1}},
    }  # fmt: skip
    (folder / "config.json").write_text(json.dumps(config))
    return folder


@pytest.fixture(scope="module")
def checkpoints(tmp_path_factory):
    root = tmp_path_factory.mktemp("checkpoints")
    return {variant: checkpoint(root / variant, variant) for variant in ("gan", "cgan")}


def run(capsys, *args):
    status = evaluate.main([str(a) for a in args])
    return status, *capsys.readouterr()


def test_figures_of_an_unconditional_gan(checkpoints, real, capsys):
    status, out, _ = run(
        capsys, "gan", "--data", real, "--checkpoint", checkpoints["gan"], "--n", 60, "--json", "--device", "cpu"
    )
    report = json.loads(out)
    assert status == 0 and report["n"] == 60 and report["seed"] == 0 and report["real"] == 300
    distances, found = report["figures"]["distances"], report["figures"]["digits"]
    assert distances["kid"] > 100 and distances["n"] == 60 and "ImageNet" in distances["features"]
    assert sum(found["shares"].values()) == pytest.approx(1, abs=1e-3) and len(found["shares"]) == 10
    assert found["biggest"] == max(found["shares"].values()) and 1 <= found["seen"] <= 10
    assert found["sure"] < 0.2 < found["sure_of_real"] <= 1, "an untrained generator's noise is no digit for sure"


def test_figures_of_a_conditional_gan_and_the_text_report(checkpoints, real, capsys):
    status, out, _ = run(
        capsys, "cgan", "--data", real, "--checkpoint", checkpoints["cgan"], "--n", 40, "--device", "cpu"
    )
    assert status == 0
    for words in (
        "40 samples from seed 0",
        "Distance in ImageNet features: KID",
        "(n 40; features of ",
        "of samples are read as their label (n 40)",
    ):
        assert words in out


def test_variety_within_a_label_is_a_share_of_the_real_pictures(real):
    seen = sources.load(str(real), 28, 1)
    theirs = classifier.fit(seen, "cpu").features(seen.images)
    found = labels.variety(theirs, seen.labels, theirs, seen.labels)
    assert found == {"variance_ratio": pytest.approx(1), "lowest_variance_ratio": pytest.approx(1)}
    one = torch.stack([theirs[seen.labels == k][0] for k in range(10)]).repeat_interleave(5, 0)
    collapsed = labels.variety(one, torch.arange(10).repeat_interleave(5), theirs, seen.labels)
    assert collapsed["variance_ratio"] == pytest.approx(0, abs=1e-4)


def test_distances_tell_noise_from_real_pictures(checkpoints, real, capsys):
    seen = class_balanced(sources.load(str(real), 28, 1), 60)
    same = samples.distances_of(seen, seen, "cpu")
    assert same["fid"] == pytest.approx(0, abs=1e-2) and same["precision"] == same["recall"] == 1 and same["n"] == 60
    status, out, _ = run(
        capsys,
        "gan",
        "--data",
        real,
        "--checkpoint",
        checkpoints["gan"],
        "--n",
        60,
        "--json",
        "--only",
        "distances",
        "--device",
        "cpu",
    )
    found = json.loads(out)["figures"]
    assert status == 0 and set(found) == {"distances"}
    assert found["distances"]["fid"] > 10 and found["distances"]["recall"] < 0.5


def test_a_spread_smaller_than_the_classes_are_many_is_not_empty(real):
    seen = sources.load(str(real), 28, 1)
    assert len(class_balanced(seen, 6)) == 6 and len(class_balanced(seen, 25)) == 20


def test_speed_names_size_and_time_and_leaves_other_figures(real, tmp_path, capsys):
    folder = checkpoint(tmp_path / "gan", "gan")
    args = ("--data", real, "--checkpoint", folder, "--only", "speed", "--save", "--device", "cpu")
    assert run(capsys, "gan", *args)[0] == 0
    found = json.loads((folder / "config.json").read_text())["metrics"]
    weights = load_file(folder / "generator.safetensors")
    counted = sum(t.numel() for key, t in weights.items() if not key.endswith(("_mean", "_var", "_tracked")))
    assert found["speed"]["parameters"] == counted and set(found) == {"training", "speed"}
    assert 0 < found["speed"]["milliseconds, n = 1"] < found["speed"]["milliseconds, n = 16"] * 2


@pytest.mark.long
def test_thresholds_are_measured_from_narrow_to_wide(checkpoints, real, tmp_path, capsys):
    folder = checkpoint(tmp_path / "cgan", "cgan")
    args = ("cgan", "--data", real, "--checkpoint", folder, "--n", 40, "--thresholds", 1.5, 0.5, "--device", "cpu")
    status, out, _ = run(capsys, *args, "--save")
    assert status == 0 and out.index("0.5: FID") < out.index("1.5: FID")
    found = json.loads((folder / "config.json").read_text())["metrics"]["truncation"]
    assert found["thresholds"] == [0.5, 1.5] and found["n"] == 40
    assert all(len(found[key]) == 2 for key in ("fid", "precision", "recall")) and min(found["fid"]) > 0


def test_exported_samples_are_the_pictures_of_their_seeds(checkpoints, real, tmp_path, capsys):
    out = tmp_path / "out"
    args = ("cgan", "--data", real, "--checkpoint", checkpoints["cgan"], "--n", 15, "--seed", 7)
    args += ("--only", "neighbours")
    assert run(capsys, *args, "--export-samples", out)[0] == 0
    assert [p.name for p in sorted(out.glob("*.png"))] == [f"{i:06d}.png" for i in range(15)]
    g = models.load("cgan", device="cpu", folder=checkpoints["cgan"])
    picture = models.to_images(g.sample(n=1, seed=7 + 11, labels=[1]))[0]
    assert np.array_equal(np.asarray(Image.open(out / "000011.png")), np.asarray(picture))
    (out / "000099.png").write_bytes(b"stale")
    assert run(capsys, *args, "--export-samples", out)[0] == 0 and not (out / "000099.png").exists()


def test_a_folder_of_other_files_is_left_alone(checkpoints, real, tmp_path, capsys):
    (tmp_path / "holiday.png").write_bytes(b"mine")
    status, _, err = run(
        capsys, "gan", "--data", real, "--checkpoint", checkpoints["gan"], "--n", 15, "--export-samples", tmp_path
    )
    assert status == 2 and "holds other files" in err and err.count("\n") == 1
    assert (tmp_path / "holiday.png").read_bytes() == b"mine"


def test_saved_figures_carry_their_protocol(real, tmp_path, capsys):
    folder = checkpoint(tmp_path / "gan", "gan")
    args = ["gan", "--data", real, "--checkpoint", folder, "--n", 20, "--seed", 5, "--save"]
    assert run(capsys, *args)[0] == 0
    saved = json.loads((folder / "config.json").read_text())["metrics"]
    assert set(saved) == {"training", "distances", "digits", "neighbours"}
    row = saved["distances"]
    assert row["n"] == 20 and row["seed"] == 5 and row["data"] == real.name and row["features"]
    assert row["command"] == "python training/evaluate.py " + " ".join(map(str, args))


def test_saving_leaves_sheets_of_the_shipped_weights_that_the_card_shows(real, tmp_path, capsys):
    folder = checkpoint(tmp_path / "cgan", "cgan")
    args = ["cgan", "--data", real, "--checkpoint", folder, "--n", 20, "--seed", 5, "--only", "neighbours", "--save"]
    assert run(capsys, *args)[0] == 0
    config, words = json.loads((folder / "config.json").read_text()), (folder / "README.md").read_text("utf-8")
    found = config["metrics"]["neighbours"]
    assert set(config["metrics"]) == {"training", "neighbours"}, "--only measures that one and keeps the others"
    assert found["n"] == 20 and found["seed"] == 5 and found["command"].endswith("--save")
    samples_png, neighbours_png = (Image.open(folder / f"{name}.png") for name in ("samples", "neighbours"))
    assert samples_png.size == (10 * 28, 8 * 28) and neighbours_png.height == 2 * (2 * 28 + 1) - 1
    cell = samples_png.crop((3 * 28, 28, 4 * 28, 2 * 28))  # seed 5 + 13 in the column of the class 3
    g = models.load("cgan", device="cpu", folder=folder)
    assert np.array_equal(np.asarray(cell), np.asarray(models.to_images(g.sample(n=1, seed=18, labels=[3]))[0]))
    assert words.index("](samples.png)") < words.index("## Paper") < words.index("](neighbours.png)")
    assert "seeds 5 to 84" in words and "The 16 of 20 samples" in words and str(found["distances"]) not in words
    assert {"samples.png", "neighbours.png"} <= set(hub.from_folder("cgan", folder).files)


def test_a_sheet_has_whole_rows_of_classes():
    class Grey:
        def __init__(self, classes):
            self.classes = classes

        def sample(self, n, seed, labels=None):
            shade = torch.tensor(labels or [0] * n).float() / len(self.classes or "?")
            return shade.view(n, 1, 1, 1).expand(n, 1, 4, 4) * 2 - 1

    for classes, columns in ((None, 8), ("abc", 9), (list("abcdefghijkl"), 12), ([f"{i}" for i in range(40)], 16)):
        image, words = sampling.sheet(Grey(classes), 0)
        assert image.size == (4 * columns, 4 * 8) and f"seeds 0 to {8 * columns - 1}," in words
        assert len({row.tobytes() for row in np.asarray(image)}) == 1, "a column keeps its class"


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"variant": "vae"}, "unknown variant 'vae'"),
        ({"--checkpoint": "nowhere"}, "'nowhere' is no folder"),
        ({"--checkpoint": "cgan"}, "holds 'cgan', not 'gan'"),
        ({"--data": "/no/such/data"}, "'/no/such/data' does not exist"),
        ({"--n": "3"}, "--n 3 against 300 real images: at least 10"),
        ({"variant": "pix2pix", "--only": "neighbours"}, "--only chooses among figures of samples"),
        ({"--only": "levels"}, "--only levels is for translators with a U-Net, and gan makes samples"),
        ({"variant": "dcgan", "--photos": "sheets"}, "--photos are for translators, and dcgan makes samples"),
    ],
    ids=[
        "variant",
        "missing checkpoint",
        "another variant's checkpoint",
        "data",
        "n",
        "a translator's figures",
        "levels of a generator from noise",
        "photos of a generator",
    ],
)
def test_a_mistake_is_one_line_and_status_two(checkpoints, real, capsys, change, complaint):
    if change.get("--checkpoint") in checkpoints:
        change = {"--checkpoint": checkpoints[change["--checkpoint"]]}
    args = {"--data": real, "--checkpoint": checkpoints["gan"], "--n": "20", "--device": "cpu", **change}
    variant = args.pop("variant", "gan")
    status, out, err = run(capsys, variant, *(word for pair in args.items() for word in pair))
    assert status == 2 and out == "" and complaint in err
    assert err.startswith("evaluate.py: ") and err.count("\n") == 1


def test_labels_are_balanced():
    assert sampling.labels_for(["a", "b", "c"], 7) == [0, 1, 2, 0, 1, 2, 0]
    assert sampling.labels_for(None, 7) is None
