"""What a user sees: the executed quick start in JupyterLab and as a page, in a real Chromium."""

import io
import time

import nbformat
import pytest
from conftest import ROOT
from PIL import Image, ImageChops

SCREENSHOTS = ROOT / "out" / "screenshots"


def picture(locator, name: str) -> Image.Image:
    """What is drawn at an element, also kept as a file for people to look at."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    data = locator.screenshot(path=SCREENSHOTS / f"{name}.png")
    return Image.open(io.BytesIO(data)).convert("RGB")


def colours(image: Image.Image) -> int:
    return len(image.getcolors(maxcolors=1 << 24))


def picture_once(locator, name: str, so, seconds: float = 120) -> Image.Image:
    """The first picture that is so; after a long while the last one, which is not, for the assertion to tell."""
    end = time.monotonic() + seconds
    while True:
        seen = picture(locator, name)
        if so(seen) or time.monotonic() > end:
            return seen
        locator.page.wait_for_timeout(200)


def drawn(locator, name: str) -> Image.Image:
    """What is drawn at an element once there is more than a plain area."""
    return picture_once(locator, name, lambda image: colours(image) > 50)


def changed(before: Image.Image, after: Image.Image) -> int:
    """How many pixels differ."""
    difference = ImageChops.difference(before, after).convert("L")
    return sum(difference.point(lambda value: value > 8 and 255).histogram()[255:])


def viewer(page):
    """The 3D viewer's canvas, its sliders, once it has drawn; scrolled into view."""
    frame = page.locator("iframe[srcdoc]").first
    frame.scroll_into_view_if_needed(timeout=120_000)
    inside = frame.content_frame
    canvas = inside.locator("canvas:visible").first
    canvas.wait_for(timeout=120_000)
    return frame, canvas, inside.locator("input[type=range]")


def move(slider, share: float):
    """As a hand would: the value and the event that goes with it."""
    slider.evaluate(
        "(s, share) => { s.value = +s.min + share * (s.max - s.min); s.dispatchEvent(new Event('input', {bubbles: true})); }",
        share,
    )


@pytest.fixture
def in_lab(executed, lab, open_page):
    """The executed quick start, opened in JupyterLab."""

    def open_it(trusted: bool):
        address = lab.put(executed("quickstart"), f"quickstart-{'' if trusted else 'un'}trusted.ipynb", trusted)
        watched = open_page(lab.url)
        watched.page.goto(address)
        watched.page.locator(".jp-Notebook .jp-OutputArea-output").first.wait_for(timeout=120_000)
        return watched

    return open_it


def test_the_scene_is_drawn_and_a_slider_changes_it(in_lab):
    watched = in_lab(trusted=True)
    frame, canvas, sliders = viewer(watched.page)
    before = drawn(canvas, "viewer")
    assert colours(before) > 50, "the canvas is blank"
    confidence = frame.content_frame.get_by_role("slider", name="Confidence")
    (confidence if confidence.count() else sliders).first.evaluate("s => s.scrollIntoView({block: 'nearest'})")
    move((confidence if confidence.count() else sliders).first, 0.95)
    after = picture_once(canvas, "viewer-moved", lambda image: changed(before, image) > 200)
    assert changed(before, after) > 200, "the slider changed nothing"
    assert watched.outside == []
    assert watched.errors == []


def test_the_tables_are_there(in_lab):
    watched = in_lab(trusted=True)
    table = watched.page.locator(".jp-OutputArea-output table").filter(has_text="centroid").first
    table.scroll_into_view_if_needed(timeout=120_000)
    picture(table, "segments")
    assert table.locator("tbody tr").count() >= 1
    assert watched.outside == []


def test_an_untrusted_notebook_shows_the_still_picture(in_lab):
    watched = in_lab(trusted=False)
    still = watched.page.locator(".jp-OutputArea-output img[src^='data:image/png']").first
    still.scroll_into_view_if_needed(timeout=120_000)
    assert watched.page.locator("iframe[srcdoc]").count() == 0
    assert colours(drawn(still, "untrusted")) > 50, "the picture is blank"
    assert watched.outside == []


def test_the_page_works_from_a_file(executed, open_page):
    page_file = executed("quickstart").with_suffix(".html")
    watched = open_page("file://")
    watched.page.goto(page_file.as_uri())
    _, canvas, _ = viewer(watched.page)
    assert colours(drawn(canvas, "page")) > 50, "the canvas is blank"
    assert watched.outside == []
    assert watched.errors == []


def test_the_page_shows_a_live_comparison_as_it_stood(executed, open_page):
    watched = open_page("file://")
    watched.page.goto(executed("compare-merging").with_suffix(".html").as_uri(), wait_until="networkidle")
    live = watched.page.locator(".jp-Cell", has_text="--live").filter(has=watched.page.locator("table")).last
    assert live.locator("table").first.locator("tbody tr").count() == 2
    assert colours(drawn(live, "page-live")) > 50
    assert watched.outside == []
    assert watched.errors == []


def test_the_page_of_the_evaluation_has_its_tables(executed, open_page):
    watched = open_page("file://")
    watched.page.goto(executed("evaluate").with_suffix(".html").as_uri(), wait_until="networkidle")
    scenes = watched.page.locator("table").filter(has_text="bedroom").first
    assert scenes.locator("tbody tr").count() == 6
    assert watched.page.locator("table").filter(has_text="PQ sample-scenes").locator("tbody tr").count() == 1
    picture(scenes, "page-evaluation")
    assert watched.outside == []
    assert watched.errors == []


def test_outputs_are_small_and_have_a_still_picture(executed):
    notebook = nbformat.read(executed("quickstart"), as_version=4)
    pictures = 0
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            assert sum(len(str(value)) for value in data.values()) <= 5_000_000, cell.source
            if "iframe" in data.get("text/html", ""):
                pictures += 1
                assert len(data["image/png"]) > 1_000, cell.source
    assert pictures >= 1
