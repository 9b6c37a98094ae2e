"""The walls of the house: who imports whom, how long a file may be, and that no name of a variant decides elsewhere."""

import ast
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

import models

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("models", "theory", "training", "demo")
MAY_IMPORT = {
    "models": {"models"},
    "theory": {"theory"},
    "training": {"training", "models", "theory"},
    "demo": {"demo", "models", "theory"},
}
# Rooms of training from the ground up: each imports itself and the rooms before it.
FLOORS = ("data", "recipes", "judge", "engine", "report", "trials", "commands")
LONGEST_FILE, LONGEST_FUNCTION = 350, 40
FILES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))


def module_of(path):
    """models/nets/unet.py -> "models.nets.unet"; a package's __init__.py is the package."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module_of(path): path for path in FILES}


@cache
def tree(path):
    return ast.parse(path.read_text("utf-8"))


def imported(path):
    """The project's modules that a file imports, wherever in the file it does so."""
    found = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            full = {alias.name: f"{node.module}.{alias.name}" for alias in node.names}
            found |= {name if name in MODULES else node.module for name in full.values()}
    return {name for name in found if name.split(".")[0] in (*ROOMS, "app", "tests")}


def floor_of(module):
    room, *rest = module.split(".")
    assert room == "training"
    return rest[0] if rest and rest[0] in FLOORS else "commands"


@pytest.mark.parametrize("room", [room for room in ROOMS if (ROOT / room).is_dir()])
def test_rooms_import_downwards_alone(room):
    wrong = [
        f"{name} imports {other}"
        for name, path in MODULES.items()
        for other in imported(path)
        if name.split(".")[0] == room and other.split(".")[0] not in MAY_IMPORT[room]
    ]
    assert wrong == []


def test_inside_training_nobody_imports_upwards():
    wrong = []
    for name, path in MODULES.items():
        if not name.startswith("training."):
            continue
        here = floor_of(name)
        for other in imported(path):
            if other.startswith("training."):
                there = floor_of(other)
                if FLOORS.index(there) > FLOORS.index(here):
                    wrong.append(f"{name} ({here}) imports {other} ({there})")
    assert wrong == []


def test_no_module_imports_itself_by_a_detour():
    graph = {name: imported(path) & set(MODULES) - {name} for name, path in MODULES.items()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(f"a circle of imports: {' -> '.join(error.args[1])}")


def test_modules_are_imported_by_name_in_five_places():
    """`importlib` is how recipes, tabs and panels are found; anywhere else it would hide an import from these tests."""
    users = {name for name, path in MODULES.items() if "importlib" in path.read_text("utf-8")}
    assert users <= {"models.registry", "training.recipes", "training.judge", "demo.tabs", "demo.panels"}, users


@pytest.mark.parametrize("path", FILES, ids=module_of)
def test_files_and_functions_fit_a_screen_or_two(path):
    assert len(path.read_text("utf-8").splitlines()) <= LONGEST_FILE
    long = {
        node.name: node.end_lineno - node.lineno + 1
        for node in ast.walk(tree(path))
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        and node.end_lineno - node.lineno + 1 > LONGEST_FUNCTION
    }
    assert long == {}


def names_in(node):
    """Variants' names among the string constants directly in a node, or in a tuple, list or set of it."""
    parts = node.elts if isinstance(node, (ast.Tuple, ast.List, ast.Set)) else [node]
    return {part.value for part in parts if isinstance(part, ast.Constant)} & set(models.names())


@pytest.mark.parametrize("path", FILES, ids=module_of)
def test_no_variants_name_decides_outside_its_own_files(path):
    own, wrong = path.stem, []
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Compare):
            found = set().union(*(names_in(part) for part in (node.left, *node.comparators)))
        elif isinstance(node, ast.Dict):
            found = set().union(*(names_in(key) for key in node.keys if key is not None))
        else:
            continue
        if found - {own}:
            wrong.append(f"line {node.lineno}: {', '.join(sorted(found))}")
    assert wrong == []


def test_three_folders_carry_the_same_names():
    for folder in ("models", "training/recipes", "demo/tabs"):
        files = {path.stem for path in (ROOT / folder).glob("*.py")}
        assert set(models.names()) <= files, folder
