"""What the notebook tests share: executed notebooks, real kernels, JupyterLab and a browser."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import nbformat
import pytest
from jupyter_client.manager import KernelManager
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = ROOT / "notebooks"
sys.path.insert(0, str(ROOT / "scripts"))

from run_notebook import run  # noqa: E402


@pytest.fixture(scope="session")
def executed():
    """Notebook name → its executed copy in out/; each notebook runs once."""
    done = {}

    def execute(name: str) -> Path:
        if name not in done:
            done[name] = run(NOTEBOOKS / f"{name}.ipynb", ROOT / "out" / name)
        return done[name]

    return execute


class Kernel:
    """A running kernel and what its cells put out."""

    def __init__(self, name: str, folder: Path, **environment):
        self.manager = KernelManager(kernel_name=name)
        self.log = open(folder / f"{name}.log", "w")
        self.manager.start_kernel(
            cwd=str(folder), env={**os.environ, **environment}, stdout=self.log, stderr=self.log
        )
        self.client = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=60)

    def start(self, code: str) -> str:
        return self.client.execute(code)

    def outputs(self, request: str, timeout: float = 120) -> list[dict]:
        """The messages of one cell on the iopub channel, until it is idle."""
        messages, end = [], time.monotonic() + timeout
        while True:
            message = self.client.get_iopub_msg(timeout=max(0.0, end - time.monotonic()))
            if message["parent_header"].get("msg_id") != request:
                continue
            if message["msg_type"] == "status" and message["content"]["execution_state"] == "idle":
                return messages
            if message["msg_type"] not in ("status", "execute_input"):
                messages.append(message)

    def run(self, code: str, timeout: float = 120) -> list[dict]:
        return self.outputs(self.start(code), timeout)

    def value(self, code: str) -> str:
        """The plain text of the cell's value; anything else that it put out is an error."""
        (message,) = self.run(code)
        assert message["msg_type"] == "execute_result", message["content"]
        return message["content"]["data"]["text/plain"]

    def stop(self):
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=False)
        self.log.close()


@pytest.fixture
def kernel(tmp_path):
    """Starts a kernel by its name; ended with the test."""
    started = []

    def start(name: str, **environment) -> Kernel:
        started.append(Kernel(name, tmp_path, **environment))
        return started[-1]

    yield start
    for one in started:
        one.stop()


class Lab:
    """A JupyterLab server over a folder of its own, with its own settings and trust."""

    def __init__(self, folder: Path, windowing: str | None = None):
        self.folder = folder / "work"
        self.folder.mkdir()
        self.environment = {
            **os.environ,
            "JUPYTER_DATA_DIR": str(folder / "data"),
            "JUPYTER_CONFIG_DIR": str(folder / "config"),
            "IPYTHONDIR": str(folder / "ipython"),
        }
        # no question about news over the page
        settings = folder / "config" / "labconfig"
        settings.mkdir(parents=True)
        announcements = {"disabledExtensions": {"@jupyterlab/apputils-extension:announcements": True}}
        (settings / "page_config.json").write_text(json.dumps(announcements))
        if windowing:
            tracker = folder / "config" / "lab" / "user-settings" / "@jupyterlab" / "notebook-extension"
            tracker.mkdir(parents=True)
            (tracker / "tracker.jupyterlab-settings").write_text(json.dumps({"windowingMode": windowing}))
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        self.log = open(folder / "lab.log", "w")
        command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"]
        command += [f"--ServerApp.port={port}", "--ServerApp.port_retries=0", "--ServerApp.token="]
        command += [f"--ServerApp.root_dir={self.folder}", "--LabApp.expose_app_in_browser=True"]
        self.process = subprocess.Popen(command, env=self.environment, stdout=self.log, stderr=self.log)
        for _ in range(360):
            try:
                urllib.request.urlopen(self.url + "/api", timeout=1).read()
                return
            except OSError:
                time.sleep(0.5)
        raise RuntimeError(f"JupyterLab did not start: see {self.log.name}")

    def put(self, notebook: Path, name: str, trusted: bool) -> str:
        """Lays a notebook into the server's folder; returns the address to open it at."""
        target = self.folder / name
        copy = nbformat.read(notebook, as_version=4)
        # trust goes by content: the copy of the other kind must differ
        copy.cells.append(nbformat.v4.new_markdown_cell(name))
        nbformat.write(copy, target)
        if trusted:
            command = [sys.executable, "-m", "jupyter", "trust", str(target)]
            subprocess.run(command, env=self.environment, check=True, capture_output=True)
        return f"{self.url}/doc/tree/{name}"

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=30)
        self.log.close()


@pytest.fixture(scope="session")
def lab(tmp_path_factory):
    server = Lab(tmp_path_factory.mktemp("lab"))
    yield server
    server.stop()


@pytest.fixture(scope="session")
def chromium():
    binary = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert binary, "no Chromium here: scripts/test installs it"
    # drawn by software: a test machine has no graphics card
    arguments = ["--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--ignore-gpu-blocklist"]
    if os.geteuid() == 0:
        arguments.append("--no-sandbox")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=binary, args=arguments)
        yield browser
        browser.close()


class Watched:
    """A page, and what it asked for outside and complained about."""

    def __init__(self, browser, allowed: str):
        self.page = browser.new_page(viewport={"width": 1280, "height": 1000})
        self.page.set_default_timeout(120_000)  # a slow machine is no failure
        self.outside, self.errors = [], []
        self.page.on("request", lambda r: self._seen(r.url, allowed))
        self.page.on("websocket", lambda w: self._seen(w.url.replace("ws", "http", 1), allowed))
        self.page.on("pageerror", lambda e: self.errors.append(str(e)))
        self.page.on("console", lambda m: self.errors.append(m.text) if m.type == "error" else None)

    def _seen(self, url: str, allowed: str):
        if not url.startswith((allowed, "data:", "blob:", "about:")):
            self.outside.append(url)


@pytest.fixture
def open_page(chromium):
    """Opens pages that record every request outside the given address and every error on the console."""
    opened = []

    def start(allowed: str) -> Watched:
        opened.append(Watched(chromium, allowed))
        return opened[-1]

    yield start
    for watched in opened:
        watched.page.close()
