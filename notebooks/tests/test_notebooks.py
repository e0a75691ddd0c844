"""Every notebook of the project runs from top to bottom in the real kernel, and is committed without outputs."""

import nbformat
import pytest
from conftest import NOTEBOOKS

NAMES = sorted(path.stem for path in NOTEBOOKS.glob("*.ipynb"))


@pytest.mark.parametrize("name", NAMES)
def test_committed_without_outputs(name):
    notebook = nbformat.read(NOTEBOOKS / f"{name}.ipynb", as_version=4)
    assert notebook.metadata.kernelspec.name == "panst3r"
    for cell in notebook.cells:
        assert not cell.get("outputs") and not cell.get("execution_count"), cell.source


@pytest.mark.parametrize("name", NAMES)
def test_runs(name, executed):
    notebook = nbformat.read(executed(name), as_version=4)
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            assert output.output_type != "error", cell.source
            assert output.get("name") != "stderr", output.text
