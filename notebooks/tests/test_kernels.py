"""PanSt3R in real JJava kernels: the ways in, errors, the interrupt."""

import re
import time

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
    interrupted = time.monotonic()
    own.manager.interrupt_kernel()
    own.outputs(request)
    assert time.monotonic() - interrupted < 2
    assert own.value("1+1") == "2"
    # and no thread goes on in the background
    spinning = own.value(
        "Thread.getAllStackTraces().values().stream().filter(t -> java.util.Arrays.stream(t)"
        '.anyMatch(f -> f.getMethodName().equals("step"))).count()'
    )
    assert spinning == "0"
