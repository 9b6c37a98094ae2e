"""What the Dockerfile copies is what the page needs, read-only, for a user without a home."""

import json
import os
import shlex
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from demo import deploy

ROOT = Path(__file__).resolve().parents[1]


def instructions():
    """(word, rest of the line) of every instruction of the Dockerfile, continued lines joined."""
    text = (ROOT / "Dockerfile").read_text("utf-8").replace("\\\n", " ")
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return [tuple(line.split(None, 1)) for line in lines]


def copies():
    """(source, target) of every COPY of the image, relative to its folder."""
    found = []
    for word, rest in instructions():
        if word == "COPY":
            *sources, target = shlex.split(rest)
            found += [(s, s if len(sources) > 1 or target in (".", "./") else target) for s in sources]
    return found


def environment():
    found = {}
    for word, rest in instructions():
        if word == "ENV":
            found |= dict(pair.split("=", 1) for pair in shlex.split(rest))
    return found


def test_the_image_holds_what_a_space_is_sent():
    sent = {name for name in deploy.content() if name != "docs/home.png"}
    held = {target for _, target in copies()}
    assert [name for name in sent if not any(name == t or name.startswith(f"{t}/") for t in held)] == []
    assert not any(target.startswith(("tests", "training", ".")) for target in held)


def test_what_is_copied_is_not_kept_from_the_build():
    allowed = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    for source, _ in copies():
        assert (ROOT / source).exists() and source in allowed, source


def test_it_runs_as_no_root_on_code_that_nobody_can_write():
    words = instructions()
    assert ("USER", "1000:1000") in words
    lock = next(i for i, (word, rest) in enumerate(words) if word == "RUN" and "chmod -R a+rX,a-w /app" in rest)
    assert max(i for i, (word, _) in enumerate(words) if word == "COPY") < lock < words.index(("USER", "1000:1000"))
    assert all(
        value.startswith("/tmp") for key, value in environment().items() if key.endswith(("_HOME", "_DIR", "_DATA"))
    )


@pytest.mark.long
@pytest.mark.skipif(os.name != "posix", reason="permissions are Unix's")
def test_its_files_draw_a_picture_read_only_and_without_a_home(tmp_path):
    app, writable = tmp_path / "app", tmp_path / "tmp"
    writable.mkdir()
    for source, target in copies():
        place = app / target
        place.parent.mkdir(parents=True, exist_ok=True)
        (shutil.copytree if (ROOT / source).is_dir() else shutil.copy)(ROOT / source, place)
    held = {app, *app.rglob("*")}
    for path in held:
        path.chmod(path.stat().st_mode & ~(stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH))
    given = {key: value.replace("/tmp", str(writable)) for key, value in environment().items()}
    given |= {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "TMPDIR": str(writable)}
    code = "import demo, models, json; demo.build(); print(json.dumps(list(models.load('dcgan').sample(1).shape)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=app, env=given, capture_output=True, text=True)
    written = {app, *app.rglob("*")} - held  # by root, whom permissions do not stop
    for path in held:  # so that pytest can remove them
        path.chmod(path.stat().st_mode | stat.S_IWUSR)
    assert done.returncode == 0, done.stderr
    assert written == set()
    assert json.loads(done.stdout.splitlines()[-1]) == [1, 3, 64, 64]
