"""A new GAN is three files and a row of weights: both kinds, added to a copy of the project."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

ROOT = Path(__file__).resolve().parents[1]
TREE = ("models", "training", "demo", "theory", "tests", "app.py", "pyproject.toml", "weights_manifest.json")
ENTRY = """title="{title}", lecture={lecture}, paper="A paper", authors="Somebody et al.", year=2026,
    url="https://arxiv.org/abs/2601.00001", brought="It is new. It is here to be found.", networks=NETWORKS"""

NOISE = {
    "models/dotgan.py": '"""A GAN whose networks are those of the first one."""\n'
    "from models.gan import Discriminator, Generator\n"
    "from models.registry import register\n\n"
    'NETWORKS = {"generator": Generator, "discriminator": Discriminator}\n'
    f'register("dotgan", {ENTRY.format(title="DotGAN", lecture=14)})\n',
    "training/recipes/dotgan.py": '"""DotGAN learns as the first GAN does, at 16 px."""\n'
    "from training.recipes import gan, overlay\n\n"
    'SETTINGS = overlay(gan.SETTINGS, variant="dotgan", resolution=16, batch_size=4, steps=3)\n\n\n'
    'class Game(gan.Game):\n    """The minimax game (Goodfellow 2014, equation 1)."""\n',
    "demo/tabs/dotgan.py": '"""DotGAN\'s tab has nothing beyond the others."""\n'
    "from demo.noise_tab import NoiseTab\n\n\n"
    'class Tab(NoiseTab):\n    """The common tab."""\n',
}
TRANSLATOR = {
    "models/blurgan.py": '"""A translator between two domains, by CycleGAN\'s networks."""\n'
    "from models import cyclegan\n"
    "from models.registry import entry, register\n\n"
    'NETWORKS = entry("cyclegan").networks\n'
    f'register("blurgan", {ENTRY.format(title="BlurGAN", lecture=15)}, translator=cyclegan.HorseZebra)\n',
    "training/recipes/blurgan.py": '"""BlurGAN learns as CycleGAN does, at 16 px."""\n'
    "from training.recipes import cyclegan, overlay\n\n"
    'SMALL = {"width": 4}\n'
    'SETTINGS = overlay(cyclegan.SETTINGS, variant="blurgan", resolution=16, steps=3, generator=SMALL,\n'
    "                   discriminator={**SMALL, 'layers': 1}, hold_out=0.25)\n\n\n"
    'class Game(cyclegan.Game):\n    """Cycle consistency (Zhu 2017, equation 3)."""\n',
    "demo/tabs/blurgan.py": '"""BlurGAN\'s tab is CycleGAN\'s."""\n'
    "from demo.tabs import cyclegan\n\n\n"
    'class Tab(cyclegan.Tab):\n    """The same controls."""\n',
}
PAGE = """
import demo, json, models
page = demo.build()
names = [event.get("api_name") for event in page.config["dependencies"]]
tabs = [c["props"].get("label") for c in page.config["components"] if c["type"] == "tabitem"]
print(json.dumps({"endpoints": names, "tabs": tabs, "names": models.names()}))
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A copy of the project with the two new GANs' files in it."""
    root = tmp_path_factory.mktemp("project")
    for name in TREE:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, root / name)
    for path, text in (NOISE | TRANSLATOR).items():
        assert not (root / path).exists()
        (root / path).write_text(text)
    rng = np.random.default_rng(0)
    for kind in ("a", "b"):
        (root / "pictures" / kind).mkdir(parents=True)
        for i in range(12):
            Image.fromarray(rng.integers(0, 256, (20, 20, 3), np.uint8)).save(root / f"pictures/{kind}/{i}.png")
    return root


def python(project, *arguments, code=0):
    done = subprocess.run([sys.executable, *arguments], cwd=project, capture_output=True, text=True, timeout=300)
    assert done.returncode == code, done.stdout[-2000:] + done.stderr[-2000:]
    return done.stdout


def test_the_list_and_the_models_know_both(project):
    listed = python(project, "training/run.py", "--list")
    assert "dotgan" in listed and "blurgan" in listed


@pytest.mark.long
@pytest.mark.parametrize("name", ["dotgan", "blurgan"])
def test_the_trainer_makes_a_checkpoint_that_loads_and_is_judged(project, name):
    python(project, "training/run.py", name, "--data", "pictures", "--device", "cpu", "--quiet", "--install")
    row = json.loads((project / "weights_manifest.json").read_text())["variants"][name]
    assert "config.json" in row["files"]
    assert "# " in (project / "weights" / name / "README.md").read_text()
    played = {
        "dotgan": "print(g.sample(2, seed=1).shape)",
        "blurgan": "from PIL import Image; print(g.translate(Image.new('RGB', (40, 24))).size)",
    }
    out = python(project, "-c", f"import models; g = models.load({name!r}, device='cpu'); {played[name]}")
    assert out.strip() in ("torch.Size([2, 1, 16, 16])", "(40, 24)")
    judged = python(
        project, "training/evaluate.py", name, "--data", "pictures", "--n", "12", "--device", "cpu", "--json"
    )
    assert json.loads(judged)["figures"]


@pytest.mark.long
def test_the_page_has_a_tab_and_endpoints_for_both(project):
    found = json.loads(python(project, "-c", PAGE).splitlines()[-1])
    assert found["names"][-2:] == ["dotgan", "blurgan"] and len(found["names"]) == 15
    assert {"DotGAN", "BlurGAN"} <= set(found["tabs"])
    wanted = {"page_dotgan_open", "page_dotgan_move", "page_blurgan_open", "page_blurgan_translate"}
    assert wanted | {"dotgan", "dotgan_walk", "blurgan"} <= set(found["endpoints"])


@pytest.mark.long
@pytest.mark.parametrize("name", ["dotgan", "blurgan"])
def test_the_parametrized_tests_cover_both(project, name):
    rooms = ["tests/models/test_family.py", "tests/training/engine", "tests/training/recipes", "tests/test_house.py"]
    out = python(project, "-m", "pytest", "-o", "addopts=", "-p", "no:cacheprovider", "-k", name, *rooms)
    passed = int(out.rsplit(" passed", 1)[0].split()[-1])
    assert passed >= 5, out[-2000:]
