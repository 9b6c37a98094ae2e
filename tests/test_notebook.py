"""docs/retrain.ipynb, run from top to bottom on a tiny set."""

from pathlib import Path
from zipfile import ZipFile

import pytest
from PIL import Image

from models import hub

NOTEBOOK = hub.ROOT / "docs" / "retrain.ipynb"


@pytest.fixture
def notebook():
    nbformat = pytest.importorskip("nbformat")
    return nbformat.read(NOTEBOOK, as_version=4)


def test_it_is_committed_without_outputs_and_every_cell_is_python(notebook):
    for cell in notebook.cells:
        if cell.cell_type == "code":
            assert cell.outputs == [] and cell.execution_count is None
            compile(cell.source, "cell", "exec")


@pytest.mark.long
def test_it_trains_plays_and_keeps(notebook, tmp_path):
    nbclient = pytest.importorskip("nbclient")
    pytest.importorskip("ipykernel")
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    for i in range(24):
        Image.linear_gradient("L").rotate(15 * i).convert("RGB").save(pictures / f"{i}.png")
    (parameters,) = [c for c in notebook.cells if "parameters" in c.metadata.get("tags", ())]
    small = ["--steps", "6", "--batch-size", "8", "--snapshot-every", "3", "--judge", "none", "--resolution", "32"]
    parameters.source = f"DATA, OUT, OPTIONS = {str(pictures)!r}, {str(tmp_path / 'run')!r}, {small}"
    client = nbclient.NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(NOTEBOOK.parent)}})
    client.execute()
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    assert sum("image/png" in output.get("data", {}) for output in outputs) == 3, "a sheet, samples, a walk"
    said = "".join(output.get("text", "") for output in outputs)
    assert "verdict" in said
    with ZipFile(tmp_path / "run-export.zip") as kept:
        assert {"config.json", "generator.safetensors"} <= set(kept.namelist())
    assert Path(said.strip().splitlines()[-1]) == tmp_path / "run-export.zip"
