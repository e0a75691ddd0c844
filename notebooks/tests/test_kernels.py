"""PanSt3R in real JJava kernels: the ways in, errors, the interrupt."""

import os
import re
import time

import pytest
from conftest import ROOT
from jupyter_client.kernelspec import KernelSpecManager

COORDINATES = "io.github.panst3r:panst3r-kernel-ext:0.1.0"


def test_own_kernel_has_the_magic_from_the_start(kernel):
    own = kernel("panst3r")
    (message,) = own.run("%panst3r help")
    assert "segments" in str(message["content"])
    assert own.value("1+1") == "2"


def test_one_maven_cell_is_enough_in_a_stock_kernel(kernel):
    stock = kernel("java")
    assert stock.run(f"%maven {COORDINATES}") == []
    (message,) = stock.run("%panst3r help")
    assert "segments" in str(message["content"])


def test_an_error_is_one_line(kernel):
    own = kernel("panst3r")
    (message,) = own.run("%panst3r open /no/such/folder")
    assert message["msg_type"] == "error"
    lines = [re.sub(r"\x1b\[[0-9;]*m", "", line) for line in message["content"]["traceback"]]
    assert len([line for line in lines if line.strip()]) == 1, lines
    assert "/no/such/folder" in lines[0]
    assert own.value("1+1") == "2"


def test_an_interrupt_stops_work_within_two_seconds(kernel):
    own = kernel("panst3r")
    request = own.start(
        'for (int i = 0; ; i++) { panst3r.Progress.SILENT.step("spin", i, i); if (i == 1000) display("working"); }'
    )
    while own.client.get_iopub_msg(timeout=60)["msg_type"] != "display_data":
        pass
    interrupt(own, request)


def test_an_interrupt_stops_a_run_and_the_next_one_works(kernel):
    own = kernel("panst3r")
    tiny = ROOT / "panst3r/src/test/resources/fixtures/tiny-v2"
    own.run(f"%panst3r model {tiny}/model.pth --classes {tiny}/classes.safetensors")
    own.run(f"%panst3r open {ROOT}/sample-scenes/study/photos")
    request = own.start("%panst3r run --size 512")
    updates = 0
    while updates < 3:
        updates += own.client.get_iopub_msg(timeout=120)["msg_type"] == "update_display_data"
    messages = interrupt(own, request)
    # a last update of the progress may come after it, for the kernel does not wait for the cell's thread
    assert "error" in [m["msg_type"] for m in messages]
    messages = own.run("%panst3r run --size 224 --keyframes 2", timeout=300)
    assert messages[-1]["msg_type"] == "execute_result", messages[-1]["content"]


def interrupt(own, request: str) -> list[dict]:
    """Interrupts a cell. Within two seconds it has ended, no thread works on, and the next cell runs."""
    interrupted = time.monotonic()
    own.manager.interrupt_kernel()
    messages = own.outputs(request)
    working = None
    while working != "0":
        # the kernel ends the cell at once, while its thread may still be on its way out
        later = own.run(
            "Thread.getAllStackTraces().entrySet().stream().filter(t -> t.getKey() != Thread.currentThread())"
            ".filter(t -> Arrays.stream(t.getValue()).anyMatch(f -> f.getClassName().startsWith(\"panst3r.\")"
            " || f.getClassName().startsWith(\"REPL.\"))).count()"
        )
        assert {m["msg_type"] for m in later} <= {"execute_result", "update_display_data"}
        (working,) = [m["content"]["data"]["text/plain"] for m in later if m["msg_type"] == "execute_result"]
        assert time.monotonic() - interrupted < 2, f"{working} threads still at work"
    assert own.value("1+1") == "2"
    return messages


@pytest.fixture
def probe(kernel, tmp_path, monkeypatch):
    """The pip package's kernel with the test classes of kernel-ext on its path."""
    installed = KernelSpecManager().get_kernel_spec("panst3r")
    argv = installed.argv
    path = argv.index("-cp") + 1
    argv[path] += os.pathsep + str(ROOT / "kernel-ext" / "target" / "test-classes")
    folder = tmp_path / "kernels" / "probe"
    folder.mkdir(parents=True)
    (folder / "kernel.json").write_text(installed.to_json())
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    return kernel("probe")


def test_displays_and_comms_of_the_pip_package(probe):
    shown, updated, opened = probe.run("%probe")
    assert shown["content"]["data"]["text/plain"] == "one"
    assert updated["msg_type"] == "update_display_data"
    assert updated["content"]["data"]["text/plain"] == "two"
    assert updated["content"]["transient"]["display_id"] == shown["content"]["transient"]["display_id"]
    assert opened["msg_type"] == "comm_open"
    assert opened["content"]["target_name"] == "jupyter.widget"
    assert opened["content"]["data"] == {"state": {"n": 1.5}}
    assert opened["metadata"] == {"version": "2.1.0"}

    for buffers in ([b"\x01\x02"], []):
        answer = say(probe, "comm_msg", {"comm_id": opened["content"]["comm_id"], "data": {"m": "x"}}, buffers)
        assert answer["content"]["data"] == {"heard": {"m": "x"}}
        assert [bytes(b) for b in answer["buffers"]] == (buffers + [b"\0\0\0"] if buffers else [])


def test_a_comm_opened_by_the_page_is_answered(probe):
    own = {"comm_id": "c1", "target_name": "probe.target", "data": {}}
    probe.outputs(send(probe, "comm_open", own, []))
    answer = say(probe, "comm_msg", {"comm_id": "c1", "data": {"method": "request_states"}}, [])
    assert answer["content"] == {"comm_id": "c1", "data": {"method": "request_states"}}


def send(kernel, kind: str, content: dict, buffers: list) -> str:
    message = kernel.client.session.msg(kind, content)
    kernel.client.session.send(kernel.client.shell_channel.socket, message, buffers=buffers)
    return message["header"]["msg_id"]


def say(kernel, kind: str, content: dict, buffers: list) -> dict:
    (answer,) = kernel.outputs(send(kernel, kind, content, buffers))
    assert answer["msg_type"] == "comm_msg"
    return answer
