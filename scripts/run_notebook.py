"""Executes a notebook without a browser: run_notebook.py NOTEBOOK FOLDER

Writes the executed notebook and its HTML page into FOLDER. The notebook runs in its own folder, as in JupyterLab.
"""

import copy
import re
import sys
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbconvert import HTMLExporter

# The page of a notebook, which asks nothing of a network: without the scripts that nbconvert has there for equations,
# diagrams and widgets.
PAGE = """{% extends 'index.html.j2' %}
{% block html_head_js %}{% endblock %}
{% block html_head_js_mathjax %}{% endblock %}
{% block html_head_js_mermaidjs %}{% endblock %}"""


def run(source: Path, folder: Path) -> Path:
    """Executes the notebook; returns the executed copy. The first cell that fails ends it with a RuntimeError."""
    folder.mkdir(parents=True, exist_ok=True)
    notebook = nbformat.read(source, as_version=4)
    client = NotebookClient(notebook, timeout=1800, resources={"metadata": {"path": str(source.parent)}})
    # the kernel's own log lines are of use only if something goes wrong
    with open(folder / "kernel.log", "w") as log:
        try:
            client.execute(stdout=log, stderr=log)
        except CellExecutionError:
            raise RuntimeError(failure(source, notebook)) from None
        finally:
            executed = folder / source.name
            nbformat.write(notebook, executed)
    executed.with_suffix(".html").write_text(page(notebook), encoding="utf-8")
    return executed


def page(notebook: nbformat.NotebookNode) -> str:
    """The notebook as HTML. What needs a kernel to be live shows its still form."""
    still = copy.deepcopy(notebook)
    still.metadata.pop("widgets", None)
    html, _ = HTMLExporter(raw_template=PAGE).from_notebook_node(still)
    return html


def failure(source: Path, notebook: nbformat.NotebookNode) -> str:
    """What the user would have seen: the cell and its error, without the kernel's own stack."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if output.output_type == "error":
                lines = re.sub(r"\x1b\[[0-9;]*m", "", "\n".join(output.traceback))
                return f"{source}: this cell failed:\n\n{cell.source}\n\n{lines}"
    return f"{source} failed"


def main() -> None:
    source, folder = Path(sys.argv[1]), Path(sys.argv[2])
    start = time.time()
    print(f"== running {source}", flush=True)
    try:
        run(source, folder)
    except RuntimeError as error:
        sys.exit(str(error))
    print(f"== done in {time.time() - start:.0f} s; in {folder}/:")
    for file in sorted(folder.iterdir()):
        print(f"   {file.name:30} {file.stat().st_size / 1e6:8.2f} MB")


if __name__ == "__main__":
    main()
