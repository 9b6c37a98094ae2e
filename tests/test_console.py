"""Commands go on where the console cannot show what they print."""

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from models import console

ROOT = Path(__file__).resolve().parents[1]
COMMANDS = sorted(
    path.relative_to(ROOT).as_posix()
    for room in ("models", "training")
    for path in (ROOT / room).glob("*.py")
    if "__main__" in path.read_text("utf-8")
)


@pytest.mark.parametrize("encoding", ["cp1252", "ascii", "cp437", "utf-8"])
def test_what_the_console_lacks_is_printed_as_an_escape(monkeypatch, encoding):
    file = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(file, encoding, write_through=True))
    monkeypatch.setattr(sys, "stderr", None)  # as under pythonw
    assert console.run(lambda: print("日本") or 7) == 7
    assert file.getvalue().decode(encoding).rstrip() in ("日本", "\\u65e5\\u672c")


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_prints_so(command):
    assert "sys.exit(console.run(main))" in (ROOT / command).read_text("utf-8")


@pytest.mark.long
def test_a_run_in_a_folder_of_japanese_name_ends_well(tmp_path):
    for i in range(4):
        (tmp_path / "写真").mkdir(exist_ok=True)
        Image.effect_noise((16, 16), 60 + i).save(tmp_path / "写真" / f"{i}.png")
    sizes = "--resolution 8 --steps 1 --batch-size 2 --judge none --precision fp32 --device cpu --quiet".split()
    argv = [sys.executable, ROOT / "training" / "run.py", "gan", "--data", "写真", "--out", "日本", *sizes]
    env = {**os.environ, "PYTHONIOENCODING": "cp1252", "OMP_NUM_THREADS": "1"}
    for last in ("finished 1 steps: ", "resuming "):
        done = subprocess.run(argv, env=env, cwd=tmp_path, capture_output=True)
        assert done.returncode == 0, done.stderr
        assert last in done.stdout.decode("cp1252") and "\\u65e5\\u672c" in done.stdout.decode("cp1252")
    assert (tmp_path / "日本" / "export" / "generator.safetensors").exists()
