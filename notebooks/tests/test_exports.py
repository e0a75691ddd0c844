"""What leaves a notebook is read by programs that know nothing of PanSt3R: NumPy, PyArrow, pycocotools, Pillow."""

import csv
import json
from pathlib import Path

import numpy as np
import pyarrow.parquet
import pytest
from PIL import Image
from pycocotools import mask as coco_mask

FORMATS = ["colmap-text", "nerfstudio", "coco", "depth", "masks", "csv", "parquet"]
NOTHING_LEFT_OUT = "--min-confidence 0"


@pytest.fixture
def exported(kernel, tmp_path) -> Path:
    """A small room and its ground truth, in every format."""
    own = kernel("panst3r")
    messages = own.run(
        "var options = panst3r.rooms.RoomOptions.defaults().withViews(3).withSize(160, 112);\n"
        "panst3r.metrics.TrueScene.of(panst3r.rooms.Rooms.sample(1001, options))"
        '.save(java.nio.file.Path.of("room.panst3r"), panst3r.Progress.SILENT);\n'
    )
    messages += own.run("%panst3r load room.panst3r")
    messages += own.run(f"%panst3r export points.ply {NOTHING_LEFT_OUT}")
    for name in FORMATS:
        messages += own.run(f"%panst3r export {name} --format {name} {NOTHING_LEFT_OUT}")
    assert [m["content"] for m in messages if m["msg_type"] == "error"] == []
    return tmp_path


def test_every_format_says_the_same(exported):
    check(exported)


def check(folder: Path):
    tables = {name: parquet(folder / "parquet" / f"{name}.parquet") for name in ["points", "segments", "masks", "cameras"]}
    for name, table in tables.items():
        same_as_csv(table, folder / "csv" / f"{name}.csv")
    points = tables["points"]
    same_as_ply(points, folder / "points.ply")
    poses = camera_to_world(tables["cameras"])
    labels = panoptic(folder / "coco", points, tables["masks"])
    masks(folder / "masks", labels)
    depths(folder / "depth", points, poses)
    colmap(folder / "colmap-text", poses, tables["cameras"])
    nerfstudio(folder / "nerfstudio", poses, tables["cameras"])


def parquet(file: Path) -> dict[str, list]:
    return pyarrow.parquet.read_table(file).to_pydict()


def same_as_csv(table: dict[str, list], file: Path):
    with open(file, newline="", encoding="utf-8") as text:
        rows = list(csv.DictReader(text))
    assert len(rows) == len(next(iter(table.values()))) > 0
    for name, column in table.items():
        written = [row[name] for row in rows]
        if isinstance(column[0], bool):
            assert [w == "true" for w in written] == column
        elif isinstance(column[0], str):
            assert [w or None for w in written] == [c or None for c in column]
        else:
            missing = np.array([c is None for c in column])
            assert [w == "" for w in written] == missing.tolist()
            numbers = np.array([0 if c is None else c for c in column], float)
            np.testing.assert_allclose([float(w or 0) for w in written], numbers, rtol=1e-5, atol=1e-6)


def same_as_ply(points: dict[str, list], file: Path):
    head, _, body = file.read_bytes().partition(b"end_header\n")
    kinds = {"float": "<f4", "uchar": "u1", "ushort": "<u2", "int": "<i4"}
    lines = [line.split() for line in head.decode("ascii").splitlines()]
    fields = [(line[2], kinds[line[1]]) for line in lines if line[0] == "property"]
    array = np.frombuffer(body, dtype=fields)
    for ply, column in {"red": "r", "green": "g", "blue": "b"}.items() | {(c, c) for c in ["x", "y", "z", "view", "segment", "confidence"]}:
        np.testing.assert_allclose(array[ply].astype(float), np.array(points[column], float), atol=1e-5)


def camera_to_world(cameras: dict[str, list]) -> np.ndarray:
    w, x, y, z = (np.array(cameras[q]) for q in ["qw", "qx", "qy", "qz"])
    out = np.zeros((len(w), 4, 4))
    out[:, :3, :3] = np.array(
        [
            [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
            [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
            [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)],
        ]
    ).transpose(2, 0, 1)
    for axis, name in enumerate(["x", "y", "z"]):
        out[:, axis, 3] = cameras[name]
    out[:, 3, 3] = 1
    return out


def panoptic(folder: Path, points: dict[str, list], table: dict[str, list]) -> list[np.ndarray]:
    """The segment of every pixel; areas and boxes are those that pycocotools finds."""
    told = json.loads((folder / "panoptic.json").read_text(encoding="utf-8"))
    names = {c["id"]: c["name"] for c in told["categories"]}
    assert {c["isthing"] for c in told["categories"] if c["name"] in ("wall", "floor", "ceiling")} == {0}
    out, infos = [], 0
    for image, annotation in zip(told["images"], told["annotations"], strict=True):
        assert annotation["image_id"] == image["id"]
        rgb = np.asarray(Image.open(folder / "panoptic" / annotation["file_name"])).astype(int)
        photo = Image.open(folder / "images" / image["file_name"])
        assert rgb.shape == (image["height"], image["width"], 3) and photo.size == (image["width"], image["height"])
        ids = rgb[..., 0] + 256 * rgb[..., 1] + 65536 * rgb[..., 2]
        assert set(np.unique(ids)) - {0} == {s["id"] for s in annotation["segments_info"]}
        for segment in annotation["segments_info"]:
            encoded = coco_mask.encode(np.asfortranarray((ids == segment["id"]).astype(np.uint8)))
            assert segment["area"] == coco_mask.area(encoded)
            assert segment["bbox"] == coco_mask.toBbox(encoded).tolist()
            row = [i for i, s in enumerate(table["segment"]) if (s, table["view"][i]) == (segment["id"], image["id"] - 1)]
            assert table["pixels"][row[0]] == segment["area"] and table["class"][row[0]] == names[segment["category_id"]]
            infos += 1
        out.append(ids)
    assert infos == len(table["segment"])
    for view, row, column, segment in zip(points["view"], points["row"], points["column"], points["segment"]):
        assert out[view][row, column] == segment
    return out


def masks(folder: Path, labels: list[np.ndarray]):
    entries = json.loads((folder / "masks.json").read_text(encoding="utf-8"))
    assert len(entries) == sum(len(set(np.unique(view)) - {0}) for view in labels)
    for entry in entries:
        grey = np.asarray(Image.open(folder / entry["file"]))
        assert np.array_equal(grey, 255 * (labels[entry["view"]] == entry["segment"]))


def depths(folder: Path, points: dict[str, list], poses: np.ndarray):
    told = json.loads((folder / "depth.json").read_text(encoding="utf-8"))
    view = np.array(points["view"])
    for index, files in enumerate(told["views"]):
        depth = np.load(folder / files["npy"], allow_pickle=False)
        confidence = np.load(folder / files["confidence"], allow_pickle=False)
        assert depth.dtype == confidence.dtype == np.float32
        steps = np.asarray(Image.open(folder / files["png"]))
        assert steps.dtype in (np.uint16, np.int32) and steps.shape == depth.shape
        seen = ~np.isnan(depth)
        np.testing.assert_allclose(steps[seen] * told["step"], np.maximum(depth[seen], 0), atol=0.5001 * told["step"])
        assert not steps[~seen].any()
        mine = view == index
        world = np.stack([np.array(points[a])[mine] for a in "xyz"] + [np.ones(mine.sum())])
        at = np.array(points["row"])[mine], np.array(points["column"])[mine]
        np.testing.assert_allclose((np.linalg.inv(poses[index]) @ world)[2], depth[at], atol=1e-5)
        np.testing.assert_allclose(np.array(points["confidence"])[mine], confidence[at], rtol=1e-5)


def colmap(folder: Path, poses: np.ndarray, cameras: dict[str, list]):
    lines = [line for line in (folder / "sparse/0/images.txt").read_text().splitlines() if not line.startswith("#")]
    lenses = [line.split() for line in (folder / "sparse/0/cameras.txt").read_text().splitlines() if line[0] != "#"]
    assert len(lines) == 2 * len(poses) == 2 * len(lenses)
    for pose, line, lens, focal in zip(poses, lines[::2], lenses, cameras["focal"], strict=True):
        words = line.split()
        w, x, y, z, *shift = (float(word) for word in words[1:8])
        one = {"qw": [w], "qx": [x], "qy": [y], "qz": [z], "x": shift[:1], "y": shift[1:2], "z": shift[2:]}
        np.testing.assert_allclose(camera_to_world(one)[0] @ pose, np.eye(4), atol=1e-9)
        assert lens[1] == "PINHOLE" and float(lens[4]) == focal
        assert Image.open(folder / "images" / words[9]).size == (int(lens[2]), int(lens[3]))


def nerfstudio(folder: Path, poses: np.ndarray, cameras: dict[str, list]):
    told = json.loads((folder / "transforms.json").read_text(encoding="utf-8"))
    assert (folder / told["ply_file_path"]).is_file()
    for pose, frame, focal in zip(poses, told["frames"], cameras["focal"], strict=True):
        np.testing.assert_allclose(frame["transform_matrix"], pose @ np.diag([1, -1, -1, 1]), atol=1e-9)
        assert frame["fl_x"] == frame["fl_y"] == focal
        assert Image.open(folder / frame["file_path"]).size == (frame["w"], frame["h"])
