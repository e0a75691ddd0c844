""""Render what I see": a picture that a real kernel makes of a 3D view, against the same view's splats in a browser."""

import base64
import html as text
import io
import math
import re

from conftest import ROOT
from PIL import Image

CELLS = [
    f"%panst3r truth {ROOT}/sample-scenes/living",
    "%panst3r splat --every 8 --steps 4",
    "%panst3r plot --by photo --points 20000",
]

# Moves the view to a photo's camera, a little turned, shows splats, and tells what the button would tell the kernel.
STAND = """async () => {
    const v = panst3rViewer;
    const { position, rotation, depthMedian } = v.head.views[2];
    const target = position.map((x, k) => x + depthMedian * (rotation[3 * k + 2] + 0.2 * rotation[3 * k]));
    await v.showSplats(true);
    v.set({ cameras: false, labels: false, mode: 'photo' });
    v.stage.setViewpoint({ position, target, fovY: 55 });
    return v.look();
}"""

SHOT = """([w, h]) => panst3rViewer.stage.shoot(w, h, true).toDataURL()"""


def answer(kernel, comm: str, scene: int, look: dict) -> tuple[dict, list]:
    """What the kernel says to a view that asks for a picture."""
    content = {"kind": "render", "scene": scene, "look": look, "ask": 3}
    message = kernel.client.session.msg(
        "comm_msg", {"comm_id": comm, "data": {"method": "custom", "content": content}}
    )
    kernel.client.shell_channel.send(message)
    while True:
        heard = kernel.client.get_iopub_msg(timeout=120)
        if heard["msg_type"] == "comm_msg" and heard["content"]["data"].get("content", {}).get("kind") == "frame":
            return heard["content"]["data"]["content"], heard["buffers"]


def psnr(java: Image.Image, seen: Image.Image) -> tuple[float, float]:
    """In dB, over the pixels that splats cover; and the share of those."""
    squares, n = 0.0, 0
    for a, b in zip(java.convert("RGB").getdata(), seen.getdata()):
        if b[3] >= 253:
            n += 1
            squares += sum((x - y) ** 2 for x, y in zip(a, b[:3])) / 3


    return 10 * math.log10(255**2 * n / squares), n / (seen.width * seen.height)


def test_java_renders_what_the_view_shows(kernel, open_page, tmp_path):
    java = kernel("panst3r")
    messages = [m for cell in CELLS for m in java.run(cell)]
    assert not [m for m in messages if m["msg_type"] == "error"]
    opened = [m["content"] for m in messages if m["msg_type"] == "comm_open"]
    (comm,) = [c["comm_id"] for c in opened if "token" in c["data"]["state"]]
    shown = messages[-1]["content"]["data"]["text/html"]
    scene = int(re.search(r'data-panst3r="[0-9a-f]+:(\d+):', shown)[1])
    page = tmp_path / "view.html"
    page.write_text(text.unescape(re.search(r'srcdoc="([^"]*)"', shown)[1]), encoding="utf-8")

    watched = open_page(page.as_uri())
    watched.page.set_viewport_size({"width": 700, "height": 460})
    watched.page.goto(page.as_uri())
    watched.page.wait_for_function("() => globalThis.panst3rViewer?.stage.live", timeout=120_000)
    look = watched.page.evaluate(STAND)
    said, (png,) = answer(java, comm, scene, look)
    assert said["ask"] == 3 and said["line"] == "colours, labels, depth"
    frame = Image.open(io.BytesIO(bytes(png)))
    width, height = look["width"], look["height"]
    assert frame.size == (3 * width + 4, height)
    data = watched.page.evaluate(SHOT, [width, height])
    seen = Image.open(io.BytesIO(base64.b64decode(data.split(",")[1])))
    db, share = psnr(frame.crop((0, 0, width, height)), seen)
    print(f"PSNR {db:.1f} dB over {100 * share:.0f} % of {width}×{height} pixels")
    assert share > 0.5
    assert db > 32
    assert watched.errors == []

    # the same in a cell
    assert f"1 new view of {width}×{height}" in str(java.run("%panst3r novel --camera view")[-1]["content"])
