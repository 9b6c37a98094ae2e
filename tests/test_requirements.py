"""The lock file has one version of everything that the requirements name, each within their ranges."""

import re
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
LOCK = [line for line in (ROOT / "requirements.lock").read_text("utf-8").splitlines() if not line.startswith("#")]
FILES = ("requirements.txt", "training/requirements.txt", "requirements-dev.txt")


@pytest.mark.parametrize("name", FILES)
def test_the_lock_lies_within_the_ranges(name):
    locked = dict(line.split("==") for line in LOCK)
    for line in (ROOT / name).read_text("utf-8").splitlines():
        if line and not line.startswith(("#", "-")):
            wanted = Requirement(line)
            if not wanted.marker or wanted.marker.evaluate({"python_version": "3.11"}):
                assert wanted.specifier.contains(locked[canonicalize_name(wanted.name)]), line


def test_the_lock_names_versions_alone():
    assert all(re.fullmatch(r"[a-z0-9-]+==[\w.]+", line) for line in LOCK)
