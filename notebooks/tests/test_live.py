"""The live comparison as a user drives it: in JupyterLab, with a running kernel, in a real Chromium."""

import re
import time

import nbformat
import pytest
from conftest import ROOT
from test_browser import changed, colours, drawn, move, picture_once

CELLS = [
    f"Scene study = %panst3r exercise {ROOT}/sample-scenes/study --copies 2 --max 2 --as study",
    "%panst3r compare --live --strategies standard-v2,qubo",
]


@pytest.fixture
def live(lab, open_page, tmp_path):
    """The widget in JupyterLab, its cells just run; what else was asked for is on the page's record."""
    notebook = nbformat.v4.new_notebook(metadata={"kernelspec": {"name": "panst3r", "display_name": "Java (PanSt3R)"}})
    notebook.cells = [nbformat.v4.new_code_cell(cell) for cell in CELLS]
    nbformat.write(notebook, tmp_path / "live.ipynb")
    watched = open_page(lab.url)
    page = watched.page
    page.goto(lab.put(tmp_path / "live.ipynb", "live.ipynb", trusted=True))
    page.locator(".jp-CodeCell").first.locator(".cm-content").click(timeout=60_000)
    # a cell that is run before the kernel is there is not run at all
    page.get_by_text("| Idle").wait_for(timeout=180_000)
    for _ in CELLS:
        page.keyboard.press("Shift+Enter")
    page.locator(".p3l").wait_for(timeout=300_000)
    return watched


def widget(page):
    """The widget, scrolled into view and drawn."""
    element = page.locator(".p3l").first
    element.wait_for(timeout=120_000)
    element.scroll_into_view_if_needed(timeout=60_000)
    canvas = element.locator("iframe").content_frame.locator("canvas.gl")
    canvas.wait_for(timeout=120_000)
    return element, canvas


def row(element, slot: str) -> list[str]:
    """The numbers of a setting in the table."""
    return element.locator("tbody tr").filter(has_text=re.compile(f"^{slot}")).locator("td").all_inner_texts()


def until(page, condition, seconds: float = 180) -> float:
    """Waits for a condition; returns how long it took."""
    start = time.monotonic()
    while not condition():
        assert time.monotonic() - start < seconds, "nothing happened"
        page.wait_for_timeout(20)
    return time.monotonic() - start


def test_a_slider_changes_colours_and_table_also_after_a_reload(live):
    page = live.page
    element, canvas = widget(page)
    before, numbers = drawn(canvas, "live"), row(element, "Now")
    assert colours(before) > 50, "the canvas is blank"

    move(element.get_by_label("class-threshold", exact=True), 0.9)
    seconds = until(page, lambda: row(element, "Now")[2:] != numbers[2:])
    print(f"from the slider to the table: {seconds:.2f} s")
    after = picture_once(canvas, "live-moved", lambda image: changed(before, image) > 200)
    assert changed(before, after) > 200, "the slider changed no colour"
    kept = row(element, "Now")
    assert int(kept[2]) < int(numbers[2]), "a higher threshold keeps fewer segments"

    # another strategy, with the first kept as A
    element.get_by_role("button", name="Keep as A").click()
    until(page, lambda: element.locator("tbody tr").count() == 2)
    element.get_by_role("button", name="qubo").click()
    until(page, lambda: row(element, "Now")[1].startswith("qubo"))
    assert row(element, "A")[1:4] == kept[1:4]

    # what cannot be done is said, and what was there stays
    element.get_by_role("button", name="standard-v1").click()
    until(page, lambda: row(element, "Now")[1].startswith("standard-v1"))
    shown = row(element, "Now")
    move(element.get_by_label("class-threshold", exact=True), 1)
    until(page, lambda: "keeps no query" in element.locator(".p3l-status").inner_text())
    assert row(element, "Now") == shown
    move(element.get_by_label("class-threshold", exact=True), 0.5)
    until(page, lambda: element.locator(".p3l-status").inner_text() == "")
    before_reload = row(element, "Now")
    assert live.errors == []

    page.keyboard.press("Control+s")
    page.wait_for_timeout(1_000)
    page.reload()
    element, canvas = widget(page)
    assert row(element, "Now") == before_reload
    assert row(element, "A")[1:4] == kept[1:4]
    before = drawn(canvas, "live-reloaded")
    assert colours(before) > 50, "the canvas is blank after the reload"
    element.get_by_role("button", name="argmax").click()
    until(page, lambda: row(element, "Now")[1].startswith("argmax"))
    after = picture_once(canvas, "live-argmax", lambda image: changed(before, image) > 200)
    assert changed(before, after) > 200, "after the reload nothing changes any more"
    assert live.outside == []
    assert live.errors == []
