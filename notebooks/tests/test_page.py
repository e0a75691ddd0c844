"""A kernel and a page that speak with each other: JupyterLab, a running Java kernel and the 3D view, as a user has them."""

import time

import nbformat
import pytest
from conftest import ROOT, Lab
from PIL import Image
from test_browser import picture

CELLS = [
    f"Scene scene = %panst3r truth {ROOT}/sample-scenes/living",
    "%panst3r plot --points 30000",
    "%panst3r segments",
    "picked()",
    "viewpoint().toString()",
    "%panst3r show --class sofa",
]
PLOT, SEGMENTS, PICKED, VIEWPOINT, SHOW = range(1, 6)


@pytest.fixture
def windowed(tmp_path):
    """JupyterLab that takes cells from the page when they are scrolled away."""
    server = Lab(tmp_path, windowing="full")
    yield server
    server.stop()


@pytest.fixture
def notebook(windowed, open_page, tmp_path):
    """The cells above and many below them, none run yet."""
    source = nbformat.v4.new_notebook(metadata={"kernelspec": {"name": "panst3r", "display_name": "Java (PanSt3R)"}})
    source.cells = [nbformat.v4.new_code_cell(code) for code in CELLS]
    source.cells += [nbformat.v4.new_markdown_cell(f"# {i}" + "\n\nfar below" * 12) for i in range(40)]
    nbformat.write(source, tmp_path / "live.ipynb")
    watched = open_page(windowed.url)
    watched.page.goto(windowed.put(tmp_path / "live.ipynb", "live.ipynb", trusted=True))
    watched.page.wait_for_function(CURRENT + "?.sessionContext?.session?.kernel?.status === 'idle'", timeout=120_000)
    return watched.page


CURRENT = "globalThis.jupyterapp?.shell.currentWidget"

RUN = """async (i) => {
    const { content } = jupyterapp.shell.currentWidget;
    content.activeCellIndex = i;
    await content.scrollToItem(i);
    await jupyterapp.commands.execute('notebook:run-cell');
    const cell = content.model.cells.get(i);
    return JSON.stringify(cell.outputs.toJSON().map((o) => o.data?.['text/plain'] ?? o.evalue ?? ''));
}"""


def run(page, cell: int) -> str:
    """Runs a cell; what it put out, as text."""
    return page.evaluate(RUN, cell)


def scroll_to(page, cell: int):
    page.evaluate("(i) => jupyterapp.shell.currentWidget.content.scrollToItem(i)", cell)


AT_REST = """async () => {
    while (!globalThis.panst3rViewer?.stage.live || panst3rViewer.stage.flying || panst3rViewer.stage.cloud.share < 1) {
        await new Promise((later) => setTimeout(later, 50));
    }
}"""


def until(page, condition, seconds: float = 120):
    """Waits until something is so, or for a long while."""
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        page.wait_for_timeout(200)


def view(page):
    """The frame of the 3D view once it has drawn, scrolled into view."""
    frame = page.locator("iframe[data-panst3r]").first
    frame.wait_for(state="attached", timeout=120_000)
    inside = frame.content_frame
    inside.locator("canvas.gl").wait_for(timeout=120_000)
    # once no flight is on the way and all points are drawn
    inside.locator("html").evaluate(AT_REST)
    return inside


STATE = "() => ({ selected: [...(panst3rViewer.state.selected ?? [])].length, at: panst3rViewer.stage.viewpoint().position })"


def test_the_page_and_the_kernel_speak_with_each_other(notebook):
    page = notebook
    for cell in (0, PLOT, SEGMENTS):
        assert "Error" not in run(page, cell)
    assert "3D view" in page.evaluate(RUN.replace("await jupyterapp.commands.execute('notebook:run-cell');", ""), PLOT)

    inside = view(page)
    inside.locator("canvas.gl").click(position={"x": 300, "y": 250})
    inside.locator(".pin .card").wait_for(timeout=120_000)
    inside.locator("canvas.gl").press("t")
    frame = inside.locator("html")
    frame.evaluate(AT_REST)
    before = frame.evaluate(STATE)

    picked = run(page, PICKED)
    assert "photo_x" in picked and "0 rows" not in picked, picked
    # the view tells where it stands a moment after it has come to rest
    at = ",".join(f"{x:.4f}" for x in before["at"])
    until(page, lambda: at in run(page, VIEWPOINT))
    seen = run(page, VIEWPOINT)
    assert at in seen, seen
    assert "Highlighted in the 3D view: sofa" in run(page, SHOW)

    scroll_to(page, PLOT)
    inside = view(page)
    until(page, lambda: inside.locator("html").evaluate(STATE)["selected"] >= 1)
    assert inside.locator("html").evaluate(STATE)["selected"] >= 1

    # rows of the table stand out in the view, which Jupyter may have taken from the page meanwhile
    scroll_to(page, SEGMENTS)
    page.locator("tr[data-segment]").nth(2).click()
    scroll_to(page, PLOT)
    until(page, lambda: view(page).locator("html").evaluate(STATE)["selected"] == 1)
    assert view(page).locator("html").evaluate(STATE)["selected"] == 1
    picture(view(page).locator("canvas.gl"), "live")
